"""A review in the making: what a parser gathered, before limits and checks make it a record."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from crawlers.page import Page
from crawlers.parsing.bounds import bounded_extra, bounded_replies
from crawlers.parsing.dates import ParsedDate
from crawlers.parsing.ratings import ParsedRating
from crawlers.parsing.text import LONG_LIMIT, SHORT_LIMIT, cut, one_line
from pipeline.identity import digest_review_id, make_review, native_review_id, normalised_text
from pipeline.records import Author, Reply, Review, SourceKind, Votes

FIRST_WORDS = 5
"""Words of a text that identify it: an edit rarely touches the opening."""


@dataclass(kw_only=True)
class Draft:
    """One opinion; texts are plain already, limits are not applied yet."""

    where: str
    """Place on the page, for problems: "json-ld review 3"."""
    native_id: str | None = None
    author: Author = field(default_factory=Author)
    rating: ParsedRating = field(default_factory=ParsedRating)
    title: str = ""
    text: str = ""
    pros: str = ""
    cons: str = ""
    product: str = ""
    url: str = ""
    language: str = ""
    published: ParsedDate = field(default_factory=ParsedDate)
    edited_at: datetime | None = None
    votes: Votes | None = None
    replies: tuple[Reply, ...] = ()
    media_count: int = 0
    is_mention: bool = False
    thread_id: str | None = None
    parent_id: str | None = None
    verified_purchase: bool | None = None
    recommends: bool | None = None
    usage_period: str = ""
    scope: str = ""
    """Site within the source: one source may read many sites with clashing ids."""
    ordinal: int = 0
    """Tells apart reviews that are alike in everything but are not one."""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nobody said anything: neither words nor stars."""
        return not (self.text or self.title or self.pros or self.cons or self.rating.stars)

    @property
    def words(self) -> str:
        """Everything written, normalised for comparison."""
        return normalised_text(" ".join((self.title, self.text, self.pros, self.cons)))

    def review_id(self, source: str) -> str:
        """The source's own id, or a digest of what an edit does not change.

        The digest takes site, author, own date and the first words: an edited body keeps its
        id as long as it begins alike. Without an author, or with fewer than four words, the
        product and the star join in, as two people write "Отлично" on one day. A relative date
        is left out: it moves with every reading.
        """
        if self.native_id:
            scope = f"{self.scope}:" if self.scope else ""
            return native_review_id(source, scope + self.native_id)
        words = normalised_text(self.text or self.pros or self.cons or self.title).split()
        is_weak = len(words) < 4 or not self.author.name
        stamp = self.published.value if self.published.precision != "relative" else None
        return digest_review_id(
            source,
            self.scope,
            self.author.id or normalised_text(self.author.name or ""),
            stamp.isoformat() if stamp else None,
            " ".join(words[:FIRST_WORDS]),
            (normalised_text(self.product), self.rating.stars) if is_weak else None,
            self.ordinal or None,
        )


def build(
    draft: Draft, page: Page, source: str, kind: SourceKind, problems: list[str]
) -> Review | None:
    """The record of a draft, cut to its limits; None and a problem for an impossible value."""
    problems.extend(
        f"{draft.where}: {problem}"
        for problem in (draft.rating.problem, draft.published.problem)
        if problem
    )
    try:
        return make_review(
            review_id=draft.review_id(source),
            source=source,
            kind=kind,
            entity_id=page.entity_id,
            rating=draft.rating.stars,
            rating_original=draft.rating.original,
            **_texts(draft, problems),
            **_dates(draft),
            **_circumstances(draft, problems),
            crawled_at=page.fetched_at,
            crawl_id=page.crawl_id,
            is_backfill=page.is_backfill,
        )
    except (msgspec.ValidationError, OverflowError) as error:
        problems.append(f"{draft.where}: dropped, {error}")
        return None


def _texts(draft: Draft, problems: list[str]) -> dict[str, Any]:
    return {
        "title": cut(draft.title, SHORT_LIMIT, f"{draft.where}: title", problems),
        "text": cut(draft.text, LONG_LIMIT, f"{draft.where}: text", problems),
        "pros": cut(draft.pros, LONG_LIMIT, f"{draft.where}: pros", problems),
        "cons": cut(draft.cons, LONG_LIMIT, f"{draft.where}: cons", problems),
        "product": short(draft.product),
        "url": address(draft.url),
        "language": language_code(draft.language),
    }


def _dates(draft: Draft) -> dict[str, Any]:
    return {
        "published_at": draft.published.value,
        "published_precision": draft.published.precision,
        "published_raw": short(draft.published.raw or ""),
        "edited_at": draft.edited_at,
    }


def _circumstances(draft: Draft, problems: list[str]) -> dict[str, Any]:
    replies, left_out = bounded_replies(draft.replies, draft.where, problems)
    return {
        "author": draft.author,
        "votes": draft.votes,
        "replies": replies,
        "replies_left_out": left_out,
        "media_count": draft.media_count,
        "is_mention": draft.is_mention,
        "thread_id": short(draft.thread_id or ""),
        "parent_id": short(draft.parent_id or ""),
        "verified_purchase": draft.verified_purchase,
        "recommends": draft.recommends,
        "usage_period": short(draft.usage_period),
        "extra": bounded_extra(draft.extra, f"{draft.where}: extra", problems),
    }


def short(text: str, limit: int = SHORT_LIMIT) -> str | None:
    """One clean line for a short field; None when empty."""
    line = one_line(text[: limit * 4])
    return (line if len(line) <= limit else line[: limit - 1] + "…") or None


def address(url: str) -> str | None:
    """A web address fit for a record; None for anything else."""
    cleaned = one_line(url[: SHORT_LIMIT + 1])
    try:
        parts = urlsplit(cleaned)
    except ValueError:
        return None
    is_web = parts.scheme in ("http", "https") and bool(parts.netloc)
    return cleaned if is_web and len(cleaned) <= SHORT_LIMIT else None


def language_code(tag: str) -> str | None:
    """`en-US` is `en`; None for what is no language tag."""
    primary = re.split(r"[-_]", tag.strip())[0].casefold()
    return primary if re.fullmatch(r"[a-z]{2,3}", primary) else None
