"""Pages of Reddit as people save them, old and new, and its feeds, as things of its interface."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.address_parts import is_of, path_of, query_of
from crawlers.parsing.css import all_of, attribute, first, line
from crawlers.parsing.feed_entries import FeedEntry, feed_of
from crawlers.parsing.json_repair import BrokenJson, load_json
from crawlers.parsing.json_values import at, dicts_at, text_at
from crawlers.parsing.markup import classes, parse_html, parse_xml
from crawlers.parsing.reddit_things import COMMENT, POST, STUB, Answer, Thing
from crawlers.parsing.text import element_text

SITE = "https://www.reddit.com"
_DRAWN = re.compile(
    r"<shreddit-(?:post|comment|profile-comment)\b|class=\"[^\"<>]{0,40}\bthing id-t[13]_"
    r"|data-fullname=\"t[13]_[0-9a-z]|window\.___r\s*="
    r"|class=\"[^\"<>]{0,80}\b(?:Comment|Post) t[13]_"
)
_FEED = re.compile(r"<(?:feed|rss)[\s>]")
_OWN_FEED = re.compile(r"https?://(?:\w{1,10}\.)?reddit\.com/[^\s\"'<>]{0,300}\.rss")
_NAME = re.compile(r"t[13]_[0-9a-z]{1,15}")
_THREAD = re.compile(r"/comments/([0-9a-z]{1,15})(?:/[^/?#]{0,300}(?:/([0-9a-z]{1,15}))?)?", re.I)
_ON = re.compile(r"/?u/[\w-]{1,40} on (?P<topic>.{1,400})")
_NUMBER = re.compile(r"-?\d{1,9}")
_MORE = re.compile(r"morechildren\(([^()]{1,20000})\)")
_QUOTED = re.compile(r"'([\w,-]{1,20000})'")
_STATE = re.compile(r"window\.___r\s*=\s*")
_ELEMENTS = ("shreddit-post", "shreddit-comment", "shreddit-profile-comment")
_GONE = re.compile(
    r"\[(?P<how>deleted|removed)\]|(?:Comment|Post) (?P<by>deleted|removed) by \w+(?: \w+)?"
    r"|Sorry, this post (?:was|has been) (?P<was>deleted|removed)\b.{0,200}",
    re.S,
)


def is_drawn(page: Page) -> bool:
    """Whether it is a page or a feed of Reddit, by names that it alone has."""
    return _DRAWN.search(page.text[:500_000]) is not None or is_feed(page)


def is_feed(page: Page) -> bool:
    """Whether it is a feed of Reddit's own."""
    head = page.text[:3_000]
    is_own = is_of(page.url, "reddit.com") or _OWN_FEED.search(head) is not None
    return is_own and "<html" not in head and _FEED.search(head) is not None


def answer_on(page: Page, problems: list[str]) -> Answer:
    """The things that a page shows or a feed tells, in their order."""
    if is_feed(page):
        return _of_feed(page, problems)
    root = parse_html(page.text, problems)
    if root is None:
        return Answer()
    drawn = (_old, _found, _new, _redesigned)
    things = list(_of_state(root)) or [thing for draw in drawn for thing in draw(root)]
    posts = sum(thing.kind == POST for thing in things)
    is_thread = posts == 1 and (
        any(thing.kind == COMMENT for thing in things) or "/comments/" in path_of(page.url)
    )
    after = query_of(attribute(root, ".next-button a, a[rel~=next]", "href")).get("after", "")
    return Answer(things=things, after=after, is_known=bool(things), is_thread=is_thread)


def _of_feed(page: Page, problems: list[str]) -> Answer:
    root = parse_xml(page.text, problems)
    if root is None:
        return Answer()
    feed = feed_of(root, page.url or SITE)
    things = [thing for entry in feed.entries if (thing := _entry(entry, problems))]
    return Answer(things=things, is_known=feed.is_known)


def _entry(entry: FeedEntry, problems: list[str]) -> Thing | None:
    """A post, or a comment, whose title is the site's words; the rest of the text is the site's."""
    link = _THREAD.search(path_of(entry.url))
    name = entry.id if _NAME.fullmatch(entry.id) else _named(link)
    if not name:
        return None
    markup = parse_html(f"<div>{entry.markup or entry.text}</div>", problems)
    said = None if markup is None else first(markup, "div.md")
    kind, field = (COMMENT, "body") if name.startswith("t1_") else (POST, "selftext")
    title = _ON.fullmatch(entry.title)
    data = {
        "name": name,
        "author": re.sub(r"^/?u/", "", entry.author),
        "permalink": path_of(entry.url),
        "link_id": f"t3_{link.group(1).casefold()}" if link else "",
        "created_utc": entry.published or entry.updated,
        "link_title" if kind == COMMENT else "title": title["topic"] if title else entry.title,
    }
    return Thing(kind, data | _said(said, field))


