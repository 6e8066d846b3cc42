"""The words of a post without what it quotes, from its HTML or else from its Markdown."""

from __future__ import annotations

import html
import re

from crawlers.parsing.code_blocks import as_preformatted
from crawlers.parsing.forum_text import PostText, own_words
from crawlers.parsing.markup import parse_html
from crawlers.parsing.text import LONG_LIMIT, clean

_READ_LIMIT = 4 * LONG_LIMIT
_QUOTED_LINE = re.compile(r"^[ ]{0,3}>(?!!).*$", re.M)
_SPOILER = re.compile(r">!|!<")
_PICTURE = re.compile(r"!\[[^\][]{0,300}\]\([^()\n]{1,1000}\)")
_LINK = re.compile(r"\[([^\][]{1,500})\]\([^()\n]{1,1000}\)")
_HEADING = re.compile(r"^#{1,6}[ ]+", re.M)
_RULE = re.compile(r"^[ ]{0,3}(?:[-*_][ ]?){3,50}$", re.M)
_MARKS = re.compile(r"\*\*|~~")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!~^>|-])")
_UNDERSCORES = re.compile(r"_{8,}")


def words_of(markup: str, markdown: str, problems: list[str]) -> PostText:
    """What the author wrote; quotations and pictures are counted and left out.

    Markdown comes with `<`, `>` and `&` as entities, and is read where there is no HTML.
    """
    if not markup.strip():
        return _of_markdown(html.unescape(markdown[:_READ_LIMIT]))
    # A row of underscores is no signature here, as it is on the old forums.
    kept = as_preformatted(_UNDERSCORES.sub("_" * 8, markup[:_READ_LIMIT]))
    root = parse_html(f"<div>{kept}</div>", problems)
    return PostText() if root is None else own_words(root, "blockquote")


def _of_markdown(text: str) -> PostText:
    text, pictures = _PICTURE.subn("", text)
    quotes = sum(1 for block in re.split(r"\n(?![ ]{0,3}>)", text) if _QUOTED_LINE.search(block))
    text = _SPOILER.sub("", _QUOTED_LINE.sub("", text))
    for pattern, kept in ((_LINK, r"\1"), (_RULE, ""), (_HEADING, ""), (_MARKS, "")):
        text = pattern.sub(kept, text)
    return PostText(text=clean(_ESCAPED.sub(r"\1", text)), quotes=quotes, media=pictures)
