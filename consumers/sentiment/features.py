"""Hashed n-grams of a whole batch at once, the same code in training and in the stage.

Two blocks a review: words (1–2 tokens, negated words, words of title, pros and cons) and character
n-grams (2–5, within a word, its borders included). A feature's value is its count over the square
root of the number of n-grams in its block, so that long and short reviews weigh alike. Everything
here is integer arithmetic: a review gives the same n-grams alone and in any batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from consumers.sentiment.hashing import (
    Integers,
    Unsigned,
    combine,
    grow,
    hash_word,
    mix,
    rows_of,
    salted,
)
from consumers.sentiment.model import ReviewText
from consumers.sentiment.nothing_said import names_no_fault, names_no_strength
from consumers.sentiment.tokens import Flags, Tokens, tokenise

CHARACTER_LENGTHS = (2, 3, 4, 5)
NEGATION_REACH = 3
"""A negation changes at most so many of the words after it, up to the next sign."""
NEGATORS = (
    *("не", "ни", "нет", "без", "никогда"),
    *("not", "no", "never", "without", "nothing", "cannot", "cant", "dont", "doesnt", "didnt"),
    *("couldnt", "wont", "wouldnt", "shouldnt", "isnt", "wasnt", "arent", "werent", "havent"),
    *("hasnt",),
)
"""Apostrophes are dropped before words are looked at."""
NOTHING = "∅"
_NEGATOR_HASHES = np.array([hash_word(word) for word in NEGATORS], dtype=np.uint64)
_NEGATED, _CHARACTERS = 100, 200
"""Salts; a field's own is its number (title 1, pros 2, cons 3), characters add their length."""

Hashed = tuple[Unsigned, Integers]
"""Hashes of n-grams and the review each is of."""


@dataclass(frozen=True)
class Block:
    """N-grams of one kind over a batch, one entry an occurrence."""

    rows: Integers
    """Row of each n-gram in the weight table."""
    owners: Integers
    """Position in the batch of the review each n-gram is of."""
    counts: Integers
    """N-grams of each review; zero for one without any."""


def extract(texts: Sequence[ReviewText], row_bits: int) -> tuple[Block, Block]:
    """Word block and character block of `texts`, for a table of 2**row_bits rows."""
    tokens = tokenise(
        [(text.text, text.title, liked(text.pros), disliked(text.cons)) for text in texts]
    )
    return (
        _block(_words(tokens), len(texts), row_bits),
        _block(_characters(tokens), len(texts), row_bits),
    )


def liked(answer: str) -> str:
    """What was written into the field of pros, or one sign where it names nothing.

    "Нет" is blame among the pros and praise among the cons, so it may not count as a plain word.
    """
    return NOTHING if answer and names_no_strength(answer) else answer


def disliked(answer: str) -> str:
    """The same of the field of cons; that all is well names no fault."""
    return NOTHING if answer and names_no_fault(answer) else answer


def _block(hashed: Hashed, size: int, row_bits: int) -> Block:
    hashes, owners = hashed
    return Block(
        rows=rows_of(hashes, row_bits),
        owners=owners,
        counts=np.bincount(owners, minlength=size),
    )


def _words(tokens: Tokens) -> Hashed:
    owners = tokens.segment_owners[tokens.token_segments]
    fields = tokens.segment_fields[tokens.token_segments]
    is_pair = tokens.token_segments[1:] == tokens.token_segments[:-1]
    negated = _negated(tokens)
    apart = fields > 0
    return _joined(
        (tokens.hashes, owners),
        (combine(tokens.hashes[:-1], tokens.hashes[1:])[is_pair], owners[1:][is_pair]),
        (salted(tokens.hashes[negated], _NEGATED), owners[negated]),
        (mix(tokens.hashes[apart] + fields[apart].astype(np.uint64)), owners[apart]),
    )


def _negated(tokens: Tokens) -> Flags:
    """Which words stand within reach of a negation, no sign and no field border between."""
    negators = np.isin(tokens.hashes, _NEGATOR_HASHES)
    negated = np.zeros(len(negators), dtype=np.bool_)
    same_field = tokens.token_segments[1:] == tokens.token_segments[:-1]
    passable = same_field & ~tokens.is_sign[1:]
    reached = negators
    for _ in range(NEGATION_REACH):
        reached = np.concatenate([np.zeros(1, np.bool_), reached[:-1] & passable])[: len(negated)]
        negated |= reached
    return negated


def _characters(tokens: Tokens) -> Hashed:
    """Windows whose inner characters are all of one word; its ends may be the borders beside it."""
    is_word = tokens.is_word
    codes = np.where(is_word, tokens.codes, np.uint64(ord(" ")))
    segments = tokens.position_segments
    hashes, inner = codes, np.ones(len(codes), dtype=np.bool_)
    parts: list[Hashed] = []
    for length in CHARACTER_LENGTHS:
        hashes = grow(hashes[:-1], codes[length - 1 :])
        if length == 2:
            valid = is_word[:-1] | is_word[1:]
        else:
            inner = inner[: len(hashes)] & is_word[length - 2 : length - 2 + len(hashes)]
            valid = inner
        owners = segments[: len(hashes)][valid]
        parts.append((salted(hashes[valid], _CHARACTERS + length), owners))
    hashed, numbers = _joined(*parts)
    return hashed, tokens.segment_owners[numbers]


def _joined(*parts: Hashed) -> Hashed:
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
