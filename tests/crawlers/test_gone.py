"""A review is gone only when a pass that covered its place did not see it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.course import Course
from crawlers.gone import SUSPICIOUS_COUNT, Coverage, Place, coverage, missing
from crawlers.outcomes import Outcome
from pipeline.records import DatePrecision
from tests.crawlers.conftest import NOW
from tests.crawlers.published import a_review

EARLIER = NOW - timedelta(days=7)


def place(age_days: int, precision: DatePrecision | None = "second", **fields: datetime) -> Place:
    return Place(
        review_id=f"shop:{age_days}", event_at=NOW - timedelta(days=age_days),
        precision=precision, seen_at=fields.get("seen_at", EARLIER),
    )  # fmt: skip


def course(*ages: int, precision: DatePrecision = "second") -> Course:
    reviews = [a_review(age, precision=precision) for age in ages]
    return Course().after(reviews, [True] * len(reviews))


def gone(outcome: Outcome, reached: Course, places: list[Place], seen: set[str]) -> set[str]:
    covered = coverage(outcome, reached, NOW)
    return set() if covered is None else set(missing(places, seen, covered).ids)


def test_a_complete_pass_covers_every_place() -> None:
    places = [place(1), place(5), place(400, None)]
    assert gone(Outcome.COMPLETE, course(1), places, {"shop:1"}) == {"shop:5", "shop:400"}


@pytest.mark.parametrize("outcome", [Outcome.CAPPED, Outcome.STOPPED_AT_KNOWN])
def test_a_pass_that_ended_early_covers_what_is_younger_than_its_last_review(
    outcome: Outcome,
) -> None:
    places = [place(1), place(2), place(3), place(9)]
    assert gone(outcome, course(1, 3), places, {"shop:1", "shop:3"}) == {"shop:2"}


def test_an_unordered_listing_that_was_capped_covers_nothing() -> None:
    assert gone(Outcome.CAPPED, course(3, 1), [place(2)], {"shop:1", "shop:3"}) == set()
    assert gone(Outcome.CAPPED, Course(), [place(2)], set()) == set()


@pytest.mark.parametrize("outcome", [one for one in Outcome if one.is_failure])
def test_a_failed_pass_covers_nothing(outcome: Outcome) -> None:
    assert gone(outcome, course(1, 9), [place(2)], {"shop:1", "shop:9"}) == set()


def test_vague_dates_say_nothing_within_their_precision() -> None:
    same_day = Place(
        review_id="shop:x", event_at=NOW - timedelta(days=3) + timedelta(hours=1), precision="day",
        seen_at=EARLIER,
    )  # fmt: skip
    reached = course(1, 3, precision="day")
    places = [same_day, place(2, "day"), place(2, "relative")]
    covered = coverage(Outcome.CAPPED, reached, NOW)
    assert covered is not None
    assert [covered.holds(one) for one in places] == [False, True, False]


def test_what_was_stored_while_the_pass_went_on_is_not_missed() -> None:
    fresh = place(1, seen_at=NOW + timedelta(minutes=1))
    assert gone(Outcome.COMPLETE, course(3), [fresh], set()) == set()


def test_a_listing_that_loses_most_of_its_reviews_at_once_is_a_doubt() -> None:
    covered = Coverage(started_at=NOW)
    many = [place(age) for age in range(2 * SUSPICIOUS_COUNT)]
    seen = {one.review_id for one in many[: SUSPICIOUS_COUNT - 1]}
    assert missing(many, seen, covered).is_suspicious
    assert not missing(many, {one.review_id for one in many[3:]}, covered).is_suspicious
    assert not missing(many[:3], set(), covered).is_suspicious


@given(
    st.lists(st.integers(0, 60), unique=True, min_size=1),
    st.lists(st.integers(0, 60), unique=True),
    st.integers(1, 61),
)
def test_what_stands_beyond_a_cap_is_never_gone(
    stored: list[int], removed: list[int], cap: int
) -> None:
    """Whatever is removed from a newest-first listing, exactly what a cap lets see is found."""
    there = sorted(set(stored) - set(removed))[:cap]
    found = gone(
        Outcome.CAPPED,
        course(*there) if there else Course(),
        [place(age) for age in stored],
        {f"shop:{age}" for age in there},
    )
    expected = {age for age in removed if age in stored and there and age < there[-1]}
    assert found == {f"shop:{age}" for age in expected}
