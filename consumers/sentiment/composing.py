"""How the fields of a review become the one text that a transformer reads.

Title first, then the text, then what the author liked and disliked, each behind a word that says
so. Training and serving both come through here: a field marked otherwise would be another text.
"""

from __future__ import annotations

import re
import unicodedata

from consumers.sentiment.model import ReviewText
from consumers.sentiment.nothing_said import names_no_fault, names_no_strength

READ_CHARACTERS = 100_000
"""As long as a record's text may be; the windows decide how much of it is read."""
MARKS = {"cyrillic": ("Достоинства:", "Недостатки:"), "other": ("Pros:", "Cons:")}
_CYRILLIC = re.compile(r"[а-яёА-ЯЁ]")
_ENDS = ".!?…:;)»\"'"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u200e\u200f\u2028\u2029\ufeff]+")
_BLANKS = re.compile(r"[ \t\u00a0]+")
_LINES = re.compile(r"\s*\n\s*")


def compose(text: ReviewText) -> str:
    """The one text; empty when there is nothing but white space.

    An answer that names no strength or no fault ("нет", "none so far", a dash) is left out.
    """
    title, body = normalised(text.title), normalised(text.text)
    parts = [_ended(title) + " " + body if title and body else title or body]
    liked, disliked = MARKS["cyrillic" if _is_cyrillic(text) else "other"]
    pros, cons = normalised(text.pros), normalised(text.cons)
    if not names_no_strength(pros):
        parts.append(f"{liked} {pros}")
    if not names_no_fault(cons):
        parts.append(f"{disliked} {cons}")
    return "\n".join(part for part in parts if part)


def normalised(text: str) -> str:
    """One form of blanks, no control characters, no half of a surrogate pair, bounded length."""
    cut = text[:READ_CHARACTERS].encode("utf-8", "ignore").decode()
    clean = _CONTROL.sub(" ", unicodedata.normalize("NFC", cut))
    return _BLANKS.sub(" ", _LINES.sub("\n", clean)).strip()


def _ended(title: str) -> str:
    return title if title[-1] in _ENDS else f"{title}."


def _is_cyrillic(text: ReviewText) -> bool:
    return bool(_CYRILLIC.search(f"{text.pros[:80]} {text.cons[:80]} {text.text[:80]}"))
