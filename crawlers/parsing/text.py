"""Markup and untidy strings to the plain text a person reads, with line breaks kept."""

from __future__ import annotations

import html
import re

from lxml import etree
from lxml.html import HtmlElement

from crawlers.parsing.markup import local_name, parse_html

SHORT_LIMIT = 2_000
"""Characters of `ShortText` in the records."""
LONG_LIMIT = 100_000
"""Characters of `LongText` in the records."""
_READ_LIMIT = 4 * LONG_LIMIT
"""Characters of source that one text is made of: white space and markup fall away from it."""

SILENT_TAGS = frozenset(
    ("script", "style", "template", "noscript", "head", "iframe", "object", "svg", "button",
     "select", "textarea")
)  # fmt: skip
BUTTONS = frozenset(("comment-reply-link", "comment-edit-link"))
"""Links of WordPress below the words of a comment, and in some themes among them."""
PARAGRAPH_TAGS = frozenset(("p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "table"))
LINE_TAGS = frozenset(
    ("address", "article", "aside", "dd", "div", "dl", "dt", "figcaption", "figure",
     "footer", "form", "header", "hr", "li", "main", "nav", "ol", "section", "tr", "ul")
)  # fmt: skip

_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
    "|(?<![\u0600-\u06ff])\u200c|\u200d(?![\u2600-\u27bf\U0001f000-\U0001faff])"
)
"""Control and zero-width characters, save the joiners that Persian and emoji are written with."""
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_PARAGRAPH, _LINE = "\x1d", "\x1e"
"""Marks for borders while a text is put together; no tree can hold these characters."""
_BREAKS = re.compile(f" *+(?:[\n{_PARAGRAPH}{_LINE}] *+)+")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    """Visible characters alone, single spaces, at most one blank line in a row."""
    if _is_tidy(text):
        return text
    text = _LINE_BREAK.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def _is_tidy(text: str) -> bool:
    """Whether cleaning would change nothing: true of most texts, and five times faster."""
    return (
        text.replace("\n", "").isprintable()
        and "  " not in text
        and " \n" not in text
        and "\n " not in text
        and "\n\n\n" not in text
        and text == text.strip()
    )


def one_line(text: str) -> str:
    """Cleaned text on a single line: names, titles, dates."""
    return " ".join(clean(text).split())


def plain_text(value: str) -> str:
    """Text of a string that may or may not be markup, or escaped markup."""
    for _ in range(2):
        if _TAG.search(value):
            value = _text_of_markup(value)
        elif _ENTITY.search(value):
            value = html.unescape(value)
        else:
            break
    return clean(value)


def element_text(element: etree._Element) -> str:
    """Text of an element as it is shown: blocks on their own lines, scripts left out."""
    pieces: list[str] = []
    length = 0
    stack: list[tuple[etree._Element, bool]] = [(element, False)]
    while stack and length <= _READ_LIMIT:
        node, is_closing = stack.pop()
        if is_closing:
            piece = _break_of(node) + ("" if node is element else _folded(node.tail, node))
        else:
            stack.append((node, True))
            piece = ""
            is_shown = node is element or not _is_silent(node)
            if isinstance(node.tag, str) and is_shown:
                piece = _break_of(node) + _folded(node.text, node) + _shown_instead(node)
                stack.extend((child, False) for child in reversed(node))
        pieces.append(piece)
        length += len(piece)
    return clean(_BREAKS.sub(_line_ends, "".join(pieces)))


def _is_silent(node: etree._Element) -> bool:
    tag = local_name(node)
    if tag == "a" and (names := node.get("class")):
        return not BUTTONS.isdisjoint(names.split())
    return tag in SILENT_TAGS


def cut(text: str, limit: int, where: str, problems: list[str]) -> str:
    """At most `limit` characters; a problem says when some were lost."""
    if len(text) <= limit:
        return text
    problems.append(f"{where}: {len(text)} characters, cut to {limit}")
    return text[: limit - 1].rstrip() + "…"


def _text_of_markup(value: str) -> str:
    root = parse_html(f"<div>{value}</div>", [])
    return "" if root is None else element_text(root)


def _folded(text: str | None, node: etree._Element) -> str:
    """Line ends in source code are spaces, save in preformatted text."""
    if not text:
        return ""
    text = text[:_READ_LIMIT]
    return text if local_name(node) == "pre" else re.sub(r"[ \t\r\n\f]+", " ", text)


def _break_of(node: etree._Element) -> str:
    """The mark of a block's border; borders that meet are one."""
    name = local_name(node)
    return _PARAGRAPH if name in PARAGRAPH_TAGS else _LINE if name in LINE_TAGS else ""


def _line_ends(match: re.Match[str]) -> str:
    """As many line ends as the strongest of the breaks that meet asks for."""
    breaks = match.group()
    blocks = 2 if _PARAGRAPH in breaks else 1 if _LINE in breaks else 0
    return "\n" * max(blocks, breaks.count("\n"))


def _shown_instead(node: etree._Element) -> str:
    """A line break is one; an emoji drawn as a picture is a character of the text."""
    if local_name(node) == "br":
        return "\n"
    if local_name(node) == "img" and "emoji" in (node.get("class") or ""):
        return node.get("alt") or ""
    return ""


__all__ = [
    "LONG_LIMIT", "SHORT_LIMIT", "HtmlElement", "clean", "cut", "element_text", "one_line",
    "plain_text",
]  # fmt: skip
