"""Reviews that a page marks up for search engines: the one source that is every site."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Literal

from lxml import etree

from crawlers.page import Page, UnreadableJson
from crawlers.parsed import ParsedPage, bounded
from crawlers.parsing.blocking import blocked_reason
from crawlers.parsing.draft import Draft, address, build
from crawlers.parsing.duplicates import merged
from crawlers.parsing.element_value import absolute
from crawlers.parsing.jsonld import jsonld_items, jsonld_items_of
from crawlers.parsing.markup import parse_html
from crawlers.parsing.microdata import microdata_items
from crawlers.parsing.microformats import microformat_items
from crawlers.parsing.paging import canonical_url, next_pages
from crawlers.parsing.ratings import count
from crawlers.parsing.rdfa import rdfa_items
from crawlers.parsing.schema_reviews import Opinions, opinions_of, subject_of
from crawlers.parsing.site_voice import site_voice
from crawlers.parsing.structured import Item, Syntax
from crawlers.parsing.wordpress_comments import Comments, wordpress_comments
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import Review, SourceKind

_MARK = re.compile(
    r"schema\.org|data-vocabulary\.org|application/ld\+json|typeof=|\bhreview\b|h-review", re.I
)
_JSON_MARK = re.compile(r'"@context"|"@type"\s*:\s*\[?\s*"https?://schema\.org/')
_COMMENT = "comment-{}"
_REVIEW_MARK = re.compile(
    r"\W(?:(?:User)?(?:Review|Comment)s?|DiscussionForumPosting|QAPage)\W|\bhreview\b|h-review\b"
)


class SchemaOrg(PlainRequests):
    """JSON-LD, microdata, RDFa, the old data-vocabulary and hReview on any page."""

    name: Literal["schemaorg"] = "schemaorg"
    kind: SourceKind = "web"
    access = Access(
        paging="rel=next and the site's own next links; sites show the newest few",
        gives=frozenset(("id", "author", "rating", "title", "text", "date", "product",
                         "claimed_total")),
        terms_url="https://schema.org/docs/terms.html",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The page itself."""
        if address(url) is None:
            raise UsageError(f"{url!r} is no web address: give one that begins with https://")
        return (url,)

    def recognises(self, page: Page) -> float:
        """Any page with structured data, surely when that speaks of reviews."""
        if page.looks_like_json:
            return 0.6 if _JSON_MARK.search(page.text[:5_000]) else 0.0
        if "<" not in page.text or "<feed" in page.text[:500]:
            return 0.0
        if not _MARK.search(page.text):
            return 0.1
        return 0.6 if _REVIEW_MARK.search(page.text) else 0.3

    def parse(self, page: Page) -> ParsedPage:
        """Every customer's review and comment that is marked up, each once."""
        problems: list[str] = ["page is longer than the limit, its end is lost"] * page.is_cut
        if page.looks_like_json:
            return self._parsed(page, _items_of_json(page, problems), None, problems)
        root = parse_html(page.text, problems)
        if root is None:
            return ParsedPage(problems=bounded((*problems, "page is empty")))
        page = page if page.url else replace(page, url=canonical_url(root))
        items = _items_of_html(root, page, problems)
        return self._parsed(page, items, root, problems)

    def _parsed(
        self, page: Page, items: list[Item], root: etree._Element | None, problems: list[str]
    ) -> ParsedPage:
        language = (root.get("lang") or "") if root is not None else ""
        found = opinions_of(items, page, language, site_voice(root, items, page))
        drafts = found.drafts
        if root is not None:
            drafts = _with_comments(found, wordpress_comments(root, page, language, problems))
        drafts = merged(drafts)
        built = (build(draft, page, self.name, self.kind, problems) for draft in drafts)
        reviews = tuple({review.review_id: review for review in built if review}.values())
        return ParsedPage(
            reviews=reviews,
            next_urls=_next_urls(root, page, reviews),
            claimed_total=_claimed_total(items),
            problems=bounded(tuple(problems)),
            skipped=dict(found.skipped),
            blocked=None if reviews else blocked_reason(page),
        )


def _with_comments(found: Opinions, comments: Comments) -> list[Draft]:
    """The marked-up opinions, and the comments that a person sees beside them: most themes of
    WordPress mark up none, and plugins only those with stars."""
    own = {_COMMENT.format(number) for number in comments.own}
    kept = [draft for draft in found.drafts if draft.native_id not in own]
    for draft in comments.drafts:
        draft.native_id = _COMMENT.format(draft.native_id)
        draft.parent_id = draft.parent_id and _COMMENT.format(draft.parent_id)
    found.skipped.update(comments.skipped)
    return [*kept, *comments.drafts]


def _items_of_html(root: etree._Element, page: Page, problems: list[str]) -> list[Item]:
    base = root.find(".//base[@href]")
    base_url = page.url if base is None else absolute(page.url, base.get("href") or "") or page.url
    readers: tuple[tuple[Syntax, Callable[[], list[Item]]], ...] = (
        ("json-ld", lambda: jsonld_items(root, problems)),
        ("microdata", lambda: microdata_items(root, base_url, problems)),
        ("rdfa", lambda: rdfa_items(root, base_url, problems)),
        ("microformat", lambda: microformat_items(root, base_url, problems)),
    )
    items: list[Item] = []
    for syntax, reader in readers:
        try:
            items.extend(reader())
        except (ValueError, TypeError, LookupError, RecursionError, etree.LxmlError) as error:
            # one syntax that trips over a page must not lose the others
            problems.append(f"{syntax} cannot be read: {type(error).__name__}: {error}")
    return items


def _items_of_json(page: Page, problems: list[str]) -> list[Item]:
    try:
        return jsonld_items_of(page.json, problems)
    except UnreadableJson as error:
        problems.append(str(error))
        return []


def _next_urls(
    root: etree._Element | None, page: Page, reviews: tuple[Review, ...]
) -> tuple[str, ...]:
    """Paging is followed only from a page that had reviews: any other is not a list of them."""
    if root is None or not reviews:
        return ()
    return next_pages(root, page.url, page.url)


def _claimed_total(items: Iterable[Item]) -> int | None:
    """The review count of what the reviews are about, or the only count of the page.

    `ratingCount` does not count: people rate more often than they write.
    """
    known = list(items)
    subjects = [subject for item in known if (subject := subject_of(item)) is not None]
    claims = [(item, claim) for item in known if (claim := _claim(item)) is not None]
    of_subjects = [
        claim for item, claim in claims if any(item.parent is subject for subject in subjects)
    ]
    values = of_subjects[:1] or list({claim for _, claim in claims})
    return values[0] if len(values) == 1 else None


def _claim(item: Item) -> int | None:
    if item.is_a("aggregaterating"):
        return count(item.first("reviewcount"))
    if item.is_a("review-aggregate"):
        return count(item.first("count"))
    return None


SCHEMAORG = SchemaOrg()
