"""What one comment of WordPress says, wherever its theme has put author, date, stars and words."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from itertools import chain

from lxml import etree
from lxml.html import tostring

from crawlers.page import Page
from crawlers.parsing.css import all_of, attribute, first, line
from crawlers.parsing.dates import ParsedDate, parse_date
from crawlers.parsing.draft import address, short
from crawlers.parsing.forum_text import PostText, post_text
from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import WIDTH_OF_ONE_STAR, ParsedRating, parse_rating
from crawlers.parsing.text import element_text, one_line
from pipeline.records import Author

MAX_PLACES = 20
"""Elements of a comment that are looked at for its name, or for its date."""
MAX_NAME = 100
"""Characters of a name that no element marks."""
MAX_DATE = 40
MAX_WORDS_BEHIND = 3
"""Bare words between a name and the text that may be a date: characters of each, and how many."""
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
_LABEL = re.compile(r"^\s*[^\W\d_]{2,20}:\s+")
"""As in "Posted: 08/10/24"."""
_WIDTH = re.compile(r"width:\s*(\d{1,3}(?:\.\d{1,3})?)%")
_SAYS = re.compile(
    r"\s*\b(?:says|said|пишет|говорит|сказал(?:\(а\)|а)?|sagt(?:e)?|dice|dijo|dit|escribió|disse)\s*:?$",
    re.I,
)


def author_of(entry: etree._Element, number: str) -> Author:
    """Name and address, as the first place has them that has any."""
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


def published_of(entry: etree._Element, number: str, page: Page, language: str) -> ParsedDate:
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


def rating_of(entry: etree._Element) -> ParsedRating:
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


def words_of(entry: etree._Element, number: str, problems: list[str]) -> PostText:
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
    return PostText() if one_line(told.text) == author_of(entry, number).name else told


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
