"""What an entity's reviews add up to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from otzvuk.queries.inventory import take_inventory
from otzvuk.queries.stats import entity_stats
from pipeline.errors import UsageError
from pipeline.mongo import Store

Fill = Callable[..., None]
TODAY = date(2026, 3, 10)


def test_counts_by_everything(store: Store, fill: Fill) -> None:
    fill(
        {"label": "negative", "rating": 1.0, "days_ago": 1},
        {"label": "positive", "rating": 5.0, "days_ago": 40, "source": "map"},
        {"rating": None, "days_ago": 40, "language": None},
        {"entity": "globex"},
    )
    found = entity_stats(store, "acme", TODAY)
    assert found.total == 3
    assert (found.first_day, found.last_day) == ("2026-01-29", "2026-03-09")
    assert found.labels == {"negative": 1, "positive": 1, "neutral": 1}
    assert found.stars == {"1": 1, "5": 1, "none": 1}
    assert found.sources == {"shop": 2, "map": 1}
    assert found.languages == {"ru": 2, "unknown": 1}
    assert [(name, month.total) for name, month in found.months.items()] == [
        ("2026-01", 2), ("2026-03", 1),
    ]  # fmt: skip
    assert found.reputation.raw_mean == 3.0


def test_a_span_of_days(store: Store, fill: Fill) -> None:
    fill({"days_ago": 1}, {"days_ago": 40})
    assert entity_stats(store, "acme", TODAY, since=date(2026, 3, 1)).total == 1
    assert entity_stats(store, "acme", TODAY, until=date(2026, 3, 1)).total == 1


def test_an_unknown_entity_is_said_with_the_known_ones(store: Store, fill: Fill) -> None:
    fill({})
    with pytest.raises(UsageError, match="it has acme"):
        entity_stats(store, "acne", TODAY)


def test_the_inventory_names_a_missing_index(store: Store) -> None:
    assert take_inventory(store).missing_indexes == []
    store["facts"].drop_index("entity_id_1_event_day_1")
    assert take_inventory(store).missing_indexes == ["facts.entity_id_1_event_day_1"]
