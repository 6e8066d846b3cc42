"""Reviews of business software on pages that mark them up, and show the reviewer beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.address_parts import path_of
from crawlers.parsing.b2b_people import facts_of, shown_name
from crawlers.parsing.b2b_text import answers_below_first_question, answers_of
from crawlers.parsing.css import all_of, attribute, first, line, text
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.jsonld import jsonld_items
from crawlers.parsing.microdata import microdata_items
from crawlers.parsing.page_scale import page_best
from crawlers.parsing.ratings import ParsedRating, count, number, parse_rating
from crawlers.parsing.schema_reviews import draft_of, is_review
from crawlers.parsing.structured import Item
from crawlers.parsing.text import element_text, one_line
from pipeline.records import Author

MAX_CARDS = 1_000
"""Reviews of one page; no site shows a tenth of it."""

_HALVES = re.compile(r"\bstars-(\d{1,2})(?!\d)")
_OUT_OF = re.compile(r"(\d{1,2}(?:\.\d)?)\s*(?:out of|/)\s*(10|5)(?!\d)")
_MARKED = re.compile(r"itemprop=[\"']?reviews?\b|schema\.org/", re.I)
_PROFILE = re.compile(r"^/users/[\w.-]{1,100}/?$")
_NAME = "[itemprop=author], .reviewer-name, span.typo-20"
_DAY = re.compile(
    r"\w{3,12}\.? \d{1,2}, \d{4}|\d{1,2}\.?(?: de)? \w{3,12}\.?(?: de)? \d{4}(?: г\.)?"
)
"""A line that is a day and nothing else."""
_HEADING = re.compile(r"^Reviews of\s+|\s+Reviews(?: \d{4})?(?:\s*[:&|].{0,100})?$", re.I)
"""What a page's heading says beside the product's name."""
_QUOTES = "\"“”«»'"


@dataclass(frozen=True, kw_only=True)
class B2bSite:
    """How one site writes its pages."""

    home: str
    cards: str
    """Selector of one review with its reviewer."""
    review_link: re.Pattern[str]
    """Address of a review's own page; the first group is its id."""
    card_id: re.Pattern[str] | None = None
    """Element id of a card that ends with the same id, where its page is not linked."""
    body: str = "[itemprop=reviewBody]"
    """Selector of the review's text."""
    best: float = 5.0
    """The highest rating where the page does not say."""


def read_reviews(root: etree._Element, page: Page, harvest: Harvest, site: B2bSite) -> None:
    """Every card with what the markup says of it; the markup alone where there are no cards."""
    is_marked = _MARKED.search(page.text) is not None
    base = page.url or site.home
    inside = microdata_items(root, base, harvest.problems) if is_marked else []
    known = [*inside, *jsonld_items(root, harvest.problems)]
    best = page_best(known) or site.best
    product = _HEADING.sub("", line(root, "h1"))
    for place, (card, item) in enumerate(_pairs(root, known, harvest, site), start=1):
        draft = Draft(where="") if item is None else draft_of(item, page, "", best)
        draft.where, draft.scope = f"review {place}", ""
        draft.native_id = None if item is None else _own_id(item, site)
        draft = draft if card is None else _with_card(draft, card, page, site, best)
        draft.product = draft.product or product
        _split(draft)
        harvest.drafts.append(draft)
    harvest.is_known = harvest.is_known or bool(harvest.drafts) or _is_product(known)
    harvest.claimed = _claimed(known)


def _pairs(
    root: etree._Element, known: list[Item], harvest: Harvest, site: B2bSite
) -> list[tuple[etree._Element | None, Item | None]]:
    """Cards and the markup of each; either may be missing."""
    reviews = [item for item in known if is_review(item)]
    marked = [item for item in reviews if item.element is not None] or reviews
    cards = all_of(root, site.cards)
    if len(cards) + len(marked) > 2 * MAX_CARDS:
        harvest.problems.append(f"more than {MAX_CARDS} reviews on one page, the rest is lost")
        cards, marked = cards[:MAX_CARDS], marked[:MAX_CARDS]
    if cards:
        return list(zip(cards, _items_of(cards, marked), strict=True))
    return [(item.element, item) for item in marked]


def _own_id(item: Item, site: B2bSite) -> str | None:
    """The id in the review's own address, where the markup gives one."""
    links = (item.text("url"), item.id or "")
    found = next((one for link in links if (one := site.review_link.search(link[:500]))), None)
    return found.group(1) if found else None


