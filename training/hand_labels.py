"""Compares weak labels and complaint rules with reviews that a person labelled.

`python -m training.hand_labels --data ../shared/data` prints the tables of
docs/models/hand-labels.md. The file of labels holds digests, no texts: they are joined here.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

SEED = b"otzvuk-hand-labels-1"
LABELS = Path(__file__).with_name("hand_labels_ru.json")
PARTS = ("problem", "specifics", "request")
SHARES: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "rutube": {"negative": 35, "neutral": 12, "positive": 13, "junk": 12},
        "otzovik_sber": {"1": 14, "2": 6, "3": 6, "4": 4, "5": 6},
        "sravni": {"1": 12, "2": 2, "3": 4, "4": 2, "5": 6},
        "mriya_yandex": {"1": 8, "2": 4, "3": 7, "4": 3, "5": 8},
        "avtolotsman": {"1": 3, "2": 2, "4": 1, "5": 5},
        "apps_health": {"1": 3, "2": 3, "3": 1, "4": 2, "5": 4},
        "ozon": {"1": 1, "2": 2, "3": 2, "4": 2, "5": 5},
    }
)
"""How many Russian reviews of each set and label (or whole star) are drawn: 200 together."""


@dataclass(frozen=True, kw_only=True)
class HandLabels:
    """What one reader said of one review."""

    dataset: str
    digest: str
    aspects: Mapping[str, str]
    """Aspect → negative, neutral, positive or mixed."""
    mixed: bool
    junk: bool
    constructive: Mapping[str, bool]
    """Problem, specifics, request: whether the review has one."""
    doubt: str = ""

    @property
    def is_constructive(self) -> bool:
        """A complaint that can be acted on has two parts of the three."""
        return sum(self.constructive.values()) >= 2


def digest_of(text: str) -> str:
    """Of the exact text, as the set gives it."""
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def drawn(path: Path) -> list[dict[str, Any]]:
    """The rows of the sample: in each part those with the lowest seeded digest."""
    parts: dict[tuple[str, str], dict[str, dict[str, Any]]] = defaultdict(dict)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["lang"] == "ru" and row["dataset"] in SHARES:
                star = row.get("stars")
                part = row["dataset"], str(row.get("label") if star is None else round(star))
                parts[part][row["text"]] = row
    return [
        rows[text]
        for dataset, shares in SHARES.items()
        for label, count in shares.items()
        for rows in [parts[dataset, label]]
        for text in sorted(rows, key=_rank)[:count]
    ]


def _rank(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), key=SEED).digest()
