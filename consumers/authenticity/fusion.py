"""From observations to a score: weights of evidence, summed in groups that are clipped.

Naive Bayes in log-odds (I. J. Good, "Weight of evidence", 1985). The clip stands for what
naive Bayes lacks: signals of one group see much the same thing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

from consumers.authenticity.signal import GROUPS, Observation, Signal
from consumers.authenticity.verdict import verdict
from consumers.authenticity.weights import WeightsModel
from pipeline.records import Authenticity, SignalReading, SourceKind

Observed = Sequence[tuple[Signal, Observation]]


def fuse(observed: Observed, kind: SourceKind, model: WeightsModel) -> Authenticity:
    """The score, its verdict, and every reading with what it contributed."""
    readings = _readings(observed, kind, model)
    logit = model.table.prior_logit(kind) + sum(reading.contribution for reading in readings)
    score = round(1 / (1 + math.exp(logit)), 4)
    spoke = {reading.group for reading in readings}
    return Authenticity(
        score=score,
        verdict=verdict(score, len(spoke), readings),
        coverage=len(spoke) / len(GROUPS),
        signals=readings,
        model=model.revision,
    )


def _readings(
    observed: Observed, kind: SourceKind, model: WeightsModel
) -> tuple[SignalReading, ...]:
    """Readings, largest absolute contribution first."""
    weights = [
        model.table.signals[signal.name].weigh(observation.value, kind)
        for signal, observation in observed
    ]
    scale = _group_scales(observed, weights, model.table.group_limit)
    readings = [
        SignalReading(
            name=signal.name,
            group=signal.group,
            value=round(observation.value, 4),
            contribution=round(weight * scale[signal.group], 4),
            reason_ru=observation.reason_ru,
            reason_en=observation.reason_en,
            evidence=dict(observation.evidence),
        )
        for (signal, observation), weight in zip(observed, weights, strict=True)
    ]
    readings.sort(key=lambda reading: abs(reading.contribution), reverse=True)
    return tuple(readings)


def _group_scales(observed: Observed, weights: Sequence[float], limit: float) -> dict[str, float]:
    """Factor by which each group's weights shrink, so that its sum keeps within the limit."""
    sums: dict[str, float] = defaultdict(float)
    for (signal, _), weight in zip(observed, weights, strict=True):
        sums[signal.group] += weight
    return {group: min(1.0, limit / abs(total)) if total else 1.0 for group, total in sums.items()}
