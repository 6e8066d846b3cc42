"""Which aspects an alarm says are judged more than before, and when it says none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from consumers.alerting.aspect_excess import MOST_EVIDENCE, SIGNIFICANCE, aspect_drivers, holm
from consumers.alerting.note import ReviewNote, note_of
from pipeline.records import ASPECTS, AlertDriver
from tests.consumers.alerting.alerting_worlds import TODAY, review


def judging(count: int, *aspects: str, first: int = 0, **fields: Any) -> list[ReviewNote]:
    opinions = [{"aspect": aspect, "polarity": "negative"} for aspect in aspects]
    return [note_of(review(first + at, TODAY, aspects=opinions, **fields)) for at in range(count)]


def drivers(found: Sequence[ReviewNote], before: Sequence[ReviewNote]) -> list[AlertDriver]:
    return aspect_drivers(found, before, "negative")


def usual() -> list[ReviewNote]:
    return [*judging(30, "price", first=1_000), *judging(10, "delivery", first=2_000)]


def test_the_shares_then_and_now_the_chance_and_the_reviews() -> None:
    (found,) = drivers([*judging(11, "delivery"), *judging(1, "price", first=50)], usual())
    assert (found.name, found.value) == ("aspect", "delivery")
    assert (found.count, found.whole, found.share) == (11, 12, 11 / 12)
    assert (found.usual_count, found.usual_whole, found.usual_share) == (10, 40, 0.25)
    # 11 or more of 12 when 21 marks fall on 52 places, twice: two aspects were tested.
    assert found.chance == pytest.approx(2 * (352_716 * 31 + 293_930) / 206_379_406_870)
    assert found.evidence == tuple(f"maps:{at}" for at in range(MOST_EVIDENCE))


def test_nothing_is_said_when_nothing_stands_out() -> None:
    assert drivers([*judging(9, "price"), *judging(3, "delivery", first=50)], usual()) == []
    assert drivers(judging(3, "price"), usual()) == []
    assert drivers(judging(12), usual()) == []
    assert drivers([], usual()) == []


def test_an_aspect_that_became_rarer_does_not_stand_out() -> None:
    assert [one.value for one in drivers(judging(20, "delivery"), usual())] == ["delivery"]


def test_the_other_polarity_does_not_count() -> None:
    praise = [{"aspect": "delivery", "polarity": "positive"}]
    found = [note_of(review(at, TODAY, aspects=praise)) for at in range(12)]
    assert drivers(found, usual()) == []
    assert aspect_drivers(found, usual(), "positive")[0].value == "delivery"


def test_at_most_three_the_surest_first() -> None:
    found = [
        *judging(20, "staff", "waiting", "refund", "app"),
        *judging(5, "staff", "waiting", "refund", first=30),
        *judging(5, "staff", first=40),
    ]
    assert [one.value for one in drivers(found, usual())] == ["staff", "refund", "waiting"]


def test_a_small_part_of_the_window_explains_nothing() -> None:
    found = [*judging(30, "safety"), *judging(270, "price", first=300)]
    assert drivers(found, judging(600, "price", first=1_000)) == []
    assert drivers(found[:100], judging(600, "price", first=1_000))[0].value == "safety"


def test_a_repeated_text_counts_once() -> None:
    copies = judging(20, "delivery", text_hash="same")
    others = judging(6, "price", first=50)
    assert drivers([*copies, *others], usual()) == []


def test_reviews_without_words_and_of_other_models_are_not_compared() -> None:
    new: dict[str, Any] = {"understanding_model": "cascade@2"}
    found = judging(8, "delivery", **new)
    alike = judging(20, "delivery", first=100, understanding_model="cascade@1")
    blind = judging(40, first=200, understanding_model="fast@1")
    assert drivers(found, blind)[0].chance is None, "nothing there that could be compared"
    assert drivers(found, [*blind, *alike]) == []
    wordless = judging(40, first=300, text="", **new)
    assert drivers(found, [*alike, *wordless]) == []


def test_without_a_reference_most_of_the_window_is_said_plainly() -> None:
    (found,) = drivers([*judging(6, "delivery"), *judging(4, "price", first=50)], [])
    assert (found.value, found.count, found.whole) == ("delivery", 6, 10)
    assert (found.usual_share, found.chance) == (None, None)


def test_holm_adjusts_as_published() -> None:
    adjusted = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert adjusted == pytest.approx({"d": 0.02, "a": 0.03, "c": 0.06, "b": 0.06})
    assert holm({"a": 0.9, "b": 0.8}) == {"a": 1.0, "b": 1.0}


def test_where_nothing_changed_an_aspect_is_named_as_rarely_as_promised() -> None:
    chance = np.random.default_rng(11)
    rates = chance.uniform(0.05, 0.5, len(ASPECTS))

    def draw(count: int, first: int, more: float = 0.0) -> list[ReviewNote]:
        rate = rates + more * (np.arange(len(ASPECTS)) == 3)
        marks = chance.uniform(size=(count, len(ASPECTS))) < rate
        return [
            judging(1, *(name for name, hit in zip(ASPECTS, row, strict=True) if hit),
                    first=first + at)[0]
            for at, row in enumerate(marks)
        ]  # fmt: skip

    windows = 150
    named = sum(bool(drivers(draw(15, 0), draw(60, 100))) for _ in range(windows))
    assert named <= SIGNIFICANCE * windows
    found = [drivers(draw(15, 0, more=0.6), draw(60, 100)) for _ in range(40)]
    assert sum(ASPECTS[3] in [one.value for one in each] for each in found) > 30
