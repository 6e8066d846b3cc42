"""Comments of WordPress that lack the class names of `comment_class()`, named as it names them.

wpDiscuz before its seventh version has class names of its own; the theme Thesis sets a comment as
a term with its description; themes older than WordPress 2.7, and some plugins, give ids alone.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable

from lxml import etree

from crawlers.page import Page
from crawlers.parsing.markup import classes

_OF_WPDISCUZ = re.compile(r"wc_comment_level-(\d{1,3})")
_OF_THESIS = re.compile(r"<dt\b[^>]{0,300}\bid=[\"']?comment-\d", re.I)
_OF_COMMENT = re.compile(r"(?:li-|div-)?comment-(\d{1,12})")
_WITH_ID = re.compile(rf"\bid=[\"']?{_OF_COMMENT.pattern}")
_LISTS = frozenset(
    ("comments", "comments-area", "comments-list", "commentlist", "comment-list", "comment_list")
)
"""Ids and class names, in small letters, of what holds the comments of a page."""
_TAGS = ("li", "div", "article")


def with_comment_classes(root: etree._Element, page: Page) -> etree._Element:
    """`root` where there is nothing to name, else a copy in which each comment is a list item,
    div or article of the classes comment and depth-N, and bypostauthor if the site wrote it."""
    name = _namer(page.text)
    if name is None:
        return root
    named = copy.deepcopy(root)
    name(named)
    return named


def _namer(text: str) -> Callable[[etree._Element], None] | None:
    if _OF_WPDISCUZ.search(text):
        return _name_wpdiscuz
    if "wp-content" not in text and "wp-includes" not in text:
        return None  # other engines count their comments in the same way
    if _OF_THESIS.search(text):
        return _join_terms
    return _name_by_ids if _WITH_ID.search(text) else None


def _name_wpdiscuz(root: etree._Element) -> None:
    for element in root.iter(*_TAGS):
        names = classes(element)
        level = next(filter(None, map(_OF_WPDISCUZ.fullmatch, names)), None)
        if level is not None and "wc-comment" in names:
            own = ("bypostauthor",) if "wc-blog-post_author" in names else ()
            _add(element, "comment", f"depth-{level.group(1)}", *own)


def _join_terms(root: etree._Element) -> None:
    """A term is made a div, and what describes it its children."""
    for term in list(root.iter("dt")):
        if _OF_COMMENT.fullmatch((term.get("id") or "")[:100]) is None:
            continue
        while (following := term.getnext()) is not None and following.tag == "dd":
            term.append(following)
        term.tag = "div"
        _add(term, "comment", "depth-1")


def _name_by_ids(root: etree._Element) -> None:
    """The outermost element of each number within a list of comments, in one walk."""
    lists, above = 0, [("", 0)]
    for event, element in etree.iterwalk(root, events=("start", "end")):
        lists += (1 if event == "start" else -1) if _is_list(element) else 0
        told = _OF_COMMENT.fullmatch((element.get("id") or "")[:100])
        if told is None or element.tag not in _TAGS:
            continue
        number, depth = above[-1]
        if event == "end":
            above.pop()
        elif lists and told.group(1) != number:
            above.append((told.group(1), depth + 1))
            _add(element, "comment", f"depth-{min(depth + 1, 999)}")
        else:
            above.append((number, depth))


def _is_list(element: etree._Element) -> bool:
    names = ((element.get("id") or "")[:100], *classes(element))
    return any(name.casefold() in _LISTS for name in names)


def _add(element: etree._Element, *names: str) -> None:
    element.set("class", " ".join((*classes(element), *names)))
