"""The event log on Apache Kafka: everything written or committed goes through transactions.

Longer than other modules because it is the one place that may import kafka-python.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, TypeVar

from kafka import (
    ConsumerRebalanceListener,
    KafkaAdminClient,
    KafkaConsumer,
    KafkaProducer,
    OffsetAndMetadata,
    OffsetSpec,
)
from kafka import TopicPartition as KafkaPartition
from kafka import errors as kafka_errors
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.net.compat import KafkaNetClient
from kafka.net.inet import KafkaNetSocket

from pipeline.errors import (
    ConfigurationError,
    InvalidRecord,
    LogUnavailable,
    PartitionLost,
    UsageError,
)
from pipeline.log.protocol import (
    Message,
    OutgoingMessage,
    PartitionLag,
    TopicDescription,
    TopicPartition,
)
from pipeline.topics import Topic

ANSWER_MS = 10_000
"""Longest wait for one answer; a broker that is away longer is reported as LogUnavailable."""

TRANSACTION_TIMEOUT_MS = 10_000
"""A killed worker's open transaction hides what others wrote behind it for so long at most."""

SILENCE_MS = 60_000
"""When an unanswered request closes its connection; longer than ANSWER_MS, so that we give up
waiting first and the client can still learn the fate of a commit."""

MAX_MESSAGE_BYTES = 8 * 1024 * 1024
"""A review of the longest texts allowed fits, also as a dead letter."""

MARKERS = 4
"""Up to this lag it is worth looking whether messages or only transaction markers are behind."""

LOST_ERRORS = (
    kafka_errors.CommitFailedError,
    kafka_errors.IllegalGenerationError,
    kafka_errors.UnknownMemberIdError,
    kafka_errors.FencedInstanceIdError,
)
CONFIGURATION_ERRORS = (
    kafka_errors.AuthorizationError,
    kafka_errors.InvalidSessionTimeoutError,
    kafka_errors.KafkaConfigurationError,
    kafka_errors.UnsupportedVersionError,
    kafka_errors.UnrecognizedBrokerVersion,
)

T = TypeVar("T")
Offsets = dict[Any, int]
"""Next offset to read, by Kafka partition."""


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn kafka-python's errors into ours."""
    try:
        yield
    except LOST_ERRORS as error:
        raise PartitionLost(f"another member of the group took over: {error}") from error
    except kafka_errors.MessageSizeTooLargeError as error:
        raise InvalidRecord(f"the message is too large for the log: {error}") from error
    except CONFIGURATION_ERRORS as error:
        raise ConfigurationError(f"Kafka refuses our settings: {error}") from error
    except kafka_errors.KafkaError as error:
        raise LogUnavailable(f"Kafka does not answer: {error}") from error


class DirectSocket(KafkaNetSocket):  # type: ignore[misc]  # kafka-python has no types
    """Connects as its parent does, but closes a socket that found nobody."""

    SCHEMES = ("direct",)

    async def sock_connect(
        self, net: Any, sock: Any, sockaddr: Any, timeout_at: float | None = None
    ) -> Any:
        """Connect, or close and raise."""
        try:
            return await super().sock_connect(net, sock, sockaddr, timeout_at=timeout_at)
        except BaseException:
            sock.close()
            raise


