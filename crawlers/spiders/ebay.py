"""Feedback that buyers leave for sellers on eBay, and reviews of goods: pages and interfaces."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal

from lxml import etree

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing import ebay_answers, ebay_cards
from crawlers.parsing.address_parts import host_of, path_of, query_of
from crawlers.parsing.css import all_of, attribute, first, line
from crawlers.parsing.ebay_answers import entry_draft, is_withdrawn, json_entries, xml_entries
from crawlers.parsing.ebay_cards import FEEDBACK, REVIEWS, feedback_draft, review_draft
from crawlers.parsing.element_value import absolute
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_lines import answer_of
from crawlers.parsing.json_values import at
from crawlers.parsing.markup import parse_html, parse_xml
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import SourceKind

_SITE = re.compile(r"(?:[a-z]{1,6}\.)?ebay\.(?:com?\.)?[a-z]{2,3}")
_USER = re.compile(r"/(?:fdbk/feedback_profile|usr|fdbk/profile)/([\w.*-]{1,80})(?:/|$)")
_XML_MARK = re.compile(r"<(?:\w{1,20}:)?FeedbackDetails?[\s>]")
_JSON_MARK = re.compile(
    r'"CommentingUser(?:Score)?"\s*:|"feedbackEntries"\s*:|"feedbackEnteredDate"\s*:'
)
_CARD_MARK = re.compile(
    r"fdbk-container__|fdbk-detail-list|\bebay-review-section\b|x-review-section__"
)
_WALL = re.compile(r"Pardon Our Interruption|<title>Security Measure|splashui/captcha")
_AUTOMATIC = "feedback that eBay gave by itself"
_LISTS = "[class*=fdbk-detail-list], .reviews-module, #rwid, .reviews-wrapper"
_NEXT = "a.pagination__next[href], a[rel=next][href], a[data-testid=pagination-next][href]"


class Ebay(PlainRequests):
    """Feedback has three words instead of stars, and a period for a date; goods have stars."""

    name: Literal["ebay"] = "ebay"
    kind: SourceKind = "auction"
    access = Access(
        paging="link to the next page",
        gives=frozenset(("id", "author", "rating", "text", "verified", "reply", "product")),
        terms_url="https://www.ebay.com/help/policies/member-behaviour-policies/user-agreement?id=4259",
        evidence="constructed",
    )

    def start_urls(self, url: str) -> tuple[str, ...]:
        """What the seller received, the latest first."""
        found = _USER.search(path_of(url)[:1_000])
        query = query_of(url)
        user = found.group(1) if found else query.get("username") or query.get("user_id", "")
        if not _SITE.fullmatch(host_of(url)) or not re.fullmatch(r"[\w.*-]{1,80}", user):
            raise UsageError(
                f"{url!r} names no seller: expected https://www.ebay.com/fdbk/feedback_profile/name"
            )
        host = host_of(url)
        host = host[host.index("ebay.") :]
        asked = "filter=feedback_page:RECEIVED_AS_SELLER&sort=TIME"
        return (f"https://www.{host}/fdbk/feedback_profile/{user}?{asked}",)

    def recognises(self, page: Page) -> float:
        """By its host, by the classes of its cards, or by the names of its interfaces' answers."""
        if page.looks_like_json:
            return 0.9 if _JSON_MARK.search(page.text[:50_000]) else 0.0
        if _SITE.fullmatch(page.host):
            return 0.95
        is_own = _CARD_MARK.search(page.text) or _XML_MARK.search(page.text[:50_000])
        return 0.9 if is_own else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every card or entry, each id once."""
        harvest = Harvest.of(page)
        if page.looks_like_json:
            answer = answer_of(page, harvest.problems)
            _keep(json_entries(answer), page, harvest)
            harvest.is_known = harvest.is_known or at(answer, "feedbackEntries") == []
        elif _XML_MARK.search(page.text[:50_000]):
            tree = parse_xml(page.text, harvest.problems)
            _keep(() if tree is None else xml_entries(tree), page, harvest)
        elif (root := parse_html(page.text, harvest.problems)) is not None:
            _read(root, page, harvest)
        return harvest.parsed(page, self)


def _keep(entries: Iterable[dict[str, Any]], page: Page, harvest: Harvest) -> None:
    for number, entry in enumerate(entries, start=1):
        harvest.is_known = True
        if is_withdrawn(entry):
            harvest.skipped["feedback that was withdrawn"] += 1
        elif ebay_answers.is_automatic(entry):
            harvest.skipped[_AUTOMATIC] += 1
        else:
            harvest.drafts.append(entry_draft(entry, number, page))


def _read(root: etree._Element, page: Page, harvest: Harvest) -> None:
    for number, card in enumerate(all_of(root, FEEDBACK), start=1):
        if ebay_cards.is_automatic(card):
            harvest.skipped[_AUTOMATIC] += 1
        else:
            harvest.drafts.append(feedback_draft(card, number, page))
    reviews = all_of(root, REVIEWS)
    product = line(root, "h1")
    for number, card in enumerate(reviews, start=1):
        draft = review_draft(card, number, page)
        draft.product = product
        harvest.drafts.append(draft)
    is_known = bool(harvest.drafts or harvest.skipped)
    harvest.is_known = is_known or first(root, _LISTS) is not None
    if not harvest.is_known and _WALL.search(page.text[:20_000]):
        harvest.blocked = "captcha"
    following = attribute(root, _NEXT, "href")
    if harvest.drafts and page.host and (link := absolute(page.url, following)) != page.url:
        harvest.links.append(link)


EBAY = Ebay()
