"""What the store knows decides what is new, and whether a crawl brings history or news."""

from __future__ import annotations

import pytest

from crawlers.known import known_in, was_read_before
from crawlers.outcomes import Outcome
from pipeline.mongo import Store

URL = "https://shop.example/reviews"


def test_ids_of_the_store_come_with_their_content(store: Store) -> None:
    store["reviews"].insert_many(
        [{"_id": f"shop:{n}", "content_hash": f"{n:032x}", "text": "x"} for n in range(300)]
    )
    found = known_in(store)([f"shop:{n}" for n in range(100, 500)])
    assert len(found) == 200
    assert found["shop:299"] == f"{299:032x}"


@pytest.mark.parametrize("outcome", [str(outcome) for outcome in Outcome])
def test_only_a_finished_pass_makes_the_next_one_news(store: Store, outcome: str) -> None:
    report = {"entity_id": "tea", "source": "shop", "url": URL, "outcome": outcome}
    store["crawl_reports"].insert_many(
        [{**report, "_id": "c:0", "is_final": False}, {**report, "_id": "c:1", "is_final": True}]
    )
    assert was_read_before(store, "tea", "shop", URL) is not Outcome(outcome).is_failure
    assert not was_read_before(store, "coffee", "shop", URL)
    assert not was_read_before(store, "tea", "shop", f"{URL}?page=2")