def _named(link: re.Match[str] | None) -> str:
    if link is None:
        return ""
    return f"t1_{link.group(2)}".casefold() if link.group(2) else f"t3_{link.group(1)}".casefold()


def _old(root: etree._Element) -> Iterator[Thing]:
    """What old.reddit.com draws: every thing in an element that has all other things below it."""
    for thing in all_of(root, "div.thing"):
        names = set(classes(thing))
        found = _NAME.search(thing.get("data-fullname") or thing.get("class") or "")
        name = found.group() if found else _named(_THREAD.search(thing.get("data-permalink") or ""))
        entry = next((one for one in thing if "entry" in classes(one)), None)
        if "morechildren" in names or "morerecursion" in names:
            yield _old_stub(thing)
        elif name and entry is not None:
            yield _old_thing(thing, entry, name)


def _old_thing(thing: etree._Element, entry: etree._Element, name: str) -> Thing:
    kind = COMMENT if name.startswith("t1_") else POST
    author = first(entry, ".tagline .author")
    marks = set() if author is None else set(classes(author))
    told = first(entry, ".tagline .score.unvoted")
    told = first(thing, ".midcol .score.unvoted") if told is None and kind == POST else told
    shown = "" if told is None else told.get("title") or element_text(told).partition(" ")[0]
    title = first(thing if kind == POST else entry, "a.title")
    link = _link_of(thing, entry)
    data: dict[str, Any] = {
        "name": name,
        "author": thing.get("data-author") or ("" if author is None else element_text(author)),
        "permalink": path_of(link),
        "subreddit": thing.get("data-subreddit") or "",
        "created_utc": thing.get("data-timestamp")
        or attribute(entry, ".tagline time:not(.edited-timestamp)", "datetime"),
        "edited": attribute(entry, "time.edited-timestamp", "datetime"),
        "score": _number(thing.get("data-score") or shown),
        "score_hidden": first(entry, ".tagline .score-hidden") is not None,
        "distinguished": next((one for one in ("moderator", "admin") if one in marks), None),
        "promoted": bool({"promoted", "promotedlink"} & set(classes(thing))),
        "author_flair_text": line(entry, ".tagline .flair"),
    }
    if kind == POST:
        data |= {
            "title": "" if title is None else element_text(title),
            "url": thing.get("data-url") or "",
            "is_self": "self" in classes(thing)
            or (thing.get("data-domain") or "self")[:4] == "self",
            "num_comments": _number(thing.get("data-comments-count") or ""),
            "link_flair_text": line(entry, ".linkflairlabel"),
        }
    else:
        data |= _old_above(thing, link) | {"is_submitter": "submitter" in marks}
    return Thing(kind, data | _said(_old_words(entry), "body" if kind == COMMENT else "selftext"))


def _link_of(thing: etree._Element, entry: etree._Element) -> str:
    own = thing.get("data-permalink") or attribute(entry, "a.bylink, a.comments", "href")
    return own.partition("?")[0]


def _old_words(entry: etree._Element) -> etree._Element | None:
    """A text; in a list it waits behind a button, as an attribute."""
    shown = first(entry, ".usertext-body .md")
    kept = attribute(entry, ".expando", "data-cachedhtml")
    if shown is None and "usertext-body" in kept:
        inner = parse_html(kept, [])
        return None if inner is None else first(inner, ".md")
    return shown


def _old_above(thing: etree._Element, link: str) -> dict[str, Any]:
    """The thread of a comment and what it answers; a list of comments names the thread alone."""
    topic = next((first(one, "a.title") for one in thing if "parent" in classes(one)), None)
    thread = _THREAD.search(link or ("" if topic is None else topic.get("href") or ""))
    above = next((one for one in thing.iterancestors("div") if "thing" in classes(one)), None)
    found = _NAME.search("" if above is None else above.get("data-fullname") or "")
    link_id = f"t3_{thread.group(1).casefold()}" if thread else ""
    return {
        "link_id": link_id,
        "link_title": "" if topic is None else element_text(topic),
        "parent_id": found.group() if found else link_id if topic is None else "",
    }


