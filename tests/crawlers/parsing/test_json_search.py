"""Objects are found by their names, the outer ones first."""

from __future__ import annotations

from crawlers.parsing.json_search import objects_where, objects_with


def test_objects_are_found_at_any_depth_outer_ones_first() -> None:
    value = {"a": [{"b": {"id": 2, "text": "y"}}], "c": {"id": 1, "text": "x"}}
    assert [found["id"] for found in objects_with(value, "id", "text")] == [1, 2]


def test_all_names_are_needed_and_found_objects_are_not_looked_into() -> None:
    value = [{"id": 1}, {"id": 2, "text": {"id": 3, "text": "z"}}]
    assert [found["id"] for found in objects_with(value, "id", "text")] == [2]


def test_what_holds_no_objects_gives_none() -> None:
    assert list(objects_with("text", "id")) == []
    assert list(objects_with(None, "id")) == []


def test_what_is_wanted_may_be_told_by_values() -> None:
    value = [{"type": "app", "of": [{"type": "review", "id": 1}]}, {"type": "review", "id": 2}]
    found = objects_where(value, lambda entry: entry.get("type") == "review")
    assert sorted(one["id"] for one in found) == [1, 2]
