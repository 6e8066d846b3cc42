"""One review told twice on a page — in two syntaxes, for two screens — becomes one, the richest."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import fields

from crawlers.parsing.draft import Draft
from pipeline.identity import normalised_text

COMPARED_CHARACTERS = 100
"""A summary and the full text of one review begin alike."""
_FINE = ("minute", "second")
_SETTLED = ("thread_id", "parent_id", "author", "is_mention", "native_id", "scope")
"""Fields of which emptiness is an answer, or that are looked at apart."""
_WRITTEN_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")
TELLING_CHARACTERS = 20
"""Shorter texts ("Отлично!") are written by many: author and day must agree too."""


def merged(drafts: Iterable[Draft]) -> list[Draft]:
    """Drafts in page order, each review once.

    Wordless ratings that agree in everything are kept apart when one syntax lists them: two
    anonymous five stars of one day are two reviews.
    """
    groups: dict[tuple[str, ...], list[Draft]] = defaultdict(list)
    kept: list[Draft] = []
    for draft in drafts:
        group = groups[_key(draft)]
        twin = next((other for other in group if _is_same(other, draft)), None)
        if twin is None:
            group.append(draft)
            kept.append(draft)
        else:
            _enrich(twin, draft)
    _distrust_shared_ids(kept)
    _number_alike(kept)
    return kept


def _key(draft: Draft) -> tuple[str, ...]:
    words = draft.words if len(draft.text) < TELLING_CHARACTERS else normalised_text(draft.text)
    if len(words) >= TELLING_CHARACTERS:
        return (words[:COMPARED_CHARACTERS],)
    return (words, normalised_text(draft.author.name or ""), _day(draft))


def _is_same(one: Draft, other: Draft) -> bool:
    """Whether two drafts with equal beginnings are one review."""
    if one.native_id and other.native_id and one.native_id != other.native_id:
        return False
    if _syntax(one) == _syntax(other):
        is_repeated = bool(one.words) and one.words == other.words
        return is_repeated and one.author.name == other.author.name and _day(one) == _day(other)
    names = {normalised_text(draft.author.name) for draft in (one, other) if draft.author.name}
    stars = {draft.rating.stars for draft in (one, other) if draft.rating.stars is not None}
    return len(names) <= 1 and len(stars) <= 1


def _enrich(kept: Draft, twin: Draft) -> None:
    """Fill what `kept` lacks, and take the longer text; a review beats a comment."""
    if len(twin.text) > len(kept.text):
        kept.text = twin.text
    is_finer = kept.published.precision == "day" and twin.published.precision in _FINE
    if twin.published.value is not None and (kept.published.value is None or is_finer):
        kept.published = twin.published
    if kept.rating.stars is None and twin.rating.stars is not None:
        kept.rating = twin.rating
    if kept.native_id is None:  # the scope belongs to the id
        kept.scope = twin.scope if twin.native_id else kept.scope or twin.scope
        kept.native_id = twin.native_id
    kept.is_mention = kept.is_mention and twin.is_mention
    if not kept.is_mention:
        kept.thread_id = kept.parent_id = None
    for name in (entry.name for entry in fields(Draft)):
        if name not in _SETTLED and not getattr(kept, name):
            setattr(kept, name, getattr(twin, name))
    if kept.author.name is None:
        kept.author = twin.author


def _distrust_shared_ids(drafts: list[Draft]) -> None:
    """An id that two different reviews carry is the product's or the list's."""
    carriers = Counter(draft.native_id for draft in drafts if draft.native_id)
    for draft in drafts:
        if draft.native_id and carriers[draft.native_id] > 1:
            draft.native_id = None


def _number_alike(drafts: list[Draft]) -> None:
    """Number what would share a digest though the page lists it as several."""
    seen: Counter[str] = Counter()
    for draft in drafts:
        if draft.native_id is None:
            alike = draft.review_id("")
            draft.ordinal = seen[alike]
            seen[alike] += 1


def _day(draft: Draft) -> str:
    """As the page writes it: near midnight, its own clock and UTC disagree."""
    if written := _WRITTEN_DAY.match(draft.published.raw or ""):
        return written.group()
    value = draft.published.value
    return value.date().isoformat() if value else ""


def _syntax(draft: Draft) -> str:
    return draft.where.partition(" ")[0]