class Connection:
    """How to reach the brokers, and what topics and groups are called there."""

    def __init__(self, servers: Sequence[str], prefix: str, session_timeout_seconds: float) -> None:
        self.prefix = prefix
        self.session_timeout_ms = round(session_timeout_seconds * 1000)
        self._servers = list(servers)

    def kafka_partition(self, partition: TopicPartition) -> Any:
        """Our partition under its Kafka name."""
        return KafkaPartition(self.prefix + partition.topic, partition.partition)

    def partition(self, partition: Any) -> TopicPartition:
        """A Kafka partition under our bare name."""
        return TopicPartition(partition.topic.removeprefix(self.prefix), partition.partition)

    def message(self, record: Any) -> Message:
        """What a consumer returned, as ours."""
        return Message(
            topic=record.topic.removeprefix(self.prefix),
            partition=record.partition,
            offset=record.offset,
            key=record.key,
            value=record.value or b"",
            headers={
                name: (value or b"").decode(errors="replace") for name, value in record.headers
            },
            written_at=datetime.fromtimestamp(record.timestamp / 1000, UTC),
        )

    def admin(self) -> Any:
        """A client for questions about topics and groups."""
        return self._open(KafkaAdminClient, request_timeout_ms=ANSWER_MS)

    def consumer(self, **options: Any) -> Any:
        """A consumer that sees committed messages alone and commits nothing by itself."""
        return self._open(
            KafkaConsumer,
            isolation_level="read_committed",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            allow_auto_create_topics=False,
            metrics_enabled=False,
            request_timeout_ms=ANSWER_MS,
            max_partition_fetch_bytes=MAX_MESSAGE_BYTES,
            **options,
        )

    def producer(self, transactional_id: str) -> Any:
        """A transactional producer; whoever had the id before is fenced, its transaction ended."""
        producer = self._open(
            KafkaProducer,
            transactional_id=transactional_id,
            transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
            acks="all",
            allow_auto_create_topics=False,
            metrics_enabled=False,
            max_block_ms=ANSWER_MS,
            request_timeout_ms=SILENCE_MS,
            delivery_timeout_ms=SILENCE_MS + 1_000,
            max_request_size=MAX_MESSAGE_BYTES,
            batch_size=256 * 1024,
            linger_ms=5,
            # A transaction that follows at once finds the last one still being completed.
            retry_backoff_ms=10,
        )
        try:
            producer.init_transactions()
        except BaseException:
            discard(producer)
            raise
        return producer

    def _open(self, kind: Callable[..., Any], **options: Any) -> Any:
        clients: list[Any] = []

        def client(**settings: Any) -> Any:
            clients.append(KafkaNetClient(**settings))
            return clients[-1]

        try:
            return kind(
                bootstrap_servers=self._servers,
                client_id="otzvuk",
                bootstrap_timeout_ms=ANSWER_MS,
                reconnect_backoff_max_ms=1_000,
                proxy_url="direct://",
                kafka_client=client,
                **options,
            )
        except BaseException:
            # A constructor that fails leaves its sockets and thread to nobody.
            for opened in clients:
                opened.close()
            raise


class Unanswered(kafka_errors.KafkaTimeoutError):  # type: ignore[misc]  # kafka has no types
    """The broker has not answered yet; what was asked may still happen."""


def bounded(producer: Any, result: Any) -> None:
    """Wait for a transactional result, ANSWER_MS at most."""
    producer._sender.wakeup()
    if not result.wait(timeout_ms=ANSWER_MS):
        raise Unanswered(f"no answer in {ANSWER_MS / 1000:.0f} s")


def discard(producer: Any) -> None:
    """Close at once, dropping what was not sent: an open transaction is ended by its successor.

    `close` alone would first wait for the unsent messages, which an absent broker never takes.
    """
    producer._sender.force_close()
    producer._sender.join(timeout=2.0)
    producer._accumulator.abort_incomplete_batches()
    producer.close(timeout=0)


