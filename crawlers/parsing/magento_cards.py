"""Reviews as Magento's own themes draw them: lists of the second version, terms of the first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.magento_rows import BEST, WORST
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import ParsedRating, number, parse_rating
from crawlers.parsing.text import element_text, one_line
from pipeline.records import Author

LISTS = (
    "#customer-reviews, #customer-review-list, #product-review-container, .review-list, "
    ".box-reviews, .review-items"
)
"""Where reviews stand, if there are any."""

MAX_CARDS = 2_000
"""Reviews of one page; no theme shows a tenth of it."""

_ITEMS = "li.review-item, #customer-review-list [itemprop=review]"
_TERMS = "#customer-reviews dl, .box-reviews dl, dl.review-list"
_RATES = ".rating-result, .rating-box, [class$=-rating-box], [class*='-rating-box ']"
_LABEL = ".rating-label, .label"
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)\s*%")
_ID = re.compile(r"/review/product/view/id/(\d{1,12})")
_BY = re.compile(
    r"(?:Review(?:ed)? by|Отзыв (?:от|оставил\(а\))|Bewertung von|Rezension von|Avis (?:de|par)"
    r"|Commentaire (?:de|par)|Opinión de|Reseña (?:de|por)|Comentario de|Recensione (?:di|da)"
    r"|Recenzj[ae](?: od| wg)?|Opinia|Review door|Beoordeling door|Avaliação (?:de|por)|^By)"
    r":?\s+([^\n/(]{1,100})",
    re.I,
)
_IN_BRACKETS = re.compile(r"\(([^()]{4,80})\)")
_AROUND = ".ratings-table, .ratings, .date, small.date, .review-meta, h2, h3, h4, h5"


def card_drafts(
    root: etree._Element, page: Page, language: str, problems: list[str]
) -> list[Draft]:
    """Every review of the page, of either version."""
    items = all_of(deepcopy(root), _ITEMS)
    pairs = [pair for terms in all_of(root, _TERMS) for pair in _pairs(terms)]
    if len(items) + len(pairs) > MAX_CARDS:
        problems.append(f"more than {MAX_CARDS} reviews on one page, the rest is lost")
    drafts: list[Draft] = []
    for place, item in reversed(list(enumerate(items))):
        if place < MAX_CARDS:
            drafts.insert(0, _item(item, page, language))
        if (above := item.getparent()) is not None:  # broken tags put cards into each other
            above.remove(item)
    left = MAX_CARDS - len(drafts)
    drafts.extend(_term(term, body, page, language) for term, body in pairs[:left])
    for place, draft in enumerate(drafts, start=1):
        draft.where = f"review {place}"
    return drafts


def _item(card: etree._Element, page: Page, language: str) -> Draft:
    name = line(card, ".review-author .review-details-value, [itemprop=author]")
    name = name or line(card, ".review-author strong, .review-author, .nickname")
    stamp = attribute(card, ".review-date time, time, [itemprop=datePublished]", "datetime")
    stamp = stamp or line(card, ".review-date .review-details-value, .review-date")
    rating, rated = _ratings(card)
    return Draft(
        where="",
        scope=page.host,
        author=Author(name=None if is_nobody(name) else short(name)),
        rating=rating,
        title=line(card, ".review-title, [itemprop=name]"),
        text=_body(card),
        url=page.url,
        published=parse_date(stamp, page.fetched_at, language=language),
        extra={"sub_ratings": rated} if rated else {},
    )


def _body(card: etree._Element) -> str:
    """The words alone: some themes put the title and the writer inside of the same block."""
    told = text(card, ".review-description, .review-content [itemprop=description]")
    body = first(card, ".review-content, [itemprop=description]")
    if told or body is None:
        return told
    return _without(body, ".review-title, .review-details, .review-author, .review-date")


def _pairs(terms: etree._Element) -> Iterator[tuple[etree._Element, etree._Element]]:
    """Each term, which is the title, with what follows it."""
    for term in terms.iterchildren("dt"):
        body = term.getnext()
        if body is not None and body.tag == "dd":
            yield term, body


def _term(term: etree._Element, body: etree._Element, page: Page, language: str) -> Draft:
    link = attribute(term, "a[href]", "href")
    found = _ID.search(link) or _ID.search(attribute(body, "a[href*='/review/']", "href"))
    rating, rated = _ratings(body)
    beside = _without(term, "a")
    said_by = line(term, "span") or _writer(beside) or _writer(line(body, ".review-meta"))
    said_on = line(body, ".date") or line(body, ".review-meta") or line(term, ".date")
    said_on = (_IN_BRACKETS.findall(said_on[:300]) or [said_on])[-1]
    return Draft(
        where="",
        native_id=found.group(1) if found else None,
        scope=page.host,
        author=Author(name=None if is_nobody(said_by) else short(said_by)),
        rating=rating,
        title=line(term, "a") or _BY.sub("", one_line(beside)).strip(),
        text=_without(body, _AROUND),
        url=address(link) or page.url,
        published=parse_date(said_on, page.fetched_at, language=language),
        extra={"sub_ratings": rated} if rated else {},
    )


def _writer(words: str) -> str:
    found = _BY.search(words[:2_000])
    return one_line(found.group(1)).strip(" \u00a0-—") if found else ""


def _ratings(card: etree._Element) -> tuple[ParsedRating, dict[str, float]]:
    """The average of the votes, each of them the width of five stars, and those by name."""
    shares: list[float] = []
    rated: dict[str, float] = {}
    boxes = all_of(card, _RATES)
    known = set(boxes)
    for box in boxes[:20]:
        share = None if not known.isdisjoint(box.iterancestors()) else _share(box)
        if share is None:
            continue
        shares.append(share)
        stars = parse_rating(share, best=BEST, worst=WORST).stars
        if stars and (label := _label(box)):
            rated[label] = stars
    if not shares:
        said = attribute(card, "[itemprop=ratingValue]", "content")
        return parse_rating(said, attribute(card, "[itemprop=bestRating]", "content") or None), {}
    average = round(sum(shares) / len(shares), 2)
    return parse_rating(average, best=BEST, worst=WORST), rated


def _share(box: etree._Element) -> float | None:
    told = (box.get("title") or "", line(box, "[itemprop=ratingValue]"))
    widths = [one.get("style") or "" for one in box.iter(etree.Element)][:5]
    texts = (*told, *widths, one_line(element_text(box)))
    found = next((one for words in texts if (one := _SHARE.search(words[:200]))), None)
    return number(found.group(1)) if found else None


def _label(box: etree._Element) -> str | None:
    """The name beside the stars, or at the head of their row."""
    row = next((one for one in box.iterancestors("tr")), None)
    if row is not None:
        return short(line(row, "th").strip(" :"), 100)
    above = box.getparent()
    return short(line(above, _LABEL).strip(" :"), 100) if above is not None else None


def _without(body: etree._Element, around: str) -> str:
    bare = deepcopy(body)
    for extra in all_of(bare, around):
        parent = extra.getparent()
        if parent is not None:
            tail, extra.tail = extra.tail, None
            before = extra.getprevious()
            if before is None:
                parent.text = (parent.text or "") + (tail or "")
            else:
                before.tail = (before.tail or "") + (tail or "")
            parent.remove(extra)
    return element_text(bare)
