"""Parts of a page by selectors."""

from __future__ import annotations

from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.markup import parse_html

ROOT = parse_html(
    '<div class="a" title=" "></div>'
    '<div class="a" title="T"><p>one <b>two</b></p><p>three</p></div>',
    [],
)


def test_matches_come_in_page_order_and_what_is_not_there_is_empty() -> None:
    assert ROOT is not None
    assert [one.get("title") for one in all_of(ROOT, ".a")] == [" ", "T"]
    assert first(ROOT, ".b") is None
    assert (text(ROOT, ".b"), line(ROOT, ".b"), attribute(ROOT, ".b", "title")) == ("", "", "")


def test_the_first_match_that_says_something_speaks() -> None:
    assert ROOT is not None
    assert text(ROOT, ".a") == "one two\n\nthree"
    assert line(ROOT, ".a") == "one two three"
    assert attribute(ROOT, ".a", "content", "title") == "T"
