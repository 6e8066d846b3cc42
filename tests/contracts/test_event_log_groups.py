"""What every event log promises about groups: sharing, taking over, and never two owners."""

from __future__ import annotations

import time

import pytest

from pipeline.errors import PartitionLost
from pipeline.log.protocol import Consumer, Message
from tests.contracts.log_bench import (
    DEADLINE_SECONDS,
    INPUT,
    OUTPUT,
    PARTITIONS,
    POLL_SECONDS,
    LogBench,
    next_offsets,
    numbered,
    outgoing,
    poll_count,
    poll_until,
    poll_until_no_lag,
    poll_until_owned,
    values,
)


def test_poll_returns_empty_after_the_timeout(bench: LogBench) -> None:
    consumer = bench.consumer()
    poll_until_owned(consumer)

    started = time.monotonic()
    assert consumer.poll(0.3, 10) == []
    assert 0.25 < time.monotonic() - started < DEADLINE_SECONDS


def test_poll_returns_as_soon_as_something_arrives(bench: LogBench) -> None:
    consumer = bench.consumer()
    poll_until_owned(consumer)
    bench.publish(numbered(1))

    started = time.monotonic()
    assert values(consumer.poll(DEADLINE_SECONDS, 10)) == ["0"]
    assert time.monotonic() - started < DEADLINE_SECONDS / 2


def test_poll_returns_no_more_than_asked_for(bench: LogBench) -> None:
    bench.publish(numbered(50))
    consumer = bench.consumer()

    sizes: list[int] = []
    while sum(sizes) < 50:
        sizes.append(len(poll_until(bool, consumer, max_messages=7)))
    assert max(sizes) <= 7
    assert sum(sizes) == 50


def test_what_was_committed_does_not_come_again(bench: LogBench) -> None:
    bench.publish([outgoing("key", str(number)) for number in range(10)])
    first = bench.consumer()
    messages = poll_count(10, first)
    first.commit(next_offsets(messages[:6]))
    first.close()

    assert values(poll_count(4, bench.consumer())) == ["6", "7", "8", "9"]


def test_what_was_read_but_not_committed_comes_again(bench: LogBench) -> None:
    bench.publish(numbered(10))
    first = bench.consumer()
    poll_count(10, first)
    first.close()

    assert len(poll_count(10, bench.consumer())) == 10


def test_groups_do_not_know_of_each_other(bench: LogBench) -> None:
    bench.publish(numbered(10))
    poll_count(10, bench.consumer("one"), commit=True)

    assert len(poll_count(10, bench.consumer("two"))) == 10


def test_one_consumer_reads_several_topics(bench: LogBench) -> None:
    bench.publish([*numbered(10), *numbered(10, name=OUTPUT.name)])

    messages = poll_count(20, bench.consumer(topics=[INPUT.name, OUTPUT.name]))
    assert {message.topic for message in messages} == {INPUT.name, OUTPUT.name}


def test_a_commit_writes_outputs_and_offsets_together(bench: LogBench) -> None:
    bench.publish(numbered(10))
    consumer = bench.consumer()
    messages = poll_count(10, consumer)

    consumer.commit(next_offsets(messages), numbered(10, name=OUTPUT.name))

    assert poll_until_no_lag(consumer) == []
    assert sorted(map(int, values(bench.everything(OUTPUT.name)))) == list(range(10))


def test_outputs_can_be_committed_alone(bench: LogBench) -> None:
    consumer = bench.consumer()
    poll_until_owned(consumer)

    consumer.commit({}, [outgoing("key", "tick", OUTPUT.name)])

    assert values(bench.everything(OUTPUT.name)) == ["tick"]


def test_a_paused_partition_is_owned_but_silent(bench: LogBench) -> None:
    consumer = bench.consumer()
    poll_until_owned(consumer)
    bench.publish(numbered(40))
    silent = sorted(PARTITIONS)[0]

    consumer.pause([silent])
    expected = 40 - len(bench.log.read(silent, 0, 40))
    messages = poll_count(expected, consumer)
    messages += consumer.poll(0.5, 100)
    assert silent not in {message.topic_partition for message in messages}
    assert consumer.assignment() == PARTITIONS

    consumer.resume([silent])
    messages += poll_count(40 - expected, consumer)
    assert sorted(map(int, values(messages))) == list(range(40))


