"""Addresses of a WordPress site's comments, from whatever address or page of the site is known."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from lxml import etree

from crawlers.parsing.address_parts import host_of, is_of, path_of, query_of

PAGE_COMMENTS = 100
"""The most that the interface gives at once."""
DEFAULT_COMMENTS = 10
"""What it gives when it is not asked for more."""

_API = re.compile(r"^(.{0,300}?)/wp-json(?:/|$)")
_LIST = re.compile(r"/wp/v2/(?:sites/[\w.-]{1,200}/)?comments(?:/(\d{1,12}))?/?$")
_POST = re.compile(r"/wp/v2/(?:sites/[\w.-]{1,200}/)?(?:posts|pages)/(\d{1,12})/?$")
_SITE = re.compile(r"^/wp/v2/sites/([\w.-]{1,200})(?:/|$)")
_NUMBER = re.compile(r"(?:^|\s)(?:postid|page-id)-(\d{1,12})(?:\s|$)")
_KEPT = ("after", "before", "search", "type", "parent", "author")
"""Parameters that narrow a list; a person may have given them."""


def route_of(url: str) -> str:
    """Route of the interface: its path, or the parameter of sites without named addresses."""
    return query_of(url).get("rest_route", "") or path_of(url)


def is_list(url: str) -> bool:
    """Whether the interface gives comments there."""
    return _LIST.search(route_of(url)) is not None


def comments_url(url: str) -> str:
    """The newest comments of what an address names: a list, a numbered post, a whole site.

    Empty for a post whose number the address does not tell: its page does.
    """
    query = query_of(url)
    kept = {name: query[name] for name in _KEPT if name in query}
    numbered = _POST.search(route_of(url))
    post = (
        (numbered.group(1) if numbered else "")
        or query.get("p", "")
        or query.get("page_id", "")
        or query.get("post", "")
    )
    is_whole = is_list(url) or path_of(url).rstrip("/") == "" or _API.match(path_of(url))
    if not post.isdecimal() and not is_whole:
        return ""
    return first_page(api_root(url), post if post.isdecimal() else "", kept)


def api_root(url: str) -> str:
    """Where the interface begins, as far as an address can tell."""
    parts = urlsplit(url)
    if "rest_route" in query_of(url):
        return parts._replace(query="rest_route=/", fragment="").geturl()
    if is_of(url, "public-api.wordpress.com") and (site := _SITE.match(parts.path)):
        return f"https://public-api.wordpress.com/wp/v2/sites/{site.group(1)}"
    if is_of(url, "wordpress.com"):
        return f"https://public-api.wordpress.com/wp/v2/sites/{parts.hostname}"
    folder = found.group(1) if (found := _API.match(parts.path)) else parts.path.rstrip("/")
    folder = re.sub(r"/index\.php$", "", folder)
    return parts._replace(path=f"{folder}/wp-json/", query="", fragment="").geturl()


def first_page(root: str, post: str, kept: dict[str, str]) -> str:
    """Newest first, with the post's title beside each comment."""
    query: dict[str, Any] = {
        "per_page": PAGE_COMMENTS, "page": 1, "orderby": "date_gmt", "order": "desc",
        "_embed": "up", **kept, **({"post": post} if post else {}),
    }  # fmt: skip
    parts = urlsplit(root)
    if "rest_route" in query_of(root):
        query = {"rest_route": "/wp/v2/comments", **query}
        return parts._replace(query=urlencode(query, safe="/")).geturl()
    place = "comments" if _SITE.match(parts.path) else "wp/v2/comments"
    path = f"{parts.path.rstrip('/')}/{place}"
    return parts._replace(path=path, query=urlencode(query), fragment="").geturl()


def page_after(url: str, number: int) -> str:
    """The same list, another page."""
    parts = urlsplit(url)
    kept = [pair for pair in parse_qsl(parts.query) if pair[0] != "page"]
    query = urlencode([*kept, ("page", str(number))], safe="/")
    return parts._replace(query=query, fragment="").geturl()


def comments_of_page(root: etree._Element, url: str) -> str:
    """The comments of a post's page, which names its interface and its number in its head.

    Empty when it is no page of WordPress.
    """
    links = [
        (relation.casefold(), _joined(url, link.get("href") or ""))
        for link in root.iter("link")
        for relation in (link.get("rel") or "").split()
    ]
    interface = next((href for name, href in links if name == "https://api.w.org/"), "")
    if not host_of(interface):
        return ""
    post = next((number for name, href in links if (number := _number(name, href))), "")
    return first_page(interface, post or _number_of_body(root), {})


def _number(relation: str, href: str) -> str:
    """Number of the post that a link of the page's head leads to."""
    if relation == "alternate" and (found := _POST.search(route_of(href))):
        return found.group(1)
    query = query_of(href) if relation == "shortlink" else {}
    number = query.get("p", "") or query.get("page_id", "")
    return number if re.fullmatch(r"\d{1,12}", number) else ""


def _number_of_body(root: etree._Element) -> str:
    body = next(root.iter("body"), None)
    found = None if body is None else _NUMBER.search((body.get("class") or "")[:5_000])
    return found.group(1) if found else ""


def _joined(url: str, href: str) -> str:
    try:
        return urljoin(url, href.strip()[:2_000])
    except ValueError:
        return ""
