"""Reviews that are drawn on saved pages of Google Play, in the layouts of three generations."""

from __future__ import annotations

import re

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.address_parts import query_of
from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.google_play_rows import person_name, review_url
from crawlers.parsing.ratings import ParsedRating, count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, element_text
from pipeline.records import Author, Reply, Votes

_OLD_ID = re.compile(r"gp:AOqp[\w-]{8,200}")
_DIGITS = re.compile(r"\d+")
_PERSON = re.compile(r"/store/people/details\?id=(\d{5,30})")


def card_drafts(root: etree._Element, app: str, page: Page) -> list[Draft]:
    """One draft per card; a page shows some of them again in a window of its own."""
    found = [
        read(card, f"card {number}", page)
        for read, cards in (
            (_newest, _newest_cards),
            (_middle, _middle_cards),
            (_oldest, _oldest_cards),
        )
        for number, card in enumerate(cards(root), start=1)
    ]
    for draft in found:
        draft.product = app
    return found


def _newest_cards(root: etree._Element) -> list[etree._Element]:
    """Since 2022: a header with the id, and what follows it."""
    headers = all_of(root, "header[data-review-id]")
    around = [one for header in headers if (one := header.getparent()) is not None]
    return list(dict.fromkeys([*around, *all_of(root, ".RHo1pe, .EGFGHd")]))


def _newest(card: etree._Element, where: str, page: Page) -> Draft:
    reply = first(card, ".ocpBU")
    thumbs = attribute(card, "[data-original-thumbs-up-count]", "data-original-thumbs-up-count")
    return _draft(
        where=where,
        native_id=card.get("data-review-id")
        or attribute(card, "[data-review-id]", "data-review-id"),
        author=Author(name=person_name(line(card, ".X5PpBb"))),
        rating=_stars(card, "[role=img][aria-label], .iXRFPc[aria-label], header [aria-label]"),
        text=text(card, ".h3YV2d"),
        date=line(card, ".bp9Aid"),
        helpful=thumbs or line(card, ".AJTPZc"),
        replies=()
        if reply is None
        else _reply(text(reply, ".ras4vb"), line(reply, ".I6j64d"), line(reply, ".I9Jtec"), page),
        page=page,
    )


def _middle_cards(root: etree._Element) -> list[etree._Element]:
    """From 2018 to 2022; parts of a card carry classes of cards again."""
    marked = all_of(root, "[jsmodel='y8Aajc'], [jscontroller='H6eOGe'], .zc7KVe, .d15Mdf")
    known = set(marked)
    outer = (one for one in marked if not any(above in known for above in one.iterancestors()))
    return [one for one in outer if first(one, "[jsname=bN97Pc], [jsname=fbQN7e]") is not None]


def _middle(card: etree._Element, where: str, page: Page) -> Draft:
    reply = first(card, ".LVQB0b")
    replies: tuple[Reply, ...] = ()
    if reply is not None:
        date = line(reply, ".p2TkOb")
        replies = _reply(_behind(element_text(reply), date), line(reply, ".X43Kjb"), date, page)
    return _draft(
        where=where,
        native_id=_old_id(card),
        author=Author(name=person_name(line(card, ".X43Kjb"))),
        rating=_stars(card, ".pf5lIe [aria-label], [role=img][aria-label]"),
        text=text(card, "[jsname=fbQN7e]") or text(card, "[jsname=bN97Pc]"),
        date=line(card, ".p2TkOb"),
        helpful=line(card, ".jUL89d"),
        replies=replies,
        page=page,
    )


def _oldest_cards(root: etree._Element) -> list[etree._Element]:
    """From 2013 to 2018, also inside of the answers that the page asked for."""
    return [one for one in all_of(root, ".single-review") if first(one, ".review-body") is not None]


def _oldest(card: etree._Element, where: str, page: Page) -> Draft:
    person = _PERSON.search(attribute(card, "a[href*='/store/people/']", "href"))
    title = line(card, ".review-title")
    words = text(card, ".review-body").removeprefix(title)
    answer = card.getnext()
    is_answered = answer is not None and "developer-reply" in (answer.get("class") or "")
    replies: tuple[Reply, ...] = ()
    if answer is not None and is_answered:
        date = line(answer, ".review-date")
        replies = _reply(
            _behind(element_text(answer), date), line(answer, ".author-name"), date, page
        )
    draft = _draft(
        where=where,
        native_id=attribute(card, "[data-reviewid]", "data-reviewid") or _old_id(card),
        author=Author(
            id=person.group(1) if person else None, name=person_name(line(card, ".author-name"))
        ),
        rating=_stars(card, "[aria-label]"),
        text=words.removesuffix(line(card, ".review-link")).strip(),
        date=line(card, ".review-date"),
        helpful="",
        replies=replies,
        page=page,
    )
    draft.title = title
    return draft


def _draft(
    *,
    where: str,
    native_id: str,
    author: Author,
    rating: ParsedRating,
    text: str,
    date: str,
    helpful: str,
    replies: tuple[Reply, ...],
    page: Page,
) -> Draft:
    number = count(helpful)
    app = query_of(page.url).get("id", "")
    return Draft(
        where=where,
        native_id=native_id[:200] or None,
        author=author,
        rating=rating,
        text=text,
        url=(review_url(app, native_id) if native_id else "") or page.url,
        published=parse_date(date, page.fetched_at),
        votes=None if number is None else Votes(helpful=number),
        replies=replies,
    )


def _stars(card: etree._Element, selector: str) -> ParsedRating:
    """The smaller number of the label: "4 из 5", "5 つ星のうち 4", "4 stars out of five"."""
    for one in all_of(card, selector):
        numbers = [int(found) for found in _DIGITS.findall((one.get("aria-label") or "")[:200])]
        if possible := [number for number in numbers if 1 <= number <= 5]:
            return parse_rating(min(possible))
    drawn = len(all_of(card, "header .Z1Dz7b"))
    return parse_rating(drawn) if 1 <= drawn <= 5 else ParsedRating()


def _reply(words: str, author: str, date: str, page: Page) -> tuple[Reply, ...]:
    if not words:
        return ()
    moment = parse_date(date, page.fetched_at).value
    return (Reply(text=words[:LONG_LIMIT], author=short(author), is_owner=True, replied_at=moment),)


def _behind(words: str, date: str) -> str:
    """What follows the line that names the developer and the day."""
    head, _, tail = words.partition(date) if date else ("", "", words)
    return tail.strip() if "\n" not in head.strip() else words


def _old_id(card: etree._Element) -> str:
    """An id of those years, whichever attribute of the card carries it."""
    values = (str(value) for one in card.iter() for value in one.attrib.values())
    return next((found.group() for value in values if (found := _OLD_ID.search(value[:2_000]))), "")
