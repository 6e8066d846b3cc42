"""What every source says of itself is complete, and no better than what it was built against."""

from __future__ import annotations

from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import pytest

from crawlers.parsing.draft import address
from crawlers.source import Evidence, Field, Source
from crawlers.spiders import SOURCES

EXPECTATIONS = Path(__file__).parents[1] / "expectations"
SEEN: tuple[Evidence, ...] = ("capture", "excerpt")
"""Evidence that somebody's real page was there to be counted by eye."""

each_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)


@each_source
def test_it_says_what_it_gives(source: Source) -> None:
    gives = source.access.gives
    assert "author" in gives
    assert gives & {"text", "pros"}
    assert gives <= set(get_args(Field))


@each_source
def test_what_was_seen_was_counted(source: Source) -> None:
    """A source built against real pages is held to what was found on them, and no other boasts."""
    has_expectations = (EXPECTATIONS / f"{source.name}.json").exists()
    assert source.access.evidence in get_args(Evidence)
    if source.access.evidence in SEEN:
        assert has_expectations
    if source.access.evidence == "constructed":
        assert not has_expectations


@each_source
def test_its_terms_are_a_page(source: Source) -> None:
    url = source.access.terms_url
    assert not url or (address(url) and urlsplit(url).scheme == "https")


@each_source
def test_a_key_that_is_needed_has_a_name(source: Source) -> None:
    access = source.access
    assert not access.key or access.key.startswith("OTZVUK_KEY_")
    assert access.key or not access.needs_key
