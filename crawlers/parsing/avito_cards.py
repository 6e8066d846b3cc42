"""Avito's reviews of sellers: as the site's own answers, as cards of its page, or as a dump."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.json_values import at, dicts_at, flag_at, text_at, time_at
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import ParsedRating, parse_rating
from crawlers.parsing.text import LONG_LIMIT, clean, element_text, one_line
from pipeline.records import Author, Reply

CARD = re.compile(r"review\((\d{1,5})\)")
"""Marker of a card; those of its parts go on after a slash."""
DUMP_NAMES = frozenset(("author", "subtitle", "stage", "item_title", "score"))
_WORDS = "[data-marker$='/text-section/text'], [data-marker$='answer/text']"
"""Where the words of a review stand, and of an answer inside of it, which has the same marker."""
_PICTURE = re.compile(r"/image(?:\(\d{1,4}\)|[-/]\d{1,4})?")
_HAPPENED = re.compile(r"сделка состоялась", re.I)


def entry_draft(value: dict[str, Any], number: int, page: Page) -> Draft:
    """An entry of the answer that the page itself reads."""
    return _draft(
        number=number,
        page=page,
        native_id=text_at(value, "id"),
        name=text_at(value, "title"),
        said_when=f"{text_at(value, 'rated')}·{text_at(value, 'titleCaption')}",
        stage=text_at(value, "stageTitle"),
        item=text_at(value, "itemTitle"),
        score=text_at(value, "score"),
        words=_sections(value),
        answer=text_at(value, "answer", "text") or _sections(at(value, "answer")),
        answered=text_at(value, "answer", "rated"),
        media=len(dicts_at(value, "images")),
    )


def _sections(value: Any) -> str:
    """The parts of a text, one a line."""
    return "\n".join(
        words for part in dicts_at(value, "textSections") if (words := text_at(part, "text"))
    )


def api_draft(row: dict[str, Any], number: int, page: Page) -> Draft:
    """A review of the interface for the seller."""
    draft = _draft(
        number=number,
        page=page,
        native_id=text_at(row, "id"),
        name=text_at(row, "sender", "name"),
        said_when=text_at(row, "createdAt"),
        stage=_STAGES.get(text_at(row, "stage"), text_at(row, "stage")),
        item=text_at(row, "item", "title"),
        score=text_at(row, "score"),
        words=text_at(row, "text"),
        answer=text_at(row, "answer", "text"),
        answered=text_at(row, "answer", "createdAt"),
        media=len(dicts_at(row, "images")),
    )
    if flag_at(row, "usedInScore") is False:
        draft.extra["excluded_from_rating"] = True
    return draft


_STAGES = {
    "done": "Сделка состоялась", "fell_through": "Сделка сорвалась",
    "not_agree": "Не договорились", "not_communicate": "Не общались",
}  # fmt: skip


def dump_draft(row: dict[str, Any], number: int, page: Page) -> Draft:
    """A card that somebody's program wrote down from the page."""
    pictures = at(row, "photos")
    return _draft(
        number=number,
        page=page,
        name=text_at(row, "author"),
        said_when=text_at(row, "subtitle"),
        stage=text_at(row, "stage"),
        item=text_at(row, "item_title"),
        score=text_at(row, "score"),
        words=text_at(row, "text"),
        answer=text_at(row, "answer"),
        media=pictures if isinstance(pictures, int) and 0 < pictures < 1_000 else 0,
    )


def card_drafts(root: etree._Element, page: Page) -> list[Draft]:
    """Every card of the page; its parts are found by their markers, whose number is its place."""
    cards = [
        card
        for card in all_of(root, "[data-marker^='review(']")
        if CARD.fullmatch(card.get("data-marker") or "")
    ]
    return [_card_draft(card, number, page) for number, card in enumerate(cards, start=1)]


