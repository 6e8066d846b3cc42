"""Windows of like length share a batch; padding stays small."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from consumers.sentiment.batching import (
    BATCH_PIECES,
    BATCH_WINDOWS,
    FEWEST_PIECES,
    fair_share,
    padded,
    plan_batches,
)
from consumers.sentiment.windows import Window

PIECES = 256
LENGTHS = st.lists(st.integers(1, 130), max_size=200)


def window(length: int) -> Window:
    """A window of so many pieces, marks included."""
    return Window(text=0, ids=[9] * length, spans=[(0, 1)] * max(0, length - 2))


@given(LENGTHS)
def test_each_window_stands_in_one_batch_within_the_budget(lengths: list[int]) -> None:
    windows = [window(length) for length in lengths]
    batches = list(plan_batches(windows, PIECES))
    assert sorted(number for batch in batches for number in batch) == list(range(len(windows)))
    for batch in batches:
        assert len(batch) <= BATCH_WINDOWS
        assert len(batch) * max(lengths[number] for number in batch) <= PIECES or len(batch) == 1


@given(LENGTHS)
def test_neighbours_in_length_go_together(lengths: list[int]) -> None:
    order = [
        lengths[number]
        for batch in plan_batches([window(length) for length in lengths], PIECES)
        for number in batch
    ]
    assert order == sorted(lengths)


@given(LENGTHS, st.integers(1, 8))
def test_a_fair_share_is_neither_tiny_nor_too_much(lengths: list[int], processors: int) -> None:
    share = fair_share([window(length) for length in lengths], processors)
    assert FEWEST_PIECES <= share <= BATCH_PIECES
    assert share in {FEWEST_PIECES, BATCH_PIECES} or share * processors >= sum(lengths)


def test_few_windows_are_shared_out() -> None:
    windows = [window(100)] * 4
    assert fair_share(windows, 2) == 200
    assert len(list(plan_batches(windows, fair_share(windows, 2)))) == 2


def test_padding_is_masked() -> None:
    ids, mask = padded([window(2), window(4)], pad=1)
    assert ids.tolist() == [[9, 9, 1, 1], [9, 9, 9, 9]]
    assert mask.tolist() == [[1, 1, 0, 0], [1, 1, 1, 1]]
