"""Labelled reviews as the training sees them: which words, which answers are right, which slice."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consumers.sentiment.model import ReviewText

HELD_OUT_SHARE = 12
"""One text in so many is kept from the fit, to choose settings and to calibrate on."""
_FORM = re.compile(
    r"\A(?:(?P<title>[^\n]{0,300})\n+)?Достоинства:(?P<pros>.*?)\nНедостатки:(?P<cons>.*?)"
    r"\nОтзыв:(?P<text>.*)\Z",
    re.DOTALL,
)


@dataclass(frozen=True, kw_only=True)
class LabelledReview:
    """One row of a set."""

    dataset: str
    language: str
    text: ReviewText
    raw: str
    """Everything in one string, as the set gives it."""
    star: float | None
    """1…5; None where the set gives labels only."""
    label: int
    """0 negative, 1 neutral, 2 positive."""
    is_junk: bool
    """Labelled as no opinion at all; counted as neutral."""

    @property
    def is_held_out(self) -> bool:
        """By the text's own digest, so that equal texts stay together."""
        return zlib.crc32(self.raw.casefold().encode()) % HELD_OUT_SHARE == 0


def read_reviews(path: Path) -> list[LabelledReview]:
    """All labelled rows of a gzipped file of JSON lines, in its order."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return list(_labelled(json.loads(line) for line in lines))


def _labelled(rows: Iterator[dict[str, Any]]) -> Iterator[LabelledReview]:
    for row in rows:
        star = row.get("stars") or (row["score10"] / 2 if row.get("score10") else None)
        label = row.get("label")
        if star is None and label is None:
            continue
        yield LabelledReview(
            dataset=row["dataset"],
            language=row["lang"],
            text=review_text(row["text"]),
            raw=row["text"],
            star=min(5.0, max(1.0, star)) if star is not None else None,
            label=label_of_star(star) if star is not None else _label_number(str(label)),
            is_junk=label == "junk",
        )


def review_text(text: str) -> ReviewText:
    """The fields of a review; the form "Достоинства / Недостатки / Отзыв" is taken apart."""
    match = _FORM.match(text)
    if match is None:
        return ReviewText(text=text)
    parts = {name: (part or "").strip() for name, part in match.groupdict().items()}
    return ReviewText(**parts)


def label_of_star(star: float) -> int:
    """1 and 2 negative, 3 neutral, 4 and 5 positive; halves 2.5 and 3.5 are neutral."""
    return 0 if star < 2.5 else 2 if star > 3.5 else 1


def _label_number(label: str) -> int:
    return {"negative": 0, "neutral": 1, "junk": 1, "positive": 2}[label]
