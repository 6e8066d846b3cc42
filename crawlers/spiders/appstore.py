"""Customer reviews of the App Store, from Apple's open feeds."""

from __future__ import annotations

import re
from collections import Counter
from typing import Literal
from urllib.parse import urlencode, urlsplit

from crawlers.page import Page
from crawlers.parsed import ParsedPage, bounded
from crawlers.parsing.address_parts import host_of, is_of, query_of
from crawlers.parsing.appstore_entry import Entry, Feed
from crawlers.parsing.appstore_feed import feed_of_json, feed_of_xml
from crawlers.parsing.appstore_page import SIGN, feed_of_page
from crawlers.parsing.blocking import blocked_reason
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, build, short
from crawlers.parsing.json_lines import answer_of
from crawlers.parsing.markup import parse_html, parse_xml
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count, parse_rating
from crawlers.parsing.text import LONG_LIMIT, clean, one_line
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import Author, Reply, Review, SourceKind, Votes

FEED = (
    "https://itunes.apple.com/{country}/rss/customerreviews/page=1/id={app}/sortby=mostrecent/xml"
)
MAX_PAGES = 10
"""Apple serves ten pages of fifty for each country."""
CATALOGUE = "https://apps.apple.com/api/apps"
"""Where the store's own page asks for reviews: twenty a page, with the developers' answers."""

_APP_ID = re.compile(r"(?:/id|[?&]id=|/id=)(\d{5,12})")
_COUNTRY = re.compile(r"(?:(?:itunes|apps|music)\.apple\.com|/v1/catalog)/([a-z]{2})/")
_CATALOGUE_PATH = re.compile(r"/v1/catalog/([a-z]{2})/apps/(\d{5,12})/reviews")
_JSON_SIGNS = (
    ('"im:rating"',),
    ('"userReviewList"',),
    ('"user-reviews"',),
    ('"customerReviews"', '"reviewerNickname"'),
    ('"$kind"', '"reviewerName"', '"contents"'),
    ('"userUrl"', "itunes.apple.com/", '"score"'),
    ('"userName"', '"isEdited"', '"review"'),
    ('"apple_reviews"', '"review_date"'),
    ('"review_date"', '"reviewed_version"'),
)
"""Names of the feeds, of the catalogue, of App Store Connect, of pages' state, of collectors."""
_PAGE_NUMBER = re.compile(r"/page=(\d{1,3})(?:/|$)")