def _items_of(cards: list[etree._Element], marked: list[Item]) -> list[Item | None]:
    """The markup of each card: inside of it, or as many as there are cards, in their order."""
    of_element = {id(item.element): item for item in marked if item.element is not None}
    if of_element:
        return [
            next((of_element[id(one)] for one in card.iter() if id(one) in of_element), None)
            for card in cards
        ]
    return list(marked) if len(marked) == len(cards) else [None] * len(cards)


def _with_card(draft: Draft, card: etree._Element, page: Page, site: B2bSite, best: float) -> Draft:
    """What the card shows: the id, the reviewer, and whatever the markup left out."""
    links = [absolute(site.home, one.get("href") or "") for one in all_of(card, "a[href]")[:100]]
    own = next((link for link in links if site.review_link.search(link)), "")
    found = site.review_link.search(own)
    if found is None and site.card_id is not None:
        found = site.card_id.search(card.get("id") or "")
    lines = element_text(card).split("\n")
    name = draft.author.name or line(card, _NAME)
    facts = facts_of(lines, name)
    stamp = attribute(card, "time, [itemprop=datePublished]", "datetime", "content")
    stamp = stamp or next((one for one in lines if _DAY.fullmatch(one)), "")
    return replace(
        draft,
        native_id=found.group(1) if found else draft.native_id,
        url=own or draft.url,
        rating=draft.rating if draft.rating.stars is not None else _rating(card, best),
        title=(draft.title or line(card, "[itemprop=name], h3")).strip(_QUOTES),
        text=draft.text or _body(card, lines, site),
        published=draft.published if draft.published.value else parse_date(stamp, page.fetched_at),
        author=_author(draft.author, name, facts, links),
        usage_period=facts.usage_period,
        verified_purchase=True if facts.is_current_user else None,
        extra=draft.extra | _extra(facts),
    )


def _author(said: Author, name: str, facts: Any, links: list[str]) -> Author:
    profile = next((link for link in links if _PROFILE.match(path_of(link))), None)
    return Author(
        id=said.id,
        name=short(shown_name(one_line(name)) or ""),
        profile_url=said.profile_url or profile,
        role=said.role or short(facts.role),
        company=said.company or short(facts.company),
        location=said.location,
        has_picture=said.has_picture,
        identified_by=short(facts.identified_by),
    )


def _extra(facts: Any) -> dict[str, Any]:
    found = {"company_size": short(facts.company_size, 100), "industry": short(facts.industry, 100)}
    return {name: value for name, value in found.items() if value}


def _body(card: etree._Element, lines: list[str], site: B2bSite) -> str:
    """The body and the answers below the first question of the card; a marked one has both."""
    body = text(card, site.body)
    if body and first(card, "[itemprop=reviewBody]") is not None:
        return body
    answers = answers_below_first_question(lines)
    sides = (("Pros", answers.pros), ("Cons", answers.cons))
    parts = (body, answers.text, *(f"{label}\n{words}" for label, words in sides if words))
    return "\n".join(part for part in parts if part)


def _split(draft: Draft) -> None:
    """Questions of the site are not the author's words: answers go where they belong."""
    answers = answers_of(draft.text)
    if answers.is_asked:
        draft.text = answers.text
        draft.pros = draft.pros or answers.pros
        draft.cons = draft.cons or answers.cons


def _rating(card: etree._Element, best: float) -> ParsedRating:
    """Half stars in a class, "8 out of 10", or a number that is marked up."""
    said = number(attribute(card, "[itemprop=ratingValue]", "content") or None)
    if said is None:
        said = number(line(card, "[data-testid=rating]") or None)
    if said is not None:
        return parse_rating(said, best)
    for one in all_of(card, "[class*='stars-']")[:5]:
        if halves := _HALVES.search(one.get("class") or ""):
            return parse_rating(int(halves.group(1)) / 2)
    labels = [one.get("aria-label") or "" for one in all_of(card, "[aria-label]")[:20]]
    for words in (*labels, one_line(element_text(card)[:2_000])):
        if found := _OUT_OF.search(words):
            return parse_rating(found.group(1), found.group(2))
    return ParsedRating()


def _is_product(items: list[Item]) -> bool:
    return any(item.is_a("softwareapplication", "product", "webapplication") for item in items)


def _claimed(items: list[Item]) -> int | None:
    counts = {
        claim
        for item in items
        if item.is_a("aggregaterating") and (claim := count(item.first("reviewcount"))) is not None
    }
    return counts.pop() if len(counts) == 1 else None
