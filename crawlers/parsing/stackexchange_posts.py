"""Questions, answers and comments of Stack Exchange to drafts of mentions."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any, Literal

from crawlers.page import Page
from crawlers.parsing.address_parts import path_of, query_of
from crawlers.parsing.dates import parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.json_values import at, flag_at, text_at, time_at
from crawlers.parsing.markdown_text import words_of
from crawlers.parsing.ratings import count
from crawlers.parsing.stackexchange_sites import host_of_site, site_of
from crawlers.parsing.text import one_line
from pipeline.records import Author, Votes

Kind = Literal["question", "answer", "comment"]
_ID = re.compile(r"\d{1,12}")
_THREAD = re.compile(r"/questions/(\d{1,12})(?:[/?#]|$)")
_ONE_QUESTION = re.compile(r"/2\.\d/questions/(\d{1,12})/(?:comments|answers)")


@dataclass(frozen=True)
class Place:
    """Where a post stands: what its own fields leave open."""

    site: str = ""
    question: str = ""
    title: str = ""
    post: str = ""
    """The post that a comment is on."""

    @classmethod
    def of(cls, page: Page) -> Place:
        """What the address of a list says of all its items."""
        found = _ONE_QUESTION.match(path_of(page.url))
        return cls(
            site=host_of_site(query_of(page.url).get("site", "")),
            question=found.group(1) if found else "",
        )


def kind_of(item: Any) -> Kind | None:
    """What an item is; None for tags, users and whatever else a list may hold."""
    if id_of(item, "comment_id"):
        return "comment"
    if id_of(item, "answer_id") or (id_of(item, "post_id") and at(item, "post_type") == "answer"):
        return "answer"
    is_question = id_of(item, "question_id") or id_of(item, "post_id")
    is_written = isinstance(item, dict) and any(
        name in item for name in ("owner", "title", "body", "body_markdown")
    )
    return "question" if is_question and is_written else None


def id_of(item: Any, name: str) -> str:
    """A number of the site; empty for anything else."""
    found = text_at(item, name)
    return found if _ID.fullmatch(found) else ""


def place_below(item: dict[str, Any], kind: Kind, place: Place) -> Place:
    """Where the answers and comments of a post stand."""
    if kind == "question":
        own = id_of(item, "question_id") or id_of(item, "post_id")
        title = _line(text_at(item, "title"))
        return Place(site=_site(item, place), question=own, title=title, post=own)
    own = id_of(item, "answer_id") or id_of(item, "post_id")
    thread = id_of(item, "question_id") or place.question
    title = place.title or _line(text_at(item, "title"))
    return Place(site=_site(item, place), question=thread, title=title, post=own)


def draft_of(
    item: dict[str, Any], kind: Kind, place: Place, page: Page, problems: list[str]
) -> Draft:
    """A mention; posts of a site have numbers of one row, comments have their own."""
    site, own = _site(item, place), _own_id(item, kind)
    post = id_of(item, "post_id") or place.post if kind == "comment" else own
    thread = _thread(item, kind, place, post)
    said = words_of(text_at(item, "body"), text_at(item, "body_markdown"), problems)
    title = _line(text_at(item, "title"))
    parent = {"question": "", "answer": thread, "comment": post}[kind]
    return Draft(
        where=f"{kind} {own or '?'}",
        native_id=(f"comment-{own}" if kind == "comment" else own) or None,
        author=_author(at(item, "owner")),
        title=title if kind == "question" else "",
        text=said.text,
        url=_url(item, kind, site, own, post),
        published=parse_date(at(item, "creation_date"), page.fetched_at),
        edited_at=time_at(item, page.fetched_at, "last_edit_date"),
        votes=_votes(item),
        media_count=said.media,
        is_mention=True,
        thread_id=thread or None,
        parent_id=parent or None,
        scope=site,
        extra=_extra(item, kind, place.title or title, site, said.quotes),
    )


def _own_id(item: dict[str, Any], kind: Kind) -> str:
    return id_of(item, f"{kind}_id") or id_of(item, "post_id")


def _thread(item: dict[str, Any], kind: Kind, place: Place, post: str) -> str:
    """The question that a post belongs to; a comment may tell only by its link."""
    if kind == "question":
        return post
    if found := _THREAD.search(text_at(item, "link")):
        return found.group(1)
    is_on_question = kind == "comment" and at(item, "post_type") == "question"
    return (post if is_on_question else "") or id_of(item, "question_id") or place.question


def _site(item: dict[str, Any], place: Place) -> str:
    """Host of the item's site; a saved answer may tell only by its links."""
    links = (text_at(item, "link"), text_at(item, "owner", "link"))
    return place.site or next((site for link in links if (site := site_of(link))), "")


def _author(owner: Any) -> Author:
    picture = text_at(owner, "profile_image")
    return Author(
        id=id_of(owner, "user_id") or None,
        name=_line(text_at(owner, "display_name"))[:300] or None,
        profile_url=address(text_at(owner, "link")),
        role="moderator" if at(owner, "user_type") == "moderator" else None,
        # Who has no picture is given a drawn pattern.
        has_picture=True if picture and "identicon" not in picture else None,
    )


def _votes(item: dict[str, Any]) -> Votes | None:
    ups, downs = count(at(item, "up_vote_count")), count(at(item, "down_vote_count"))
    if ups is not None and downs is not None:
        return Votes(helpful=ups, unhelpful=downs)
    score = _score(item)
    return None if score is None else Votes(helpful=max(0, score), unhelpful=max(0, -score))


def _score(item: dict[str, Any]) -> int | None:
    score = at(item, "score")
    is_number = isinstance(score, int) and not isinstance(score, bool) and abs(score) < 10**9
    return score if is_number else None


def _url(item: dict[str, Any], kind: Kind, site: str, own: str, post: str) -> str:
    link = text_at(item, "link")
    if address(link) or not (site and own):
        return link
    if kind == "comment":
        return f"https://{site}/q/{post}#comment{own}_{post}" if post else ""
    return f"https://{site}/{'q' if kind == 'question' else 'a'}/{own}"


def _extra(item: dict[str, Any], kind: Kind, topic: str, site: str, quotes: int) -> dict[str, Any]:
    extra = {
        "topic": short(topic),
        "site": site or None,
        "post_type": kind,
        "score": _score(item),
        "is_accepted": flag_at(item, "is_accepted"),
        "accepted_answer": id_of(item, "accepted_answer_id") or None,
        "is_answered": flag_at(item, "is_answered"),
        "answers": count(at(item, "answer_count")),
        "views": count(at(item, "view_count")),
        "closed": short(_line(text_at(item, "closed_reason")), limit=100),
        "tags": _tags(at(item, "tags")) or None,
        "author_reputation": count(at(item, "owner", "reputation")),
        "quotes": quotes or None,
    }
    return {key: value for key, value in extra.items() if value is not None}


def _tags(found: Any) -> list[str]:
    listed = found[:10] if isinstance(found, list) else []
    return [one[:60] for one in listed if isinstance(one, str)]


def _line(text: str) -> str:
    """Names and titles come with entities and hold no tags: `a &lt;b&gt;` is about a tag."""
    return one_line(html.unescape(text[:4_000]))
