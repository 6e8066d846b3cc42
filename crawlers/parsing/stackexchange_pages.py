"""Pages of Stack Exchange sites and rows of their dumps, brought to items of the interface."""

from __future__ import annotations

import copy
import html
import re
from typing import Any

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, first, line
from crawlers.parsing.element_value import absolute
from crawlers.parsing.markup import classes
from crawlers.parsing.stackexchange_sites import site_of
from crawlers.parsing.text import element_text, one_line

_POST = re.compile(
    r"data-(?:questionid|answerid)\s*=|class=[\"'][^\"'<>]{0,80}\bquestion-hyperlink\b"
)
_NETWORK = re.compile(
    r"sstatic\.net|stackexchange\.com|stackoverflow\.com|superuser\.com|serverfault\.com|askubuntu"
)
_DUMP = re.compile(r"<(?:posts|comments)>\s{0,20}<row Id=\"\d{1,12}\" Post(?:TypeI|I)d=\"\d")
_NUMBER = re.compile(r"\d{1,12}")
_SCORE = re.compile(r"[-−]?\d{1,9}")
_USER = re.compile(r"/users/(-?\d{1,12})(?:/|$)")
_QUESTION = re.compile(r"/(?:questions|q)/(\d{1,12})(?:[/?#]|$)")
_NOTICES = "aside, .s-notice, .question-status, .post-notice, .snippet-ctas, .comment-date"
_BODY = ".js-post-body, .s-prose, .post-text"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_COUNTED = re.compile(r"\d[\d,.\s\u00a0\u202f]{0,14}")
_TAGS = re.compile(r"[<|]([^<>|]{1,60})(?=[>|])")
_SIGNED = '.user-details a[href*="/users/"], .s-user-card--link a, .started a[href*="/users/"]'
_LAST_DEED = ".s-user-card--time, .user-action-time, a.started-link"
_ASKED = re.compile(
    r"asked|задан|спрошен|preguntad|formulad|perguntad|questionad|feita|質問", re.IGNORECASE
)
"""What was done at the time that a list shows, in the languages of the sites."""
_IS_POST = frozenset(("question", "answer"))
_KINDS_OF_DUMP = {"1": "question", "2": "answer"}


def is_site_page(page: Page) -> bool:
    """Whether it is a page of a site of the network."""
    if (
        page.text[:500].lstrip("\ufeff \r\n\t").startswith("<?xml")
        or "<html" not in page.text[:5_000]
    ):
        return False
    is_told = site_of(page.url) or _NETWORK.search(page.text[:20_000])
    return bool(is_told and _POST.search(page.text[:400_000]))


def is_dump(page: Page) -> bool:
    """Whether it is a file of posts or comments as the network publishes them for download."""
    return _DUMP.search(page.text[:2_000]) is not None


def site_in(root: etree._Element, page: Page) -> str:
    """Host of the site that a saved page is of."""
    own = attribute(root, "link[rel=canonical], meta[property='og:url']", "href", "content")
    return site_of(page.url) or site_of(own)


def items_of_page(root: etree._Element, page: Page) -> list[dict[str, Any]]:
    """The question with its answers and comments; or the questions of a list."""
    base = f"https://{site_in(root, page) or 'stackoverflow.com'}/"
    asked = first(root, ".question[id=question], .question[data-questionid]")
    posts = all_of(root, ".answer[data-answerid], .answer[id]")
    answers = [_answer(one, base) for one in posts if _post_above(one) is None]
    if asked is None and not answers:
        summaries = all_of(root, ".question-summary, .s-post-summary")
        return [item for one in summaries if (item := _summary(one, base))]
    if asked is None:
        return answers
    return [_question(root, asked, base) | {"answers": answers}]


def items_of_dump(root: etree._Element) -> list[dict[str, Any]]:
    """Rows of a dump, which are attributes alone."""
    return [_row(one) for one in root if one.tag == "row"]


def next_page(root: etree._Element, page: Page) -> str:
    """Where the answers or the list go on; nothing where the site is not known."""
    site = site_in(root, page)
    more = attribute(root, "a[rel=next]", "href")
    return absolute(f"https://{site}/", more) if site and more else ""


