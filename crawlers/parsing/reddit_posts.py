"""Posts and comments of Reddit to drafts of mentions."""

from __future__ import annotations

import html
import re
from typing import Any

from crawlers.page import Page
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.json_values import at, dicts_at, flag_at, text_at, time_at
from crawlers.parsing.markdown_text import words_of
from crawlers.parsing.ratings import count
from crawlers.parsing.reddit_things import COMMENT, POST, Thing
from crawlers.parsing.text import one_line
from pipeline.records import Author, Votes

SITE = "https://www.reddit.com"
NOBODY = ("", "[deleted]", "[removed]")
BOTS = ("AutoModerator",)
_FULL_NAME = re.compile(r"t[13]_[0-9a-z]{1,15}")
_ID = re.compile(r"[0-9a-z]{1,15}")
_GONE = re.compile(r"\[\s*(?P<how>deleted|removed|unavailable)\b[^\]]{0,60}\]", re.I)
_ATTACHED = ("image", "hosted:video")


def full_name(thing: Thing) -> str:
    """`t1_…` or `t3_…`: unique on the whole site; empty where none is given."""
    name = text_at(thing.data, "name").casefold()
    if _FULL_NAME.fullmatch(name):
        return name
    bare = text_at(thing.data, "id").casefold()
    bare = bare if _ID.fullmatch(bare) else bare.removeprefix(f"{thing.kind}_")
    return f"{thing.kind}_{bare}" if _ID.fullmatch(bare) else ""


def named(value: Any) -> str:
    """A full name that a field holds; empty for anything else."""
    name = text_at(value).casefold()
    return name if _FULL_NAME.fullmatch(name) else ""


def line_of(data: dict[str, Any], name: str) -> str:
    """A title or label: no markup, so `a <b>` is about a tag, with or without entities."""
    return one_line(html.unescape(text_at(data, name)[:2_000]))


def why_not(thing: Thing) -> str | None:
    """Why nobody's words stand there; None when somebody's do."""
    data = thing.data
    if at(data, "promoted") is True or at(data, "is_created_from_ads_ui") is True:
        return "advertisement"
    if text_at(data, "author") in BOTS:
        return "post of a moderation bot"
    words = text_at(data, "body" if thing.kind == COMMENT else "selftext")
    how = _gone(words) or _gone(text_at(data, "title")) or text_at(data, "removed_by_category")
    if how:
        is_own = how in ("deleted", "author")
        return "deleted by its author" if is_own else "removed by a moderator or by Reddit"
    return None


def _gone(words: str) -> str:
    """ "deleted" or "removed" where that is written in place of a post; else empty."""
    found = _GONE.fullmatch(words.strip()[:100])
    return found["how"].casefold() if found else ""


def draft_of(thing: Thing, topic: str, thread: str, page: Page, problems: list[str]) -> Draft:
    """A mention; `topic` and `thread` are used where the thing does not name its own."""
    data, name = thing.data, full_name(thing)
    is_post = thing.kind == POST
    thread = (name if is_post else named(at(data, "link_id"))) or thread
    title = line_of(data, "title" if is_post else "link_title")
    field = "selftext" if is_post else "body"
    said = words_of(_markup(text_at(data, f"{field}_html")), text_at(data, field), problems)
    return Draft(
        where=name or thing.kind,
        native_id=name or None,
        author=_author(data),
        title=title if is_post else "",
        text=said.text,
        url=_url(data, name, thread),
        published=parse_date(at(data, "created_utc"), page.fetched_at),
        edited_at=time_at(data, page.fetched_at, "edited"),
        votes=_votes(data),
        media_count=said.media + (_attached(data) if is_post else 0),
        is_mention=True,
        thread_id=thread or None,
        parent_id=None if is_post else named(at(data, "parent_id")) or None,
        extra=_extra(data, title or topic, said.quotes),
    )


def _markup(text: str) -> str:
    """The HTML of a text, which comes escaped unless `raw_json=1` is asked for."""
    return html.unescape(text) if text.lstrip().startswith("&lt;") else text


def _author(data: dict[str, Any]) -> Author:
    """Names are never changed or given again, so a name is the id; who left has none."""
    name = one_line(text_at(data, "author"))[:100]
    if name in NOBODY:
        return Author()
    is_plain = re.fullmatch(r"[\w-]{1,40}", name)
    return Author(
        id=name,
        name=name,
        profile_url=f"{SITE}/user/{name}" if is_plain else None,
        role=short(text_at(data, "distinguished"), limit=40),
    )


def _votes(data: dict[str, Any]) -> Votes | None:
    """The score is what stands above the other side; while it is hidden, it says nothing."""
    score, against = at(data, "score"), count(at(data, "downs"))
    if at(data, "score_hidden") is True or at(data, "hide_score") is True:
        return None
    if against and (ups := count(at(data, "ups"))) is not None:
        return Votes(helpful=ups, unhelpful=against)
    if isinstance(score, bool) or not isinstance(score, int | float) or not abs(score) < 1e9:
        return None
    return Votes(helpful=max(0, int(score)), unhelpful=max(0, -int(score)))


def _url(data: dict[str, Any], name: str, thread: str) -> str:
    # A comment in somebody's inbox tells its address as the one of its surroundings.
    link = (text_at(data, "permalink") or text_at(data, "context")).partition("?")[0]
    if link.startswith("/"):
        return SITE + link
    if not thread:
        return ""
    below = f"_/{name[3:]}/" if name.startswith("t1_") else ""
    return f"{SITE}/comments/{thread[3:]}/{below}"


def _attached(data: dict[str, Any]) -> int:
    gallery = len(dicts_at(data, "gallery_data", "items"))
    is_file = text_at(data, "post_hint") in _ATTACHED or at(data, "is_video") is True
    return gallery or int(is_file)


def _extra(data: dict[str, Any], topic: str, quotes: int) -> dict[str, Any]:
    is_link = flag_at(data, "is_self") is False
    ratio = at(data, "upvote_ratio")
    extra = {
        "topic": short(topic),
        "subreddit": short(text_at(data, "subreddit"), limit=100),
        "flair": short(line_of(data, "link_flair_text"), limit=100),
        "author_flair": short(line_of(data, "author_flair_text"), limit=100),
        "link": address(text_at(data, "url")) if is_link else None,
        "upvote_ratio": ratio if isinstance(ratio, float) and 0 <= ratio <= 1 else None,
        "comments": count(at(data, "num_comments")),
        "quotes": quotes or None,
        "is_topic_author": flag_at(data, "is_submitter") or None,
    }
    return {key: value for key, value in extra.items() if value is not None}
