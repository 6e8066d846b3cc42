"""Open, signed reviews of places and sites on Mangrove, which every map may show."""

from __future__ import annotations

import re
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import is_of, query_of
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_lines import answer_of as json_lines
from crawlers.parsing.json_values import at, flag_at, text_at
from crawlers.parsing.mangrove_versions import MARESI, Version, rows_of, versions_of
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import clean, one_line
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import Author, SourceKind, Votes

API = "https://api.mangrove.reviews/reviews"
SITE = "https://mangrove.reviews/list"
PAGE_REVIEWS = 1_000
WORST, BEST = 0, 100

_SIGN = re.compile(r'"(?:maresi_subjects|kid|opinion|jwt)"\s*:')
_UNSIGNED = ("sub", "iat", "opinion", "rating")
_TOKEN = re.compile(r'"jwt"\s*:\s*"eyJ')
_PLACE_NAME = re.compile(r"^geo:[^?]*\?(.*)$")


class Mangrove(PlainRequests):
    """A subject is a geo: address with a name, a site, or another review."""

    name: Literal["mangrove"] = "mangrove"
    kind: SourceKind = "map"
    access = Access(
        paging="gt_iat=, the second of the last review, while answers are full",
        gives=frozenset(
            ("id", "author", "rating", "text", "date", "votes", "media", "product",
             "claimed_total")
        ),
        terms_url="https://mangrove.reviews/terms",
        evidence="constructed",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The reviews of the subject that the address names, latest edits alone."""
        query = query_of(url)
        subject, signature = query.get("sub", ""), query.get("signature", "")
        if not is_of(url, "mangrove.reviews") or not (subject or signature):
            raise UsageError(
                f"{url!r} names no subject: expected "
                f"{API}?sub=geo:47.4,8.5?q=Name&u=30 (the subject percent-encoded)"
            )
        wanted = {"sub": subject} if subject else {"signature": signature}
        return (_address(wanted, query.get("gt_iat", "")),)

    def recognises(self, page: Page) -> float:
        """By the host, or by the parts of a signed review."""
        if is_of(page.url, "mangrove.reviews"):
            return 0.95
        beginning = page.text[:50_000] if page.looks_like_json else ""
        has_content = '"payload"' in beginning or _TOKEN.search(beginning) is not None
        is_signed = '"signature"' in beginning and has_content
        if is_signed and _SIGN.search(beginning):
            return 0.95
        return 0.9 if all(f'"{name}"' in beginning for name in _UNSIGNED) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every opinion of a person; what machines wrote and what was withdrawn is left out."""
        harvest = Harvest.of(page)
        answer = json_lines(page, harvest.problems)
        rows = rows_of(answer)
        harvest.is_known = isinstance(at(answer, "reviews"), list) or bool(rows)
        judged = at(answer, "maresi_subjects")
        for number, version in enumerate(versions_of(rows), start=1):
            if version.no_opinion:
                harvest.skipped[version.no_opinion] += 1
            else:
                harvest.drafts.append(_draft(version, f"review {number}", judged, page))
        harvest.links.extend(_following(page, rows))
        return harvest.parsed(page, self)


def _draft(version: Version, where: str, judged: Any, page: Page) -> Draft:
    row, first = version.row, version.first
    subject = text_at(first, "payload", "sub")
    signature = one_line(version.signature)[:200]
    query = urlencode({"signature": signature})
    edited = parse_date(text_at(row, "payload", "iat"), page.fetched_at).value
    return Draft(
        where=where,
        native_id=signature or None,
        author=_author(row),
        rating=parse_rating(text_at(row, "payload", "rating"), BEST, WORST),
        text=clean(text_at(row, "payload", "opinion")),
        product=_product(subject),
        url=f"{SITE}?{query}" if signature else "",
        published=parse_date(text_at(first, "payload", "iat"), page.fetched_at),
        edited_at=edited if text_at(row, "payload", "action") == "edit" else None,
        votes=_votes(at(judged, f"{MARESI}{signature}") or at(judged, signature)),
        media_count=_pictures(row),
        extra=_extra(row, subject),
    )


def _pictures(row: dict[str, Any]) -> int:
    found = at(row, "payload", "images")
    return min(len([one for one in found if one]), 1_000) if isinstance(found, list) else 0


def _author(row: dict[str, Any]) -> Author:
    """The key is the person; a nickname is what the person chose to show."""
    metadata = at(row, "payload", "metadata")
    full = f"{text_at(metadata, 'given_name')} {text_at(metadata, 'family_name')}"
    name = one_line(text_at(metadata, "nickname") or text_at(metadata, "display_name") or full)
    key = "".join((text_at(row, "kid") or text_at(row, "payload", "iss")).split())
    return Author(
        id=short(re.sub(r"-----[A-Z]+PUBLICKEY-----", "", key), 500),
        name=None if is_nobody(name) else short(name),
    )


def _votes(summary: Any) -> Votes | None:
    """Reviews of the review: it is confirmed, or not."""
    confirmed = count(at(summary, "confirmed_count"))
    if confirmed is None:
        return None
    return Votes(helpful=confirmed)


def _product(subject: str) -> str:
    """Name of a place in a geo: address (`geo:47.1,8.5?q=Name`), or the subject itself."""
    found = _PLACE_NAME.match(subject[:4_000])
    if subject.startswith((MARESI, "geo:")) and found is None:
        return ""
    if found is None:
        return unquote(subject[:4_000])
    return one_line(parse_qs(str(found.group(1))).get("q", [""])[0])


def _extra(row: dict[str, Any], subject: str) -> dict[str, Any]:
    """Ties that the author disclosed, the place, and the program that was written with."""
    metadata = at(row, "payload", "metadata")
    flags = ("is_affiliated", "is_personal_experience")
    marks = {name: True for name in flags if flag_at(metadata, name)}
    own = {"subject": short(subject, 500), "client": short(text_at(metadata, "client_id"), 200)}
    own["context"] = short(text_at(metadata, "experience_context"), 100)
    return {**{name: value for name, value in own.items() if value}, **marks}


def _following(page: Page, rows: list[dict[str, Any]]) -> list[str]:
    """From the last second on; the reviews of that very second come again and are known."""
    stamps = [stamp for row in rows if isinstance(stamp := at(row, "payload", "iat"), int)]
    query = query_of(page.url)
    limit = count(query.get("limit")) or PAGE_REVIEWS
    if len(rows) < limit or not stamps or not is_of(page.url, "mangrove.reviews"):
        return []
    after, before = str(max(stamps) - 1), query.get("gt_iat", "")
    if after == before:
        return []
    names: tuple[str, ...] = ("sub", "signature")
    wanted = {name: query[name] for name in names if name in query}
    return [_address(wanted, after)] if wanted else []


def _address(wanted: dict[str, str], after: str) -> str:
    query = {**wanted, "latest_edits_only": "true", "maresi_subjects": "true"}
    since = {"gt_iat": after} if after.isdecimal() else {}
    parts = urlsplit(API)._replace(query=urlencode({**query, "limit": PAGE_REVIEWS, **since}))
    return parts.geturl()


MANGROVE = Mangrove()
