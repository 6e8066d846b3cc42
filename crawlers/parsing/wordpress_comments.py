"""Comments and reviews as WordPress prints them, whatever the theme: its own class names stay.

`comment_class()` of WordPress gives every entry its kind and depth, WooCommerce does so for reviews
and wpDiscuz for its own; how author, date and words are dressed is the theme's, so that each has a
row of places to look.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.css import first
from crawlers.parsing.draft import Draft
from crawlers.parsing.markup import classes
from crawlers.parsing.wordpress_fields import author_of, published_of, rating_of, words_of
from crawlers.parsing.wordpress_markup import with_comment_classes
from pipeline.records import Reply

MAX_COMMENTS = 20_000
MAX_REPLIES = 200

_KINDS = frozenset(("comment", "review", "pingback", "trackback"))
_NO_OPINIONS = ("pingback", "trackback")
_DEPTH = re.compile(r"depth-\d{1,3}")
_NUMBER = re.compile(r"(?:[a-z]{2,10}-){0,2}comment-(?:[a-z]{2,10}-)?(\d{1,12})")
_UNPUBLISHED = (
    ".comment-awaiting-moderation, .woocommerce-review__awaiting-approval, .wc_held_for_moderate"
)
_OF_ANOTHER_BLOG = re.compile(r"\s*\[(?:…|\.{3})\].{1,2000}\[(?:…|\.{3})\]\s*", re.S)
"""What WordPress cuts out of a post that links here, where the theme does not say that it is so."""


@dataclass
class Comments:
    """What one page has."""

    drafts: list[Draft] = field(default_factory=list)
    """Comments as mentions, rated ones as reviews; ids are the numbers of the comments."""
    own: set[str] = field(default_factory=set)
    """Numbers of what the page's own author wrote: it stands with the review that it answers, and
    is left out below a comment."""
    skipped: Counter[str] = field(default_factory=Counter)


def wordpress_comments(
    root: etree._Element, page: Page, language: str, problems: list[str]
) -> Comments:
    """Every comment and review of a page; none where it is no page of WordPress."""
    result = Comments()
    found: dict[str, Draft] = {}
    if not _listed(root):
        root = with_comment_classes(root, page)
    for parent, entry in _entries(root):
        number = _number(entry)
        kind = next(name for name in classes(entry) if name in _KINDS)
        if number is None or number in found:
            continue
        if kind in _NO_OPINIONS:
            result.skipped[kind] += 1
        elif first(entry, _UNPUBLISHED) is not None:
            result.skipped["comment that the site has not published"] += 1
        elif "bypostauthor" in classes(entry):
            result.own.add(number)
            if not _answered(entry, number, found.get(parent or ""), page, language, problems):
                result.skipped["answer of the site's own author"] += 1
        else:
            draft = _draft(entry, number, parent, page, language, problems)
            if draft.is_empty:
                result.skipped["comment without words"] += 1
            elif _OF_ANOTHER_BLOG.fullmatch(draft.text):
                result.skipped["pingback"] += 1
            else:
                found[number] = draft
    result.drafts = list(found.values())
    return result


def _entries(root: etree._Element) -> Iterator[tuple[str | None, etree._Element]]:
    """Each entry without those below it, and the number of the one above, in page order."""
    listed = _listed(root)
    known = set(listed)
    outer = [one for one in listed if not any(above in known for above in one.iterancestors())]
    left = MAX_COMMENTS
    for top in outer:
        thread = [one for one in copy.deepcopy(top).iter("li", "div", "article") if _is_entry(one)]
        parents = [_parent(entry) for entry in thread]
        for entry in reversed(thread[1:]):
            above = entry.getparent()
            if above is not None:
                above.remove(entry)
        for parent, entry in zip(parents, thread, strict=True):
            left -= 1
            if left < 0:
                return
            yield parent, entry


def _listed(root: etree._Element) -> list[etree._Element]:
    return [
        entry
        for name in ("li", "div", "article")
        for entry in root.iter(name)
        if _is_entry(entry)
    ]  # fmt: skip


def _is_entry(element: etree._Element) -> bool:
    names = classes(element)
    return any(_DEPTH.fullmatch(name) for name in names) and not _KINDS.isdisjoint(names)


def _parent(entry: etree._Element) -> str | None:
    above = next((one for one in entry.iterancestors() if _is_entry(one)), None)
    return None if above is None else _number(above)


def _number(entry: etree._Element) -> str | None:
    """Its own, or that of the first element inside that is called after it."""
    for element in entry.iter(etree.Element):
        if element is not entry and _is_entry(element):
            return None
        if found := _NUMBER.fullmatch((element.get("id") or "")[:100]):
            return found.group(1)
    return None


def _draft(
    entry: etree._Element,
    number: str,
    parent: str | None,
    page: Page,
    language: str,
    problems: list[str],
) -> Draft:
    rating = rating_of(entry)
    is_review = "review" in classes(entry) or rating.stars is not None
    words = words_of(entry, number, problems)
    is_verified = first(entry, ".woocommerce-review__verified") is not None
    return Draft(
        where=f"wordpress comment {number}",
        native_id=number,
        scope=page.host,
        author=author_of(entry, number),
        rating=rating,
        text=words.text,
        url=f"{page.url.partition('#')[0]}#comment-{number}" if page.url else "",
        published=published_of(entry, number, page, language),
        media_count=words.media,
        is_mention=not is_review,
        thread_id=None if is_review else page.url or None,
        parent_id=None if is_review else parent,
        verified_purchase=is_verified or None,
    )


def _answered(
    entry: etree._Element,
    number: str,
    answered: Draft | None,
    page: Page,
    language: str,
    problems: list[str],
) -> bool:
    """Whether it is an answer to a review, which has it now."""
    text = words_of(entry, number, problems).text
    if answered is None or answered.is_mention or not text or len(answered.replies) >= MAX_REPLIES:
        return False
    told = published_of(entry, number, page, language).value
    reply = Reply(text=text, author=author_of(entry, number).name, is_owner=True, replied_at=told)
    answered.replies = (*answered.replies, reply)
    return True
