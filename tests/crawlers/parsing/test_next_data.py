"""The state of pages made with Next.js."""

from __future__ import annotations

from crawlers.parsing.markup import parse_html
from crawlers.parsing.next_data import page_props, props_of


def props(script: str, problems: list[str]) -> dict[str, object]:
    root = parse_html(f'<script id="__NEXT_DATA__">{script}</script>', [])
    assert root is not None
    return page_props(root, problems)


def test_the_properties_of_a_page_and_of_its_answer() -> None:
    assert props('{"props":{"pageProps":{"a":1}}}', []) == {"a": 1}
    assert props_of({"pageProps": {"a": 1}}) == {"a": 1}
    assert props_of({"props": {"pageProps": {"a": 1}}}) == {"a": 1}


def test_anything_else_is_empty_and_what_is_broken_is_told() -> None:
    problems: list[str] = []
    assert props("{]", problems) == {}
    assert len(problems) == 1
    assert props('{"props":[]}', []) == {}
    assert (props_of([1]), props_of(None)) == ({}, {})
