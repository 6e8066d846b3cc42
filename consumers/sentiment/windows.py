"""Long texts are read whole: cut into windows of pieces, at the ends of sentences where there are.

A text is cut into as many windows as it needs, of about equal length: MOST_WINDOWS of them hold the
longest text that a record may have, where letters stand for sounds. What needs still more (so many
Chinese signs, so much that no vocabulary spells) is read in samples: windows spread evenly over it,
the first and the last among them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from tokenizers import Encoding, Tokenizer

SPECIAL_PIECES = {"begin": "<s>", "end": "</s>", "pad": "<pad>", "unknown": "<unk>"}
MOST_WINDOWS = 240
"""A hundred thousand characters of Russian or English reviews take 195 to 215 of 128 pieces."""
_SLACK = 3
"""A window may be shorter than meant by a third of itself to end with a sentence."""
_SENTENCE_ENDS = re.compile(r"[.!?…]+[\"'»”)]*\s+(?=\S)|\n+(?=\S)")
_BLANKS = re.compile(r"\s+(?=\S)")

Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pieces:
    """A composed text, spelt by the tokenizer."""

    text: str
    ids: Sequence[int]
    spans: Sequence[Span]
    """Characters of `text` that each piece stands for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A stretch of one text's pieces."""

    text: int
    """Number of the text it is of."""
    ids: Sequence[int]
    """With the marks of beginning and end."""
    spans: Sequence[Span]
    """Of the pieces between these marks."""

    @property
    def content(self) -> int:
        """Pieces of the text itself."""
        return len(self.spans)


@dataclass(frozen=True, kw_only=True)
class Framing:
    """The special pieces of a tokenizer."""

    begin: int
    end: int
    pad: int
    unknown: int

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> Framing:
        """Raises ValueError when the tokenizer lacks one."""
        ids = {name: tokenizer.token_to_id(piece) for name, piece in SPECIAL_PIECES.items()}
        known = {name: number for name, number in ids.items() if number is not None}
        if len(known) < len(ids):
            raise ValueError(f"has no piece for {', '.join(sorted(set(ids) - set(known)))}")
        return cls(**known)


def spell(
    tokenizer: Tokenizer, texts: Sequence[str], rewritten: Callable[[str], str] = str
) -> list[Pieces]:
    """Every text in pieces, without marks. `rewritten` exchanges characters one for one before the
    tokenizer sees them; the pieces still stand for places in the text as it is."""
    encodings: list[Encoding] = tokenizer.encode_batch(
        [rewritten(text) for text in texts], add_special_tokens=False
    )
    return [
        Pieces(text=text, ids=encoding.ids, spans=encoding.offsets)
        for text, encoding in zip(texts, encodings, strict=True)
    ]


def cut(pieces: Pieces, number: int, framing: Framing, length: int) -> Iterator[Window]:
    """The windows of text `number`, in order; none for a text without pieces."""
    for start, end in _stretches(pieces, length):
        yield Window(
            text=number,
            ids=[framing.begin, *pieces.ids[start:end], framing.end],
            spans=pieces.spans[start:end],
        )


def unknown_share(pieces: Pieces, framing: Framing) -> float:
    """Share of the characters that the vocabulary cannot spell: pieces would count a whole word in
    a foreign script as one."""
    unknown = sum(
        end - start
        for (start, end), piece in zip(pieces.spans, pieces.ids, strict=True)
        if piece == framing.unknown
    )
    whole = pieces.spans[-1][1] - pieces.spans[0][0] if pieces.spans else 0
    return min(1.0, unknown / max(1, whole))


def _stretches(pieces: Pieces, length: int) -> list[Span]:
    count = len(pieces.ids)
    if count <= length:
        return [(0, count)] if count else []
    cuts = [0, *_cuts(pieces, count, length), count]
    found = list(pairwise(cuts))
    if len(found) <= MOST_WINDOWS:
        return found
    chosen = np.linspace(0, len(found) - 1, MOST_WINDOWS).round().astype(int)
    return [found[one] for one in chosen.tolist()]


def _cuts(pieces: Pieces, count: int, length: int) -> Iterator[int]:
    starts = [start for start, _ in pieces.spans]
    sentences = _piece_numbers(_SENTENCE_ENDS, pieces.text, starts)
    words = _piece_numbers(_BLANKS, pieces.text, starts)
    start = 0
    while count - start > length:
        windows_left = -(-(count - start) // length)
        meant = start + -(-(count - start) // windows_left)
        lowest, highest = meant - length // _SLACK, start + length
        start = (
            _nearest(sentences, meant, lowest, highest)
            or _nearest(words, meant, lowest, highest)
            or meant
        )
        yield start


def _piece_numbers(border: re.Pattern[str], text: str, starts: Sequence[int]) -> list[int]:
    """Numbers of the pieces that begin behind a border; a piece may hold the blank before it."""
    ends: Iterable[tuple[int, int]] = (match.span() for match in border.finditer(text))
    numbers = {_first_from(starts, begin, end) for begin, end in ends}
    return sorted(number for number in numbers if 0 < number < len(starts))


def _first_from(starts: Sequence[int], begin: int, end: int) -> int:
    """The first piece of what stands at `end`: it may begin with the blank at `end - 1`."""
    return bisect_left(starts, max(begin, end - 1))


def _nearest(numbers: Sequence[int], meant: int, lowest: int, highest: int) -> int | None:
    place = bisect_left(numbers, meant)
    near = [
        number for number in numbers[max(0, place - 1) : place + 1] if lowest <= number <= highest
    ]
    return min(near, key=lambda number: abs(number - meant), default=None)
