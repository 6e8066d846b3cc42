"""Markup to plain text."""

from __future__ import annotations

import pytest

from crawlers.parsing.markup import parse_html, parse_xml
from crawlers.parsing.text import clean, cut, element_text, plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Раз<br>два</p><p>три</p>", "Раз\nдва\n\nтри"),
        ("a &amp; b &lt;3", "a & b <3"),
        ("&lt;p&gt;Hello&lt;/p&gt;", "Hello"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("ok<script>steal()</script><style>p{}</style>", "ok"),
        ("zero\u200bwidth\u00ad and \u202eback\u202c", "zerowidth and back"),
        ("👩\u200d👧 stays together", "👩\u200d👧 stays together"),
        ("a\u00a0 \t b\r\nc\n\n\n\nd", "a b\nc\n\nd"),
        ('good <img class="emoji" alt=":smile:">', "good :smile:"),
        ("bell\x07 and \ud800 half", "bell and half"),
    ],
)
def test_plain_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text


def test_a_long_text_is_cut_with_a_problem() -> None:
    problems: list[str] = []
    assert len(cut("я" * 50, 10, "review 1: text", problems)) == 10
    assert problems == ["review 1: text: 50 characters, cut to 10"]


def test_tags_nested_without_end_are_bounded_and_said() -> None:
    problems: list[str] = []
    root = parse_html("<p>before</p>" + "<div>" * 100_000 + "deep", problems)
    assert root is not None
    assert "before" in element_text(root)
    assert problems == ["HTML nests too deep: what follows the depth limit is lost"]


def test_an_entity_bomb_is_not_expanded() -> None:
    bomb = '<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 1000 + '">]><b>&b;&b;<c>x</c></b>'
    root = parse_xml(bomb, [])
    assert root is not None
    assert len("".join(map(str, root.itertext()))) < 100


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("AT&T & co", "AT&T & co"),
        ("Caf&eacute;&nbsp;&mdash; &amp;eacute;", "Café\xa0— &eacute;"),
        ("<![CDATA[a?x=1&y=2 &eacute;]]>&T", "a?x=1&y=2 &eacute;&T"),
        ("<![CDATA[a]b]]]]><![CDATA[>]]>&#233;&LT;i", "a]b]]>é<i"),
    ],
)
def test_xml_loses_nothing_for_an_ampersand(written: str, read: str) -> None:
    problems: list[str] = []
    root = parse_xml(f'<b a="x?y=1&amp;z=2&w">{written}</b>', problems)
    assert root is not None
    assert "".join(map(str, root.itertext())) == read
    assert root.get("a") == "x?y=1&z=2&w"
    assert problems == []


def test_an_external_entity_is_not_read() -> None:
    root = parse_xml('<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/hostname">]><b>&x;</b>', [])
    assert root is not None
    assert "".join(map(str, root.itertext())).strip() in ("", "&x;")


def test_clean_is_idempotent() -> None:
    text = clean(" a \n\n\n b\u200b ")
    assert clean(text) == text == "a\n\nb"


def test_links_below_a_comment_are_none_of_its_words() -> None:
    root = parse_html(
        '<div>Греет <a href="/x">быстро</a><span><a class="comment-reply-link x">Reply'
        '</a></span><a class="comment-edit-link">Edit</a></div>',
        [],
    )
    assert root is not None
    assert element_text(root) == "Греет быстро"
