"""Posts on pages of phpBB: its present style, the tables of older ones, Forumotion's editions."""

from __future__ import annotations

import re
from datetime import datetime
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

MODERN = "div.post, article.post, li.post"
TABLES = "table.tablebg, tr.post, table.forumline tr"
TOPICS = (
    "h2.topic-title, h1.topic-title, h2 a.titles, a.maintitle, a.cattitle[href*='/t'], "
    "#pageheader h2 a", "#page-body > h2", "h1.page-title, #page-body h2",
)  # fmt: skip
LISTED = "a.topictitle"
NEXT = (
    ".pagination li.next a[rel=next], .pagination li.arrow.next a, .pagination a[rel=next], "
    "link[rel=next], .pagination strong + .page-sep + a, .pagination li.active + li a, "
    ".pag-img a[href]:last-child, .nav strong + a, .nav b + a, .gensmall > b > b + a"
)
HEADINGS = "p.author, .postdetails, td.gensmall, .post-head, .posthead, .topic-date"
_BODY = ".content, .postbody, .post-entry, .entry-content, .post-content"
_NAME = (
    ".author strong, .postprofile .username, .postprofile .username-coloured, .postauthor, "
    ".name strong, .name b, .postprofile-name, .postprofile dt a:last-of-type, .username, "
    ".username-coloured"
)
_PROFILE = (
    "a.username[href], a.username-coloured[href], .author strong a[href], .name a[href], "
    ".postprofile a[href*='/u'], a[href*='mode=viewprofile'], .postprofile dt a[href]"
)
_QUOTES = "blockquote, .quotecontent, .bbcode_quote, .quote"
_LEFT_OVERS = (
    ".notice, .quotetitle, cite, table .genmed, .codebox > p, dt, .attachbox, .inline-attachment, "
    ".postprofile, ul.post-buttons, .profile-icons, p.author, h2, h3.first, .gensmall"
)
_ANCHOR = re.compile(r"^p?(\d{1,12})$|^(?:post|p)[-_]?(\d{1,12})$")
_ROW_CLASS = re.compile(r"post--(\d{1,12})")
_THREAD = re.compile(r"[?&]t=(\d{1,12})|[-/]t(?:opic)?-?(\d{1,12})(?:[-.p/]|$)")
_START = re.compile(r"[?&]start=(\d{1,7})|-t\d+-(\d{1,7})\.html|/t\d+p(\d{1,7})")
_CLAIMED = re.compile(
    r"(\d[\d.,\u00a0]{0,9})\s*(?:posts?|messages?|beitr(?:ä|a)ge?|сообщени\w{1,3}|mensajes?|"
    r"messaggi\w*|berichten|post[yów]{1,2})\b", re.I,
)  # fmt: skip
_PLACE = re.compile(
    r"(?:location|(?:wohn)?ort|откуда|город|localisation|ubicación|località|lieu|miejscowość|"
    r"woonplaats|localização)\s*:\s*", re.I,
)  # fmt: skip
_ROBOTS = re.compile(
    r"google adsense|advertise(?:ment|r)|sponsor(?:ed)?(?: links?)?|реклама|.{0,60}\[bot\]", re.I
)


def posts_of(root: etree._Element) -> list[etree._Element]:
    """Rows with a post: blocks of today's style, else tables or their rows."""
    modern = [one for one in all_of(root, MODERN) if first(one, _BODY) is not None]
    if modern:
        return modern
    tables = [one for one in all_of(root, TABLES) if _is_table_post(one)]
    inner = {outer for one in tables for outer in one.iterancestors()}
    return [one for one in tables if one not in inner]


def _is_table_post(row: etree._Element) -> bool:
    return first(row, ".postbody") is not None and first(row, ".postauthor, .name") is not None


def why_not(post: etree._Element) -> str | None:
    """Why a row is no member's words; None when it is."""
    names = set((post.get("class") or "").split())
    if names & {"post-hidden", "deleted", "post-ignore", "hidden"}:
        return "deleted or hidden post"
    return "advertisement" if _ROBOTS.fullmatch(line(post, _NAME)) else None


def claimed_of(root: etree._Element) -> int | None:
    """Messages of the topic, where its paging says."""
    for one in all_of(root, ".pagination, td.gensmall, .topic-actions"):
        if found := _CLAIMED.search(one_line(element_text(one))[:300]):
            return count(found.group(1))
    return None


def thread_of(where: ForumPage) -> str | None:
    """Number of the topic."""
    links = "#page-body h2 a, a.titles, a.maintitle, a[href*='mode=reply'], link[rel=canonical]"
    written = (one.get("href") or "" for one in all_of(where.root, links))
    return where.first_number(_THREAD, (where.own, *written))


