"""Ids and hashes are the same wherever and whenever they are computed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipeline.identity import author_key, digest, digest_review_id, make_review, text_hash
from pipeline.records import Author, Reply, Review, Votes

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def review(**changes: Any) -> Review:
    return make_review(
        **{"review_id": "s:1", "source": "s", "entity_id": "e", "crawled_at": NOW, **changes}
    )


def test_the_hash_is_of_what_people_wrote() -> None:
    before = review(text="Плохо", rating=1.0)
    assert review(text="Плохо", rating=2.0).content_hash != before.content_hash
    answered = review(text="Плохо", rating=1.0, replies=(Reply(text="Извините"),))
    assert answered.content_hash != before.content_hash


def test_votes_and_crawl_time_do_not_make_a_revision() -> None:
    later = datetime(2026, 6, 1, tzinfo=UTC)
    before, after = review(text="a"), review(text="a", votes=Votes(helpful=9), crawled_at=later)
    assert before.content_hash == after.content_hash


@given(st.lists(st.text(), max_size=3), st.lists(st.text(), max_size=3))
def test_borders_between_parts_count(left: list[str], right: list[str]) -> None:
    assert (digest(*left) == digest(*right)) == (left == right)


def test_missing_is_not_the_word_none() -> None:
    assert digest_review_id("s", None) != digest_review_id("s", "None")


def test_a_retyped_copy_has_the_same_text_hash() -> None:
    assert text_hash("Всё  ОТЛИЧНО!!!") == text_hash("все отлично")


def test_anonymous_reviews_have_no_author_key() -> None:
    assert author_key(review()) is None
    assert author_key(review(author=Author(name="Аня"))) == "s|Аня"
    assert author_key(review(author=Author(id="7", name="Аня"))) == "s|7"
