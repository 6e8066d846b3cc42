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
from crawlers.parsing.json_feed import is_json_feed, json_feed_of
from crawlers.parsing.json_lines import answer_of
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
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml",
               "application/feed+json")  # fmt: skip
_COMMENT = re.compile(r"#(?:comment|c\d|reply|respond)", re.I)
_PROLOG = re.compile(r"<(?:\?xml\b|!DOCTYPE\b)")
_ANSWER = re.compile(r"^(?:[^•]{1,200} • )?(?:re|aw|ответ|відповідь|odp|rép)\s*:\s*", re.I)
_ON = re.compile(
    r"^(?:comment on|комментари[йи] (?:к записи|на)|коментар (?:до|на)|kommentar (?:zu|till)"
    r"|commentaires? sur|coment[aá]rios? (?:em|en|sobre|a)|commento su|komentarz do|reactie op)\s+"
    r"(?P<rest>.{1,1000})$",
    re.I,
)
_BY = re.compile(r",?\s(?:by|от|автор|від|von|av|par|por|di|da|autor|door):?\s", re.I)
_GIVEN = re.compile(
    r"^(?:answer|comment) by (?P<name>.{1,100}?) (?:for|on) (?P<topic>.{1,1000})$", re.I
)
"""Feeds of questions and answers; nobody else lists answers below `/questions/`."""
_SIGNED = re.compile(r"^(?:by|от|автор|від|von|par|por|di|door)\s*:\s*(?P<name>.{1,200})$", re.I)
_FEED_ON = re.compile(
    r"^(?:comments on|комментарии(?: к записи| на)?|коментарі до|kommentare zu|commentaires sur"
    r"|coment[aá]rios (?:em|en|sobre|a)|commenti (?:a|su)|komentarze do|reacties op)\s*:\s*"
    r"(?P<topic>.+)$",
    re.I,
)
_MARKS = ' «»"“”„‚‘’'


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
        if is_json_feed(page):
            return 0.85
        head = page.text[:5_000]
        is_feed = _ROOT.search(head) is not None and "<html" not in head.casefold()
        return 0.85 if is_feed and _VOCABULARY.search(head) else 0.0

    def parse(self, page: Page) -> ParsedPage:
        """Every entry with words; for a page that is no feed, the feeds it names."""
        harvest = Harvest.of(page)
        if page.looks_like_json:
            _take(json_feed_of(answer_of(page, harvest.problems)), page, harvest)
        elif begun := _ROOT.search(page.text[:5_000]):
            _read_feed(page, begun.start(), harvest)
        else:
            harvest.links.extend(_feeds_of_page(page, harvest.problems))
            harvest.is_known = bool(harvest.links)
        return harvest.parsed(page, self)


def _read_feed(page: Page, start: int, harvest: Harvest) -> None:
    # Scripts that fail print their warnings before the document; a DOCTYPE is part of it.
    found = _PROLOG.search(page.text, 0, start)
    root = parse_xml(page.text[found.start() if found else start :], harvest.problems)
    _take(EntryFeed() if root is None else feed_of(root, page.url), page, harvest)


def _take(feed: EntryFeed, page: Page, harvest: Harvest) -> None:
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
    topic, signed = _titled(entry, feed) if is_comment else ("", "")
    author = entry.author or signed
    extra = {"topic": short(topic), "feed": short(feed.title)}
    return Draft(
        where=where,
        native_id=entry.id if 0 < len(entry.id) <= MAX_ID else None,
        scope=page.host or host_of(entry.url),
        author=Author(
            name=None if is_nobody(author) else short(author),
            profile_url=address(entry.author_url),
        ),
        title=entry.title if is_title else "",
        text=words.text,
        url=address(entry.url) or page.url,
        language=entry.language or feed.language,
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
    is_given = "/questions/" in entry.url and _GIVEN.match(entry.title) is not None
    is_answer = _ANSWER.match(entry.title) is not None
    return bool(entry.parent or is_given or is_answer or any(map(_COMMENT.search, marks)))


def _titled(entry: FeedEntry, feed: EntryFeed) -> tuple[str, str]:
    """What the comment is under, where either title tells, and who its title says wrote it."""
    if given := _GIVEN.match(entry.title):
        return given["topic"], given["name"]
    if signed := _SIGNED.match(entry.title):
        return _topic_of(feed), signed["name"]
    if found := _ON.match(entry.title):
        *_, last = [None, *_BY.finditer(found["rest"])]
        topic = found["rest"][: last.start()] if last else found["rest"]
        return topic.strip(_MARKS), found["rest"][last.end() :] if last else ""
    return _ANSWER.sub("", entry.title) if _ANSWER.match(entry.title) else _topic_of(feed), ""


def _topic_of(feed: EntryFeed) -> str:
    """What a feed of comments is about."""
    found = _FEED_ON.match(feed.title)
    return found["topic"].strip(_MARKS) if found else ""


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