class Transactions:
    """Writes messages and offsets all or none, one transaction a call.

    kafka-python's own `commit_transaction` waits for ever while the broker is away. So we wait
    on the results beneath it (`_transaction_manager`), for ANSWER_MS, and keep the result of a
    commit that was not answered: the client goes on asking, and a repeated call learns whether
    the first one succeeded instead of writing twice.

    The transactional id is unique to the instance: zombies of a group are fenced by the group's
    generation sent with the offsets (KIP-447), not by sharing an id per partition.
    """

    def __init__(
        self, connection: Connection, are_committed: Callable[[Offsets], bool] = lambda _: False
    ) -> None:
        """`are_committed` tells it of offsets whose commit ended without an answer."""
        self._connection = connection
        self._are_committed = are_committed
        self._id = f"{connection.prefix}{uuid.uuid4().hex}"
        self._producer: Any = None
        self._unanswered: tuple[Any, Any] | None = None

    def run(
        self,
        messages: Sequence[OutgoingMessage],
        offsets: Offsets | None = None,
        metadata: Any = None,
    ) -> None:
        """Write all or none.

        Raises KafkaError: nothing was written, or it is not known yet, and calling again with
        the same arguments finds out.
        """
        identity = offsets or list(messages)
        if self._succeeded_before(identity):
            return
        producer = self._ready()
        try:
            self._fill(producer, messages, offsets, metadata)
            result = producer._transaction_manager.begin_commit()
        except kafka_errors.KafkaError as error:
            self._give_up(error)
            raise
        self._unanswered = (identity, result)
        bounded(producer, result)
        self._unanswered = None

    def close(self) -> None:
        """End the connection; an open transaction is aborted by its timeout."""
        if self._producer is not None:
            discard(self._producer)
            self._producer = None

    def _ready(self) -> Any:
        if self._producer is None:
            self._producer = self._connection.producer(self._id)
        return self._producer

    def _succeeded_before(self, identity: Any) -> bool:
        """Settle the fate of an unanswered commit; True when it was this one and succeeded."""
        if self._unanswered is None:
            return False
        earlier, result = self._unanswered
        try:
            bounded(self._producer or self._ready(), result)
            succeeded = True
        except Unanswered:
            raise
        except kafka_errors.KafkaError:
            # The client gave up asking. A successor of the same id ends the transaction, one
            # way or the other, and then the group's offsets show which.
            self.close()
            self._ready()
            succeeded = isinstance(earlier, dict) and self._are_committed(earlier)
        self._unanswered = None
        return bool(succeeded and earlier == identity)

    def _fill(
        self,
        producer: Any,
        messages: Sequence[OutgoingMessage],
        offsets: Offsets | None,
        metadata: Any,
    ) -> None:
        producer.begin_transaction()
        futures = [self._send(producer, message) for message in messages]
        if offsets:
            committed = {at: OffsetAndMetadata(offset, "", -1) for at, offset in offsets.items()}
            manager = producer._transaction_manager
            bounded(producer, manager.send_offsets_to_transaction(committed, metadata))
        producer.flush(timeout=ANSWER_MS / 1000)
        for future in futures:
            # A batch that expired does not by itself fail the transaction.
            future.get(timeout=0)

    def _send(self, producer: Any, message: OutgoingMessage) -> Any:
        return producer.send(
            self._connection.prefix + message.topic,
            key=message.key,
            value=message.value,
            headers=[(name, text.encode()) for name, text in message.headers.items()],
        )

    def _give_up(self, error: Exception) -> None:
        """Abort where the broker answers; else leave that to the successor of the same id."""
        producer, self._producer = self._producer, None
        if isinstance(error, LOST_ERRORS):
            with suppress(kafka_errors.KafkaError):
                bounded(producer, producer._transaction_manager.begin_abort())
                self._producer = producer
                return
        discard(producer)


