"""Entries of RSS 0.9–2.0, RDF and Atom feeds brought to one kind."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from crawlers.parsing.element_value import absolute
from crawlers.parsing.markup import local_name
from crawlers.parsing.ratings import count
from crawlers.parsing.text import one_line, plain_text

MAX_ENTRIES = 5_000
_ITEMS = ("item", "entry")
_SIGNED = ("author", "dc:creator", "itunes:author", "source")
"""An entry that is taken from elsewhere names its source, whose author wrote it."""

_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/rss/1.0/modules/slash/": "slash:",
    "http://wellformedweb.org/commentapi/": "wfw:",
    "http://purl.org/syndication/thread/1.0": "thr:",
    "http://a9.com/-/spec/opensearch/1.1/": "opensearch:",
    "http://a9.com/-/spec/opensearchrss/1.0/": "opensearch:",
    "http://www.w3.org/2005/atom": "",
    "http://purl.org/atom/ns#": "",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://purl.org/rss/1.0/modules/content": "content:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://search.yahoo.com/mrss": "media:",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
}
"""Vocabularies by what they are usually called; any other one keeps its names to itself."""
_BODIES = (
    "content:encoded", "content", "description", "summary", "dc:description", "itunes:summary",
    "media:description",
)  # fmt: skip
_MAIL = re.compile(r"[\w.+%-]{1,100}@[\w.-]{1,100}")
_DISCOURSE = "http://www.discourse.org/"
_SIGNED_BY_DISCOURSE = re.compile(r"@(\S{1,100})(?:\s(.{1,300}))?", re.DOTALL)
"""The login, then the full name if it may be shown, by which its interface names people too."""
_REDDIT = re.compile(r"https?://(?:\w{1,10}\.)?reddit\.com/")
_POSTER = re.compile(
    r"submitted by\s{1,3}<a href=\"(https?://(?:www\.|old\.)?reddit\.com/u(?:ser)?/([\w-]{1,40}))/?\""
)
_POSTER_TAIL = 3_000
"""Characters at the end of a text among which Reddit's feeds without authors name them."""
_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, kw_only=True)
class FeedEntry:
    """Fields as the feed wrote them; empty where it is silent."""

    id: str = ""
    url: str = ""
    title: str = ""
    author: str = ""
    author_url: str = ""
    published: str = ""
    updated: str = ""
    markup: str = ""
    """Text as HTML, when the feed gives that."""
    text: str = ""
    """Text without markup, when the feed gives that."""
    parent: str = ""
    """Id of the entry that this one answers."""
    comments_feed: str = ""
    """Feed of the comments on it; empty when there are none."""
    enclosures: int = 0
    language: str = ""
    """Its own, where it differs from the feed's."""


@dataclass(frozen=True, kw_only=True)
class EntryFeed:
    """A page of a feed."""

    title: str = ""
    language: str = ""
    entries: tuple[FeedEntry, ...] = ()
    next_url: str = ""
    total: int | None = None
    """How many entries the feed claims; None when it does not."""
    is_known: bool = False
    """Whether the document is a feed at all."""


def feed_of(root: etree._Element, base_url: str) -> EntryFeed:
    """Whatever kind it is; links are made absolute with `base_url`."""
    kind = local_name(root)
    channel = root if kind == "feed" else _first(root, "channel")
    if kind not in ("feed", "rss", "rdf") or (channel is None and kind != "rdf"):
        return EntryFeed()
    head = root if channel is None else channel
    rows = [one for one in (*head, *(() if head is root else root)) if _name(one) in _ITEMS]
    # An entry of Atom without an author has the feed's (RFC 4287, 4.2.1); no other feed says so.
    owner = _author(head) if kind == "feed" else ("", "")
    return EntryFeed(
        title=one_line(plain_text(_content(_first(head, "title")))),
        language=_content(_first(head, "language", "dc:language")) or head.get(_XML_LANGUAGE) or "",
        entries=tuple(_entry(row, base_url, owner) for row in rows[:MAX_ENTRIES]),
        next_url=_link(head, base_url, "next"),
        total=count(_content(_first(head, "opensearch:totalresults"))),
        is_known=True,
    )


def _entry(row: etree._Element, base_url: str, owner: tuple[str, str]) -> FeedEntry:
    original = _content(_first(row, "feedburner:origlink"))
    url = (
        _absolute(base_url, original)
        or _link(row, base_url, "alternate")
        or _link(row, base_url, "")
    )
    body = _body(row)
    name, author_url = _author(row) if _first(row, *_SIGNED) is not None else owner
    if not name and body is not None and _REDDIT.match(url):
        author_url, name = _poster(body)
    return FeedEntry(
        id=_content(_first(row, "guid", "id")) or row.get(_RDF_ABOUT) or url,
        url=url or _permanent(row),
        title=one_line(plain_text(_content(_first(row, "title")))),
        author=name,
        author_url=author_url,
        published=_content(
            _first(row, "pubdate", "published", "dcterms:created", "issued", "dc:date", "created")
        ),
        updated=_content(_first(row, "updated", "modified", "dcterms:modified")),
        markup="" if body is None or _is_plain(body) else _markup(body),
        text=_content(body) if body is not None and _is_plain(body) else "",
        parent=_parent(row),
        comments_feed=_comments_feed(row, base_url),
        language=_content(_first(row, "dc:language")) or row.get(_XML_LANGUAGE) or "",
        enclosures=sum(1 for one in row if _name(one) == "enclosure" or _is_enclosure(one)),
    )


