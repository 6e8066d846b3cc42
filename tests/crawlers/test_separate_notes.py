"""Extraction agrees with notes made apart from the parsers, but for misses that are explained."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.capture_accuracy import KNOWN, NOTES, Noted, compared, tallies
from benchmarks.captures import PAGES

ROOT = Path(__file__).parents[2]


def test_every_miss_is_known_with_a_reason() -> None:
    if not (ROOT / PAGES).is_dir():
        pytest.skip(f"{PAGES} is not there: the captures are not part of the repository")
    known = json.loads((ROOT / NOTES / KNOWN).read_text("utf-8"))
    results = tallies(ROOT / NOTES, ROOT / PAGES)
    misses = {miss for tally in results.values() for miss in tally.misses}
    assert misses == known.keys()
    assert all(known.values())


def test_a_wrong_field_and_a_lost_review_are_misses() -> None:
    notes: list[Noted] = [{"author": "a", "text": "t", "rating": 5}, {"author": "b", "text": "u"}]
    tally = compared("page", notes, [{"author": "a", "text": "t", "rating": 4.0}])
    assert tally.misses == ["page: rating of pair 1", "page: review missing"]
    assert (tally.expected["reviews"], tally.matched["reviews"]) == (2, 1)