def _card_draft(card: etree._Element, number: int, page: Page) -> Draft:
    mark = card.get("data-marker") or ""

    def part(name: str) -> str:
        return f"[data-marker='{mark}/{name}']"

    answer = first(card, f"{part('answer')}, [class*='module-answer']")
    answered = [] if answer is None else all_of(answer, _WORDS)
    own = all_of(card, f"{part('text-section/text')}, {part('text')}")
    return _draft(
        number=number,
        page=page,
        name=line(card, part("header/title")),
        said_when=line(card, part("header/subtitle")),
        stage=line(card, part("stage")),
        item=line(card, part("itemTitle")),
        score=_score(card, part("score")),
        words=_lines([one for one in own if one not in answered]),
        answer=_lines(answered) or text(card, part("answer")),
        media=_pictures(card, mark) or len(all_of(card, f"{part('gallery')} img")),
    )


def _lines(elements: list[etree._Element]) -> str:
    """Sections of a text one below the other, each once where one stands inside of another."""
    return "\n".join(dict.fromkeys(words for one in elements if (words := element_text(one))))


def _pictures(card: etree._Element, mark: str) -> int:
    """Pictures by their numbers: each has several parts."""
    names = [one.get("data-marker") or "" for one in all_of(card, f"[data-marker^='{mark}/image']")]
    return len({found.group() for name in names if (found := _PICTURE.search(name))})


def _score(card: etree._Element, selector: str) -> str:
    """A machine's number, written out, or as so many filled stars of five."""
    if said := attribute(card, "[itemprop=ratingValue]", "content"):
        return said
    holder = first(card, selector)
    if holder is None:
        return ""
    written = (holder.get("data-score") or "", holder.get("aria-label") or "", line(card, selector))
    if said := " ".join(written).strip():
        return said
    stars = all_of(holder, "[data-marker*='/star-']")
    lit = [star for star in stars if _is_lit(star)]
    return str(len(lit)) if lit else ""


def _is_lit(star: etree._Element) -> bool:
    """Whether a star is filled: by its marker, its colour, or the class of its drawing."""
    is_marked = (star.get("data-marker") or "").endswith("star-filled")
    return is_marked or "fill" in star.attrib or first(star, "[class*='filled']") is not None


def _draft(
    *, number: int, page: Page, name: str, said_when: str, stage: str, item: str, score: str,
    words: str, answer: str, native_id: str = "", answered: str = "", media: int = 0,
) -> Draft:  # fmt: skip
    """The same card, wherever its parts came from; "16 сентября · Клиент" is a day and a role."""
    day, _, role = said_when.partition("·")
    shown = one_line(name)
    outcome = one_line(stage.partition("·")[0])
    facts = {"role": short(role, 100), "stage": short(outcome, 100)}
    return Draft(
        where=f"review {number}",
        native_id=one_line(native_id)[:100] or None,
        author=Author(name=None if is_nobody(shown) else short(shown)),
        rating=parse_rating(score) if score else ParsedRating(),
        text=clean(words),
        product=one_line(item or stage.partition("·")[2]),
        url=page.url,
        published=parse_date(day.strip(), page.fetched_at),
        replies=_reply(answer, answered, page),
        media_count=media,
        verified_purchase=True if _HAPPENED.search(outcome) else None,
        extra={key: value for key, value in facts.items() if value},
    )


def _reply(answer: str, answered: str, page: Page) -> tuple[Reply, ...]:
    said = clean(answer)[:LONG_LIMIT]
    moment = time_at({"at": answered}, page.fetched_at, "at")
    return (Reply(text=said, is_owner=True, replied_at=moment),) if said else ()


def tell_apart(drafts: list[Draft]) -> None:
    """Numbers those without ids that are alike: two people may write "Отлично" on one day."""
    seen: Counter[str] = Counter()
    for draft in drafts:
        identity = draft.review_id("avito")
        draft.ordinal = 0 if draft.native_id else seen[identity]
        seen[identity] += 1
