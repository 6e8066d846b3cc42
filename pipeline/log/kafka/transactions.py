"""Writes messages and offsets all or none, and learns the fate of a commit without an answer."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from kafka import OffsetAndMetadata
from kafka import errors as kafka_errors

from pipeline.log.kafka.connection import ANSWER_MS, Connection, Offsets
from pipeline.log.kafka.errors import LOST_ERRORS
from pipeline.log.protocol import OutgoingMessage


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
        """The producer; a new one fences the last of this id and ends its transaction."""
        if self._producer is None:
            producer = self._connection.producer(self._id)
            try:
                producer.init_transactions()
            except kafka_errors.KafkaError:
                discard(producer)
                raise
            self._producer = producer
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
