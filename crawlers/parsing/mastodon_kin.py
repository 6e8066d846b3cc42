"""Posts as other servers of the network give them, and as pages show them, as Mastodon's own."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.address_parts import path_of
from crawlers.parsing.css import all_of, attribute, first, line
from crawlers.parsing.draft import address
from crawlers.parsing.element_value import absolute
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.markup import classes

_PUBLIC = ("https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public")
_WRITTEN = ("Note", "Article", "Question", "Page")
_VISIBILITY = {"followers": "private", "specified": "direct"}
_ACTIVITY = ("www.w3.org/ns/activitystreams", '"attributedTo"', '"content"')
_NOTE = ('"renoteCount"', '"createdAt"')
_SHOWN = re.compile(r"class=[\"'][^\"'<>]{0,200}\b(?:detailed-status|status__content|h-entry)\b")
_OWN_PAGE = re.compile(r"id=[\"']?(?:mastodon|initial-state)\b|/packs/(?:js|css|assets)/")
_POSTS = ".detailed-status, .status, .h-entry"
_NUMBER = re.compile(r"/(\d{1,40})(?:[/?#]|$)")
_TITLE = re.compile(r"(?P<name>.{0,300}) \(@(?P<acct>[\w.-]{1,100}@[\w.:-]{1,200})\)")


def is_of_kin(page: Page) -> bool:
    """Whether it is an answer of another server of the network, or a page of Mastodon."""
    head = page.text[:300_000]
    if page.looks_like_json:
        return all(sign in head for sign in _ACTIVITY) or all(sign in head for sign in _NOTE)
    return _OWN_PAGE.search(head) is not None and (
        _SHOWN.search(head) is not None or "application/activity+json" in head
    )


def as_statuses(answer: Any, host: str) -> Any:
    """Posts of ActivityPub and of Misskey as Mastodon gives them; any other answer as it is."""
    rows = _rows(answer)
    found = [_status(row, host) for row in rows]
    return [one for one in found if one] if any(found) else answer


def boosts_alone(answer: Any) -> int:
    """Boosts that name a post and do not bring it."""
    return sum(
        text_at(row, "type") == "Announce" and isinstance(at(row, "object"), str)
        for row in _rows(answer)
    )


def _rows(answer: Any) -> list[dict[str, Any]]:
    """What a collection or a list holds, or the only one."""
    if isinstance(answer, list):
        return dicts_at(answer)
    for part in (answer, at(answer, "first")):
        for name in ("orderedItems", "items"):
            if isinstance(at(part, name), list):
                return dicts_at(part, name)
    return dicts_at([answer])


def _status(row: dict[str, Any], host: str) -> dict[str, Any] | None:
    inner = at(row, "object")
    if isinstance(inner, dict) and text_at(row, "type") in ("Create", "Update", "Announce", "Note"):
        row = inner
    if text_at(row, "type") in _WRITTEN and ("attributedTo" in row or "actor" in row):
        return _of_activity(row)
    if "createdAt" in row and isinstance(at(row, "user"), dict):
        renoted = at(row, "renote")
        is_boost = isinstance(renoted, dict) and not text_at(row, "text")
        return _of_note(renoted if is_boost else row, host)
    return None


def _of_activity(row: dict[str, Any]) -> dict[str, Any]:
    """An object of ActivityPub, which has addresses for ids and names its author by one."""
    languages = at(row, "contentMap")
    told = next(iter(languages), "") if isinstance(languages, dict) else ""
    heard = [one for name in ("to", "cc") for one in _texts(at(row, name))]
    is_open = not heard or any(one in _PUBLIC for one in heard)
    native, links = text_at(row, "id"), _texts(at(row, "url"))
    return {
        "id": native,
        "uri": native,
        "url": links[0] if links else native,
        "content": text_at(row, "content") or text_at(languages, told),
        "spoiler_text": html.unescape(text_at(row, "name") or text_at(row, "summary")),
        "created_at": text_at(row, "published"),
        "edited_at": text_at(row, "updated"),
        "in_reply_to_id": _reference(at(row, "inReplyTo")),
        "visibility": "public" if is_open else "private",
        "language": told if isinstance(told, str) and len(languages or ()) == 1 else "",
        "account": _actor(at(row, "attributedTo") or at(row, "actor")),
        "favourites_count": at(row, "likes", "totalItems"),
        "reblogs_count": at(row, "shares", "totalItems"),
        "replies_count": at(row, "replies", "totalItems"),
        "media_attachments": dicts_at(row, "attachment"),
        "tags": [
            {"name": text_at(tag, "name").lstrip("#")}
            for tag in dicts_at(row, "tag")
            if text_at(tag, "type") == "Hashtag"
        ],
    }


def _actor(found: Any) -> dict[str, Any]:
    """An account by its address, or as an object with names."""
    one = found[0] if isinstance(found, list) and found else found
    link = _reference(one)
    named = text_at(one, "preferredUsername")
    last = path_of(link).rstrip("/").rpartition("/")[2].lstrip("@")
    return {
        "username": named or last,
        "acct": named or last,
        "display_name": text_at(one, "name"),
        "url": text_at(one, "url") or link,
    }


def _of_note(row: dict[str, Any], host: str) -> dict[str, Any]:
    """A note of Misskey and its kin: plain text, and ids that are the server's own."""
    user, native = at(row, "user"), text_at(row, "id")
    name, home = text_at(user, "username"), text_at(user, "host") or host
    words = html.escape(text_at(row, "text"), quote=False).replace("\n", "<br>")
    own = f"https://{host}/notes/{native}" if host else ""
    quoted = text_at(row, "renote", "uri") or text_at(row, "renote", "url")
    return {
        "id": native,
        "uri": text_at(row, "uri") or own,
        "url": text_at(row, "url") or text_at(row, "uri") or own,
        "content": f"<p>{words}</p>" if words else "",
        "spoiler_text": text_at(row, "cw"),
        "created_at": text_at(row, "createdAt"),
        "edited_at": text_at(row, "updatedAt"),
        "in_reply_to_id": text_at(row, "replyId"),
        "visibility": _VISIBILITY.get(text_at(row, "visibility"), "public"),
        "account": {
            "username": name,
            "acct": name,
            "display_name": text_at(user, "name"),
            "url": f"https://{home}/@{name}" if home and name else "",
            "avatar": text_at(user, "avatarUrl"),
            "bot": at(user, "isBot"),
        },
        "reblogs_count": at(row, "renoteCount"),
        "replies_count": at(row, "repliesCount"),
        "media_attachments": dicts_at(row, "files"),
        "tags": [{"name": tag} for tag in _texts(at(row, "tags"))],
        "quote": {"quoted_status": {"uri": quoted}},
    }


