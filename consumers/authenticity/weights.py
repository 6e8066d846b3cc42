"""The declared weights of evidence: how much each value of each signal counts, and why."""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_right
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field

from pipeline.errors import ConfigurationError
from pipeline.records import SourceKind

TABLE = Path(__file__).with_name("weights.json")
Prior = Annotated[float, Meta(gt=0.0, lt=1.0)]


class SignalWeights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Weights of one signal: bin i holds the values from edge i − 1 up to edge i."""

    edges: tuple[float, ...]
    """Rising; a value equal to an edge belongs to the bin above it."""
    weights: tuple[float, ...]
    """Log-odds of "not genuine", one more than the edges, monotone."""
    by_kind: dict[SourceKind, tuple[float, ...]] = field(default_factory=dict)
    """Weights that replace the general ones at a kind of source."""
    origin: str
    """Where the numbers come from."""

    def weigh(self, value: float, kind: SourceKind) -> float:
        """Log-odds for `value`."""
        return self.by_kind.get(kind, self.weights)[bisect_right(self.edges, value)]


class Weights(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole table."""

    version: int
    group_limit: Annotated[float, Meta(gt=0)]
    """Largest absolute sum of one group."""
    priors: dict[str, Prior]
    """Share of not genuine reviews by kind of source; `default` for the others."""
    priors_origin: str
    signals: dict[str, SignalWeights]

    def prior_logit(self, kind: SourceKind) -> float:
        """Log-odds of "not genuine" before anything is seen."""
        prior = self.priors.get(kind, self.priors["default"])
        return math.log(prior / (1 - prior))


class WeightsModel(Struct, frozen=True, kw_only=True):
    """The table together with its revision."""

    table: Weights
    revision: str
    """`evidence@digest of the file`."""


def load_weights(path: Path = TABLE) -> WeightsModel:
    """Read and check the table; raises ConfigurationError naming what is wrong."""
    raw = path.read_bytes()
    try:
        table = msgspec.json.decode(raw, type=Weights)
    except msgspec.DecodeError as error:
        raise ConfigurationError(f"{path}: not a weights table: {error}") from error
    problems = [problem for name, entry in table.signals.items() for problem in _check(name, entry)]
    if "default" not in table.priors:
        problems.append("priors: `default` is missing")
    if problems:
        raise ConfigurationError(f"{path}: " + "; ".join(problems))
    digest = hashlib.blake2b(raw, digest_size=6).hexdigest()
    return WeightsModel(table=table, revision=f"evidence@{digest}")


def _check(name: str, entry: SignalWeights) -> list[str]:
    problems = []
    if any(low >= high for low, high in pairwise(entry.edges)):
        problems.append(f"{name}: edges must rise")
    for weights in (entry.weights, *entry.by_kind.values()):
        if len(weights) != len(entry.edges) + 1:
            problems.append(f"{name}: needs one weight more than edges")
        if not (_rises(weights) or _rises(weights[::-1])):
            problems.append(f"{name}: weights must be monotone")
    return problems


def _rises(weights: tuple[float, ...]) -> bool:
    return all(low <= high for low, high in pairwise(weights))
