"""Partitions are shared evenly, with few moves; a poll is shared so that nobody waits."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pipeline.log.sharing import balance, fair_shares

holdings = st.lists(st.one_of(st.none(), st.integers(0, 6)), max_size=16)
members = st.sets(st.integers(0, 6), min_size=1)


@given(holdings, members)
def test_nobody_gets_two_more_than_another(held: list[int | None], live: set[int]) -> None:
    shared = balance(dict(enumerate(held)), live, {})

    counts = Counter(shared.values())
    assert shared.keys() == set(range(len(held)))
    assert set(counts) <= live
    assert max(counts[member] for member in live) - min(counts[member] for member in live) <= 1


@given(holdings, members)
def test_no_move_could_be_saved(held: list[int | None], live: set[int]) -> None:
    """The least possible: each keeps as much as an even share allows, the fullest the odd ones."""
    shared = balance(dict(enumerate(held)), live, {})

    kept = sum(shared[partition] == holder for partition, holder in enumerate(held))
    fair, odd = divmod(len(held), len(live))
    full = sorted((held.count(member) for member in live), reverse=True)
    assert kept == sum(min(count, fair + (rank < odd)) for rank, count in enumerate(full))


def test_the_least_loaded_member_takes_the_odd_partition() -> None:
    assert balance({7: None}, {1, 2, 3}, {1: 1, 2: 0, 3: 1}) == {7: 2}


def test_without_members_nobody_owns_anything() -> None:
    assert balance({1: 5, 2: None}, set(), {}) == {1: None, 2: None}


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12), st.integers(1, 60), st.integers(0, 9))
def test_a_poll_is_as_full_as_it_can_be(available: list[int], limit: int, turn: int) -> None:
    shares = fair_shares(available, limit, turn)

    assert all(0 <= share <= there for share, there in zip(shares, available, strict=True))
    assert sum(shares) == min(limit, sum(available))


def test_a_small_partition_does_not_wait_for_a_large_one() -> None:
    assert fair_shares([10_000, 3, 0, 10_000], 103, 0) == [50, 3, 0, 50]


def test_with_less_room_than_partitions_everyone_has_a_turn() -> None:
    takers = [fair_shares([9, 9, 9], 1, turn).index(1) for turn in range(3)]

    assert sorted(takers) == [0, 1, 2]
