"""The stream of elements that TrustRadius's pages carry for their own scripts (Next.js flight)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from lxml import etree

from crawlers.page import Page
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.json_values import at, text_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import parse_rating
from crawlers.parsing.text import one_line, plain_text
from pipeline.records import Author

SITE = "https://www.trustradius.com"
BEST = 10
MAX_NODES = 200_000

_PUSH = re.compile(r"self\.__next_f\.push\(\s*(\[.*\])\s*\)\s*;?\s*$", re.S)
_ROW = re.compile(rb"\s*([0-9a-f]{1,8}):(?:T([0-9a-f]{1,8}),)?")
_HEADINGS = {"Pros": "pros", "Cons": "cons"}
_TEXTS = ("Use Cases and Deployment Scope", "Likelihood to Recommend", "Return on Investment")


def flight_drafts(root: etree._Element, page: Page) -> list[Draft]:
    """Every review of the stream; empty where the page has none."""
    values, texts = _rows(_stream(root))
    articles = [
        props
        for value in values
        for tag, props in _elements(value)
        if tag == "article" and "Review_review" in text_at(props, "className")
    ]
    return [_draft(one, number, texts, page) for number, one in enumerate(articles, start=1)]


def _stream(root: etree._Element) -> bytes:
    """The stream, which is cut into scripts anywhere."""
    pieces = []
    for script in root.iter("script"):
        found = _PUSH.search("".join(str(piece) for piece in script.itertext()).strip())
        pieces.append(text_at(_decoded(found.group(1)), 1) if found else "")
    return "".join(pieces).encode()


def _rows(stream: bytes) -> tuple[list[Any], dict[str, str]]:
    """Values of its rows, a line each, and its long texts by the marks that stand for them."""
    values: list[Any] = []
    texts: dict[str, str] = {}
    position = 0
    while row := _ROW.match(stream, position):
        if row.group(2):
            end = row.end() + int(row.group(2), 16)
            texts[f"${row.group(1).decode()}"] = stream[row.end() : end].decode("utf-8", "replace")
        else:
            end = stream.find(b"\n", row.end())
            end = len(stream) if end < 0 else end
            values.append(_decoded(stream[row.end() : end]))
        position = end
    return values, texts


def _elements(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Tag and properties of every element inside, in page order."""
    stack, seen = [value], 0
    while stack and seen < MAX_NODES:
        node = stack.pop()
        seen += 1
        if isinstance(node, list):
            if len(node) > 3 and node[0] == "$" and isinstance(node[3], dict):
                yield str(node[1]), node[3]
            stack.extend(reversed(node))
        elif isinstance(node, dict):
            stack.extend(reversed(list(node.values())))


def _draft(article: dict[str, Any], number: int, texts: dict[str, str], page: Page) -> Draft:
    inside = list(_elements(article))
    links = [(text_at(props, "href"), props) for _, props in inside]
    link, titled = next(((h, p) for h, p in links if h.startswith("/reviews/")), ("", {}))
    times = [props for tag, props in inside if tag == "time"]
    person: dict[str, Any] = next(
        (p["reviewer"] for _, p in inside if isinstance(p.get("reviewer"), dict)), {}
    )
    values = [p for _, p in inside if text_at(p, "id").endswith("_rating")]
    answers = _answers(inside, texts)
    identity = link.rstrip("/").rpartition("/")[2][:200]
    return Draft(
        where=f"review {number}",
        native_id=identity or None,
        author=_author(person),
        rating=parse_rating(text_at(values, 0, "value"), BEST, 1),
        title=one_line(_words(titled.get("children"))).strip('"“”'),
        text=answers.get("text", ""),
        pros=answers.get("pros", ""),
        cons=answers.get("cons", ""),
        url=address(f"{SITE}{link}") or page.url,
        published=parse_date(text_at(times, 0, "dateTime"), page.fetched_at),
        extra=_extra(person, inside),
    )


def _answers(inside: list[tuple[str, dict[str, Any]]], texts: dict[str, str]) -> dict[str, str]:
    """Answers by kind; each block holds its heading, and a list or a piece of HTML."""
    found: dict[str, list[str]] = {}
    for _, props in inside:
        if "ReviewAnswer_reviewAnswer" not in text_at(props, "className"):
            continue
        parts = list(_elements(props))
        headings = {text_at(one, "children") for _, one in parts} | {text_at(props, "children")}
        heading = next((name for name in (*_HEADINGS, *_TEXTS) if name in headings), "")
        if heading:
            found.setdefault(_HEADINGS.get(heading, "text"), []).append(_answer(parts, texts))
    return {kind: "\n\n".join(word for word in words if word) for kind, words in found.items()}


def _answer(parts: list[tuple[str, dict[str, Any]]], texts: dict[str, str]) -> str:
    for _, props in parts:
        if markup := text_at(props, "dangerouslySetInnerHTML", "__html"):
            return plain_text(texts.get(markup, markup))
        if isinstance(entries := props.get("items"), list):
            words = (texts.get(one, one) for one in entries[:50] if isinstance(one, str))
            return "\n".join(plain_text(one) for one in words)
    return ""


def _author(person: dict[str, Any]) -> Author:
    name = one_line(text_at(person, "fullName"))
    is_verified = at(person, "verification", "isVerified") is True
    by = text_at(person, "verification", "verifiedBy")
    by_network = "linkedin" in by.casefold()
    confirmed = "professional network" if by_network else by or "trustradius"
    return Author(
        id=short(text_at(person, "_id") or text_at(person, "id"), 100),
        name=None if is_nobody(name) else short(name),
        role=short(text_at(person, "title") or text_at(person, "jobType")),
        company=short(text_at(person, "companyName")),
        identified_by=short(confirmed) if is_verified else None,
    )


def _extra(person: dict[str, Any], inside: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    badge = next((props for _, props in inside if "incentive" in props), {})
    found = {
        "company_size": short(text_at(person, "companySize"), 100),
        "industry": short(text_at(person, "industryType"), 100),
        "department": short(text_at(person, "department"), 100),
        "incentive": short(text_at(badge, "incentive"), 100),
    }
    return {name: value for name, value in found.items() if value}


def _words(children: Any) -> str:
    """Text of an element's children, which may be elements again."""
    if isinstance(children, list) and children[:1] != ["$"]:
        return "".join(_words(child) for child in children[:50] if not isinstance(child, list)) or (
            _inner_words(children)
        )
    return children if isinstance(children, str) else _inner_words(children)


def _inner_words(children: Any) -> str:
    return " ".join(text_at(props, "children") for _, props in _elements(children)).strip()


def _decoded(text: str | bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
