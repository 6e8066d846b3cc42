"""Every saved page belongs to its own source, and no other is as sure of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.captures import ADDRESSES, NO_PAGES, PAGES, READ_AT
from crawlers.page import Page
from crawlers.recognition import recognised
from crawlers.spiders import SOURCES

ROOT = Path(__file__).parents[2]
DOCUMENTS = frozenset({
    "amazon/autopager_index.csv", "google_places/PlaceReview.yml", "schemaorg/product.json",
    "schemaorg/zyte_parsers_rating_values.json",
})  # fmt: skip
"""Descriptions that lie beside the pages: no site sends them, so no source may claim them."""


@pytest.mark.parametrize("name", [source.name for source in SOURCES])
def test_a_page_is_taken_for_its_own_source_and_no_other(name: str) -> None:
    folder = ROOT / PAGES / name
    if not folder.is_dir():
        pytest.skip(f"{PAGES / name} is not there: the captures are not part of the repository")
    wrong = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in NO_PAGES:
            label = path.relative_to(ROOT / PAGES).as_posix()
            wanted = [] if label in DOCUMENTS else [name]
            if (found := claimants(path, ADDRESSES.get(name, ""))) != wanted:
                wrong[label] = found
    assert wrong == {}


def claimants(path: Path, url: str) -> list[str]:
    """The sources that are surest of the page; the one that is chosen first."""
    page = Page.read(body=path.read_bytes(), url=url, fetched_at=READ_AT)
    chosen = recognised(page)
    if chosen is None:
        return []
    sure = chosen.recognises(page)
    others = [one.name for one in SOURCES if one is not chosen and one.recognises(page) >= sure]
    return [chosen.name, *others]
