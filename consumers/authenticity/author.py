"""Who an author is to the signals: an account, a telling name, or nobody in particular."""

from __future__ import annotations

import hashlib
import re

from pipeline.identity import author_key, normalised_text
from pipeline.records import Review

PLACEHOLDER = re.compile(
    r"(аноним\w*|гость|пользователь|покупатель|клиент|имя скрыто|пользователь предпочел скрыть.*"
    r"|anonymous|guest|user|customer|a google user)[\W\d_]*|\W*",
    re.IGNORECASE,
)
"""Names that sources show in place of one."""
MANGLED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+")
"""An account number that a spreadsheet rounded: thousands of people share it."""
FULL_NAME = re.compile(r"\w{3,}(?:\W+\w{3,})+")
NICKNAME = re.compile(r"(?=.*[\d_])\w{6,}")


def history_key(review: Review) -> str | None:
    """Key of the author's history; None where the name may be many people's.

    `Мария К.` writes ten reviews a day on a big marketplace, and is ten people.
    """
    if review.author.id:
        return author_key(review) if MANGLED.fullmatch(review.author.id) is None else None
    return author_key(review) if is_telling(review.author.name) else None


def author_mark(review: Review) -> int:
    """64 bits by which the author is known across sources (the telling name) or at least
    within one (the account); 0 for nobody in particular."""
    if is_telling(review.author.name):
        return hash64(normalised_text(review.author.name or ""))
    key = history_key(review)
    return hash64(key) if key else 0


def is_telling(name: str | None) -> bool:
    """Whether two reviews under this name are probably one person's: first and last name in
    full, or a nickname with digits."""
    if not name or PLACEHOLDER.fullmatch(name) or MANGLED.fullmatch(name):
        return False
    return bool(FULL_NAME.fullmatch(name) or NICKNAME.fullmatch(name))


def is_placeholder(name: str) -> bool:
    """Whether the source shows this in place of a name."""
    return PLACEHOLDER.fullmatch(name) is not None


def hash64(text: str) -> int:
    """64 bits of BLAKE2b, the same in every process."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
