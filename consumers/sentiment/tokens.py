"""Texts of a batch as arrays of code points and tokens, with the noise of the keyboard removed.

Lower case, ё as е, compatibility forms unified, zero-width characters, apostrophes and skin tones
dropped, a letter or sign repeated more than twice kept twice. Words are runs of letters and digits;
emoji, exclamation marks and the like are tokens of their own.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consumers.sentiment.hashing import Integers, Unsigned, hash_runs

Flags = NDArray[np.bool_]

HEAD_CHARACTERS, TAIL_CHARACTERS = 1_500, 500
"""What is read of a longer field: people judge at the start and at the end."""

SPACE, WORD, SIGN, DROPPED = range(4)
_BASIC_PLANE = 0x10000
_DROPPED = "'’ʼ`´\u00ad\u200b\u200c\u200d\u2060\ufe0e\ufe0f\ufeff"
_SPACE_LIKE = ',;:"«»„“”/\\|_-‐‑–—'
_SKIN_TONES = (0x1F3FB, 0x1F3FF)


@dataclass(frozen=True)
class Tokens:
    """A batch, cut up. A segment is one field of one review; positions are characters."""

    codes: Unsigned
    """Code point at each position; each segment starts with a space, the last ends with one."""
    is_word: Flags
    """Whether a position belongs to a word."""
    position_segments: Integers
    """Segment of each position."""
    hashes: Unsigned
    """Hash of each token, in reading order."""
    is_sign: Flags
    """Whether each token is an emoji or punctuation."""
    token_segments: Integers
    """Segment of each token."""
    segment_owners: Integers
    """Review of each segment."""
    segment_fields: Integers
    """Field of each segment, its position in the tuple that was given."""


def tokenise(reviews: Sequence[Sequence[str]]) -> Tokens:
    """Cut up a batch of reviews, each given as a tuple of fields; empty fields vanish."""
    segments = [
        (owner, field, " " + clean(text))
        for owner, fields in enumerate(reviews)
        for field, text in enumerate(fields)
        if text
    ]
    codes = _code_points("".join(text for _, _, text in segments) + " ")
    lengths = [len(text) for _, _, text in segments]
    lengths[-1:] = [length + 1 for length in lengths[-1:]]
    numbers = np.repeat(np.arange(len(segments)), lengths) if segments else np.zeros(1, np.int64)
    codes, kinds, numbers = _without_noise(codes, numbers)
    filled = kinds != SPACE
    starts = _token_starts(codes[filled], kinds[filled], np.flatnonzero(filled))
    return Tokens(
        codes=codes,
        is_word=kinds == WORD,
        position_segments=numbers,
        hashes=hash_runs(codes[filled], starts) if len(starts) else np.zeros(0, np.uint64),
        is_sign=kinds[filled][starts] == SIGN,
        token_segments=numbers[filled][starts],
        segment_owners=np.array([owner for owner, _, _ in segments], dtype=np.int64),
        segment_fields=np.array([field for _, field, _ in segments], dtype=np.int64),
    )


def clean(text: str) -> str:
    """The part of `text` that is read, case and compatibility forms folded."""
    if len(text) > HEAD_CHARACTERS + TAIL_CHARACTERS:
        text = f"{text[:HEAD_CHARACTERS]} {text[-TAIL_CHARACTERS:]}"
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return text.lower().replace("ё", "е")


def _code_points(text: str) -> Unsigned:
    encoded = text.encode("utf-32-le", "surrogatepass")
    return np.frombuffer(encoded, dtype="<u4").astype(np.uint64)


def _without_noise(
    codes: Unsigned, numbers: Integers
) -> tuple[Unsigned, NDArray[np.uint8], Integers]:
    kinds = _kinds_of(codes)
    kept = kinds != DROPPED
    codes, kinds, numbers = codes[kept], kinds[kept], numbers[kept]
    codes = np.where(kinds == SPACE, np.uint64(ord(" ")), codes)
    repeated = codes[1:] == codes[:-1]
    is_third = np.zeros(len(codes), dtype=np.bool_)
    is_third[2:] = repeated[1:] & repeated[:-1] & (kinds[2:] != SPACE)
    return codes[~is_third], kinds[~is_third], numbers[~is_third]


def _token_starts(codes: Unsigned, kinds: NDArray[np.uint8], positions: Integers) -> Integers:
    is_start = np.ones(len(codes), dtype=np.bool_)
    is_start[1:] = (
        (np.diff(positions) > 1)
        | (kinds[1:] != kinds[:-1])
        | ((kinds[1:] == SIGN) & (codes[1:] != codes[:-1]))
    )
    return np.flatnonzero(is_start)


def _kinds_of(codes: Unsigned) -> NDArray[np.uint8]:
    kinds = _kind_table()[np.minimum(codes, _BASIC_PLANE)]
    first, last = _SKIN_TONES
    kinds[(codes >= first) & (codes <= last)] = DROPPED
    return kinds


@functools.cache
def _kind_table() -> NDArray[np.uint8]:
    """Kind of each code point of the basic plane; those above it (emoji) share the last entry."""
    kinds = [_kind(chr(code)) for code in range(_BASIC_PLANE)]
    return np.array([*kinds, SIGN], dtype=np.uint8)


def _kind(character: str) -> int:
    if character in _DROPPED:
        return DROPPED
    if character in _SPACE_LIKE:
        return SPACE
    match unicodedata.category(character)[0]:
        case "L" | "N" | "M":
            return WORD
        case "Z" | "C":
            return SPACE
        case _:
            return SIGN