def draft_of(post: etree._Element, order: int, where: ForumPage, dates: ForumDates) -> Draft:
    """The mention in a post."""
    number = _number(post, where)
    words = own_words(_body(post), _QUOTES, _LEFT_OVERS)
    shown = _shown_number(order, where)
    topic = where.topic(*TOPICS)
    link = f"{where.own.partition('#')[0]}#p{number}" if where.own and number else where.own
    extra: dict[str, Any] = {"topic": topic, "post_number": shown, "quotes": words.quotes}
    return Draft(
        where=f"post {number or order}",
        native_id=number,
        author=_author(post, where),
        title=topic if shown == 1 else "",
        text=words.text,
        url=link,
        published=_published(post, dates),
        edited_at=_edited(post, dates),
        media_count=words.media,
        is_mention=True,
        thread_id=thread_of(where),
        parent_id=where.quoted_post("blockquote, .quotetitle, cite", post),
        scope=where.site,
        extra={name: value for name, value in extra.items() if value},
    )


def _body(post: etree._Element) -> etree._Element:
    """The words alone; older styles have no part for them inside of the post's."""
    exact = first(post, ".content, .post-entry .entry-content, .post-content")
    body = first(post, _BODY) if exact is None else exact
    around = None if body is None or body.tag != "span" else body.getparent()
    if around is not None and len(all_of(around, "span.postbody")) > 1:
        return around  # phpBB 2 ends a post's part before each quotation, and begins one behind it
    return post if body is None else body


def _number(post: etree._Element, where: ForumPage) -> str | None:
    named = [one.get(key) or "" for one in (post, *all_of(post, "a[name], a[id]"))
             for key in ("id", "name")]  # fmt: skip
    marked = where.first_number(_ROW_CLASS, (post.get("class") or "",))
    return marked or where.first_number(_ANCHOR, (one for one in named if one))


def _shown_number(order: int, where: ForumPage) -> int | None:
    """Place in the topic: the page's start by its address, and the order on the page."""
    if not where.own or re.search(r"[?&]p=\d", where.own):
        return None
    return int(where.first_number(_START, (where.own,)) or 0) + order


def _author(post: etree._Element, where: ForumPage) -> Author:
    name = line(post, _NAME)
    profile = attribute(post, _PROFILE, "href") or _profile_below(post)
    return Author(
        id=short(member_id(profile) or ""),
        name=None if is_nobody(name) else short(name),
        profile_url=where.link(profile) or None,
        role=short(_role(post, name), 200),
        location=short(_location(post), 200),
        has_picture=first(post, ".postprofile img, .avatar img, img[src*=avatar]") is not None,
    )


def _profile_below(post: etree._Element) -> str:
    """The link that phpBB 2 sets into a row of buttons under the post."""
    buttons = post.getnext() if post.tag == "tr" else None
    if buttons is None or first(buttons, ".postbody") is not None:
        return ""
    return attribute(buttons, "a[href*='mode=viewprofile']", "href")


def _role(post: etree._Element, name: str) -> str:
    """Rank of the member."""
    if rank := line(post, ".profile-rank, td.postdetails"):
        return rank
    for part in all_of(post, "dl.postprofile dd, .postprofile dd, .postprofile-rank"):
        words = one_line(element_text(part))
        if words and words != name and ":" not in words and len(words) < 100:
            return words if first(part, "ul, strong") is None else ""
    return ""


def _location(post: etree._Element) -> str:
    for part in all_of(post, "dd.profile-phpbb_location, dl.postprofile dd, .postdetails"):
        for words in element_text(part).splitlines():
            if found := _PLACE.match(words.strip()):
                return words.strip()[found.end() :]
    return ""


def _published(post: etree._Element, dates: ForumDates) -> ParsedDate:
    """A machine's stamp, else the date of the post's heading."""
    stamp = attribute(post, ".author time[datetime], time[datetime]", "datetime")
    if stamp and (found := parse_date(stamp, dates.now)).value:
        return found
    body = _body(post)
    for one in all_of(post, f"{HEADINGS}, .author, .date, td"):
        if body is one or body in one.iterancestors():
            continue
        words = "".join(str(piece) for piece in one.itertext())[:600]
        if not _is_profile(one) and (parsed := dates.heading(words)).value:
            return parsed
    return ParsedDate()


def _is_profile(part: etree._Element) -> bool:
    """Whether the dates in it are the member's: joined, last seen."""
    named = [(one.get("class") or "").split() for one in (part, *part.iterancestors())][:6]
    return any({"profile", "postprofile", "poster-profile"} & set(names) for names in named)


def _edited(post: etree._Element, dates: ForumDates) -> datetime | None:
    for one in all_of(post, ".notice, .gensmall"):
        words = one_line(element_text(one))
        if re.match(
            r"(?:last edited|zuletzt geändert|последний раз редакт|dernière édition)", words, re.I
        ):
            return dates.read(words).value
    return None
