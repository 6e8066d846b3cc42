"""A field that goes empty and a listing that shrinks are noticed, and only then."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from crawlers.health import History, emptied, filled_fields, has_dropped
from pipeline.records import Author, Review
from tests.crawlers.published import a_review

FULL = History(filled={"author": 100, "text": 100, "title": 85}, reviews=100)


def some(count: int, **fields: Any) -> list[Review]:
    return [msgspec.structs.replace(a_review(number), **fields) for number in range(count)]


def test_a_field_that_was_always_filled_and_is_now_empty_is_named() -> None:
    assert emptied(FULL, some(5), is_api=False) == ("author",)
    assert emptied(FULL, some(5, author=Author(name="Анна")), is_api=False) == ()
    one = [*some(4), *some(1, author=Author(name="Анна"))]
    assert emptied(FULL, one, is_api=False) == ()


@pytest.mark.parametrize(
    ("history", "count", "is_api"),
    [(FULL, 4, False), (FULL, 5, True), (History(filled={"author": 10}, reviews=10), 5, False)],
)
def test_little_history_few_reviews_or_another_manner_say_nothing(
    history: History, count: int, is_api: bool
) -> None:
    assert emptied(history, some(count), is_api=is_api) == ()


def test_history_forgets_slowly_and_begins_anew_with_another_manner() -> None:
    history = History()
    for _ in range(30):
        history = history.after({"author": 1_000}, 1_000, is_api=False)
    for _ in range(10):
        history = history.after({}, 1_000, is_api=False)
    assert history.filled["author"] < 0.1 * history.reviews
    assert history.after({"text": 3}, 3, is_api=True).filled == {"text": 3}


def test_pros_alone_are_a_text() -> None:
    review = msgspec.structs.replace(a_review(1), text="", pros="Вкусно")
    assert filled_fields([review])["text"] == 1


@pytest.mark.parametrize(
    ("full_seen", "full_claimed", "seen", "claimed", "expected"),
    [
        (None, None, 0, None, False),
        (100, None, 40, None, True),
        (100, None, 60, None, False),
        (100, 100, 40, 100, True),
        (100, 100, 40, 40, False),
        (10, None, 1, None, False),
    ],
)
def test_a_yield_drops_when_the_source_does_not_claim_less(
    full_seen: int | None, full_claimed: int | None, seen: int, claimed: int | None, expected: bool
) -> None:
    history = History(full_seen=full_seen, full_claimed=full_claimed)
    assert has_dropped(history, seen, claimed) is expected
