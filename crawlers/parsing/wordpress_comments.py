"""Comments and reviews as WordPress prints them, whatever the theme: its own class names stay.

`comment_class()` of WordPress gives every entry its kind and depth, WooCommerce does so for reviews
and wpDiscuz for its own; how author, date and words are dressed is the theme's, so that each has a
row of places to look.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from lxml import etree
from lxml.html import tostring

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, first, line
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import Draft, address, short
from crawlers.parsing.forum_text import PostText, post_text
from crawlers.parsing.markup import classes
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import WIDTH_OF_ONE_STAR, ParsedRating, parse_rating
from crawlers.parsing.text import element_text, one_line
from crawlers.parsing.wordpress_markup import with_comment_classes
from pipeline.records import Author, Reply

MAX_COMMENTS = 20_000
MAX_REPLIES = 200
MAX_PLACES = 20
"""Elements of a comment that are looked at for its name, or for its date."""
MAX_NAME = 100
"""Characters of a name that no element marks."""
MAX_DATE = 40
MAX_WORDS_BEHIND = 3
"""Bare words between a name and the text that may be a date: characters of each, and how many."""

_KINDS = frozenset(("comment", "review", "pingback", "trackback"))
_NO_OPINIONS = ("pingback", "trackback")
_DEPTH = re.compile(r"depth-\d{1,3}")
_NUMBER = re.compile(r"(?:[a-z]{2,10}-){0,2}comment-(?:[a-z]{2,10}-)?(\d{1,12})")
_UNPUBLISHED = (
    ".comment-awaiting-moderation, .woocommerce-review__awaiting-approval, .wc_held_for_moderate"
)
_AUTHORS = (
    ".woocommerce-review__author", ".wp-block-woocommerce-product-review-author-name",
    ".comment-author .fn", ".fn",
    "[itemprop=author] [itemprop=name]", "[itemprop=author]", ".comment_author",
    ".comment-author-name", ".comment-author cite", ".comment-author-link", ".comment-author",
    ".wpd-comment-author", ".wc-comment-author", ".comment-meta strong", ".meta strong",
    ".author_name", ".author", ".epoch-author-link", ".comment-header h3",
    ".epoch-comment-author", "a.url[rel~=external]", "li > cite, div > cite, p > cite",
)  # fmt: skip
_BESIDE_NAME = (
    "time, .says, .comment-meta, .comment-metadata, .commentmetadata, .comment-date, "
    ".comment_date, .comment-date-time, .comment-time, .comment-permalink, .comment-reply-link, "
    ".epoch-divide"
)
"""What themes set into the element of the name."""
_DATES = (
    ".wpd-comment-date, .wc-comment-date, .comment-date, .comment_date, .comment-metadata, "
    ".commentmetadata, .comment-meta"
)
_OTHER_DATES = "time, .comment_time, .comment-time, .comment-date-time, .published, .date"
_PERMALINKS = "a[href*='#comment-']"
_BODIES = (
    ".wp-block-woocommerce-product-review-content", ".comment-content", ".comment_content",
    ".comment-text .description", ".comment_text",
    ".wpd-comment-text", ".wc-comment-text",
    "[itemprop=text]", "[itemprop=commentText]", "[itemprop=description]",
    ".comment-text", ".epoch-comment-content", "blockquote.entry-content",
)  # fmt: skip
_AROUND_WORDS = (
    ".comment-meta, .comment-metadata, .commentmetadata, .post-meta, .meta, "
    ".reply, .comment-reply-link, .comment-edit-link, .star-rating, .wprm-comment-rating, "
    ".wpdiscuz-readmore, .pmcc-comments-report-link, .comment-number"
)
_AROUND = f"{_AROUND_WORDS}, .comment-author"
"""What stands about the words and is none of them."""
_NAMES_IN_HEADINGS = "cite, .fn, .author, a.url[rel~=external]"
_OF_ANOTHER_BLOG = re.compile(r"\s*\[(?:…|\.{3})\].{1,2000}\[(?:…|\.{3})\]\s*", re.S)
"""What WordPress cuts out of a post that links here, where the theme does not say that it is so."""
_LABEL = re.compile(r"^\s*[^\W\d_]{2,20}:\s+")
"""As in "Posted: 08/10/24"."""
_WIDTH = re.compile(r"width:\s*(\d{1,3}(?:\.\d{1,3})?)%")
_SAYS = re.compile(
    r"\s*\b(?:says|said|пишет|говорит|сказал(?:\(а\)|а)?|sagt(?:e)?|dice|dijo|dit|escribió|disse)\s*:?$",
    re.I,
)


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
    rating = _rating(entry)
    is_review = "review" in classes(entry) or rating.stars is not None
    words = _words(entry, number, problems)
    is_verified = first(entry, ".woocommerce-review__verified") is not None
    return Draft(
        where=f"wordpress comment {number}",
        native_id=number,
        scope=page.host,
        author=_author(entry, number),
        rating=rating,
        text=words.text,
        url=f"{page.url.partition('#')[0]}#comment-{number}" if page.url else "",
        published=_published(entry, number, page, language),
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
    text = _words(entry, number, problems).text
    if answered is None or answered.is_mention or not text or len(answered.replies) >= MAX_REPLIES:
        return False
    told = _published(entry, number, page, language).value
    reply = Reply(text=text, author=_author(entry, number).name, is_owner=True, replied_at=told)
    answered.replies = (*answered.replies, reply)
    return True


def _author(entry: etree._Element, number: str) -> Author:
    marked = (_name_at(entry, place) for place in _AUTHORS)
    bare = (_bare_name(one, number) for one in entry.iter("p"))
    name = next(filter(None, chain(marked, bare)), "")
    linked = ".comment-author a[href], .fn a[href], a.url[href], a.epoch-author-link[href]"
    link = attribute(entry, linked, "href")
    return Author(
        name=None if is_nobody(name) else short(name),
        profile_url=address(link) if "#comment" not in link else None,
    )


def _name_at(entry: etree._Element, place: str) -> str:
    """What the first element there says that says anything, without what stands beside the name,
    unless that is all."""
    for one in all_of(entry, place)[:MAX_PLACES]:
        if one is not entry and (printed := one_line(element_text(one))):
            if first(one, _BESIDE_NAME) is not None:
                printed = one_line(element_text(_without(one, _BESIDE_NAME))) or printed
            return _SAYS.sub("", printed)
    return ""


def _published(entry: etree._Element, number: str, page: Page, language: str) -> ParsedDate:
    """Where WordPress and its plugins set the date, else where old themes do."""
    stamps = [one.get("datetime") or "" for one in all_of(entry, "time[datetime]")]
    usual = _printed(all_of(entry, _DATES)[:MAX_PLACES])
    told = _first_read((*stamps[:2], *usual[:6]), page, language)
    if told.value is not None:
        return told
    elsewhere = all_of(entry, _OTHER_DATES)[:MAX_PLACES]
    other = _printed([*elsewhere, *_permalinks(entry, number)[:MAX_PLACES]])
    return _first_read((*other[:6], *_behind_the_name(entry)), page, language)


def _printed(elements: Iterable[etree._Element]) -> list[str]:
    return [
        _LABEL.sub("", text)
        for one in elements
        for text in (one.get("title") or "", one_line("".join(map(str, one.itertext()))))
    ]


def _permalinks(element: etree._Element, number: str) -> list[etree._Element]:
    """Links to the comment itself, whose text is the date in most themes."""
    links = all_of(element, _PERMALINKS)
    return [one for one in links if (one.get("href") or "").endswith(f"#comment-{number}")]


def _behind_the_name(entry: etree._Element) -> list[str]:
    """Bare words between the name and the first paragraph, short as a date is."""
    name = first(entry, ".author")
    found: list[str] = []
    while name is not None and name.tag != "p" and len(found) < MAX_WORDS_BEHIND:
        found.append(one_line((name.tail or "")[:MAX_DATE]))
        name = name.getnext()
    return found


def _first_read(written: Iterable[str], page: Page, language: str) -> ParsedDate:
    read = (parse_date(text, page.fetched_at, language=language) for text in written if text)
    return next((one for one in read if one.value is not None), ParsedDate())


def _rating(entry: etree._Element) -> ParsedRating:
    """Stars of WooCommerce, which some themes draw as a width alone, of a recipe's plugin, or
    marked up as a review inside of the comment."""
    stars = first(entry, ".star-rating, .wc-block-components-product-rating__stars")
    if stars is not None:
        told = line(stars, ".rating") or stars.get("aria-label") or element_text(stars)
        told = told or stars.get("title") or attribute(stars, "[title]", "title")
        width = _WIDTH.search(attribute(stars, "[style]", "style")[:200])
        if any(sign.isdigit() for sign in told) or width is None:
            return parse_rating(told)
        return parse_rating(float(width.group(1)) / WIDTH_OF_ONE_STAR)
    told = attribute(entry, ".wprm-comment-rating[alt], .wprm-comment-rating [alt]", "alt")
    marked = "[itemprop=reviewRating] [itemprop=ratingValue]"
    return parse_rating(told or attribute(entry, marked, "content") or line(entry, marked))


def _words(entry: etree._Element, number: str, problems: list[str]) -> PostText:
    """What was written: the theme's own place for it, else the paragraphs of the entry, which
    some themes set into the element of the author."""
    body = next((one for place in _BODIES if (one := first(entry, place)) is not None), None)
    if body is not None:
        return _text_of([_without(body, _AROUND)], problems)
    parts = _paragraphs(entry, _AROUND)
    words = [one for one in parts if not _is_heading(one, number)] or parts
    told = _text_of([_without(one, _AROUND) for one in words], problems)
    if told.text or told.media:
        return told
    words = [one for one in _paragraphs(entry, _AROUND_WORDS) if not _is_heading(one, number)]
    told = _text_of([_without(one, _AROUND_WORDS) for one in words], problems)
    return PostText() if one_line(told.text) == _author(entry, number).name else told


def _paragraphs(entry: etree._Element, around: str) -> list[etree._Element]:
    about = set(all_of(entry, around))
    return [one for one in entry.iter("p") if about.isdisjoint((one, *one.iterancestors()))]


def _is_heading(paragraph: etree._Element, number: str) -> bool:
    """Whether it has the name, marked as one, and the permalink, or nothing but the two."""
    if paragraph.find(".//a") is None or not _permalinks(paragraph, number):
        return False
    is_named = first(paragraph, _NAMES_IN_HEADINGS) is not None
    return is_named or bool(_bare_name(paragraph, number))


def _bare_name(paragraph: etree._Element, number: str) -> str:
    """The words of a paragraph that ends with the permalink and has no other element."""
    name = one_line((paragraph.text or "")[:MAX_NAME])
    is_all = len(paragraph) == 1 and not (paragraph[0].tail or "").strip()
    return name if is_all and _permalinks(paragraph, number) == [paragraph[0]] else ""


def _text_of(parts: list[etree._Element], problems: list[str]) -> PostText:
    markup = "".join(tostring(part, encoding="unicode", with_tail=False) for part in parts)
    return post_text(markup, problems) if markup else PostText()


def _without(element: etree._Element, selector: str) -> etree._Element:
    """A copy less what the selector finds inside."""
    left = copy.deepcopy(element)
    left.tail = None
    for extra in all_of(left, selector) if len(left) else ():
        if (above := extra.getparent()) is not None:
            _drop(extra, above)
    return left


def _drop(element: etree._Element, above: etree._Element) -> None:
    """Take it out, and leave the words behind it."""
    before = element.getprevious()
    if element.tail:
        if before is None:
            above.text = (above.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    above.remove(element)
