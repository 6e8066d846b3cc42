"""Publishes each call's messages in a transaction."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.log.kafka.connection import Connection
from pipeline.log.kafka.errors import translated_errors
from pipeline.log.kafka.transactions import Transactions
from pipeline.log.protocol import OutgoingMessage
from pipeline.log.sizes import check_sizes


class KafkaLogProducer:
    """Writes each call's messages in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._transactions = Transactions(connection)

    def publish(self, messages: Sequence[OutgoingMessage]) -> None:
        """See pipeline.log.protocol.Producer."""
        check_sizes(messages)
        if messages:
            with translated_errors():
                self._transactions.run(messages)

    def close(self) -> None:
        """Give the connection back."""
        self._transactions.close()