def test_seek_reads_again_from_an_offset(bench: LogBench) -> None:
    bench.publish([outgoing("key", str(number)) for number in range(10)])
    consumer = bench.consumer()
    messages = poll_count(10, consumer)

    consumer.seek(messages[6].topic_partition, messages[6].offset)

    assert values(poll_count(4, consumer)) == ["6", "7", "8", "9"]


def test_two_members_share_the_partitions(bench: LogBench) -> None:
    first, second = bench.consumer(), bench.consumer()
    poll_until_owned(first, second)

    assert not first.assignment() & second.assignment()
    bench.publish(numbered(80))
    messages = poll_count(80, first, second, commit=True)
    assert sorted(map(int, values(messages))) == list(range(80))


def test_a_newcomer_brings_neither_loss_nor_repetition(bench: LogBench) -> None:
    """With every batch committed before the next poll, a rebalance doubles nothing."""
    bench.publish(numbered(200))
    first = bench.consumer()
    messages = poll_count(60, first, commit=True)
    second = bench.consumer()
    messages += poll_until_owned(first, second)
    bench.publish(numbered(100))
    messages += poll_count(300 - len(messages), first, second, commit=True)

    for place in PARTITIONS:
        offsets = [message.offset for message in messages if message.topic_partition == place]
        assert offsets == sorted(set(offsets))
    assert len(messages) == 300


def test_a_member_that_leaves_is_replaced_at_once(bench: LogBench) -> None:
    first, second = bench.consumer(), bench.consumer()
    poll_until_owned(first, second)

    first.close()

    poll_until_owned(second)
    assert second.assignment() == PARTITIONS


def test_a_silent_member_is_replaced_and_its_commit_refused(bench: LogBench) -> None:
    bench.publish(numbered(40))
    silent = bench.consumer()
    batch = poll_count(40, silent)
    heir = bench.consumer()
    received = poll_until(lambda messages: len(messages) >= 40, heir, commit=True)

    with pytest.raises(PartitionLost):
        silent.commit(next_offsets(batch), numbered(40, name=OUTPUT.name))

    assert sorted(map(int, values(received))) == list(range(40))
    assert bench.everything(OUTPUT.name) == []
    assert heir.assignment() == PARTITIONS
    assert poll_until_no_lag(heir) == []


def test_a_replaced_member_comes_back_and_shares_again(bench: LogBench) -> None:
    bench.publish(numbered(10))
    silent = bench.consumer()
    batch = poll_count(10, silent)
    heir = bench.consumer()
    poll_count(10, heir, commit=True)
    with pytest.raises(PartitionLost):
        silent.commit(next_offsets(batch))

    poll_until_owned(silent, heir)
    bench.publish(numbered(40))
    received = poll_count(40, silent, heir, commit=True)
    assert sorted(map(int, values(received))) == list(range(40))


def test_a_batch_that_lost_one_partition_comes_again_whole(bench: LogBench) -> None:
    """Each message reaches the outputs once, whoever owns it in the end."""
    bench.publish(numbered(40))
    first = bench.consumer()
    batch = poll_count(40, first)
    first.pause(sorted(first.assignment()))
    second = bench.consumer()
    early: list[Message] = []

    def heir_reads(_: list[Message]) -> bool:
        early.extend(second.poll(POLL_SECONDS, 1))
        return bool(early)

    assert poll_until(heir_reads, first) == []
    with pytest.raises(PartitionLost):
        copy(first, batch)
    first.resume(sorted(first.assignment()))
    copy(second, early)

    def all_is_copied(_: list[Message]) -> bool:
        for consumer in (first, second):
            copy(consumer, consumer.poll(POLL_SECONDS, 100))
        return first.lag() + second.lag() == 0

    poll_until(all_is_copied)
    assert sorted(map(int, values(bench.everything(OUTPUT.name)))) == list(range(40))


def copy(consumer: Consumer, batch: list[Message]) -> None:
    """Commit a batch and its copies, as a stage does."""
    outputs = [outgoing("key", message.value.decode(), OUTPUT.name) for message in batch]
    if batch:
        consumer.commit(next_offsets(batch), outputs)


def test_closing_twice_is_harmless(bench: LogBench) -> None:
    consumer = bench.consumer()
    consumer.close()
    consumer.close()

    producer = bench.producer()
    producer.close()
    producer.close()
