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

    def earlier(self, keys: BandKeys, own: Rows) -> list[set[int]]:
        """For each line of keys the newest rows before row `own[i]` that share one of them."""
        found: list[set[int]] = [set() for _ in range(len(keys))]
        flat, owners = keys.ravel(), np.repeat(own, keys.shape[1])
        for run_keys, run_rows in self._runs:
            low = np.searchsorted(run_keys, flat, side="left")
            high = np.searchsorted(run_keys, flat, side="right")
            oldest = run_rows[np.minimum(low, len(run_rows) - 1)]
            hits = np.nonzero((high > low) & (oldest < owners))[0]
            for hit in hits.tolist():
                rows = run_rows[low[hit] : high[hit]]
                end = int(np.searchsorted(rows, owners[hit]))
                found[hit // keys.shape[1]].update(rows[max(0, end - MAX_PER_KEY) : end].tolist())
        return found


def _sorted(keys: BandKeys, rows: Rows) -> tuple[BandKeys, Rows]:
    """Stable, so that the rows of one key stay in order, newest last."""
    order = np.argsort(keys, kind="stable")
    return keys[order], rows[order]
