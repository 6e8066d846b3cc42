"""Addresses of Stack Exchange: from what a person pastes to lists of the interface."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus, urlencode

from crawlers.parsing.address_parts import is_of, path_of, query_of
from crawlers.parsing.ratings import count
from crawlers.parsing.stackexchange_sites import site_of
from pipeline.errors import UsageError

HOST = "https://api.stackexchange.com"
API = f"{HOST}/2.3"
PAGE_ITEMS = 100
THEN = "then"
"""Our own parameter: the list to read with the filter that is asked for first; never sent."""
FIELDS = (
    "question.answers", "question.comments", "question.comment_count", "question.up_vote_count",
    "question.down_vote_count", "answer.comments", "answer.comment_count", "answer.link",
    "answer.up_vote_count", "answer.down_vote_count", "comment.link",
)  # fmt: skip
"""What a list shall give beside bodies: whole threads, so that an answer knows its question."""

_SECRETS = ("key", "access_token")
_BUILT_IN = ("", "default", "withbody", "none", "total")
_QUESTION = re.compile(r"/(?:questions|q)/(\d{1,12})(?:/|$)")
_ANSWER = re.compile(r"/a/(\d{1,12})(?:/|$)")
_TAG = re.compile(r"/(?:questions/tagged|tags)/([^/]{1,300})")
_BRACKETED = re.compile(r"\[([^\][]{1,60})\]")
_METHOD = re.compile(r"/(?:2\.\d/)?[a-z]+(?:[/a-z-]|[\d;])*")


def starts(url: str) -> tuple[str, ...]:
    """Lists for the address a person gave, latest activity first.

    Raises UsageError for what is no place of questions and answers.
    """
    if is_of(url, "api.stackexchange.com") and _METHOD.fullmatch(path_of(url)):
        return (_of_method(url),)
    site, path = site_of(url), path_of(url)
    if not site:
        raise UsageError(
            f"{url!r} is no site of Stack Exchange: expected stackoverflow.com/questions/…, "
            "ru.stackoverflow.com/questions/tagged/…, NAME.stackexchange.com/search?q=…"
        )
    if found := _QUESTION.match(path):
        return (_list(f"questions/{found.group(1)}", site),)
    if found := _ANSWER.match(path):
        return (_list(f"answers/{found.group(1)}/questions", site),)
    if found := _TAG.match(path):
        return tuple(_list("questions", site, tagged=tags) for tags in _tags(found.group(1)))
    if path.rstrip("/") == "/search" and (words := query_of(url).get("q")):
        return (_search(words, site),)
    if path.rstrip("/") in ("", "/questions"):
        return (_list("questions", site),)
    raise UsageError(f"{url!r} names no question, tag or search of {site}")


def filtered(url: str, name: str) -> str:
    """The list that a filter was asked for, with that filter; nothing where it is not known."""
    target = query_of(url).get(THEN, "")
    if not target.startswith("/2.") or not name:
        return ""
    return f"{HOST}{target}&{urlencode({'filter': name[:200]})}"


def following(url: str, page: int | None) -> str:
    """The next page of a list; nothing where a saved answer's address is unknown."""
    if not url.startswith(f"{HOST}/"):
        return ""
    query = query_of(url)
    query["page"] = str((count(query.get("page")) or page or 1) + 1)
    return f"{url.partition('?')[0]}?{urlencode(query)}"


def sent(url: str, key: str | None) -> str:
    """The address without our own parameter, with the key that belongs to it."""
    if not url.startswith(f"{HOST}/"):
        return url
    query = query_of(url)
    query.pop(THEN, None)
    if key:
        query["key"] = key
    return f"{url.partition('?')[0]}?{urlencode(query)}"


def _of_method(url: str) -> str:
    """An address of the interface, without what is secret; its own filter is kept."""
    query = {name: value for name, value in query_of(url).items() if name not in _SECRETS}
    path = re.sub(r"^/(?!2\.\d/)", "/2.3/", path_of(url))
    if query.get("filter", "") not in _BUILT_IN or THEN in query:
        return f"{HOST}{path}?{urlencode(query)}"
    query.pop("filter", None)
    return _first(f"{path}?{urlencode(query)}")


def _search(words: str, site: str) -> str:
    """A search; tags stand in brackets in what people type."""
    tags = ";".join(one.strip() for one in _BRACKETED.findall(words[:500]))
    rest = _BRACKETED.sub(" ", words[:500]).strip()
    if not rest:
        return _list("questions", site, tagged=tags)
    return _list("search/advanced", site, q=rest, **({"tagged": tags} if tags else {}))


def _tags(written: str) -> list[str]:
    """All of `a+b` at once; each of `a+or+b` for itself."""
    wanted = re.split(r"\s+or\s+", unquote_plus(written))
    return [";".join(one.split()) for one in wanted if one.strip()]


def _list(method: str, site: str, **more: str) -> str:
    query = {"order": "desc", "sort": "activity", **more, "site": site, "pagesize": str(PAGE_ITEMS)}
    return _first(f"/2.3/{method}?{urlencode(query)}")


def _first(target: str) -> str:
    """The filter comes first: filters never expire, and the same wish gives the same one."""
    wish = {"base": "withbody", "include": ";".join(FIELDS), "unsafe": "false", THEN: target}
    return f"{API}/filters/create?{urlencode(wish)}"