def _question(root: etree._Element, post: etree._Element, base: str) -> dict[str, Any]:
    link = attribute(root, "link[rel=canonical], meta[property='og:url']", "href", "content")
    title = first(root, "#question-header h1, h1 a.question-hyperlink, a.question-hyperlink")
    href = attribute(root, "#question-header a.question-hyperlink", "href")
    found = _QUESTION.search(link) or _QUESTION.search(href)
    native = post.get("data-questionid") or (found.group(1) if found else "")
    # Beside the days of asking and of the last change: how often it was seen, in any language.
    beside = (one.get("title") or "" for one in all_of(root, "#question-header + div [title]"))
    titles = [title for title in beside if not _DAY.match(title)]
    count = attribute(root, "#answers-header [data-answercount]", "data-answercount")
    count = count or line(root, "[itemprop=answerCount], #answers-header h2")
    return _post(post, base) | {
        "question_id": _id(native),
        "title": _escaped(title),
        "link": link if _QUESTION.search(link) else absolute(base, href),
        "creation_date": _moment(post) or attribute(root, "time[itemprop=dateCreated]", "datetime"),
        "answer_count": _counted(count),
        "view_count": next((one for title in titles if (one := _counted(title))), None),
        "tags": [element_text(one) for one in all_of(post, ".post-taglist .post-tag")],
    }


def _answer(post: etree._Element, base: str) -> dict[str, Any]:
    native = post.get("data-answerid") or (post.get("id") or "").removeprefix("answer-")
    is_accepted = "accepted-answer" in classes(post) or first(post, ".vote-accepted-on") is not None
    return _post(post, base) | {"answer_id": _id(native), "is_accepted": is_accepted}


def _post(post: etree._Element, base: str) -> dict[str, Any]:
    """What questions and answers have in common."""
    signatures = all_of(post, ".post-signature")
    votes = first(post, ".js-vote-count, .vote-count-post")
    remarks = all_of(post, ".comment[id^=comment-]")
    comments = [_comment(one, base) for one in remarks if _outer(one) is post]
    hidden = _counted(
        attribute(post, "[data-remaining-comments-count]", "data-remaining-comments-count")
        or line(post, ".js-show-link b, .comments-link b")
    )
    return {
        "body": _markup(first(post, _BODY)),
        "owner": _owner(signatures[-1] if signatures else post, base),
        "creation_date": _moment(post),
        "last_edit_date": _stamp(signatures[0]) if len(signatures) > 1 else "",
        "score": None if votes is None else _score(votes.get("data-value") or element_text(votes)),
        "comments": comments,
        "comment_count": len(comments) + (hidden or 0),
    }


def _post_above(one: etree._Element) -> etree._Element | None:
    return next((above for above in one.iterancestors() if _IS_POST & set(classes(above))), None)


def _outer(remark: etree._Element) -> etree._Element | None:
    """The post or the comment that a comment stands in: in a comment no other one stands."""
    kinds = _IS_POST | {"comment"}
    return next((above for above in remark.iterancestors() if kinds & set(classes(above))), None)


def _comment(one: etree._Element, base: str) -> dict[str, Any]:
    user = first(one, ".comment-user")
    told = one.get("data-comment-score") or line(one, ".comment-score")
    words = first(one, ".comment-copy")
    return {
        "comment_id": _id((one.get("id") or "").removeprefix("comment-")),
        "body": _markup(words) if words is not None else _unmarked(first(one, ".comment-text")),
        "owner": _person(user, base),
        "creation_date": attribute(one, ".comment-date [title], [class*=relativetime]", "title")
        .partition(",")[0],
        "score": _score(told),
    }  # fmt: skip


def _summary(one: etree._Element, base: str) -> dict[str, Any]:
    """A question of a list, whose beginning alone is shown: its title is its own, no more."""
    link = first(one, "a.question-hyperlink, .s-post-summary--content-title a, h3 a")
    href = "" if link is None else link.get("href") or ""
    found = _QUESTION.search(href)
    if found is None or "#" in href:
        return {}
    is_asked = _tells_of_asking(one)
    return {
        "question_id": found.group(1),
        "title": _escaped(link),
        "link": absolute(base, href),
        "owner": _owner(one, base) if is_asked else {},
        "creation_date": _stamp(one) if is_asked else "",
        "score": _score(line(one, ".vote-count-post, .s-post-summary--stats-item-number")),
        "tags": [element_text(tag) for tag in all_of(one, ".post-tag")],
    }


def _tells_of_asking(summary: etree._Element) -> bool:
    """Whether time and name are the asker's: else the last who answered or changed it stands."""
    told = first(summary, _LAST_DEED)
    if told is None:
        return True
    words = " ".join((told.text or "", *(child.tail or "" for child in told))).strip()
    return not words or _ASKED.search(words) is not None


