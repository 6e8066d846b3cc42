"""Posts on pages of vBulletin 3, 4 and 5."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from crawlers.parsing.css import all_of, attribute, first, line
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import Draft, short
from crawlers.parsing.forum_dates import ForumDates
from crawlers.parsing.forum_page import ForumPage, member_id
from crawlers.parsing.forum_text import own_words
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count
from crawlers.parsing.text import element_text, one_line
from pipeline.records import Author

BODY = (
    "[id^=post_message_], .js-post__content-text, .post > .posttext, "
    ".postbit > .content > blockquote.restore"
)
"""Words of a post in threads; in the archive; in what is to be printed."""
TOPICS = (
    ".threadtitle", ".rel_thread_head h1, #pagetitle h1, h1.main-title", ".navbar strong",
    "[itemprop=alternativeHeadline]", "p.largefont a[href*=showthread]", "#pagetitle h1",
)  # fmt: skip
LISTED = "a[id^=thread_title_], a.topic-title"
NEXT = "link[rel=next], a[rel=next], a.js-pagenav-next-button"
DATES = (
    ".thead, .postdate, .posttop .date, .header .datetime, .postdetails dd, .userinfo_extra dd, "
    "[itemprop=dateCreated], .smallfont"
)
_QUOTES = (
    ".bbcode_quote, div:has(> .postquote), .bbcode-quote, div.quote, .quote_container, "
    "div[style*='margin:20px'] td.alt2"
)
_LEFT_OVERS = ".smallfont, .bbcode_postedby, .bbcode_description, .js-post__content-text-actions"
_CLOCK = re.compile(r"\d:\d{2}")
_ROW = re.compile(r"^(?:edit|post_?|table_?post_?|p)(\d{1,12})$")
_POST = re.compile(r"post_message_(\d{1,12})$")
_PLACE = re.compile(
    r"(?:location|ort|wohnort|standort|откуда|адрес|город|lieu|localisation|ubicación|"
    r"lugar|località|from)\s*:?\s*", re.I,
)  # fmt: skip
_THREAD = re.compile(
    r"[?&]t(?:hreadid)?=(\d{1,12})|showthread\.php[?/](\d{1,12})|/t-?(\d{1,12})(?:[/-]|\.html)"
    r"|/(\d{1,12})-[^/]{1,200}$"
)
_CLAIMED = re.compile(r"(?:of|von|из|de|sur|van|di|z)\s+(\d[\d.,]{0,9})\s*$", re.I)


def posts_of(root: etree._Element) -> list[etree._Element]:
    """The row of each post, once: the largest part of the page with this post alone."""
    return list(dict.fromkeys(_row(body) for body in all_of(root, BODY)))


def _row(body: etree._Element) -> etree._Element:
    above = body.getparent()
    if "posttext" in (body.get("class") or "").split() and above is not None:
        return above
    number = _number(body)
    row = body
    for outer in body.iterancestors():
        found = _ROW.match(outer.get("id") or "")
        named = (outer.get("class") or "").split()
        if found and number in (None, found.group(1)):
            row = outer
        elif {"postcontainer", "b-post"} & set(named):
            return outer
    return row


def _number(body: etree._Element) -> str | None:
    found = _POST.search(body.get("id") or "")
    return found.group(1) if found else None


def why_not(post: etree._Element) -> str | None:
    """Why a row is no member's words; None when it is."""
    names = set((post.get("class") or "").split())
    hidden = {"postbitdeleted", "postbitignored", "deleted", "b-post--deleted"}
    return "deleted or hidden post" if names & hidden else None


def claimed_of(root: etree._Element) -> int | None:
    """Posts of the thread: "Results 11 to 20 of 23" """
    titles = [one.get("title") or "" for one in all_of(root, "a[rel=next], a[rel=prev]")]
    for words in (line(root, ".postpagestats"), *titles):
        if found := _CLAIMED.search(words):
            return count(found.group(1))
    return None


def thread_of(where: ForumPage) -> str | None:
    """Number of the thread."""
    archived = all_of(where.root, "p.largefont a[href*=showthread]")
    told = attribute(where.root, "input[name=searchthreadid], #qr_threadid", "value")
    action = attribute(where.root, "form[action*='do=postreply']", "action")
    replies = all_of(where.root, "a[href*='newreply.php'][href*='t=']")
    written = (one.get("href") or "" for one in (*archived, *replies))
    places = (f"?t={told}", action, where.own, *written)
    return where.first_number(_THREAD, places)


