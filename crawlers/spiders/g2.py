"""Reviews of business software on G2."""

from __future__ import annotations

import re
from typing import Literal

from lxml import etree

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import is_of, path_of
from crawlers.parsing.b2b_reviews import B2bSite, read_reviews
from crawlers.parsing.g2_rows import row_draft
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.markup import parse_html
from crawlers.parsing.paging import canonical_url, next_pages
from crawlers.parsing.ratings import count
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import SourceKind

SITE = "https://www.g2.com"
_PRODUCT = re.compile(r"^/products/([\w.-]{1,150})(?:/|$)")
_SIGN = re.compile(
    r'rel="canonical"[^<>]{0,80}//www\.g2\.com/|//www\.g2\.com/products/[^<>]{0,200}rel="canonical"'
    r'|property="og:site_name" content="G2"|content="G2" property="og:site_name"'
)
_RESOURCE_TYPE = re.compile(r"survey[-_]responses?")
_RESOURCE = re.compile(rf'"type"\s*:\s*"{_RESOURCE_TYPE.pattern}"')
_CARDS = B2bSite(
    home=SITE,
    cards="[itemprop=review], article[id^='survey-response-'], .paper--review",
    review_link=re.compile(r"/products/[\w.-]+/reviews/[\w.-]*?(\d{4,12})(?:[/?#]|$)"),
    card_id=re.compile(r"^survey-response-(\d{4,12})$"),
)


class G2Crowd(PlainRequests):
    """Answers to what one likes best and dislikes, with the reviewer's role and company size."""

    name: Literal["g2"] = "g2"
    kind: SourceKind = "review_site"
    access = Access(
        needs="a browser: G2 shows robots a captcha, and its robots.txt closes the reviews",
        paging="the page's own next links",
        gives=frozenset(
            ("id", "author", "author_profile", "author_role", "rating", "title", "text", "pros",
             "cons", "date", "verified", "product", "claimed_total")
        ),
        terms_url="https://legal.g2.com/terms-of-use",
        evidence="constructed",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """A product's reviews, newest first."""
        found = _PRODUCT.match(path_of(url)) if is_of(url, "g2.com", "g2crowd.com") else None
        if found is None:
            raise UsageError(f"{url!r} names no product: expected {SITE}/products/name/reviews")
        return (f"{SITE}/products/{found.group(1)}/reviews?order=most_recent",)

    def recognises(self, page: Page) -> float:
        """By its host, the interface's resources, or what the page says of itself."""
        if page.looks_like_json:
            head = page.text[:100_000]
            return 0.95 if _RESOURCE.search(head) and '"star_rating"' in head else 0.0
        if is_of(page.url, "g2.com", "g2crowd.com"):
            return 0.95
        return 0.9 if _SIGN.search(page.text[:100_000]) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every marked-up review with what its card shows, or every resource of an answer."""
        harvest = Harvest.of(page)
        if page.looks_like_json:
            _read_answer(page, harvest)
        elif (root := parse_html(page.text, harvest.problems)) is not None:
            _read(root, page, harvest)
        return harvest.parsed(page, self)


def _read_answer(page: Page, harvest: Harvest) -> None:
    try:
        value = page.json
    except UnreadableJson as error:
        harvest.problems.append(str(error))
        return
    resources = dicts_at(value, "data") or dicts_at([at(value, "data")])
    rows = [row for row in resources if _RESOURCE_TYPE.fullmatch(text_at(row, "type"))]
    harvest.is_known = bool(rows)
    harvest.drafts = [
        row_draft(row, place, _CARDS.review_link, page) for place, row in enumerate(rows, start=1)
    ]
    harvest.claimed = count(at(value, "meta", "record_count"))


def _read(root: etree._Element, page: Page, harvest: Harvest) -> None:
    read_reviews(root, page, harvest, _CARDS)
    own = page.url or canonical_url(root)
    if harvest.drafts and own:
        harvest.links.extend(next_pages(root, own, own)[:1])


G2 = G2Crowd()
