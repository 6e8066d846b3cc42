"""Posts on pages of XenForo 1 and 2."""

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
from pipeline.records import Author, Votes

POSTS = (
    "article.message[data-content^=post-], article.message--post, "
    "li.message[id^=post-], div.message[id^=post-]"
)
"""XenForo 2; XenForo 1."""
_TITLES = ("h1.p-title-value", ".titleBar .title", ".titleBar h1")
LISTED = (
    ".structItem-title a[data-tp-primary], .structItem-title a[href*='/threads/'], "
    ".discussionListItem h3.title a.PreviewTooltip, "
    ".discussionListItem h3.title a[href*='threads/']"
)
NEXT = "link[rel=next], a.pageNav-jump--next, .PageNav a.text[href*='page-']:last-child"
_BODY = ".message-body .bbWrapper, .bbWrapper, blockquote.messageText, .messageText"
_QUOTES = ".bbCodeBlock--quote, .bbCodeQuote"
_PREVIEWS = (
    ".bbCodeBlock--unfurl, .messageTextEndMarker, .js-selectToQuoteEnd, "
    ".bbCodeBlock-expandLink, .message-lastEdit"
)
_PERMANENT = (
    ".message-attribution a[href*='/post-'], a.datePermalink, a.postNumber",
    "a[href*='/post-'], a[href*='#post-']",
)
"""Links to a post: its own before those to others that it quotes."""
_NUMBER = re.compile(r"post-(\d{1,12})\b")
_THREAD = re.compile(r"thread-(\d{1,12})$|threads/(?:[^/?#]*\.)?(\d{1,12})(?:/|$|\?|#)")
_PLACE_WORDS = re.compile(
    r"(?:location|ort|wohnort|standort|откуда|адрес|город|ubicación|lieu|localisation|"
    r"località|woonplaats|miasto|lokalizacja)\s*:?", re.I,
)  # fmt: skip
_HIDDEN = frozenset(("deleted", "message--deleted", "is-ignored", "ignored", "message--system"))


def why_not(post: etree._Element) -> str | None:
    """Why a row is no member's words; None when it is."""
    names = set((post.get("class") or "").split())
    if names & _HIDDEN:
        return "deleted or hidden post"
    return None if first(post, _BODY) is not None else "row without a post"


def thread_of(where: ForumPage) -> str | None:
    """Number of the thread."""
    key = where.root.get("data-content-key") or ""
    told = (key, where.own, *where.links("link[rel=canonical]"))
    own = (attribute(where.root, place, "href") for place in _PERMANENT)
    return where.first_number(_THREAD, (*told, *own))


def topic_of(where: ForumPage) -> str:
    """Title of the thread without its coloured labels."""
    for selector in _TITLES:
        heading = first(where.root, selector)
        words = "" if heading is None else one_line(element_text(heading))
        for label in [] if heading is None else all_of(heading, ".label, .prefix"):
            words = words.removeprefix(one_line(element_text(label))).strip(" -")
        if words:
            return short(words) or ""
    return where.topic()


def draft_of(post: etree._Element, order: int, where: ForumPage, dates: ForumDates) -> Draft:
    """The mention in a post."""
    marks = (post.get("data-content") or "", post.get("id") or "")
    number = where.first_number(_NUMBER, marks)
    body = first(post, _BODY)
    words = own_words(post if body is None else body, _QUOTES, _PREVIEWS)
    shown = count(line(post, ".postNumber")) or _shown_number(post)
    topic, thread = topic_of(where), thread_of(where)
    extra: dict[str, Any] = {"topic": topic, "post_number": shown, "quotes": words.quotes}
    link = next(filter(None, (attribute(post, place, "href") for place in _PERMANENT)), "")
    return Draft(
        where=f"post {number or order}",
        native_id=number,
        author=_author(post, where),
        title=topic if shown == 1 else "",
        text=words.text,
        url=where.link(link) or where.own,
        published=_published(post, dates),
        edited_at=_moment(post, ".message-lastEdit time, .editDate .DateTime", dates).value,
        votes=_votes(post),
        media_count=words.media,
        is_mention=True,
        thread_id=thread,
        parent_id=where.quoted_post(_QUOTES, post),
        scope=where.site,
        extra={name: value for name, value in extra.items() if value},
    )


def _shown_number(post: etree._Element) -> int | None:
    for one in all_of(post, ".message-attribution a, .message-attribution .username"):
        words = one_line("".join(str(piece) for piece in one.itertext()))
        if re.fullmatch(r"#[\d.,]{1,9}", words):
            return count(words)
    return None


def _author(post: etree._Element, where: ForumPage) -> Author:
    name = post.get("data-author") or line(post, ".message-name .username, a.username")
    profile = attribute(post, "a.username[href], a.avatar[href]", "href")
    known = attribute(post, "[data-user-id]", "data-user-id")
    role = line(post, ".userTitle, .message-userTitle") or line(post, ".userBanner strong")
    picture = first(post, ".message-avatar img, .avatarHolder img")
    holder = first(post, ".message-avatar, .avatarHolder")
    return Author(
        id=short(known if known not in ("", "0") else member_id(profile) or ""),
        name=None if is_nobody(name) else short(name),
        profile_url=where.link(profile) or None,
        role=short(role, 200),
        location=short(_location(post), 200),
        has_picture=None if holder is None else picture is not None,
    )


def _location(post: etree._Element) -> str:
    for pair in all_of(post, ".message-userExtras dl, .extraUserInfo dl"):
        if _PLACE_WORDS.fullmatch(line(pair, "dt")):
            return line(pair, "dd")
    return ""


def _published(post: etree._Element, dates: ForumDates) -> ParsedDate:
    found = _moment(post, ".message-attribution time, header time", dates)
    places = ".datePermalink .DateTime, .messageMeta .DateTime, .messageDetails .DateTime"
    if not found.raw:
        found = _moment(post, places, dates)
    return found if found.raw else _moment(post, "time.u-dt, .privateControls .DateTime", dates)


def _moment(post: etree._Element, selector: str, dates: ForumDates) -> ParsedDate:
    """A machine's stamp where there is one, else the words."""
    one = first(post, selector)
    if one is None:
        return ParsedDate()
    for stamp in (one.get("datetime"), one.get("data-time"), one.get("data-timestamp")):
        if stamp and (found := parse_date(stamp, dates.now)).value:
            return found
    return dates.read(one.get("title") or one_line("".join(str(piece) for piece in one.itertext())))


def _votes(post: etree._Element) -> Votes | None:
    """ "Anna, Boris and 5 others"; None where nobody reacted or the forum has no reactions."""
    bar = first(post, ".reactionsBar-link, .likesSummary .LikeText, .likesBar > a")
    if bar is None:
        return None
    named = all_of(bar, "bdi, a.username")
    plain = re.sub(r"\s+", " ", "".join(str(piece) for piece in bar.itertext()))
    for one in named:
        plain = plain.replace("".join(str(piece) for piece in one.itertext()), " ", 1)
    more = re.search(r"\d[\d.,]{0,8}", plain)
    return Votes(helpful=len(named) + ((count(more.group()) or 0) if more else 0))
