"""Addresses of Reddit: from what a person pastes to lists, and from stubs to what they hide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote, urlencode

from crawlers.parsing.address_parts import host_of, is_of, path_of, query_of
from pipeline.errors import UsageError

PUBLIC, API = "https://www.reddit.com", "https://oauth.reddit.com"
PAGE_POSTS = 100
PAGE_COMMENTS = 500
STUB_CHILDREN = 100
"""Comments that `morechildren` gives for one request."""
TOPIC = "topic"
"""Our own parameter: the thread's title, which `morechildren` does not repeat."""
TOPIC_LENGTH = 80
LISTED = "listed"
"""Our own parameter: the post was read on the page that led here, and is no news on this one."""
OWN = (TOPIC, LISTED)
"""Never sent."""

_THREAD = re.compile(
    r"(?:/(?:r|user|u)/[^/]{1,60})?/(?:comments|gallery|tb)/(?P<post>[0-9a-z]{1,15})"
    r"(?:/[^/]*(?:/(?P<comment>[0-9a-z]{1,15}))?)?",
    re.I,
)
_LIST = re.compile(
    r"(?P<place>/r/[\w+.:-]{2,200}|/domain/[\w.-]{3,200})"
    r"(?:/(?P<sort>new|hot|top|rising|controversial|best|comments))?",
    re.I,
)
_SEARCH = re.compile(r"(?P<place>/r/[\w+.:-]{2,200})?/search", re.I)
_METHOD = re.compile(r"/api/(?:info|morechildren)")
_ID = re.compile(r"[0-9a-z]{1,15}")


def starts(url: str, base: str) -> tuple[str, ...]:
    """Lists for the address a person gave, newest first; `base` is PUBLIC or API.

    Raises UsageError for what is no place where people discuss.
    """
    path = re.sub(r"(?:\.json|\.rss|/)+$", "", path_of(url)) or "/"
    if host_of(url) == "redd.it":
        path = f"/comments{path}"
    elif not is_of(url, "reddit.com"):
        raise UsageError(f"{url!r} is not of Reddit: expected reddit.com/r/…, /comments/…, /search")
    if found := _THREAD.fullmatch(path):
        return (thread(found["post"].casefold(), base, (found["comment"] or "").casefold()),)
    if (found := _SEARCH.fullmatch(path)) and query_of(url).get("q"):
        return (_search(found["place"] or "", query_of(url), base),)
    if found := _LIST.fullmatch(path):
        return tuple(_lists(found["place"], (found["sort"] or "").casefold(), url, base))
    if _METHOD.fullmatch(path):
        return (_address(base, path, query_of(url)),)
    raise UsageError(
        f"{url!r} names no subreddit, thread or search of Reddit; a shared short link "
        "(/r/…/s/…) must be opened first: give the address that the browser shows then"
    )


def thread(post: str, base: str, comment: str = "") -> str:
    """A post with its comments, or one comment of it with what answers that."""
    query = {"sort": "new", "limit": str(PAGE_COMMENTS)}
    return _address(base, f"/comments/{post}" + (f"/_/{comment}" if comment else ""), query)


def listed(url: str) -> str:
    """The address of a thread whose post is read already."""
    return f"{url}&{LISTED}=1"


def hidden(post: str, children: Sequence[str], topic: str, base: str) -> Iterator[str]:
    """The comments behind stubs, a hundred a request."""
    known = [child for child in dict.fromkeys(children) if _ID.fullmatch(child)]
    for start in range(0, len(known), STUB_CHILDREN):
        some = ",".join(known[start : start + STUB_CHILDREN])
        query = {"api_type": "json", "link_id": f"t3_{post}", "children": some, "sort": "new"}
        title = {TOPIC: topic[:TOPIC_LENGTH]} if topic else {}
        yield _address(base, "/api/morechildren", query | title)


def following(url: str, after: str) -> str:
    """The same list from there on; nothing where a saved answer's address is unknown."""
    if not is_of(url, "reddit.com"):
        return ""
    query = {**query_of(url), "after": after[:100]}
    query.pop("before", None)
    return f"{url.partition('?')[0]}?{urlencode(query)}"


def base_of(url: str) -> str:
    """Where the pages that a page leads to are asked for: where it came from itself."""
    return API if host_of(url) == "oauth.reddit.com" else PUBLIC


def sent(url: str) -> str:
    """The address without our own parameters."""
    query = query_of(url)
    if not any(name in query for name in OWN):
        return url
    kept = {name: value for name, value in query.items() if name not in OWN}
    return f"{url.partition('?')[0]}?{urlencode(kept, safe=',')}"


def _search(place: str, given: dict[str, str], base: str) -> str:
    query = {"q": given["q"][:500], "sort": "new", "type": "link", "limit": str(PAGE_POSTS)}
    if place:
        is_free = given.get("restrict_sr", "on").casefold() in ("0", "off", "false", "no")
        query["restrict_sr"] = "off" if is_free else "on"
    if given.get("t"):
        query["t"] = given["t"][:10]
    return _address(base, f"{place}/search", query)


def _lists(place: str, sort: str, url: str, base: str) -> Iterator[str]:
    """The list that is named, or the newest posts and the newest comments of a subreddit."""
    period = query_of(url).get("t", "")
    kept = {"t": period[:10]} if period and sort in ("top", "controversial") else {}
    is_subreddit = place.casefold().startswith("/r/")
    for order in [sort] if sort else ["new", "comments"] if is_subreddit else ["new"]:
        yield _address(base, f"{place}/{order}", {**kept, "limit": str(PAGE_POSTS)})


def _address(base: str, path: str, query: dict[str, str]) -> str:
    suffix = "" if base == API else ".json"
    # raw_json: texts without `&lt;` in place of `<`.
    return f"{base}{quote(path, safe='/+:')}{suffix}?" + urlencode(
        {**query, "raw_json": "1"}, safe=","
    )
