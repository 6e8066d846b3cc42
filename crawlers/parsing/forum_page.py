"""What pages of all forum engines have in common: an own address, a topic, links to go on by."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.address_parts import host_of
from crawlers.parsing.css import all_of, attribute, line
from crawlers.parsing.draft import address, short
from crawlers.parsing.element_value import absolute
from crawlers.parsing.paging import canonical_url, next_pages
from pipeline.errors import UsageError

_SESSION = frozenset(("sid", "s", "phpsessid", "highlight", "hilit", "nojs"))
_PAGE_OF_TITLE = re.compile(r"\s+[-–|]\s+(?:page|seite|страница|стр\.|página|pagina)\s*\d+$", re.I)
_POST = re.compile(r"(?:#p|#post-?|post:\s?|[?&]p=|[?&]id=|/posts?[/-])(\d{1,12})\b")
_MEMBER = re.compile(
    r"(?:[?&]u(?:serid)?=|member\.php\?|(?:^|/)members?/(?:[^/?#]{0,100}[.\-])?"
    r"|/(?:membre|member|user|u))(\d{1,12})(?=[^\d]|$)|/(\d{1,12})-[^/?#]{1,100}(?:\.html)?$"
)


@dataclass(frozen=True)
class ForumPage:
    """Where a page lies."""

    root: etree._Element
    own: str
    """Its own address without the visitor's session; empty when neither told nor written."""
    base: str
    """What its relative links are resolved against."""
    _topics: dict[tuple[str, ...], str] = field(default_factory=dict, repr=False, compare=False)
    """Topics that were looked for: every post of the page asks for the same one."""

    @classmethod
    def of(cls, root: etree._Element, page: Page) -> ForumPage:
        """By its address, or by the one that a saved page gives as its own."""
        own = (
            page.url or canonical_url(root) or attribute(root, "meta[property='og:url']", "content")
        )
        told = absolute(own, attribute(root, "base[href]", "href"))
        return cls(root, without_session(own), told if "://" in told else own)

    @property
    def site(self) -> str:
        """Host: post 7 of one forum is not post 7 of another."""
        return host_of(self.own or self.base)

    def link(self, href: str) -> str:
        """An absolute address without the session; empty when it cannot be told."""
        found = absolute(self.base, href.strip())
        return without_session(found) if "://" in found else ""

    def links(self, selector: str) -> list[str]:
        """Addresses of all links that match, each once."""
        found = (self.link(one.get("href") or "") for one in all_of(self.root, selector))
        return list(dict.fromkeys(link.partition("#")[0] for link in found if link))

    def following(self, selector: str) -> list[str]:
        """The next page: what `selector` matches, else what is written as any site does."""
        own = self.own.partition("#")[0]
        near = [link for link in self.links(selector) if self.site in ("", host_of(link))]
        links = near or [without_session(link) for link in next_pages(self.root, own, self.base)]
        return [link for link in links if "://" in link and link != own][:1]

    def first_number(self, pattern: re.Pattern[str], places: Iterable[str]) -> str | None:
        """The number that the pattern finds in the first of the places that has one."""
        for place in places:
            if found := pattern.search(place[:2_000]):
                return next(number for number in found.groups() if number)
        return None

    def topic(self, *selectors: str) -> str:
        """The topic's title by the first selector that has one, else the page's own title."""
        if selectors not in self._topics:
            headings = (line(self.root, selector) for selector in (*selectors, "title"))
            shown = next(filter(None, headings), "")
            self._topics[selectors] = short(_PAGE_OF_TITLE.sub("", shown)) or ""
        return self._topics[selectors]

    def quoted_post(self, quotes: str, body: etree._Element) -> str | None:
        """Number of the post that the first quotation with one leads to."""
        for quote in all_of(body, quotes):
            links = (one.get("href") or "" for one in quote.iter("a"))
            if number := self.first_number(_POST, (quote.get("data-source") or "", *links)):
                return number
        return None


def member_id(href: str) -> str | None:
    """Number of a member by the address of the profile."""
    found = _MEMBER.search(href[:2_000])
    return next((one for one in found.groups() if one), None) if found else None


def without_session(url: str) -> str:
    """The address without the parameters that belong to a visitor, not to the page."""
    try:
        parts = urlsplit(url)
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return ""
    kept = [(name, value) for name, value in pairs if name.casefold() not in _SESSION]
    return url if len(kept) == len(pairs) else parts._replace(query=urlencode(kept)).geturl()


def start_of(url: str, engine: str) -> tuple[str, ...]:
    """The address of a topic or list as it is read without a session."""
    if address(url) is None:
        raise UsageError(f"{url!r} is no web address: give a topic or a list of the {engine} forum")
    return (without_session(url).partition("#")[0],)
