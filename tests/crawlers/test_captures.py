"""Saved pages of real sites give what a person saw on them when the expectations were written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.captures import PAGES, captures, summary
from crawlers.spiders import SOURCES

EXPECTED = Path(__file__).with_name("expectations")
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("source", [source.name for source in SOURCES])
def test_every_capture_gives_what_was_checked_by_eye(source: str) -> None:
    pages = ROOT / PAGES
    if not pages.is_dir():
        pytest.skip(f"{PAGES} is not there: the captures are not part of the repository")
    file = EXPECTED / f"{source}.json"
    expected = json.loads(file.read_text("utf-8")) if file.exists() else {}
    found = {
        capture.name: json.loads(json.dumps(summary(capture)))
        for capture in captures(pages, source)
    }
    changed = [name for name in found if found[name] != expected.get(name)]
    assert changed == []
    assert expected.keys() <= found.keys()
