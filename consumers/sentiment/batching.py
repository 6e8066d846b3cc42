"""Windows of like length go through the network together; padding is work for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from consumers.sentiment.onnx_session import Integers
from consumers.sentiment.windows import Window

BATCH_PIECES = 512
"""Pieces of a batch that one processor reads, padding included: enough to keep it busy, few enough
for its caches and for the others to have some, too."""
SHARED_BATCH_PIECES = 2_048
"""Of a batch that all processors, or an accelerator, read together."""
FEWEST_PIECES = 64
"""A batch is not cut smaller only to give every processor one."""
BATCH_WINDOWS = 64


def plan_batches(windows: Sequence[Window], pieces: int = BATCH_PIECES) -> Iterator[list[int]]:
    """Numbers of windows, batch by batch, shortest first; each stands in one batch."""
    order = sorted(range(len(windows)), key=lambda number: len(windows[number].ids))
    batch: list[int] = []
    for number in order:
        size = len(windows[number].ids)
        if batch and (len(batch) == BATCH_WINDOWS or (len(batch) + 1) * size > pieces):
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def fair_share(windows: Sequence[Window], processors: int) -> int:
    """Pieces of a batch, so that each processor gets one of a few windows."""
    each = -(-sum(len(window.ids) for window in windows) // processors)
    return max(FEWEST_PIECES, min(BATCH_PIECES, each))


def padded(windows: Sequence[Window], pad: int) -> tuple[Integers, Integers]:
    """Piece ids and mask, both (B, T)."""
    longest = max(len(window.ids) for window in windows)
    ids = np.full((len(windows), longest), pad, dtype=np.int64)
    mask = np.zeros((len(windows), longest), dtype=np.int64)
    for row, window in enumerate(windows):
        ids[row, : len(window.ids)] = window.ids
        mask[row, : len(window.ids)] = 1
    return ids, mask