def draft_of(post: etree._Element, order: int, where: ForumPage, dates: ForumDates) -> Draft:
    """The mention in a post."""
    body = next((one for one in (post, *all_of(post, BODY)) if _is_body(one)), post)
    node = post.get("data-node-id") or ""
    number = _number(body) or (node if node.isdecimal() else None)
    words = own_words(body, _QUOTES, _LEFT_OVERS)
    shown = _shown_number(post)
    topic = where.topic(*TOPICS)
    link = attribute(post, "a.postcounter, a[id^=postcount], a.b-post__count", "href")
    link = link or _link_to(number, post)
    extra: dict[str, Any] = {"topic": topic, "post_number": shown, "quotes": words.quotes}
    return Draft(
        where=f"post {number or order}",
        native_id=number,
        author=_author(post, where),
        title=topic if shown == 1 else "",
        text=words.text,
        url=where.link(link) or where.own,
        published=_published(post, dates),
        edited_at=_edited(post, dates),
        media_count=words.media,
        is_mention=True,
        thread_id=thread_of(where),
        parent_id=where.quoted_post(".bbcode_quote, .bbcode-quote, div[style*=margin]", body),
        scope=where.site,
        extra={name: value for name, value in extra.items() if value},
    )


def _is_body(one: etree._Element) -> bool:
    names = {"js-post__content-text", "posttext", "restore"}
    return _number(one) is not None or not names.isdisjoint((one.get("class") or "").split())


def _link_to(number: str | None, post: etree._Element) -> str:
    """The first link in a post that leads to it, or to any where its number is unknown."""
    links = (one.get("href") or "" for one in post.iter("a"))
    return next((link for link in links if f"#post{number or ''}" in link), "")


def _shown_number(post: etree._Element) -> int | None:
    named = attribute(post, "[id^=postcount]", "name")
    shown = named or line(post, ".postcounter, .b-post__count")
    return count(shown) if shown else None


def _author(post: etree._Element, where: ForumPage) -> Author:
    link = (
        "a.bigusername, .username_container a.username, a.username, [itemprop=author] a, .author a"
    )
    name = line(post, f"{link}, .bigusername, .username_container .username, .username")
    profile = attribute(post, link, "href")
    finder = attribute(post, "a[href*='userid='], a[href*='member.php?u=']", "href")
    picture = (
        "a[href] img[src*=avatar], .postuseravatar img, .postuseravatarlink img, "
        "img[src*='image.php?u='], .b-avatar img"
    )
    return Author(
        id=short(member_id(profile) or member_id(finder) or ""),
        name=None if is_nobody(name) else short(name),
        profile_url=where.link(profile) or None,
        role=short(_role(post), 200),
        location=short(_location(post), 200),
        has_picture=first(post, picture) is not None,
    )


def _role(post: etree._Element) -> str:
    """Title of the member; in vBulletin 3 the first small line below the name."""
    if title := line(post, ".usertitle, .b-userinfo__title"):
        return title
    for one in all_of(post, ".smallfont"):
        words = one_line(element_text(one))
        if words and not len(one) and not _CLOCK.search(words):
            return words if len(words) < 60 else ""
    return ""


def _location(post: etree._Element) -> str:
    for term in all_of(post, ".userinfo dt, .userinfo_extra dt, .userstats dt"):
        value = term.getnext()
        if value is not None and _PLACE.fullmatch(one_line(element_text(term))):
            return one_line(element_text(value))
    for part in all_of(post, ".smallfont div"):
        words = one_line(element_text(part))
        if (found := _PLACE.match(words)) and ":" in found.group():
            return words[found.end() :]
    return ""


def _published(post: etree._Element, dates: ForumDates) -> ParsedDate:
    """A machine's stamp, else the first date of the row's heading."""
    stamp = attribute(post, "time[datetime]", "datetime")
    if stamp and (found := parse_date(stamp, dates.now)).value:
        return found
    places = (
        "[itemprop=dateCreated], .postdate .date, .postdate, .posttop .date, .header .datetime, "
        ".thead, .userinfo_extra dd, td"
    )
    for one in all_of(post, places):
        words = "".join(str(piece) for piece in one.itertext())[:600]
        if (parsed := dates.heading(words)).value:
            return parsed
    return ParsedDate()


def _edited(post: etree._Element, dates: ForumDates) -> Any:
    for one in all_of(post, ".lastedited, .postbit-lastedited, .smallfont em, .b-post__edit-info"):
        if found := dates.read("".join(str(piece) for piece in one.itertext())).value:
            return found
    return None