def _owner(signature: etree._Element, base: str) -> dict[str, Any]:
    """Who signed; nobody signs what belongs to the community."""
    if first(signature, ".community-wiki") is not None:
        return {}
    link = first(signature, _SIGNED)
    shown = line(signature, ".reputation-score, .s-user-card--rep")
    title = attribute(signature, ".reputation-score", "title")
    told = title if _COUNTED.search(title) else shown
    named = link if link is not None else first(signature, ".user-details")
    is_moderator = first(signature, ".mod-flair") is not None
    picture = attribute(signature, ".gravatar-wrapper-32 img, .s-avatar--image", "src")
    owner = _person(named, base) | {
        "profile_image": picture,
        "user_type": "moderator" if is_moderator else None,
    }
    exact = re.search(r"\d[kKмтm]", told) is None
    return owner | {"reputation": _counted(told) if exact else None}


def _person(element: etree._Element | None, base: str) -> dict[str, Any]:
    if element is None:
        return {}
    href = element.get("href") or ""
    found = _USER.search(href)
    # Who left has no link: the name stands in one element with reputation and badges.
    name = element_text(element) if href else element.text or ""
    return {
        "display_name": html.escape(one_line(name), quote=False),
        "user_id": found.group(1) if found else "",
        "link": absolute(base, href) if found else "",
    }


def _moment(post: etree._Element) -> str:
    """When a post was written: what stands in its last signature."""
    signatures = all_of(post, ".post-signature")
    return (
        _stamp(signatures[-1]) if signatures else attribute(post, "time[itemprop]", "datetime")
    ) or ""


def _stamp(element: etree._Element) -> str:
    told = attribute(element, "[class*=relativetime]", "title") or attribute(
        element, "time", "datetime"
    )
    return told.partition(",")[0] or line(element, "[class*=relativetime], time")


def _markup(body: etree._Element | None) -> str:
    """The HTML of a text, without what the site says in it."""
    if body is None:
        return ""
    kept = copy.deepcopy(body)
    kept.tail = None
    for notice in all_of(kept, _NOTICES):
        notice.clear(keep_tail=True)  # type: ignore[call-arg]
    return etree.tostring(kept, encoding="unicode", method="html")


def _unmarked(cell: etree._Element | None) -> str:
    """A comment of the first years, in one element with its author and its date."""
    if cell is None:
        return ""
    kept = copy.deepcopy(cell)
    kept.tail = None
    for other in all_of(kept, ".comment-user, .comment-date, form"):
        other.clear(keep_tail=True)  # type: ignore[call-arg]
    return html.escape(element_text(kept).rstrip(" \xa0–-\n"), quote=False)


def _row(row: etree._Element) -> dict[str, Any]:
    """A row of posts or of comments; a post of another kind keeps no number that a list has."""
    score, kind = _score(row.get("Score") or ""), _KINDS_OF_DUMP.get(row.get("PostTypeId") or "")
    owner = {
        "user_id": row.get("OwnerUserId") or row.get("UserId") or "",
        "display_name": html.escape(
            row.get("OwnerDisplayName") or row.get("UserDisplayName") or "", quote=False
        ),
    }
    item: dict[str, Any] = {
        "owner": owner, "creation_date": row.get("CreationDate") or "", "score": score,
    }  # fmt: skip
    if row.get("PostId"):
        said = {"comment_id": row.get("Id"), "post_id": row.get("PostId")}
        return item | said | {"body_markdown": html.escape(row.get("Text") or "", quote=False)}
    if kind is None:
        return {}
    item |= {
        "body": row.get("Body") or "",
        "last_edit_date": row.get("LastEditDate") or "",
        "title": html.escape(row.get("Title") or "", quote=False),
        "tags": _TAGS.findall((row.get("Tags") or "")[:600]),
        "answer_count": _counted(row.get("AnswerCount") or ""),
        "view_count": _counted(row.get("ViewCount") or ""),
        "accepted_answer_id": row.get("AcceptedAnswerId") or "",
    }
    above = {"answer_id": row.get("Id"), "question_id": row.get("ParentId")}
    return item | (above if kind == "answer" else {"question_id": row.get("Id")})


def _id(text: str) -> str:
    return text if _NUMBER.fullmatch(text) else ""


def _escaped(element: etree._Element | None) -> str:
    """A title as the interface gives it, with entities."""
    return "" if element is None else html.escape(one_line(element_text(element)), quote=False)


def _score(text: str) -> int | None:
    found = _SCORE.fullmatch(text.strip().replace(",", ""))
    return int(found.group().replace("−", "-")) if found else None


def _counted(text: str) -> int | None:
    found = _COUNTED.search(text[:200])
    return int(re.sub(r"\D", "", found.group())[:12]) if found else None
