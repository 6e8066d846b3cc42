"""Which rows share a band key: sorted runs in the manner of a log-structured merge tree.

A dictionary of 32 keys a review would take ten times the memory; a run takes 12 bytes a key.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from consumers.authenticity.sketch import BandKeys

Rows = NDArray[np.int32]
MAX_PER_KEY = 16
"""Newest rows taken from one key: a phrase that thousands share must not cost thousands."""


class BandIndex:
    """Rows by band key; only ever appended to, with rising row numbers."""

    def __init__(self) -> None:
        self._runs: list[tuple[BandKeys, Rows]] = []

    def append(self, keys: BandKeys, rows: Rows) -> None:
        """Add the keys of new rows: `keys[i, b]` is row `rows[i]`'s key in band b."""
        flat, owners = keys.ravel(), np.repeat(rows, keys.shape[1])
        if not len(flat):
            return
        self._runs.append(_sorted(flat, owners))
        while len(self._runs) > 1 and len(self._runs[-2][0]) <= 2 * len(self._runs[-1][0]):
            (new_keys, new_rows), (old_keys, old_rows) = self._runs.pop(), self._runs.pop()
            self._runs.append(
                _sorted(np.concatenate((old_keys, new_keys)), np.concatenate((old_rows, new_rows)))
            )

    def sharing(self, keys: BandKeys) -> list[set[int]]:
        """For each line of keys the rows that share at least one of them (itself included)."""
        found: list[set[int]] = [set() for _ in range(len(keys))]
        flat = keys.ravel()
        for run_keys, run_rows in self._runs:
            low = np.searchsorted(run_keys, flat, side="left")
            high = np.searchsorted(run_keys, flat, side="right")
            for hit in np.nonzero(high > low)[0].tolist():
                start = max(int(low[hit]), int(high[hit]) - MAX_PER_KEY)
                found[hit // keys.shape[1]].update(run_rows[start : high[hit]].tolist())
        return found


def _sorted(keys: BandKeys, rows: Rows) -> tuple[BandKeys, Rows]:
    """Stable, so that the rows of one key stay in order, newest last."""
    order = np.argsort(keys, kind="stable")
    return keys[order], rows[order]
