"""Ownership in the embedded log, with the time in our hands: timeouts, hand-over, fencing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.clock import FixedClock
from pipeline.errors import PartitionLost, UsageError
from pipeline.log.protocol import Consumer, Message, TopicPartition
from pipeline.log.sqlite import SqliteLog
from tests.contracts.log_bench import (
    INPUT,
    OUTPUT,
    PARTITIONS,
    LogBench,
    next_offsets,
    numbered,
    outgoing,
    topic,
    values,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SESSION_SECONDS = 30.0


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def bench(tmp_path: Path, clock: FixedClock) -> Iterator[LogBench]:
    def factory() -> SqliteLog:
        return SqliteLog(
            tmp_path / "log.db",
            prefix="test.",
            session_timeout_seconds=SESSION_SECONDS,
            clock=clock,
        )

    bench = LogBench(factory)
    yield bench
    bench.close()


def poll(consumer: Consumer, most: int = 1_000) -> list[Message]:
    """Whatever is there now."""
    return consumer.poll(0, most)


def live_for(clock: FixedClock, seconds: float, *members: Consumer) -> None:
    """Let time pass while these members poll every second."""
    for _ in range(int(seconds)):
        clock.advance(1)
        for member in members:
            assert poll(member) == []


def test_a_dead_member_keeps_its_partitions_until_the_session_ends(
    bench: LogBench, clock: FixedClock
) -> None:
    dead, heir = bench.consumer(), bench.consumer()
    poll(dead)
    poll(heir)
    poll(dead)

    live_for(clock, SESSION_SECONDS - 1, heir)
    assert len(heir.assignment()) == 2
    assert bench.log.members("group") == 2

    live_for(clock, 5, heir)
    assert heir.assignment() == PARTITIONS
    assert bench.log.members("group") == 1


def test_a_lone_member_that_slept_too_long_still_owns_its_batch(
    bench: LogBench, clock: FixedClock
) -> None:
    bench.publish(numbered(5))
    sleeper = bench.consumer()
    batch = poll(sleeper)
    clock.advance(10 * SESSION_SECONDS)

    sleeper.commit(next_offsets(batch))

    assert sleeper.lag() == 0


def test_a_batch_read_before_the_partition_was_lost_and_regained_is_refused(
    bench: LogBench, clock: FixedClock
) -> None:
    bench.publish(numbered(40))
    sleeper = bench.consumer()
    batch = poll(sleeper)
    clock.advance(2 * SESSION_SECONDS)
    other = bench.consumer()
    other.commit(next_offsets(poll(other)))
    other.close()

    assert poll(sleeper) == []
    assert sleeper.assignment() == PARTITIONS
    early = [message for message in batch if message.offset == 0]
    with pytest.raises(PartitionLost):
        sleeper.commit(next_offsets(early), [outgoing("key", "twice", OUTPUT.name)])
    assert bench.everything(OUTPUT.name) == []
    assert sum(part.lag for part in bench.log.lag("group", [INPUT.name])) == 0


def test_a_partition_is_handed_over_only_after_its_batch_is_committed(bench: LogBench) -> None:
    bench.publish(numbered(40))
    owner = bench.consumer()
    batch = poll(owner)
    newcomer = bench.consumer()

    assert poll(owner) == []
    assert poll(newcomer) == []
    assert owner.assignment() == PARTITIONS

    owner.commit(next_offsets(batch))
    poll(owner)
    assert poll(newcomer) == []
    assert len(owner.assignment()) == len(newcomer.assignment()) == 2
    assert owner.assignment() | newcomer.assignment() == PARTITIONS


def test_a_revoked_partition_brings_no_new_messages(bench: LogBench) -> None:
    bench.publish(numbered(40))
    owner = bench.consumer()
    batch = poll(owner)
    newcomer = bench.consumer()
    poll(owner)
    bench.publish(numbered(40))

    kept = {message.topic_partition for message in poll(owner)}
    owner.commit(next_offsets(batch))
    poll(owner)
    poll(newcomer)
    assert kept == owner.assignment()


def test_a_batch_that_is_never_committed_delays_the_hand_over_only_so_long(
    bench: LogBench, clock: FixedClock
) -> None:
    bench.publish(numbered(40))
    owner = bench.consumer()
    batch = poll(owner)
    newcomer = bench.consumer()
    poll(owner)

    for _ in range(int(SESSION_SECONDS)):
        clock.advance(1)
        poll(owner)
        poll(newcomer)

    assert len(newcomer.assignment()) == 2
    lost = [message for message in batch if message.topic_partition in newcomer.assignment()]
    with pytest.raises(PartitionLost):
        owner.commit(next_offsets(lost))


def test_a_third_member_moves_no_more_partitions_than_it_gets(bench: LogBench) -> None:
    first, second = bench.consumer(), bench.consumer()
    for member in (first, second, first, second):
        poll(member)
    before = first.assignment(), second.assignment()

    third = bench.consumer()
    for member in (first, second, third, first, second, third):
        poll(member)

    assert sorted(len(member.assignment()) for member in (first, second, third)) == [1, 1, 2]
    assert first.assignment() <= before[0]
    assert second.assignment() <= before[1]


def test_more_members_than_partitions_wait_and_inherit(bench: LogBench) -> None:
    members = [bench.consumer() for _ in range(6)]
    for member in members * 2:
        poll(member)
    assert sorted(len(member.assignment()) for member in members) == [0, 0, 1, 1, 1, 1]

    busy = next(member for member in members if member.assignment())
    idle = [member for member in members if not member.assignment()]
    busy.close()
    for member in idle:
        poll(member)
    assert sum(len(member.assignment()) for member in idle) == 1


def test_members_of_one_group_may_read_different_topics(bench: LogBench) -> None:
    one, other = bench.consumer(), bench.consumer(topics=[OUTPUT.name])
    poll(one)
    poll(other)

    assert {place.topic for place in one.assignment()} == {INPUT.name}
    assert {place.topic for place in other.assignment()} == {OUTPUT.name}


def test_a_clock_set_back_keeps_no_dead_member_alive(bench: LogBench, clock: FixedClock) -> None:
    bench.consumer()
    clock.set(NOON - timedelta(days=1))
    heir = bench.consumer()
    poll(heir)

    assert heir.assignment() == PARTITIONS


def test_one_full_partition_does_not_hold_up_the_others(bench: LogBench) -> None:
    bench.publish([outgoing("the-same", str(number)) for number in range(500)])
    bench.publish(numbered(40))
    batch = poll(bench.consumer(), 100)

    assert len(batch) == 100
    assert {message.topic_partition for message in batch} == PARTITIONS


def test_every_partition_has_its_turn_when_one_message_is_asked_for(bench: LogBench) -> None:
    bench.publish(numbered(100))
    consumer = bench.consumer()

    turns = [poll(consumer, 1)[0].topic_partition for _ in range(4)]
    assert set(turns) == PARTITIONS


def test_waiting_looks_only_now_and_then(bench: LogBench, clock: FixedClock) -> None:
    """The fixed clock moves by sleeping alone: a busy loop would never end."""
    consumer = bench.consumer()
    assert consumer.poll(5, 10) == []
    assert clock.monotonic() == pytest.approx(5)


def test_what_is_not_owned_can_be_neither_sought_nor_committed(bench: LogBench) -> None:
    consumer = bench.consumer()
    poll(consumer)

    with pytest.raises(PartitionLost):
        consumer.seek(TopicPartition(OUTPUT.name, 0), 0)
    with pytest.raises(PartitionLost):
        consumer.commit({TopicPartition(OUTPUT.name, 0): 0})


def test_a_reset_refuses_the_late_commit_of_a_sleeper(bench: LogBench, clock: FixedClock) -> None:
    bench.publish(numbered(10))
    sleeper = bench.consumer()
    batch = poll(sleeper)
    clock.advance(2 * SESSION_SECONDS)

    bench.log.reset_group("group", dict.fromkeys(PARTITIONS, 0))

    with pytest.raises(PartitionLost):
        sleeper.commit(next_offsets(batch))
    assert len(poll(sleeper)) == 10


def test_a_reset_names_what_is_possible(bench: LogBench) -> None:
    with pytest.raises(UsageError, match="choose 0 to 0"):
        bench.log.reset_group("group", {TopicPartition(INPUT.name, 1): 5})
    with pytest.raises(UsageError, match="choose 0 to 3"):
        bench.log.reset_group("group", {TopicPartition(INPUT.name, 9): 0})


def test_a_group_behind_the_retention_goes_on_at_the_beginning(
    bench: LogBench, clock: FixedClock
) -> None:
    bench.log.create_topics([topic("tests.single", 1)])
    bench.publish(numbered(10, name="tests.single"))
    reader = bench.consumer(topics=["tests.single"])
    reader.commit(next_offsets(poll(reader, 2)))
    clock.advance(INPUT.retention_seconds / 2)
    bench.publish([outgoing("key", "young", "tests.single")])
    clock.advance(INPUT.retention_seconds / 2 + 1)

    assert bench.log.apply_retention() == 10
    assert reader.lag() == 1
    young = poll(reader)
    assert values(young) == ["young"]
    [lag] = bench.log.lag("group", ["tests.single"])
    assert (lag.beginning, lag.end, lag.committed, lag.lag) == (10, 11, 2, 1)
    assert lag.expired == 8
    reader.commit(next_offsets(young))
    assert [part.expired for part in bench.log.lag("group", ["tests.single"])] == [0]
    assert [part.expired for part in bench.log.lag("newcomer", ["tests.single"])] == [0]
