"""The words of one forum post without the words of others that it quotes or previews."""

from __future__ import annotations

import copy
from dataclasses import dataclass

from lxml import etree

from crawlers.parsing.css import all_of
from crawlers.parsing.markup import classes, parse_html
from crawlers.parsing.text import element_text

_QUOTE_CLASSES = frozenset(("quote", "bbcodeblock--quote", "quotebox", "quote_box"))
_PREVIEW_CLASSES = frozenset(("onebox", "onebox-result", "lightbox-wrapper", "meta", "elided"))
_DECORATION = frozenset(("emoji", "avatar", "smilie", "smilies", "site-icon", "thumbnail",
                         "inlineimg", "mceSmilie", "mceSmilieSprite"))  # fmt: skip
_SIGNATURES = "[class*=ignature], [class*=ignatur], .signature_div"
_SMILIES = ("smilie", "smiley", "emoticon", "/icons/")
_RULE = "_________________"
"""What engines of 2002 set between a text and the signature below it."""


@dataclass(frozen=True)
class PostText:
    """What the post itself says."""

    text: str = ""
    quotes: int = 0
    """Quotations of others that were left out."""
    media: int = 0
    """Pictures and videos, emoji not counted."""


def post_text(markup: str, problems: list[str]) -> PostText:
    """Plain text of a post's HTML; a post that only quotes has none."""
    root = parse_html(f"<div>{markup}</div>", problems)
    if root is None:
        return PostText()
    media = sum(
        1
        for element in root.iter("img", "video")
        if not _DECORATION & set(classes(element)) and not _is_in_preview(element)
    )
    quotes = 0
    for element in list(root.iter("aside", "blockquote", "div")):
        names = set(classes(element))
        if names & _QUOTE_CLASSES:
            quotes += 1
            _drop(element)
        elif names & _PREVIEW_CLASSES and "lightbox-wrapper" not in names:
            _drop(element)
    return PostText(text=element_text(root), quotes=quotes, media=media)


def own_words(body: etree._Element, quotes: str, previews: str = "") -> PostText:
    """What a post's body says without what `quotes` and `previews` select, and signatures."""
    root = copy.deepcopy(body)
    root.tail = None
    others = all_of(root, quotes)
    outermost = [one for one in others if not set(one.iterancestors()) & set(others)]
    for element in [
        *outermost,
        *all_of(root, _SIGNATURES),
        *(all_of(root, previews) if previews else []),
    ]:
        _drop(element)
    media = sum(1 for element in root.iter("img", "video", "iframe") if not _is_smiley(element))
    words = element_text(root).partition(_RULE)[0].strip()
    return PostText(text=words, quotes=len(outermost), media=media)


def _is_smiley(element: etree._Element) -> bool:
    source = (element.get("src") or "")[:2_000].casefold()
    return bool(_DECORATION & set(classes(element))) or any(one in source for one in _SMILIES)


def _is_in_preview(element: etree._Element) -> bool:
    return any("onebox" in classes(ancestor) for ancestor in element.iterancestors("aside"))


def _drop(element: etree._Element) -> None:
    """Make a line break of an element, keeping what follows it.

    In place: what follows may hold characters (`&#1;`) that the tree has but takes from nobody.
    """
    if element.getparent() is None:
        return
    element.clear(keep_tail=True)  # type: ignore[call-arg]
    element.tag = "br"
