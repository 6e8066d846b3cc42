"""What every event log promises about messages: written, kept, found, read and replayed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import MessageTooLarge, UsageError
from pipeline.log.partitioning import partition_for
from pipeline.log.protocol import OutgoingMessage, TopicPartition
from pipeline.log.sizes import LARGEST_MESSAGE_BYTES
from tests.contracts.log_bench import (
    INPUT,
    OUTPUT,
    PARTITIONS,
    LogBench,
    next_offsets,
    numbered,
    outgoing,
    poll_count,
    poll_until,
    poll_until_no_lag,
    topic,
    values,
)


def test_create_topics_names_only_what_was_missing(bench: LogBench) -> None:
    assert bench.created == [INPUT.name, OUTPUT.name]
    assert bench.log.create_topics([INPUT, topic("tests.third", 1)]) == ["tests.third"]


def test_an_existing_topic_is_kept_as_it_is(bench: LogBench) -> None:
    bench.publish(numbered(10))

    assert bench.log.create_topics([topic(INPUT.name, 9)]) == []
    assert len(bench.log.lag("group", [INPUT.name])) == INPUT.partitions
    assert len(bench.everything()) == 10


def test_describe_tells_partitions_messages_and_retention(bench: LogBench) -> None:
    bench.publish(numbered(10))

    described = {description.topic: description for description in bench.log.describe()}
    assert described.keys() == {INPUT.name, OUTPUT.name}
    assert described[INPUT.name].partitions == INPUT.partitions
    assert described[INPUT.name].messages >= 10
    assert described[INPUT.name].retention_seconds == INPUT.retention_seconds
    assert described[OUTPUT.name].messages == 0


def test_a_message_is_read_as_it_was_written(bench: LogBench) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    headers = {"schema-version": "1", "причина": "отзыв"}
    sent = OutgoingMessage(topic=INPUT.name, key=b"\x00\xff", value=b"\x00{}\xff", headers=headers)
    bench.publish([sent])

    [message] = bench.everything()
    assert (message.topic, message.key, message.value) == (INPUT.name, sent.key, sent.value)
    assert message.headers == headers
    assert message.written_at.tzinfo is not None
    assert before <= message.written_at <= datetime.now(UTC) + timedelta(seconds=1)


def test_a_review_of_the_longest_allowed_texts_fits(bench: LogBench) -> None:
    bench.publish([outgoing("key", "ё" * 1_000_000)])

    [message] = poll_count(1, bench.consumer())
    assert len(message.value) == 2_000_000


def test_the_largest_message_allowed_is_read_as_it_was_written(bench: LogBench) -> None:
    bench.publish([outgoing("key", "a" * (LARGEST_MESSAGE_BYTES - len("key")))])

    [message] = poll_count(1, bench.consumer())
    assert len(message.value) == LARGEST_MESSAGE_BYTES - len("key")


def test_one_message_too_large_keeps_all_of_its_call_out(bench: LogBench) -> None:
    producer = bench.producer()
    with pytest.raises(MessageTooLarge, match=INPUT.name):
        producer.publish([outgoing("key", "1"), outgoing("key", "a" * LARGEST_MESSAGE_BYTES)])
    producer.publish([outgoing("key", "2")])

    assert values(bench.everything()) == ["2"]


def test_an_output_too_large_commits_nothing_and_the_member_goes_on(bench: LogBench) -> None:
    bench.publish([outgoing("key", "in")])
    consumer = bench.consumer()
    offsets = next_offsets(poll_count(1, consumer))
    with pytest.raises(MessageTooLarge, match=OUTPUT.name):
        consumer.commit(offsets, [outgoing("key", "a" * LARGEST_MESSAGE_BYTES, OUTPUT.name)])
    assert {part.committed for part in bench.log.lag("group", [INPUT.name])} == {None}

    consumer.commit(offsets, [outgoing("key", "out", OUTPUT.name)])
    assert values(bench.everything(OUTPUT.name)) == ["out"]
    assert poll_until_no_lag(consumer) == []


def test_the_key_decides_the_partition_as_in_kafka(bench: LogBench) -> None:
    bench.publish(numbered(200))

    for message in bench.everything():
        assert message.key is not None
        assert message.partition == partition_for(message.key, INPUT.partitions)


def test_messages_of_equal_key_keep_their_order(bench: LogBench) -> None:
    producer = bench.producer()
    messages = numbered(300)
    for start in range(0, 300, 60):
        producer.publish(messages[start : start + 60])

    received = poll_count(300, bench.consumer())
    for key in {message.key for message in received}:
        numbers = [int(message.value) for message in received if message.key == key]
        assert numbers == sorted(numbers)
    assert len({message.key for message in received}) == 20
    assert sorted(map(int, values(received))) == list(range(300))


def test_offsets_rise_within_a_partition(bench: LogBench) -> None:
    bench.publish(numbered(50))
    bench.publish(numbered(50))

    for place in PARTITIONS:
        offsets = [message.offset for message in bench.log.read(place, 0, 100)]
        assert offsets == sorted(set(offsets))


def test_publishing_nothing_changes_nothing(bench: LogBench) -> None:
    bench.publish([])

    assert bench.everything() == []


def test_what_was_published_is_there_for_others(bench: LogBench) -> None:
    bench.publish(numbered(5))

    other = bench.reopen()
    assert sum(part.lag for part in other.lag("group", [INPUT.name])) >= 5


def test_read_needs_no_group_and_leaves_no_trace(bench: LogBench) -> None:
    bench.publish([outgoing("key", str(number)) for number in range(10)])
    place = TopicPartition(INPUT.name, partition_for(b"key", INPUT.partitions))

    messages = bench.log.read(place, 0, 10)
    assert values(messages) == [str(number) for number in range(10)]
    assert values(bench.log.read(place, messages[7].offset, 2)) == ["7", "8"]
    assert bench.log.read(place, messages[9].offset + 1, 10) == []
    assert values(poll_count(10, bench.consumer())) == [str(number) for number in range(10)]


def test_offsets_for_time_divide_before_from_after(bench: LogBench) -> None:
    producer = bench.producer()
    for start in range(0, 100, 10):
        producer.publish(numbered(100)[start : start + 10])
    everything = bench.everything()
    moment = sorted(message.written_at for message in everything)[50]

    offsets = bench.log.offsets_for_time(INPUT.name, moment)
    assert offsets.keys() == PARTITIONS
    for message in everything:
        is_after = message.offset >= offsets[message.topic_partition]
        assert is_after == (message.written_at >= moment)


def test_offsets_for_a_time_to_come_are_the_ends(bench: LogBench) -> None:
    bench.publish(numbered(20))

    ends = {(part.topic, part.partition): part.end for part in bench.log.lag("g", [INPUT.name])}
    future = datetime.now(UTC) + timedelta(days=1)
    assert bench.log.offsets_for_time(INPUT.name, future) == ends


def test_lag_of_a_group_that_never_committed_is_everything(bench: LogBench) -> None:
    bench.publish(numbered(30))

    lag = bench.log.lag("group", [INPUT.name])
    assert {part.partition for part in lag} == set(range(INPUT.partitions))
    assert all(part.committed is None and part.lag == part.end - part.beginning for part in lag)
    assert sum(part.lag for part in lag) >= 30


def test_lag_is_zero_once_everything_is_committed(bench: LogBench) -> None:
    """Also behind what only the log itself wrote, such as the end marks of transactions."""
    bench.publish(numbered(30))
    consumer = bench.consumer()
    poll_count(30, consumer, commit=True)

    assert poll_until_no_lag(consumer) == []
    assert [part.lag for part in bench.log.lag("group", [INPUT.name])] == [0] * INPUT.partitions


def test_lag_counts_what_is_not_committed_even_if_it_was_read(bench: LogBench) -> None:
    bench.publish([outgoing("key", str(number)) for number in range(10)])
    consumer = bench.consumer()
    messages = poll_count(10, consumer)

    assert consumer.lag() >= 10
    consumer.commit(next_offsets(messages[:4]))
    assert consumer.lag() >= 6
    place = messages[0].topic_partition
    [lag] = [part for part in bench.log.lag("group", [INPUT.name]) if part.partition == place[1]]
    assert lag.committed == messages[3].offset + 1


def test_a_group_is_replayed_from_the_beginning(bench: LogBench) -> None:
    bench.publish(numbered(30))
    consumer = bench.consumer()
    poll_count(30, consumer, commit=True)
    consumer.close()

    bench.log.reset_group("group", dict.fromkeys(PARTITIONS, 0))

    assert sorted(map(int, values(poll_count(30, bench.consumer())))) == list(range(30))


def test_a_group_is_replayed_from_a_time(bench: LogBench) -> None:
    bench.publish([outgoing("key", "early")])
    first = bench.everything()[0].written_at
    _wait_for_a_later_millisecond(first)
    bench.publish([outgoing("key", "late")])
    consumer = bench.consumer()
    poll_count(2, consumer, commit=True)
    consumer.close()

    later = first + timedelta(milliseconds=1)
    bench.log.reset_group("group", bench.log.offsets_for_time(INPUT.name, later))

    assert values(poll_count(1, bench.consumer())) == ["late"]


def test_a_group_with_live_members_is_not_reset(bench: LogBench) -> None:
    bench.publish(numbered(5))
    consumer = bench.consumer()
    poll_count(5, consumer, commit=True)

    with pytest.raises(UsageError, match="group"):
        bench.log.reset_group("group", dict.fromkeys(PARTITIONS, 0))
    assert poll_until_no_lag(consumer) == []


def test_members_are_counted_while_they_live(bench: LogBench) -> None:
    assert bench.log.members("group") == 0
    first = bench.consumer()
    poll_until(lambda _: bench.log.members("group") == 1, first)
    second = bench.consumer()
    poll_until(lambda _: bench.log.members("group") == 2, first, second)
    second.close()
    poll_until(lambda _: bench.log.members("group") == 1, first)
    first.close()
    assert bench.log.members("group") == 0


def test_retention_keeps_what_is_young(bench: LogBench) -> None:
    bench.publish(numbered(10))

    assert bench.log.apply_retention() == 0
    assert len(bench.everything()) == 10


def _wait_for_a_later_millisecond(moment: datetime) -> None:
    while datetime.now(UTC) < moment + timedelta(milliseconds=2):
        pass