class AppStore(PlainRequests):
    """The XML feed (with dates), the JSON feed (mostly without), the list format of 2013, the
    catalogue that the store's own page asks, saved pages of the store, answers of App Store
    Connect, and what collectors save.

    Every country has its own list: an app is watched in several by naming its page once for each
    (`apps.apple.com/ru/…`, `apps.apple.com/kz/…`) among the entity's sources. A review keeps its
    id everywhere.
    """

    name: Literal["appstore"] = "appstore"
    kind: SourceKind = "app_store"
    access = Access(
        paging="link rel=next; each country is a list of its own, watched by its own address",
        max_pages=MAX_PAGES,
        cap=500,
        gives=frozenset(
            ("id", "author", "author_profile", "rating", "title", "text", "date", "votes",
             "product", "reply")
        ),
        terms_url="https://www.apple.com/legal/internet-services/itunes/",
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The XML feed, newest first, of an app's page or feed; the catalogue where it is named."""
        if address(url) is None:
            raise UsageError(f"{url!r} is no web address: give the app's page on apps.apple.com")
        if (found := _CATALOGUE_PATH.search(url)) and host_of(url).endswith("apple.com"):
            return (_catalogue(found.group(1), found.group(2), 0),)
        app = _APP_ID.search(url)
        if app is None or not (urlsplit(url).hostname or "").endswith("apple.com"):
            raise UsageError(f"{url!r} names no app: expected apps.apple.com/ru/app/…/id123456789")
        country = _COUNTRY.search(url)
        return (FEED.format(country=country.group(1) if country else "us", app=app.group(1)),)

    def recognises(self, page: Page) -> float:
        """By the store's own words; a review list without them may be anybody's."""
        head = page.text[:20_000]
        if page.looks_like_json:
            return (
                0.95 if any(all(name in head for name in names) for names in _JSON_SIGNS) else 0.0
            )
        if "itunes.apple.com/rss" in head and "<feed" in head:
            return 0.95
        is_own = is_of(page.url, "apps.apple.com", "itunes.apple.com") or SIGN.search(page.text)
        return 0.95 if "<" in head and is_own else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """All entries that carry a rating; the app's own entry is none."""
        problems: list[str] = ["page is longer than the limit, its end is lost"] * page.is_cut
        feed = _feed(page, problems)
        app = feed.app or next((entry.name for entry in feed.entries if entry.is_app), "")
        opinions = [entry for entry in feed.entries if not entry.is_app]
        reviews: dict[str, Review] = {}
        skipped: Counter[str] = Counter()
        for number, entry in enumerate(opinions, start=1):
            draft = _draft(entry, app, number, page, feed)
            if draft.is_empty:
                skipped["entry with neither words nor a rating that can be read"] += 1
            elif review := build(draft, page, self.name, self.kind, problems):
                reviews.setdefault(review.review_id, review)
        if opinions and not any(entry.updated for entry in opinions):
            problems.append("this feed gives no dates; the XML feed of the same app does")
        if others := len(feed.entries) - len(opinions):
            skipped["entry without a rating (the app itself)"] = others
        return ParsedPage(
            reviews=tuple(reviews.values()),
            next_urls=_following(feed, page) if opinions else (),
            claimed_total=feed.total,
            problems=bounded(tuple(problems)),
            skipped=dict(skipped),
            blocked=None if feed.entries else blocked_reason(page),
        )


def _feed(page: Page, problems: list[str]) -> Feed:
    if page.looks_like_json:
        value = answer_of(page, problems)
        return Feed() if value is None else feed_of_json(value, problems)
    if "<feed" in page.text[:20_000] or page.text.lstrip("\ufeff \r\n\t").startswith("<?xml"):
        tree = parse_xml(page.text, problems)
        return Feed() if tree is None else feed_of_xml(tree)
    root = parse_html(page.text, problems)
    feed = Feed() if root is None else feed_of_page(root, problems)
    if not feed.is_known:
        problems.append("this is no page with reviews that appstore knows")
    return feed


def _draft(entry: Entry, app: str, number: int, page: Page, feed: Feed) -> Draft:
    voted, helpful = count(entry.vote_count), count(entry.vote_sum)
    version = short(entry.version, 100)
    told = (entry.author_url, page.url, feed.self_url)
    country = next((found for url in told if (found := _COUNTRY.search(url))), None)
    title, text = one_line(entry.title), clean(entry.text)
    return Draft(
        where=f"entry {number}",
        native_id=one_line(entry.id)[:100] or None,
        author=_author(entry),
        rating=parse_rating(entry.rating),
        title="" if title == text else title,
        text=text,
        product=app,
        url=address(entry.url) or page.url or feed.self_url,
        published=parse_date(entry.updated, page.fetched_at),
        votes=None if voted is None and helpful is None else _votes(voted or 0, helpful or 0),
        replies=_replies(entry, page),
        extra={
            **({"version": version} if version else {}),
            **({"is_edited": True} if entry.is_edited else {}),
            **({"country": country.group(1)} if country else {}),
            **({"territory": short(entry.territory, 10)} if entry.territory else {}),
        },
    )


def _votes(voted: int, helpful: int) -> Votes:
    """`voteSum` found it helpful, of `voteCount` who voted."""
    return Votes(helpful=helpful, unhelpful=max(0, voted - helpful))


def _replies(entry: Entry, page: Page) -> tuple[Reply, ...]:
    text = clean(entry.reply)[:LONG_LIMIT]
    if not text:
        return ()
    moment = parse_date(entry.replied, page.fetched_at).value
    return (Reply(text=text, is_owner=True, replied_at=moment),)


def _author(entry: Entry) -> Author:
    name = one_line(entry.author)
    user = re.search(r"/id(\d{3,})|userProfileId=(\d{3,})", entry.author_url[:2_000])
    return Author(
        id=(user.group(1) or user.group(2)) if user else None,
        name=None if is_nobody(name) else short(name),
        profile_url=address(entry.author_url),
    )


def _following(feed: Feed, page: Page) -> tuple[str, ...]:
    """The next page of a feed, or of the catalogue, which counts reviews instead of pages."""
    found = _CATALOGUE_PATH.search(feed.next_url)
    if found is None:
        return _next_urls(feed, page)
    offset = count(query_of(feed.next_url).get("offset")) or 0
    here = count(query_of(page.url).get("offset")) or 0
    return (_catalogue(found.group(1), found.group(2), offset),) if offset > here else ()


def _catalogue(country: str, app: str, offset: int) -> str:
    query = {"platform": "web", "sort": "recent", "limit": "20", "offset": str(offset)}
    return f"{CATALOGUE}/v1/catalog/{country}/apps/{app}/reviews?{urlencode(query)}"


def _next_urls(feed: Feed, page: Page) -> tuple[str, ...]:
    """The feed's own next link: never back, never beyond the last page Apple serves."""
    following = _PAGE_NUMBER.search(feed.next_url)
    current = _PAGE_NUMBER.search(feed.self_url or page.url)
    if following is None:
        return ()
    number = int(following.group(1))
    if number > MAX_PAGES or number <= (int(current.group(1)) if current else 1):
        return ()
    link = address(feed.next_url.partition("?")[0])
    return (link,) if link else ()


APPSTORE = AppStore()