def _reference(found: Any) -> str:
    return found if isinstance(found, str) else text_at(found, "id")


def _texts(found: Any) -> list[str]:
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, str)]


def statuses_on(root: etree._Element, page: Page) -> list[dict[str, Any]]:
    """The posts that a saved page of Mastodon draws; else the one that its head tells of."""
    base = page.url or _meta(root, "og:url") or attribute(root, "link[rel=canonical]", "href")
    drawn = [one for found in _drawn(root) if (one := _shown(found, base))]
    return drawn or _told(root)


def _drawn(root: etree._Element) -> Iterator[etree._Element]:
    """The innermost elements that hold one post each."""
    for one in all_of(root, _POSTS):
        if all_of(one, _POSTS) == [one]:
            yield one


def _shown(one: etree._Element, base: str) -> dict[str, Any] | None:
    body = first(one, ".e-content, .status__content__text, .status__content")
    handle = line(one, ".display-name__account, .p-nickname").lstrip("@")
    if body is None or not handle:
        return None
    # A copy that is for readers of a screen alone stands in old pages.
    link = attribute(
        one, "a.status__relative-time, a.detailed-status__datetime, a.u-uid, a.u-url", "href"
    )
    number = _NUMBER.search(link)
    stamp = attribute(one, "time[datetime], data.dt-published", "datetime", "value")
    profile = attribute(
        one, "a.status__display-name, a.detailed-status__display-name, .p-author a", "href"
    )
    named = first(one, ".display-name__html, .p-name, .display-name strong")
    cautioned = first(one, ".p-summary, .status__content__spoiler-text")
    return {
        "id": number.group(1) if number else "",
        "url": absolute(base, link),
        "uri": "",
        "content": etree.tostring(body, encoding="unicode", method="html", with_tail=False),
        "spoiler_text": "" if cautioned is None else "".join(map(str, cautioned.itertext())),
        "created_at": stamp or line(one, ".detailed-status__datetime, .status__relative-time"),
        "account": {
            "acct": handle,
            "username": handle.partition("@")[0],
            "display_name": "" if named is None else "".join(map(str, named.itertext())),
            "url": absolute(base, profile),
        },
        "visibility": "private" if "status-private" in classes(one) else "public",
        "media_attachments": [{} for _ in all_of(one, ".media-gallery__item, .u-photo, .u-video")],
    }


def _told(root: etree._Element) -> list[dict[str, Any]]:
    """The post of a page that scripts alone would draw: its head has the whole text for others."""
    who, link = _TITLE.fullmatch(_meta(root, "og:title")), _meta(root, "og:url")
    is_post = attribute(root, 'link[type="application/activity+json"]', "href")
    number = _NUMBER.search(link)
    if who is None or not number or not is_post or _meta(root, "og:type") != "article":
        return []
    words = html.escape(_meta(root, "og:description"), quote=False).replace("\n", "<br>")
    name, _, host = who["acct"].partition("@")
    return [{
        "id": number.group(1), "uri": is_post if address(is_post) else "", "url": link,
        "content": f"<p>{words}</p>", "created_at": _meta(root, "og:published_time"),
        "account": {
            "acct": who["acct"], "username": name, "display_name": who["name"],
            "url": f"https://{host}/@{name}",
        },
    }]  # fmt: skip


def _meta(root: etree._Element, name: str) -> str:
    return attribute(root, f'meta[property="{name}"], meta[name="{name}"]', "content")
