"""Fusion: sums in clipped groups, verdicts from documented thresholds, broken tables refused."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from consumers.authenticity.context import Context
from consumers.authenticity.fusion import fuse
from consumers.authenticity.reasons import reasons
from consumers.authenticity.signal import Group, Observation, Signal
from consumers.authenticity.subject import Subject
from consumers.authenticity.weights import TABLE, WeightsModel, load_weights
from pipeline.errors import ConfigurationError

MODEL = load_weights()


@dataclass(frozen=True)
class Told:
    """A signal that says what it is told."""

    name: str
    group: Group

    def read(self, subject: Subject, context: Context) -> Observation | None:
        raise NotImplementedError


def told(name: str, group: Group, value: float) -> tuple[Signal, Observation]:
    observation = Observation(value=value, reason_ru=f"{name}: да", reason_en=f"{name}: yes")
    return Told(name, group), observation


def test_nothing_seen_gives_the_prior() -> None:
    authenticity = fuse((), "web", MODEL)
    assert authenticity.score == pytest.approx(0.92)
    assert authenticity.coverage == 0
    assert authenticity.verdict == "insufficient_evidence"


def test_a_group_is_clipped_and_its_readings_shrink_alike() -> None:
    observed = [
        told("exact_duplicate", "network", 500),
        told("near_duplicate", "network", 1.0),
        told("specificity", "text", 5),
    ]
    authenticity = fuse(observed, "web", MODEL)
    network = [r.contribution for r in authenticity.signals if r.group == "network"]
    assert network == [pytest.approx(1.25), pytest.approx(1.25)]
    expected = 1 / (1 + math.exp(math.log(0.08 / 0.92) + 2.5))
    assert authenticity.score == pytest.approx(expected, abs=1e-4)
    assert authenticity.verdict == "not_confirmed"
    assert authenticity.coverage == pytest.approx(0.4)


def test_readings_stand_by_absolute_contribution() -> None:
    observed = [
        told("specificity", "text", 0),
        told("provenance_mark", "provenance", 2),
        told("extremity", "burst", 1),
    ]
    names = [reading.name for reading in fuse(observed, "web", MODEL).signals]
    assert names == ["provenance_mark", "specificity", "extremity"]


@pytest.mark.parametrize(
    ("observed", "verdict"),
    [
        ([told("provenance_mark", "provenance", 2), told("specificity", "text", 9)], "confirmed"),
        (
            [told("provenance_mark", "provenance", 2), told("incentive_words", "text", 2)],
            "plausible",
        ),
        ([told("provenance_mark", "provenance", 1), told("specificity", "text", 9)], "plausible"),
        ([told("incentive_words", "text", 3), told("extremity", "burst", 0)], "unusual"),
        ([told("exact_duplicate", "network", 99), told("pace", "author", 12)], "not_confirmed"),
        ([told("exact_duplicate", "network", 500)], "insufficient_evidence"),
    ],
)
def test_verdicts(observed: list[tuple[Signal, Observation]], verdict: str) -> None:
    assert fuse(observed, "web", MODEL).verdict == verdict


def test_weights_may_depend_on_the_kind_of_place() -> None:
    observed = [told("provenance_mark", "provenance", -1)]
    assert fuse(observed, "marketplace", MODEL).score < fuse(observed, "review_site", MODEL).score


def test_reasons_are_the_three_that_moved_the_score_most() -> None:
    observed = [
        told("pace", "author", 12),
        told("specificity", "text", 0),
        told("extremity", "burst", 1),
        told("owner_denial", "provenance", 1),
        told("near_duplicate", "network", 0),
    ]
    authenticity = fuse(observed, "web", MODEL)
    assert reasons(authenticity, "ru") == ["pace: да", "owner_denial: да", "specificity: да"]
    assert reasons(authenticity, "en") == ["pace: yes", "owner_denial: yes", "specificity: yes"]


def broken(tmp_path: Path, change: dict[str, Any]) -> Path:
    tree = json.loads(TABLE.read_text(encoding="utf-8"))
    tree["signals"]["extremity"] |= change
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(tree), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"edges": [2, 1], "weights": [0, 1, 2]}, "edges must rise"),
        ({"weights": [0, 1, 2]}, "one weight more"),
        ({"edges": [1, 2], "weights": [0, 1, 0.5]}, "monotone"),
        ({"by_kind": {"moon": [0, 1]}}, "not a weights table"),
    ],
)
def test_a_broken_table_is_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        load_weights(broken(tmp_path, change))


def test_a_table_without_a_default_prior_is_refused(tmp_path: Path) -> None:
    tree = json.loads(TABLE.read_text(encoding="utf-8"))
    del tree["priors"]["default"]
    path = tmp_path / "weights.json"
    path.write_bytes(msgspec.json.encode(tree))
    with pytest.raises(ConfigurationError, match="default"):
        load_weights(path)


def test_the_shipped_model_is_named_by_its_digest() -> None:
    assert isinstance(MODEL, WeightsModel)
    name, _, digest = MODEL.revision.partition("@")
    assert name == "evidence"
    assert len(digest) == 12
