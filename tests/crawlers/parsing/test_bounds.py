"""What a page piles up under one review is bounded, and what is left out is said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.page import Page
from crawlers.parsing.bounds import (
    EXTRA_BYTES,
    MOST_REPLIES,
    REPLIES_CHARACTERS,
    bounded_extra,
    bounded_replies,
)
from crawlers.parsing.draft import Draft, build
from pipeline.codec import LARGEST_RECORD_BYTES, encode
from pipeline.records import Reply, Review

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def a_page() -> Page:
    return Page(url="https://shop.example/1", body=b"", fetched_at=NOW, entity_id="e", crawl_id="c")


def built(draft: Draft, problems: list[str]) -> Review:
    review = build(draft, a_page(), "shop", "web", problems)
    assert review is not None
    return review


def test_what_fits_is_kept_as_it_is() -> None:
    replies, problems = tuple(Reply(text=str(n)) for n in range(MOST_REPLIES)), list[str]()
    assert bounded_replies(replies, "row", problems) == (replies, 0)
    assert bounded_extra({"a": 1}, "row", problems) == {"a": 1}
    assert problems == []


def test_the_first_replies_are_kept_and_the_rest_counted() -> None:
    problems: list[str] = []
    replies = [Reply(text="a" * 100_000, author=str(n)) for n in range(300)]
    review = built(Draft(where="row 1", native_id="1", text="t", replies=tuple(replies)), problems)
    assert review.replies == tuple(replies[: len(review.replies)])
    assert len(review.replies) == REPLIES_CHARACTERS // 100_000 - 1
    assert review.replies_left_out == 300 - len(review.replies)
    assert problems == [f"row 1: {review.replies_left_out} of 300 replies left out"]


def test_hundreds_of_short_replies_are_counted_too() -> None:
    problems: list[str] = []
    kept, left_out = bounded_replies([Reply(text="да")] * (MOST_REPLIES + 7), "row", problems)
    assert (len(kept), left_out) == (MOST_REPLIES, 7)


def test_the_largest_fields_of_a_source_give_way() -> None:
    problems: list[str] = []
    extra = {"small": 1, "huge": ["x" * 1_000] * 1_000, "also": "y" * (EXTRA_BYTES - 100)}
    assert bounded_extra(extra, "row", problems) == {"small": 1, "also": extra["also"]}
    assert problems == ["row: too long, left out: huge"]


@pytest.mark.parametrize("character", ["a", "ё", "😀", '"'])
def test_the_largest_review_that_is_built_fits_into_the_log(character: str) -> None:
    long = character * 100_000
    draft = Draft(
        where="row 1", native_id="1", title=character * 2_000, text=long, pros=long, cons=long,
        replies=tuple(Reply(text=long) for _ in range(50)),
        extra={str(n): long for n in range(50)},
    )  # fmt: skip
    assert len(encode(built(draft, [])).value) < 0.9 * LARGEST_RECORD_BYTES
