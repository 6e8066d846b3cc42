"""How the brokers are reached, and what our topics and groups are called there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from socket import socket
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka import TopicPartition as KafkaPartition
from kafka.net.compat import KafkaNetClient
from kafka.net.inet import KafkaNetSocket

from pipeline.log.protocol import Message, TopicPartition
from pipeline.log.sizes import LARGEST_MESSAGE_BYTES

ANSWER_MS = 10_000
"""Longest wait for one answer; a broker that is away longer is reported as LogUnavailable."""

TRANSACTION_TIMEOUT_MS = 10_000
"""A killed worker's open transaction hides what others wrote behind it for so long at most."""

SILENCE_MS = 60_000
"""When an unanswered request closes its connection; longer than ANSWER_MS, so that we give up
waiting first and the client can still learn the fate of a commit."""

MAX_MESSAGE_BYTES = LARGEST_MESSAGE_BYTES + 64 * 1024
"""With what Kafka adds around a message."""

_sockets: WeakKeyDictionary[Any, WeakSet[socket]] = WeakKeyDictionary()
"""Connected sockets, by the event loop that they belong to."""

Offsets = dict[Any, int]
"""Next offset to read, by Kafka partition."""


class DirectSocket(KafkaNetSocket):  # type: ignore[misc]  # kafka-python has no types
    """Connects as its parent does, but closes a socket that found nobody, and tells `Client` of
    the others."""

    SCHEMES = ("direct",)

    async def sock_connect(
        self, net: Any, sock: Any, sockaddr: Any, timeout_at: float | None = None
    ) -> Any:
        """Connect, or close and raise."""
        try:
            connected = await super().sock_connect(net, sock, sockaddr, timeout_at=timeout_at)
        except BaseException:
            sock.close()
            raise
        _sockets.setdefault(net, WeakSet()).add(sock)
        return connected


class Client(KafkaNetClient):  # type: ignore[misc]  # kafka-python has no types
    """Its parent, which leaves a socket open when it is closed with bytes still unsent, or in the
    moment of connecting."""

    def close(self, node_id: str | int | None = None) -> None:
        """Close one connection, or everything."""
        super().close(node_id)
        if node_id is None:
            for sock in _sockets.pop(self._net, ()):
                sock.close()


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
        """A transactional producer, not yet initialised."""
        return self._open(
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

    def _open(self, kind: Callable[..., Any], **options: Any) -> Any:
        clients: list[Any] = []

        def client(**settings: Any) -> Any:
            clients.append(Client(**settings))
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
