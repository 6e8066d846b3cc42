"""When two reviews say the same: equal words in the same fields, however they are spaced."""

from __future__ import annotations

import hashlib

from consumers.sentiment.composing import normalised
from consumers.sentiment.model import ReviewText

TextKey = bytes


def key_of(text: ReviewText) -> TextKey:
    """16 bytes of the normalised fields and the hint about the language."""
    fields = (text.title, text.text, text.pros, text.cons)
    content = (*(normalised(field) if field else "" for field in fields), text.language_hint)
    return hashlib.blake2b(repr(content).encode(), digest_size=16).digest()