def _body(row: etree._Element) -> etree._Element | None:
    """The whole text before its beginning; the first that is not empty."""
    group = _first(row, "media:group")
    parts: list[etree._Element] = [*row, *(() if group is None else group)]
    for name in _BODIES:
        for one in parts:
            if _name(one) == name and "".join(str(piece) for piece in one.itertext()).strip():
                return one
    return None


def _is_plain(body: etree._Element) -> bool:
    """Atom says so; RSS has no word for it and is HTML by custom."""
    is_atom = _name(body) in ("content", "summary")
    return is_atom and body.get("type", "text") in ("text", "text/plain")


def _markup(body: etree._Element) -> str:
    """Escaped HTML as it was, XHTML written out."""
    if len(body) == 0 or not any(isinstance(child.tag, str) for child in body):
        return _content(body)
    inner = (etree.tostring(child, encoding="unicode", method="html") for child in body)
    pieces = f"{body.text or ''}{''.join(inner)}"
    return re.sub(r"(</?)[A-Za-z][\w.-]{0,30}:(?=[A-Za-z])", r"\1", pieces)


def _author(row: etree._Element) -> tuple[str, str]:
    """Name and address; RSS asks for "mail (name)", of which only the name is taken."""
    person = _first(row, "author")
    if person is not None and any(_name(child) == "name" for child in person):
        url = _content(_first(person, "uri", "url"))
        return one_line(plain_text(_content(_first(person, "name")))), url
    written = _content(_first(row, "dc:creator")) or _content(person)
    written = written or _content(_first(row, "itunes:author"))
    if _DISCOURSE in row.nsmap.values() and (signed := _SIGNED_BY_DISCOURSE.fullmatch(written)):
        return one_line(signed.group(2) or signed.group(1)), ""
    in_brackets = re.fullmatch(r"\S{1,200}@\S{1,200}\s*\((.{1,500})\)", written)
    name = in_brackets.group(1) if in_brackets else _MAIL.sub("", written)
    return one_line(plain_text(name)).strip(" <>()"), ""


def _poster(body: etree._Element) -> tuple[str, str]:
    """Address and name that Reddit writes below a text, which may itself hold such words."""
    told = _POSTER.findall(_content(body)[-_POSTER_TAIL:])
    return told[-1] if told else ("", "")


def _parent(row: etree._Element) -> str:
    answered = _first(row, "thr:in-reply-to")
    return "" if answered is None else (answered.get("ref") or answered.get("href") or "").strip()


def _comments_feed(row: etree._Element, base_url: str) -> str:
    """WordPress and Blogger name it for every post, also for one without comments."""
    told = _first(row, "slash:comments", "thr:total")
    if told is not None and _content(told) == "0":
        return ""
    replies = next(
        (
            one.get("href") or ""
            for one in row
            if _name(one) == "link"
            and one.get("rel") == "replies"
            and "xml" in (one.get("type") or "")
            and one.get("{http://purl.org/syndication/thread/1.0}count") != "0"
        ),
        "",
    )
    return _absolute(base_url, _content(_first(row, "wfw:commentrss")) or replies)


def _is_enclosure(one: etree._Element) -> bool:
    return _name(one) == "link" and one.get("rel") == "enclosure"


def _permanent(row: etree._Element) -> str:
    """A guid is an address unless it says that it is none."""
    guid = _first(row, "guid")
    is_address = guid is not None and guid.get("isPermaLink", "true").casefold() != "false"
    return _content(guid) if is_address else ""


def _link(element: etree._Element, base_url: str, relation: str) -> str:
    """Atom's link of that relation, or (no relation) the text of RSS's link."""
    for one in element:
        if _name(one) != "link":
            continue
        href = one.get("href")
        if href is None and not relation and (written := _content(one)):
            return _absolute(base_url, written)
        if href is not None and relation and one.get("rel", "alternate") == relation:
            return _absolute(base_url, href)
    return ""


def _absolute(base_url: str, link: str) -> str:
    return absolute(base_url, link.strip())


def _first(element: etree._Element, *names: str) -> etree._Element | None:
    """The child of the first of the names that any child has."""
    for name in names:
        for child in element:
            if _name(child) == name:
                return child
    return None


def _name(element: etree._Element) -> str:
    """Lower-case name with the usual prefix of its vocabulary."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    space, _, name = tag.rpartition("}")
    if not space:
        return name.casefold()
    prefix = _PREFIXES.get(space[1:].casefold())
    return f"{space[1:]}:{name}" if prefix is None else f"{prefix}{name.casefold()}"


def _content(element: etree._Element | None) -> str:
    if element is None:
        return ""
    return "".join(str(piece) for piece in element.itertext()).strip()