class KafkaLogProducer:
    """Writes each call's messages in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._transactions = Transactions(connection)

    def publish(self, messages: Sequence[OutgoingMessage]) -> None:
        """See pipeline.log.protocol.Producer."""
        if messages:
            with translated_errors():
                self._transactions.run(messages)

    def close(self) -> None:
        """Give the connection back."""
        self._transactions.close()


class Losses(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
    """Notes which partitions were taken away during a poll."""

    def __init__(self) -> None:
        self.partitions: set[Any] = set()

    def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        """Nothing to do: a new partition starts where its group committed."""

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        """Handed over in a rebalance."""
        self.partitions.update(revoked)

    def on_partitions_lost(self, lost: Iterable[Any]) -> None:
        """Lost with the membership."""
        self.partitions.update(lost)


class KeptJoin:
    """A join of the group that the next poll takes up, even if it is done by then."""

    is_done = False

    def __init__(self, task: Any) -> None:
        self.add_callback = task.add_callback
        self.add_errback = task.add_errback


class KafkaLogConsumer:
    """One member of a consumer group; offsets and outputs are committed in one transaction."""

    def __init__(
        self,
        connection: Connection,
        group: str,
        topics: Sequence[str],
        committed: Callable[[], dict[Any, int]],
        lag: Callable[[], list[PartitionLag]],
    ) -> None:
        """`committed` and `lag` ask the brokers about the whole group."""
        self._connection = connection
        self._committed = committed
        self._lag = lag
        self._losses = Losses()
        self._unread: dict[Any, int] = {}
        """First delivered and not yet committed offset, by partition."""
        self._dropped: set[Any] = set()
        """Partitions of a batch that can no longer be committed."""
        self._regained: set[Any] = set()
        self._settled: dict[Any, int] = {}
        """Offset known to be committed, by owned partition."""
        self._answered_at = time.monotonic()
        self._transactions = Transactions(connection, self._are_committed)
        timeout = connection.session_timeout_ms
        self._kafka = connection.consumer(
            group_id=connection.prefix + group,
            partition_assignment_strategy=[CooperativeStickyAssignor],
            session_timeout_ms=timeout,
            # Also how soon a member hears of a rebalance.
            heartbeat_interval_ms=min(1_000, timeout // 5),
            # A member that works on but no longer polls must lose its partitions, too.
            max_poll_interval_ms=timeout,
        )
        self._kafka.subscribe([connection.prefix + t for t in topics], listener=self._losses)

    def poll(self, timeout_seconds: float, max_messages: int) -> list[Message]:
        """See pipeline.log.protocol.Consumer; LogUnavailable when no broker can be reached."""
        self._regained.clear()
        self._keep_join()
        with translated_errors():
            records = self._kafka.poll(round(timeout_seconds * 1000), max_records=max_messages)
            self._drop_broken_batch(records)
            if not records:
                self._check_reachable()
                self._commit_past_markers()
        for partition, found in records.items():
            self._unread.setdefault(partition, found[0].offset)
            self._dropped.discard(partition)
        return [self._connection.message(record) for found in records.values() for record in found]

    def commit(
        self,
        offsets: Mapping[TopicPartition, int],
        outputs: Sequence[OutgoingMessage] = (),
    ) -> None:
        """See pipeline.log.protocol.Consumer."""
        ours = {self._connection.kafka_partition(at): offset for at, offset in offsets.items()}
        if not ours and not outputs:
            return
        try:
            with translated_errors():
                metadata = self._membership(ours) if ours else None
                self._transactions.run(outputs, ours, metadata)
        except PartitionLost:
            self._rewind()
            raise
        for partition, offset in ours.items():
            self._settled[partition] = offset
            self._unread.pop(partition, None)

    def assignment(self) -> frozenset[TopicPartition]:
        """Partitions owned without a break since before the last poll."""
        owned = self._kafka.assignment() - self._regained
        return frozenset(self._connection.partition(partition) for partition in owned)

    def pause(self, partitions: Sequence[TopicPartition]) -> None:
        """See pipeline.log.protocol.Consumer."""
        self._kafka.pause(*self._owned(partitions))

    def resume(self, partitions: Sequence[TopicPartition]) -> None:
        """See pipeline.log.protocol.Consumer."""
        self._kafka.resume(*self._owned(partitions))

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """See pipeline.log.protocol.Consumer."""
        for owned in self._owned([partition]):
            self._kafka.seek(owned, offset)
            self._unread.pop(owned, None)

    def lag(self) -> int:
        """See pipeline.log.protocol.Consumer."""
        owned = self.assignment()
        return sum(
            found.lag
            for found in self._lag()
            if TopicPartition(found.topic, found.partition) in owned
        )

    def close(self) -> None:
        """See pipeline.log.protocol.Consumer."""
        self._transactions.close()
        with suppress(kafka_errors.KafkaError):
            self._kafka.close(autocommit=False, timeout_ms=2_000)

    def _owned(self, partitions: Sequence[TopicPartition]) -> list[Any]:
        owned = self._kafka.assignment()
        wanted = [self._connection.kafka_partition(partition) for partition in partitions]
        return [partition for partition in wanted if partition in owned]

    def _keep_join(self) -> None:
        """Let this poll go on with the join that the last one had no time to finish.

        kafka-python 3.0.12 drops a join that was done between two polls and joins anew, which
        makes all others join anew; and it forgets a join that changed metadata brought about,
        staying out of the group for ever.
        """
        coordinator = self._kafka._coordinator
        if coordinator.rejoining:
            coordinator.request_rejoin()
        task = coordinator._join_task
        if task is not None and not isinstance(task, KeptJoin):
            coordinator._join_task = KeptJoin(task)

    def _membership(self, offsets: Offsets) -> Any:
        """The generation that the broker checks; a member without one would not be fenced."""
        metadata = self._kafka.group_metadata()
        lost = offsets.keys() - (self._kafka.assignment() - self._dropped)
        if lost or metadata.generation_id < 0 or not metadata.member_id:
            raise kafka_errors.CommitFailedError(f"no longer owned: {sorted(lost or offsets)}")
        return metadata

    def _are_committed(self, offsets: Offsets) -> bool:
        return offsets.items() <= self._committed().items()

    def _drop_broken_batch(self, records: dict[Any, Any]) -> None:
        """When a partition of the batch in hand was taken away, that batch can never be
        committed: what is left of it will be read again."""
        lost = self._losses.partitions & self._kafka.assignment()
        taken = self._losses.partitions & self._unread.keys()
        for partition in self._losses.partitions:
            self._settled.pop(partition, None)
        self._losses.partitions = set()
        if not taken:
            return
        self._regained = taken & lost
        for partition in self._unread.keys() & records.keys():
            found = records.pop(partition)
            if partition in taken:
                self._kafka.seek(partition, found[0].offset)
        for partition in taken:
            del self._unread[partition]
        self._dropped = taken | self._unread.keys()
        self._rewind()

    def _rewind(self) -> None:
        """Read again what was delivered and not committed, of the partitions still owned."""
        owned = self._kafka.assignment()
        for partition, offset in self._unread.items():
            if partition in owned:
                self._kafka.seek(partition, offset)
        self._unread.clear()

    def _check_reachable(self) -> None:
        """Raise LogUnavailable when no broker was connected for ANSWER_MS.

        kafka-python's own poll stays silent: an outage looks like a quiet topic.
        """
        client = self._kafka._client
        now = time.monotonic()
        if any(client.connected(broker.node_id) for broker in client.cluster.brokers()):
            self._answered_at = now
        elif now - self._answered_at > ANSWER_MS / 1000:
            raise LogUnavailable(f"no Kafka broker could be reached for {ANSWER_MS / 1000:.0f} s")

    def _commit_past_markers(self) -> None:
        """Commit a position that only passed transaction markers, so that an idle group's lag
        falls to zero."""
        owned = self._kafka.assignment()
        if owned - self._settled.keys():
            committed = self._committed()
            self._settled.update({at: committed.get(at, -1) for at in owned})
        behind: dict[Any, int] = {}
        for partition in owned - self._unread.keys() - self._kafka.paused():
            position = self._kafka._subscription.assignment[partition].position
            if position is not None and 0 <= self._settled[partition] < position.offset:
                behind[partition] = position.offset
        if behind:
            with suppress(PartitionLost):
                self.commit({self._connection.partition(at): to for at, to in behind.items()})


class KafkaLog:
    """The event log kept by Apache Kafka brokers."""

    def __init__(
        self, servers: Sequence[str], *, prefix: str, session_timeout_seconds: float
    ) -> None:
        """`servers` are `host:port` of one or more brokers; nothing is opened yet."""
        self._connection = Connection(servers, prefix, session_timeout_seconds)
        self._admin: Any = None
        self._lock = threading.Lock()
        quiet = logging.getLogger("kafka")
        if quiet.level == logging.NOTSET:
            # Whatever matters is raised as an error of ours; outages would flood the log.
            quiet.setLevel(logging.CRITICAL)

    def create_topics(self, topics: Sequence[Topic]) -> list[str]:
        """See pipeline.log.protocol.EventLog; replicas as the brokers' default says."""
        prefix = self._connection.prefix
        existing = set(self._ask(lambda admin: admin.list_topics()))
        missing = {prefix + t.name: t for t in topics if prefix + t.name not in existing}
        if not missing:
            return []
        wanted = {name: topic_options(topic) for name, topic in missing.items()}
        answer = self._ask(lambda admin: admin.create_topics(wanted, raise_errors=False))
        created = []
        for found in answer["topics"]:
            error = kafka_errors.for_code(found["error_code"])
            if error is kafka_errors.NoError:
                created.append(missing[found["name"]].name)
            elif error is not kafka_errors.TopicAlreadyExistsError:
                with translated_errors():
                    raise error(found["error_message"])
        self._ask(lambda admin: admin.wait_for_topics(list(missing)))
        return created

    def producer(self) -> KafkaLogProducer:
        """See pipeline.log.protocol.EventLog."""
        return KafkaLogProducer(self._connection)

    def consumer(self, group: str, topics: Sequence[str]) -> KafkaLogConsumer:
        """See pipeline.log.protocol.EventLog."""
        with translated_errors():
            return KafkaLogConsumer(
                self._connection,
                group,
                topics,
                committed=lambda: self._committed(group),
                lag=lambda: self.lag(group, topics),
            )

    def describe(self) -> list[TopicDescription]:
        """See pipeline.log.protocol.EventLog."""
        names = [name for name in self._topics() if name.startswith(self._connection.prefix)]
        partitions = self._partitions(names)
        first, end = self._offsets(partitions, OffsetSpec.EARLIEST), self._ends(partitions)
        retention = self._retention_seconds(names)
        return [
            TopicDescription(
                topic=name.removeprefix(self._connection.prefix),
                partitions=sum(at.topic == name for at in partitions),
                messages=sum(end[at] - first[at] for at in partitions if at.topic == name),
                retention_seconds=retention[name],
            )
            for name in sorted(names)
        ]

    def lag(self, group: str, topics: Sequence[str]) -> list[PartitionLag]:
        """See pipeline.log.protocol.EventLog."""
        partitions = self._partitions([self._connection.prefix + topic for topic in topics])
        first, end = self._offsets(partitions, OffsetSpec.EARLIEST), self._ends(partitions)
        committed = self._committed(group)
        lags = {at: max(0, end[at] - max(first[at], committed.get(at, 0))) for at in partitions}
        lags |= self._without_markers({at: lag for at, lag in lags.items() if at in committed}, end)
        return [
            PartitionLag(
                topic=at.topic.removeprefix(self._connection.prefix),
                partition=at.partition,
                beginning=first[at],
                end=end[at],
                committed=committed.get(at),
                lag=lags[at],
            )
            for at in partitions
        ]

    def members(self, group: str) -> int:
        """See pipeline.log.protocol.EventLog."""
        name = self._connection.prefix + group
        described = self._ask(lambda admin: admin.describe_groups([name]))[name]
        return len(described["members"])

    def offsets_for_time(self, topic: str, moment: datetime) -> dict[TopicPartition, int]:
        """See pipeline.log.protocol.EventLog."""
        partitions = self._partitions([self._connection.prefix + topic])
        found = self._offsets(partitions, round(moment.timestamp() * 1000))
        end = self._ends(partitions)
        return {
            self._connection.partition(at): found[at] if found[at] >= 0 else end[at]
            for at in partitions
        }

    def reset_group(self, group: str, offsets: Mapping[TopicPartition, int]) -> None:
        """See pipeline.log.protocol.EventLog."""
        if members := self.members(group):
            raise UsageError(f"group {group} has {members} live members: stop them first")
        wanted = {
            self._connection.kafka_partition(at): OffsetAndMetadata(offset, "", -1)
            for at, offset in offsets.items()
        }
        name = self._connection.prefix + group
        for error in self._ask(lambda admin: admin.alter_group_offsets(name, wanted)).values():
            if issubclass(error, LOST_ERRORS):
                raise UsageError(f"group {group} has live members: stop them first")
            if error is not kafka_errors.NoError:
                with translated_errors():
                    raise error

    def read(self, partition: TopicPartition, offset: int, max_messages: int) -> list[Message]:
        """See pipeline.log.protocol.EventLog."""
        at = self._connection.kafka_partition(partition)
        with translated_errors():
            found = self._read({at: offset}, max_messages)
        return [self._connection.message(record) for record in found.get(at, ())]

    def apply_retention(self) -> int:
        """Nothing: the brokers do it by themselves."""
        return 0

    def close(self) -> None:
        """See pipeline.log.protocol.EventLog."""
        with self._lock:
            if self._admin is not None:
                self._admin.close()
                self._admin = None

    def _without_markers(self, lags: Offsets, end: Offsets) -> Offsets:
        """The small ones of the lags, exactly: a commit leaves its marker behind the messages."""
        small = {at: lag for at, lag in lags.items() if 0 < lag <= MARKERS}
        if not small:
            return {}
        starts = {at: end[at] - lag for at, lag in small.items()}
        with translated_errors():
            found = self._read(starts, sum(small.values()))
        return {at: len(found.get(at, ())) for at in small}

    def _read(self, starts: Offsets, max_records: int) -> dict[Any, list[Any]]:
        """What stands there from each offset on: so many records in all, or up to the ends."""
        found: dict[Any, list[Any]] = {}
        deadline = time.monotonic() + ANSWER_MS / 1000
        consumer = self._connection.consumer()
        try:
            consumer.assign(list(starts))
            for at, offset in starts.items():
                consumer.seek(at, offset)
            ends = consumer.end_offsets(list(starts), timeout_ms=ANSWER_MS)
            wanted = max_records
            while wanted > 0 and any(consumer.position(at) < ends[at] for at in starts):
                if time.monotonic() > deadline:
                    raise kafka_errors.KafkaTimeoutError("no end reached")
                # Short: markers alone do not end a poll.
                for at, records in consumer.poll(20, max_records=wanted).items():
                    found.setdefault(at, []).extend(records)
                    wanted -= len(records)
        finally:
            consumer.close()
        return found

    def _ask(self, question: Callable[[Any], T]) -> T:
        """Put a question to the brokers, again while they are busy electing a coordinator."""
        deadline = time.monotonic() + ANSWER_MS / 1000
        with translated_errors():
            while True:
                try:
                    return question(self._connected_admin())
                except kafka_errors.KafkaError as error:
                    if not error.retriable or time.monotonic() > deadline:
                        raise
                time.sleep(0.1)

    def _connected_admin(self) -> Any:
        with self._lock:
            if self._admin is None:
                self._admin = self._connection.admin()
            return self._admin

    def _topics(self) -> list[str]:
        return self._ask(lambda admin: list(admin.list_topics()))

    def _partitions(self, names: Sequence[str]) -> list[Any]:
        if not names:
            return []
        described = self._ask(lambda admin: admin.describe_topics(list(names)))
        return sorted(
            KafkaPartition(topic["name"], partition["partition_index"])
            for topic in described
            for partition in topic["partitions"]
        )

    def _offsets(self, partitions: Sequence[Any], at: Any) -> dict[Any, int]:
        if not partitions:
            return {}
        wanted = dict.fromkeys(partitions, at)
        found = self._ask(lambda admin: admin.list_partition_offsets(wanted))
        return {partition: answer.offset for partition, answer in found.items()}

    def _ends(self, partitions: Sequence[Any]) -> dict[Any, int]:
        return self._offsets(partitions, OffsetSpec.LATEST)

    def _committed(self, group: str) -> dict[Any, int]:
        name = self._connection.prefix + group
        found = self._ask(lambda admin: admin.list_group_offsets(name)).get(name, {})
        return {at: answer.offset for at, answer in found.items() if answer.offset >= 0}

    def _retention_seconds(self, names: Sequence[str]) -> dict[str, int]:
        if not names:
            return {}
        wanted = [ConfigResource(ConfigResourceType.TOPIC, n, ["retention.ms"]) for n in names]
        found = self._ask(lambda admin: admin.describe_configs(wanted, config_filter="all"))
        return {n: int(found["topic"][n]["retention.ms"]["value"]) // 1000 for n in names}


def topic_options(topic: Topic) -> dict[str, Any]:
    """What Kafka is told of a new topic."""
    return {
        "num_partitions": topic.partitions,
        "replication_factor": -1,
        "configs": {
            "retention.ms": str(topic.retention_seconds * 1000),
            "max.message.bytes": str(MAX_MESSAGE_BYTES),
            # Retention and replay by time go by when the log took a message.
            "message.timestamp.type": "LogAppendTime",
        },
    }
