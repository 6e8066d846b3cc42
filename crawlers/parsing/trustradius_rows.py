"""TrustRadius's reviews as data: its older interface, states of pages, quotes for vendors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crawlers.page import Page
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.json_values import at, text_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import parse_rating
from crawlers.parsing.text import one_line, plain_text
from crawlers.parsing.trustradius_flight import BEST, SITE
from pipeline.records import Author

MAX_DEPTH = 12
"""Levels below which nothing keeps its reviews."""
MAX_ROWS = 2_000

_CONTENT = ("synopsis", "verbatims", "questions", "quotes", "reviewer", "reviewBody")
_LABELS = ("question", "heading", "title", "name", "label", "slug", "type")
_ANSWERS = ("responseText", "text", "answer", "response", "value", "items", "responses")
_DATES = ("publishedDate", "date", "datePublished", "submittedDate", "modified", "editedDate")


def data_drafts(value: Any, page: Page) -> list[Draft]:
    """Every review of an answer or of a page's state, each slug once."""
    drafts: dict[str, Draft] = {}
    for place, row in enumerate(_rows(value, 0), start=1):
        draft = _draft(row, place, page)
        drafts.setdefault(draft.native_id or draft.where, draft)
    return list(drafts.values())


def is_row(value: dict[str, Any]) -> bool:
    """Whether it is a review: called by a slug or id, with a heading and what was answered."""
    quote = at(value, "quotes", 0, "review")
    named = value if not isinstance(quote, dict) else quote
    has_name = bool(text_at(named, "slug") or text_at(named, "_id"))
    return has_name and "heading" in named and any(name in value for name in _CONTENT)


def _rows(value: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for one in value[:MAX_ROWS]:
            yield from _rows(one, depth + 1)
    elif isinstance(value, dict):
        if is_row(value):
            yield value
            return
        for one in value.values():
            if isinstance(one, dict | list):
                yield from _rows(one, depth + 1)


def _draft(row: dict[str, Any], place: int, page: Page) -> Draft:
    quote = at(row, "quotes", 0)
    named = at(quote, "review") or row
    slug = text_at(named, "slug")[:200]
    rating = next((said for one in (row, quote) if (said := _told(one, "rating"))), "")
    answers = _answers(row)
    stamp = next((said for name in _DATES if (said := text_at(named, name))), "")
    return Draft(
        where=f"review {place}",
        native_id=slug or text_at(named, "_id")[:200] or None,
        author=_author(row),
        rating=parse_rating(rating, BEST, 1),
        title=one_line(plain_text(text_at(named, "heading"))).strip('"“”'),
        text=answers["text"],
        pros=answers["pros"],
        cons=answers["cons"],
        product=one_line(text_at(row, "productName") or text_at(row, "product", "name")),
        url=f"{SITE}/reviews/{slug}" if slug else page.url,
        published=parse_date(stamp, page.fetched_at),
        extra=_extra(row),
    )


def _told(value: Any, name: str) -> str:
    """A rating by itself, or put on the scale of ten: `{"normalized": 9, "earned": 90}`."""
    return text_at(value, name) or text_at(value, name, "normalized")


def _answers(row: dict[str, Any]) -> dict[str, str]:
    """Words by kind: those for and against are questions of their own."""
    found: dict[str, list[str]] = {"text": [], "pros": [], "cons": []}
    for name in ("synopsis", "verbatims", "reviewBody", "quotes", "pros", "cons"):
        kind = name if name in found else "text"
        found[kind].append(_words(row.get(name)))
    questions = row.get("questions")
    pairs = questions.items() if isinstance(questions, dict) else _asked(questions)
    for label, answer in pairs:
        head = str(label).casefold()
        kind = next((one for one in ("pros", "cons") if head.startswith(one)), "text")
        found[kind].append(_words(answer))
    return {
        kind: "\n\n".join(dict.fromkeys(one for one in said if one)) for kind, said in found.items()
    }


def _asked(questions: Any) -> Iterator[tuple[str, Any]]:
    for one in questions[:100] if isinstance(questions, list) else ():
        label = next((said for name in _LABELS if (said := text_at(one, name))), "")
        yield label, next((said for name in _ANSWERS if (said := at(one, name))), None)


def _words(value: Any) -> str:
    """A text, texts of a list, or the text of an object; markup becomes words."""
    if isinstance(value, list):
        return "\n".join(said for one in value[:50] if (said := _words(one)))
    if isinstance(value, dict):
        return next((_words(value[name]) for name in _ANSWERS if value.get(name)), "")
    return plain_text(value) if isinstance(value, str) else ""


def _author(row: dict[str, Any]) -> Author:
    person = at(row, "reviewer")
    parts = (text_at(row, "name", "first"), text_at(row, "name", "last"))
    name = one_line(text_at(person, "fullName") or " ".join(parts).strip() or text_at(row, "name"))
    told = (
        text_at(person, "title"), text_at(row, "position", "title"), text_at(row, "title"),
        text_at(person, "jobType"), text_at(row, "reviewerJobType"),
    )  # fmt: skip
    is_verified = at(person, "verification", "isVerified") is True
    by_network = "linkedin" in text_at(person, "verification", "verifiedBy").casefold()
    return Author(
        id=short(text_at(person, "_id") or text_at(person, "id"), 100),
        name=None if is_nobody(name) else short(name),
        role=short(next(filter(None, told), "")),
        company=short(text_at(person, "companyName") or text_at(row, "company", "name")),
        identified_by=("professional network" if by_network else "trustradius")
        if is_verified
        else None,
    )


def _extra(row: dict[str, Any]) -> dict[str, Any]:
    person, company = at(row, "reviewer"), at(row, "company")
    industry = (
        text_at(person, "industryType") or text_at(row, "companyIndustry")
        or text_at(company, "industry") or text_at(company, "industry", "name")
    )  # fmt: skip
    size = text_at(person, "companySize") or text_at(row, "companySize")
    found = {
        "company_size": short(size or text_at(company, "size"), 100),
        "industry": short(industry, 100),
        "department": short(
            text_at(person, "department") or text_at(row, "reviewerDepartment"), 100
        ),
    }
    return {name: value for name, value in found.items() if value}
