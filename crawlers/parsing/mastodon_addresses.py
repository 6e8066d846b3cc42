"""Addresses of a Mastodon instance's interface, from whatever address of the instance is known."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlencode, urlsplit

from crawlers.parsing.address_parts import path_of, query_of
from crawlers.parsing.draft import address

PAGE_POSTS = 40
"""The most that an instance gives at once."""
TOPIC = "topic"
"""Our own parameter, never sent: what a thread is about, which the answers below it do not say."""
TOPIC_LENGTH = 80

_TAG = re.compile(r"/(?:tags|timelines/tag)/([^/]{1,200})/?$")
_ACCOUNT = re.compile(
    r"/(?:@|users/)([^/@]{1,100}(?:@[\w.-]{1,200})?)(?:/(?:with_replies|media))?/?$"
)
_POST = re.compile(
    r"/(?:@[^/]{1,300}|users/[^/]{1,100}/statuses|statuses)/(\d{1,40}|[0-9A-Za-z]{18,22})/?$"
)
_API = re.compile(r"/api/v\d/")
_PAGED = re.compile(r"/api/v1/(?:timelines/\w+|accounts/[^/]{1,100}/statuses|notifications)")
_SEARCH = re.compile(r"/api/v2/search/?$")
_ANSWERED = re.compile(r"/api/v1/(?:accounts/[^/]{1,100}/statuses|statuses/\w{1,40})/?$")


def interface_addresses(url: str) -> tuple[str, ...]:
    """Where the interface gives what the address shows; nothing for what it cannot belong to."""
    if address(url) is None:
        return ()
    root, path = root_of(url), path_of(url)
    if _API.search(path):
        return (_with(url),)
    if tag := _TAG.search(path):
        name = quote(unquote(tag.group(1)), safe="")
        return (f"{root}/api/v1/timelines/tag/{name}?limit={PAGE_POSTS}",)
    if post := _POST.search(path):
        return (f"{root}/api/v1/statuses/{post.group(1)}",)
    if account := _ACCOUNT.search(path):
        return (f"{root}/api/v1/accounts/lookup?{urlencode({'acct': account.group(1)})}",)
    words = query_of(url).get("q", "")
    if words and path.rstrip("/").endswith("/search"):
        query = {"q": words[:500], "type": "statuses", "limit": PAGE_POSTS}
        return (f"{root}/api/v2/search?{urlencode(query)}",)
    return ()


def root_of(url: str) -> str:
    """Scheme, host and port of a web address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def posts_of_account(url: str, account: str) -> str:
    """The account's own posts: boosts would break the order by date."""
    query = {"limit": PAGE_POSTS, "exclude_reblogs": "true"}
    return f"{root_of(url)}/api/v1/accounts/{quote(account, safe='')}/statuses?{urlencode(query)}"


def thread_of(url: str, post: str, topic: str) -> str:
    """Everything said around a post, when it was asked for by itself or with its author's others.

    Below a post that merely has a tag, people speak of anything.
    """
    if not _ANSWERED.search(path_of(url)) or not post.isalnum():
        return ""
    query = f"?{urlencode({TOPIC: topic[:TOPIC_LENGTH]})}" if topic else ""
    return f"{root_of(url)}/api/v1/statuses/{post}/context{query}"


def sent(url: str) -> str:
    """The address without our own parameter."""
    query = query_of(url)
    if query.pop(TOPIC, None) is None:
        return url
    base = url.partition("?")[0]
    return f"{base}?{urlencode(query)}" if query else base


def is_list(url: str) -> bool:
    """Whether a Mastodon instance gives posts there."""
    return bool(_PAGED.search(path_of(url)) or _SEARCH.search(path_of(url)))


def is_search(url: str) -> bool:
    """Whether it is the search for posts, which an instance answers to its members alone."""
    return bool(_SEARCH.search(path_of(url))) and query_of(url).get("type") == "statuses"


def following(url: str, last: str, found: int) -> str:
    """The list behind its last item; a search counts them. Empty where a list has one page."""
    if not found:
        return ""
    if is_search(url):
        start = query_of(url).get("offset", "0")
        return _with(url, offset=str((int(start[:6]) if start.isdecimal() else 0) + found))
    if not _PAGED.search(path_of(url)) or not last or query_of(url).get("max_id") == last:
        return ""
    return _with(url, max_id=last[:100])


def _with(url: str, **changed: str) -> str:
    """The address with some parameters changed, and without a token that somebody left in it."""
    query = {**query_of(url), **changed}
    query.pop("access_token", None)
    base = url.partition("#")[0].partition("?")[0]
    return f"{base}?{urlencode(query)}" if query else base
