"""The index of copies: this worker's view of the texts that all workers saw lately."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from consumers.authenticity.bands import BandIndex, Rows
from consumers.authenticity.context import Copy
from consumers.authenticity.portion import Portion
from consumers.authenticity.sketch import PERMUTATIONS, Sketches, band_keys, jaccard

CAPACITY = 40_000
"""Rows kept; about 100 MB with the band keys and what merging them needs."""
SLACK = 1.25
"""The index is rebuilt when it holds so many times its capacity."""
MIN_JACCARD = 0.4
"""Less alike than this is not a copy; the bands find such pairs only by luck."""
MAX_EQUAL = 16
"""Newest rows taken of one text."""


class CopyIndex:
    """Finds earlier rows with equal or similar texts; bounded; the oldest rows go first."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._portions: dict[str, tuple[int, Portion]] = {}
        self._reset(0)

    def __len__(self) -> int:
        return self._size

    def __contains__(self, portion_id: str) -> bool:
        return portion_id in self._portions

    def extend(self, portion: Portion) -> None:
        """Add a portion; adding it again changes nothing."""
        if portion.portion_id in self._portions or not len(portion):
            return
        if self._size + len(portion) > len(self._sketches):
            self._evict(len(portion))
        rows = self._append(portion)
        self._bands.append(band_keys(self._sketches[rows]), rows)

    def copies(self, portion: Portion) -> list[tuple[Copy, ...]]:
        """For each row of a portion that was added: the copies among the rows before it."""
        if not len(portion):
            return []
        first = self._portions[portion.portion_id][0]
        own = np.arange(first, first + len(portion), dtype=np.int32)
        candidates = self._bands.earlier(band_keys(portion.sketches), own)
        return [
            self._verified(portion, position, first + position, similar)
            for position, similar in enumerate(candidates)
        ]

    def _verified(
        self, portion: Portion, position: int, row: int, similar: set[int]
    ) -> tuple[Copy, ...]:
        own_digest, own_id = int(portion.digests[position]), portion.review_ids[position]
        candidates = {*self._equal(own_digest, row)}
        if portion.comparable[position]:
            candidates |= similar
        rows = [other for other in sorted(candidates) if self._review_ids[other] != own_id]
        if not rows:
            return ()
        alike = jaccard(portion.sketches[position], self._sketches[rows])
        mark = int(portion.author_marks[position])
        return _distinct(
            self._copy(other, own_digest, mark, float(value))
            for other, value in zip(rows, alike.tolist(), strict=True)
            if value >= MIN_JACCARD
        )

    def _equal(self, own_digest: int, row: int) -> list[int]:
        """The newest rows before `row` with the same text."""
        rows = self._exact.get(own_digest, [])
        end = bisect_left(rows, row)
        return rows[max(0, end - MAX_EQUAL) : end]

    def _copy(self, row: int, own_digest: int, mark: int, value: float) -> Copy:
        other_mark = self._marks[row]
        return Copy(
            review_id=self._review_ids[row],
            entity_id=self._entity_ids[row],
            jaccard=value,
            is_exact=self._digests[row] == own_digest,
            same_author=mark == other_mark if mark and other_mark else None,
        )

    def _append(self, portion: Portion) -> Rows:
        """Take a portion's columns; returns the rows that are long enough for bands."""
        first, count = self._size, len(portion)
        self._sketches[first : first + count] = portion.sketches
        kept_view = replace(portion, sketches=self._sketches[first : first + count])
        self._portions[portion.portion_id] = (first, kept_view)
        self._review_ids.extend(portion.review_ids)
        self._entity_ids.extend(portion.entity_ids)
        self._marks.extend(portion.author_marks.tolist())
        digests: list[int] = portion.digests.tolist()
        self._digests.extend(digests)
        for position, digest in enumerate(digests):
            self._exact[digest].append(first + position)
        self._size += count
        comparable: Rows = (np.nonzero(portion.comparable)[0] + first).astype(np.int32)
        return comparable

    def _evict(self, incoming: int) -> None:
        """Keep the newest portions within the capacity; numbers of rows start anew."""
        kept: list[Portion] = []
        total = 0
        for _, portion in reversed(list(self._portions.values())):
            total += len(portion)
            if total > self._capacity:
                total -= len(portion)
                break
            kept.append(portion)
        self._reset(total + incoming)
        rows = [self._append(portion) for portion in reversed(kept)]
        if rows:
            # All bands at once: merging them portion by portion took seconds.
            together = np.concatenate(rows)
            self._bands.append(band_keys(self._sketches[together]), together)

    def _reset(self, at_least: int) -> None:
        self._portions.clear()
        self._size = 0
        self._bands = BandIndex()
        self._exact: defaultdict[int, list[int]] = defaultdict(list)
        rows = max(int(self._capacity * SLACK), at_least)
        self._sketches: Sketches = np.zeros((rows, PERMUTATIONS), dtype=np.uint16)
        self._review_ids: list[str] = []
        self._entity_ids: list[str] = []
        self._marks: list[int] = []
        self._digests: list[int] = []


def _distinct(copies: Iterable[Copy]) -> tuple[Copy, ...]:
    """One copy a review (its versions are rows of their own), most alike first."""
    best: dict[str, Copy] = {}
    for copy in copies:
        known = best.get(copy.review_id)
        if known is None or copy.jaccard > known.jaccard:
            best[copy.review_id] = copy
    return tuple(sorted(best.values(), key=lambda copy: -copy.jaccard))
