"""Pages that Reddit has drawn since 2018, as things of its interface."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from lxml import etree

from crawlers.parsing.address_parts import path_of
from crawlers.parsing.css import all_of, attribute, first, line
from crawlers.parsing.json_repair import BrokenJson, load_json
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.markup import classes
from crawlers.parsing.reddit_marks import NAME, THREAD, is_gone, named, number, said
from crawlers.parsing.reddit_things import COMMENT, POST, Thing
from crawlers.parsing.text import element_text

_STATE = re.compile(r"window\.___r\s*=\s*")
_STAMP = (
    '[data-testid$="timestamp"], [data-click-id=timestamp], '
    'a[id^="CommentTopMeta--Created"], a[id^="PostTopMeta--Created"]'
)
_WORDS = "[data-click-id=text], [data-testid=comment], [data-test-id=comment], .RichTextJSON-root"
_POINTS = re.compile(r"(-?\d{1,9}) points?")
_HEAD = 60
"""Elements of a thing among which its name, points and time stand."""
_ELEMENTS = ("shreddit-post", "shreddit-comment", "shreddit-profile-comment")


def own_elements(root: etree._Element) -> Iterator[Thing]:
    """What the site draws since 2023: elements of its own, told by their attributes."""
    texts = {one.get("id") or "": one for one in all_of(root, "[id$=-rtjson-content]")}
    for one in root.iter(*_ELEMENTS):
        own = _own(one)
        is_post = one.tag == "shreddit-post"
        link = one.get("permalink") or one.get("href") or ""
        thread = THREAD.search(link)
        name = (one.get("id") if is_post else one.get("thingid") or one.get("comment-id")) or named(
            thread
        )
        stamp = one.get("created-timestamp") or one.get("created")
        data: dict[str, Any] = {
            "name": name,
            "author": one.get("author") or "",
            "permalink": path_of(link),
            "score": number(one.get("score") or ""),
            "created_utc": stamp or _stamp(own),
        }
        if is_post:
            kind = one.get("post-type") or "text"
            data |= {
                "title": one.get("post-title") or line(one, "[slot=title]"),
                "num_comments": number(one.get("comment-count") or ""),
                "subreddit": (one.get("subreddit-prefixed-name") or "").removeprefix("r/"),
                "url": one.get("content-href") or "",
                "is_self": kind not in ("link", "crosspost"),
                "post_hint": "image" if kind in ("image", "gif") else "",
                "is_video": kind == "video",
                "promoted": one.get("is-promoted") is not None or one.get("promoted") is not None,
                "link_flair_text": line(one, "shreddit-post-flair"),
            }
        else:
            post = one.get("postid") or (f"t3_{thread.group(1)}" if thread else "")
            data |= {"link_id": post, "parent_id": one.get("parentid") or _above(one) or post}
        field = "selftext" if is_post else "body"
        yield Thing(POST if is_post else COMMENT, data | said(_slot(own, name, texts), field))


def _above(comment: etree._Element) -> str:
    outer = next(comment.iterancestors("shreddit-comment"), None)
    return "" if outer is None else outer.get("thingid") or ""


def _own(one: etree._Element) -> list[etree._Element]:
    """What stands in a thing, without the comments inside of it and what stands in them."""
    found: list[etree._Element] = []
    waiting = list(reversed(one))
    while waiting:
        part = waiting.pop()
        if part.tag not in _ELEMENTS:
            found.append(part)
            waiting.extend(reversed(part))
    return found


def _stamp(own: list[etree._Element]) -> str:
    told = (one.get("ts") or one.get("datetime") for one in own)
    return next((stamp for stamp in told if stamp), "")


def _slot(
    own: list[etree._Element], name: str, texts: Mapping[str, etree._Element]
) -> etree._Element | None:
    """The text of a thing; it may stand beside."""
    slots = (one for one in own if one.get("slot") in ("text-body", "comment"))
    texts_inside = (one for one in own if "md" in classes(one) or _is_text(one))
    whole = next(slots, None)
    whole = next(texts_inside, None) if whole is None else whole
    if whole is None:
        beside = (texts.get(f"{name}-{kind}-rtjson-content") for kind in ("comment", "post"))
        whole = next((found for found in beside if found is not None), None)
    if whole is None:
        return None
    text = first(whole, ".md, [id$=-post-rtjson-content]")
    return whole if text is None else text


def _is_text(one: etree._Element) -> bool:
    return (one.get("id") or "").endswith("-rtjson-content")


def redesigned(root: etree._Element) -> Iterator[Thing]:
    """What the site drew from 2018 to 2023; its class names are noise save for those of things."""
    for one in all_of(root, "div.Post, div.Comment"):
        found = NAME.search(one.get("class") or "") or NAME.search(one.get("id") or "")
        if found is None:
            continue
        is_post = "Post" in classes(one)
        if is_post != found.group().startswith("t3_") or "promotedlink" in classes(one):
            continue
        author = line(one, '[data-testid$="author_link"], a[href*="/user/"]')
        stamp = first(one, _STAMP)
        link = attribute(one, 'a[href*="/comments/"]', "href")
        thread = THREAD.search(link)
        words = first(one, _WORDS)
        data = {
            "name": found.group(),
            "author": re.sub(r"^/?u/", "", author),
            "created_utc": "" if stamp is None else element_text(stamp),
            "permalink": path_of(link.partition("?")[0]),
            "link_id": f"t3_{thread.group(1)}" if thread else "",
            "title": line(one, "h1, h2, h3") if is_post else "",
            "score": _points(one, words),
        }
        words = _notice(one) if words is None and not is_post else words
        field = "selftext" if is_post else "body"
        yield Thing(POST if is_post else COMMENT, data | said(words, field))


def _points(one: etree._Element, words: etree._Element | None) -> int | None:
    """The number beside the name, above the text; None where it is rounded ("1.2k points")."""
    for part in islice(one.iter(etree.Element), _HEAD):
        if part is words:
            break
        found = _POINTS.fullmatch((part.text or "").strip()) if part.tag == "span" else None
        if found:
            return number(found.group(1))
    return None


def _notice(comment: etree._Element) -> etree._Element | None:
    """What stands in place of the author and the text of a comment that is gone."""
    spans = (part for part in islice(comment.iter(etree.Element), _HEAD) if part.tag == "span")
    return next((part for part in spans if is_gone(part.text or "")), None)


def things_of_state(root: etree._Element) -> Iterator[Thing]:
    """What the pages of 2018 to 2023 keep for their scripts."""
    scripts = (one.text or "" for one in root.iter("script"))
    script = next((one for one in scripts if _STATE.match(one.strip()[:40])), "")
    if not script:
        return
    try:
        values, _ = load_json(_STATE.sub("", script.strip(), count=1))
    except BrokenJson:
        return
    state = values[0]
    for row in _models(at(state, "posts", "models")):
        words = _written(row) if text_at(row, "media", "type") in ("rtjson", "text") else ""
        data = {
            **row, "name": text_at(row, "id"), "created_utc": at(row, "created"),
            "num_comments": at(row, "numComments"), "selftext": words, "url": "",
            "permalink": path_of(text_at(row, "permalink")), "is_self": True, "edited": "",
            "promoted": at(row, "isSponsored"), "subreddit": text_at(row, "subreddit", "name"),
        }  # fmt: skip
        yield Thing(POST, data)
    for row in _models(at(state, "features", "comments", "models")):
        data = {
            **row, "name": text_at(row, "id"), "created_utc": at(row, "created"),
            "link_id": text_at(row, "postId"), "body": _written(row), "edited": "",
            "parent_id": text_at(row, "parentId") or text_at(row, "postId"),
            "permalink": path_of(text_at(row, "permalink")), "distinguished": None,
        }  # fmt: skip
        yield Thing(COMMENT, data)


def _models(found: Any) -> list[dict[str, Any]]:
    rows = list(found.values()) if isinstance(found, dict) else []
    return [row for row in dicts_at(rows) if NAME.fullmatch(text_at(row, "id"))]


def _written(row: dict[str, Any]) -> str:
    """The Markdown of a model, or the paragraphs of its document."""
    plain = text_at(row, "bodyMD") or text_at(row, "media", "markdownContent")
    if plain:
        return plain
    paragraphs = dicts_at(row, "media", "richtextContent", "document")
    kept = [one for one in paragraphs[:1_000] if text_at(one, "e") != "blockquote"]
    return "\n\n".join(words for one in kept if (words := _runs(one)))


def _runs(node: dict[str, Any]) -> str:
    """Text of a part of a document with all parts in it."""
    pieces: list[str] = []
    waiting: list[Any] = [node]
    for _ in range(10_000):
        if not waiting:
            break
        part = waiting.pop()
        pieces.append(text_at(part, "t"))
        waiting.extend(reversed(dicts_at(part, "c")))
    return "".join(pieces)
