"""How partitions are shared among members, and a poll among partitions: pure arithmetic."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence


def balance(
    holders: Mapping[int, int | None], members: Collection[int], loads: Mapping[int, int]
) -> dict[int, int | None]:
    """Partition → the member that should own it, evenly and with as few moves as possible.

    `holders` tells who has each partition now, `loads` how many partitions of other topics each
    member has; they decide who carries the odd one. Without members every value is None.
    """
    if not members:
        return dict.fromkeys(holders)
    held = {member: [p for p, holder in holders.items() if holder == member] for member in members}
    fair, odd = divmod(len(holders), len(held))
    most_first = sorted(held, key=lambda member: (-len(held[member]), loads.get(member, 0), member))
    room = {member: fair + (rank < odd) for rank, member in enumerate(most_first)}
    shared: dict[int, int | None] = {
        partition: member for member in held for partition in held[member][: room[member]]
    }
    takers = iter(
        [member for member in held for _ in range(max(0, room[member] - len(held[member])))]
    )
    return {
        partition: shared[partition] if partition in shared else next(takers)
        for partition in holders
    }


def fair_shares(available: Sequence[int], limit: int, turn: int) -> list[int]:
    """How many to take of each so that at most `limit` are taken and nobody waits for another.

    What a small one leaves, larger ones may use. When `limit` is too small for all, `turn`
    (one more at every call) decides who comes first.
    """
    count = len(available)
    rotated = [(turn + step) % count for step in range(count)]
    served = [place for place in rotated if available[place]][:limit]
    shares = [0] * count
    left = limit
    for rank, place in enumerate(sorted(served, key=lambda place: available[place])):
        shares[place] = min(available[place], left // (len(served) - rank))
        left -= shares[place]
    return shares