def _old_stub(thing: etree._Element) -> Thing:
    """The button for more comments calls with the thread and the numbers of what it hides."""
    said = _MORE.search(attribute(thing, "a[onclick]", "onclick"))
    told = _QUOTED.findall(said.group(1)) if said else []
    children = [one for one in (told[2].split(",") if len(told) > 2 else ()) if one]
    above = next((one for one in thing.iterancestors("div") if "thing" in classes(one)), None)
    parent = "" if above is None else above.get("data-fullname") or ""
    return Thing(STUB, {"children": children, "count": len(children), "parent_id": parent})


def _found(root: etree._Element) -> Iterator[Thing]:
    """Results of a search on old.reddit.com, which have names of their own for everything."""
    for one in all_of(root, "div.search-result-link[data-fullname]"):
        title = first(one, "a.search-title")
        comments = line(one, ".search-comments").partition(" ")[0].replace(",", "")
        data: dict[str, Any] = {
            "name": one.get("data-fullname"),
            "title": "" if title is None else element_text(title),
            "author": line(one, ".search-author .author"),
            "permalink": "" if title is None else path_of(title.get("href") or ""),
            "subreddit": line(one, ".search-subreddit-link").removeprefix("r/"),
            "created_utc": attribute(one, ".search-time time", "datetime"),
            "score": _number(line(one, ".search-score").partition(" ")[0].replace(",", "")),
            "num_comments": _number(comments),
        }
        yield Thing(POST, data | _said(first(one, ".search-result-body .md"), "selftext"))


def _new(root: etree._Element) -> Iterator[Thing]:
    """What the site draws since 2023: elements of its own, told by their attributes."""
    texts = {one.get("id") or "": one for one in all_of(root, "[id$=-rtjson-content]")}
    for one in root.iter(*_ELEMENTS):
        own = _own(one)
        is_post = one.tag == "shreddit-post"
        link = one.get("permalink") or one.get("href") or ""
        thread = _THREAD.search(link)
        name = (
            one.get("id") if is_post else one.get("thingid") or one.get("comment-id")
        ) or _named(thread)
        stamp = one.get("created-timestamp") or one.get("created")
        data: dict[str, Any] = {
            "name": name,
            "author": one.get("author") or "",
            "permalink": path_of(link),
            "score": _number(one.get("score") or ""),
            "created_utc": stamp or _stamp(own),
        }
        if is_post:
            kind = one.get("post-type") or "text"
            data |= {
                "title": one.get("post-title") or line(one, "[slot=title]"),
                "num_comments": _number(one.get("comment-count") or ""),
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
        yield Thing(POST if is_post else COMMENT, data | _said(_slot(own, name, texts), field))


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


def _redesigned(root: etree._Element) -> Iterator[Thing]:
    """What the site drew from 2018 to 2023; its class names are noise save for those of things."""
    for one in all_of(root, "div.Post, div.Comment"):
        found = _NAME.search(one.get("class") or "") or _NAME.search(one.get("id") or "")
        if found is None:
            continue
        is_post = "Post" in classes(one)
        if is_post != found.group().startswith("t3_") or "promotedlink" in classes(one):
            continue
        author = line(one, '[data-testid$="author_link"], a[href*="/user/"]')
        stamp = first(one, '[data-testid$="timestamp"], [data-click-id=timestamp]')
        link = attribute(one, 'a[href*="/comments/"]', "href")
        thread = _THREAD.search(link)
        words = first(one, "[data-click-id=text], [data-testid=comment], .RichTextJSON-root")
        data = {
            "name": found.group(),
            "author": re.sub(r"^/?u/", "", author),
            "created_utc": "" if stamp is None else element_text(stamp),
            "permalink": path_of(link.partition("?")[0]),
            "link_id": f"t3_{thread.group(1)}" if thread else "",
            "title": line(one, "h1, h3") if is_post else "",
        }
        field = "selftext" if is_post else "body"
        yield Thing(POST if is_post else COMMENT, data | _said(words, field))


def _of_state(root: etree._Element) -> Iterator[Thing]:
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
    return [row for row in dicts_at(rows) if _NAME.fullmatch(text_at(row, "id"))]


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


def _said(body: etree._Element | None, field: str) -> dict[str, Any]:
    """The text as the interface gives it: with its markup, and plain to see what is gone."""
    if body is None:
        return {field: ""}
    plain = element_text(body)
    if gone := _GONE.fullmatch(plain.strip()):
        return {field: f"[{gone['how'] or gone['by'] or gone['was']}]"}
    markup = etree.tostring(body, encoding="unicode", method="html", with_tail=False)
    return {field: plain, f"{field}_html": markup}


def _number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text.strip()) else None
