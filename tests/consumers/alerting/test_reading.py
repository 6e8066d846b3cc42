"""What is usual is read from the time just before, not from long ago."""

from __future__ import annotations

from datetime import timedelta

from consumers.alerting.reading import USUAL_REVIEWS, USUAL_SPANS, load_usual
from pipeline.mongo import Store
from tests.consumers.alerting.alerting_worlds import ENTITY, TODAY, days_ago, review

WEEK = 7


def test_a_busy_entity_is_compared_with_its_last_weeks(store: Store) -> None:
    busy = [review(number, days_ago(WEEK + number % 60)) for number in range(60 * 30)]
    store["reviews"].insert_many(busy)
    days = [note.day for note in load_usual(store, ENTITY, TODAY)]
    assert len(days) == USUAL_REVIEWS
    assert max(days) == days_ago(WEEK)
    assert min(days) > days_ago(WEEK + 8 + 16)


def test_a_quiet_entity_is_compared_with_all_of_its_time_once(store: Store) -> None:
    whole = sum(USUAL_SPANS)
    store["reviews"].insert_many([review(age, days_ago(age)) for age in range(whole + 3 * WEEK)])
    found = load_usual(store, ENTITY, TODAY)
    assert len({note.review_id for note in found}) == len(found) == whole
    assert max(note.day for note in found) == days_ago(WEEK)
    assert min(note.day for note in found) == TODAY - timedelta(days=WEEK + whole - 1)
