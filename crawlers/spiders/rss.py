"""Posts and comments from the feeds of blogs, news sites and forums: RSS, RDF and Atom."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urldefrag

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.parsing.address_parts import host_of
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.feed_entries import EntryFeed, FeedEntry, feed_of
from crawlers.parsing.forum_text import PostText, post_text
from crawlers.parsing.harvest import Harvest
from crawlers.parsing.markup import parse_html, parse_xml
from crawlers.parsing.names import is_nobody
from crawlers.parsing.text import clean
from crawlers.source import Access, PlainRequests
from pipeline.errors import UsageError
from pipeline.records import Author, SourceKind

MAX_COMMENT_FEEDS = 100
MAX_FEEDS_OF_PAGE = 5
MAX_ID = 400
"""Longer ones would be cut in the record's id, and two could become one."""

_ROOT = re.compile(r"<(?:rss|feed|(?:\w{1,20}:)?RDF)[\s>]")
_VOCABULARY = re.compile(r"<rss[\s>]|www\.w3\.org/2005/Atom|purl\.org/(?:rss/1\.0|atom/ns)", re.I)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
_COMMENT = re.compile(r"#(?:comment|c\d|reply|respond)", re.I)
_ANSWER = re.compile(r"^(?:re|aw|ответ)\s*:\s*", re.I)
_ON = re.compile(
    r"^(?:comment on|комментари[йи] (?:к записи|на))\s+(?P<topic>.{1,500}?),?\s+"
    r"(?:by|от|автор)\s",
    re.I,
)
_FEED_ON = re.compile(r"^(?:comments on|комментарии(?: к записи| на)?)\s*:\s*(?P<topic>.+)$", re.I)


class Rss(PlainRequests):
    """A feed holds the newest entries alone; what fell off its end is not gone."""

    name: Literal["rss"] = "rss"
    kind: SourceKind = "blog"
    access = Access(
        paging="link rel=next where there is one; feeds of comments that the entries name",
        gives=frozenset(
            ("id", "author", "author_profile", "title", "text", "date", "edited", "media",
             "thread", "language")
        ),
        evidence="capture",
    )  # fmt: skip

    def start_urls(self, url: str) -> tuple[str, ...]:
        """The feed itself, or a page that names its feeds."""
        if address(url) is None:
            raise UsageError(f"{url!r} is no web address: give a feed, or a page that names one")
        return (url,)

    def recognises(self, page: Page) -> float:
        """By the root of the document; sources with feeds of their own know theirs better."""
        head = page.text[:5_000]
        is_feed = _ROOT.search(head) is not None and "<html" not in head.casefold()
        return 0.85 if is_feed and _VOCABULARY.search(head) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every entry with words; for a page that is no feed, the feeds it names."""
        harvest = Harvest.of(page)
        if page.looks_like_json:
            harvest.problems.append("this is JSON: feeds of RSS and Atom are XML")
        elif _ROOT.search(page.text[:5_000]):
            _read_feed(page, harvest)
        else:
            harvest.links.extend(_feeds_of_page(page, harvest.problems))
            harvest.is_known = bool(harvest.links)
        return harvest.parsed(page, self)


def _read_feed(page: Page, harvest: Harvest) -> None:
    root = parse_xml(page.text, harvest.problems)
    feed = EntryFeed() if root is None else feed_of(root, page.url)
    harvest.is_known = feed.is_known
    harvest.claimed = feed.total
    for number, entry in enumerate(feed.entries, start=1):
        draft = _draft(entry, feed, number, page, harvest.problems)
        if draft.is_empty:
            harvest.skipped["entry without words"] += 1
        else:
            harvest.drafts.append(draft)
    more = [feed.next_url] if harvest.drafts else []
    comments = [entry.comments_feed for entry in feed.entries if entry.comments_feed]
    links = [*more, *dict.fromkeys(comments[:MAX_COMMENT_FEEDS])]
    harvest.links.extend(link for link in links if link != page.url)


def _draft(
    entry: FeedEntry, feed: EntryFeed, number: int, page: Page, problems: list[str]
) -> Draft:
    where = f"entry {number}"
    words = post_text(entry.markup, problems) if entry.markup else PostText(clean(entry.text))
    published, edited = _dates(entry, page)
    is_comment = _is_comment(entry)
    is_title = not is_comment and entry.title != words.text
    topic = _topic(entry, feed) if is_comment else ""
    extra = {"topic": short(topic), "feed": short(feed.title)}
    return Draft(
        where=where,
        native_id=entry.id if 0 < len(entry.id) <= MAX_ID else None,
        scope=page.host or host_of(entry.url),
        author=Author(
            name=None if is_nobody(entry.author) else short(entry.author),
            profile_url=address(entry.author_url),
        ),
        title=entry.title if is_title else "",
        text=words.text,
        url=address(entry.url) or page.url,
        language=feed.language,
        published=published,
        edited_at=edited.value if edited else None,
        media_count=words.media + entry.enclosures,
        is_mention=True,
        thread_id=urldefrag(entry.url).url or None,
        parent_id=entry.parent or None,
        extra={name: value for name, value in extra.items() if value},
    )


def _dates(entry: FeedEntry, page: Page) -> tuple[ParsedDate, ParsedDate | None]:
    """A feed that tells only when an entry was last changed gives that as its date."""
    published = parse_date(entry.published, page.fetched_at)
    updated = parse_date(entry.updated, page.fetched_at)
    if published.value is None:
        return (published if updated.value is None and published.raw else updated), None
    is_later = updated.value is not None and updated.value > published.value
    return published, updated if is_later else None


def _is_comment(entry: FeedEntry) -> bool:
    """Whether somebody answers here: then the title is the site's words, not the author's."""
    marks = (entry.url, entry.id)
    return bool(
        entry.parent or _ANSWER.match(entry.title) or any(_COMMENT.search(one) for one in marks)
    )


def _topic(entry: FeedEntry, feed: EntryFeed) -> str:
    """What the comment is under, where either title tells."""
    found = _ON.match(entry.title) or _FEED_ON.match(feed.title)
    if found:
        return found["topic"].strip(' «»"“”')
    return _ANSWER.sub("", entry.title) if _ANSWER.match(entry.title) else ""


def _feeds_of_page(page: Page, problems: list[str]) -> list[str]:
    """Feeds that the head of an HTML page declares."""
    root = parse_html(page.text, problems)
    if root is None:
        return []
    found = [
        absolute(page.url, (link.get("href") or "").strip())
        for link in root.iter("link")
        if "alternate" in (link.get("rel") or "").casefold().split()
        and (link.get("type") or "").casefold().strip() in _FEED_TYPES
    ]
    return [link for link in dict.fromkeys(found) if address(link)][:MAX_FEEDS_OF_PAGE]


RSS = Rss()
