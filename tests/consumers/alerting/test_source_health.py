"""An alarm is held back while most of its evidence is from a source that cannot be believed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from consumers.alerting.note import ReviewNote
from consumers.alerting.source_health import resting_on, unhealthy_sources
from pipeline.mongo import Document, Store


def listing(number: int, **fields: Any) -> Document:
    return {
        "_id": f"l{number}", "entity_id": "cafe", "source": "auto", "read_as": "maps",
        "is_watched": True, "failures": 0, "last": {"outcome": "complete"}, **fields,
    }  # fmt: skip


def note(number: int, source: str) -> ReviewNote:
    return ReviewNote(
        review_id=f"{source}:{number}", source=source, day=date(2026, 5, 4), label="negative",
        sentiment=-0.8, authenticity=0.9, rating=1.0, is_backfill=False, text="", text_hash="",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "is_unhealthy"),
    [
        ({}, False),
        ({"failures": 1, "last": {"outcome": "timeout"}}, False),
        ({"failures": 2, "last": {"outcome": "captcha"}}, True),
        ({"failures": 1, "last": {"outcome": "layout_change"}}, True),
        ({"is_stale": True}, True),
        ({"is_stale": True, "is_watched": False}, False),
    ],
)
def test_a_source_is_unhealthy_when_it_fails_again_is_doubtful_or_stale(
    store: Store, fields: dict[str, Any], is_unhealthy: bool
) -> None:
    store["crawl_schedule"].insert_one(listing(1, **fields))
    assert ("maps" in unhealthy_sources(store, ["cafe"]).get("cafe", {})) == is_unhealthy


def test_one_healthy_address_is_enough_for_a_source(store: Store) -> None:
    store["crawl_schedule"].insert_many([listing(1, is_stale=True), listing(2)])
    assert unhealthy_sources(store, ["cafe", "other"]) == {}


def test_the_gate_closes_when_most_evidence_rests_on_it() -> None:
    unhealthy = {"maps": "is stale"}
    gate = resting_on([note(1, "maps"), note(2, "maps"), note(3, "shop")], unhealthy)
    assert gate is not None
    assert gate.name == "source_unhealthy"
    assert "2 of 3" in gate.reason
    assert resting_on([note(1, "maps"), note(3, "shop")], unhealthy) is None
    assert resting_on([], unhealthy) is None
