"""The stage runner: poll, handle a batch, write, flush, commit — and survive whatever happens."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from pipeline import codec, metrics
from pipeline.backoff import Backoff
from pipeline.clock import Clock
from pipeline.deadletter import DeadLetterGuard, DeadLetterPolicy, cut_letter, dead_letter
from pipeline.errors import MessageTooLarge, PartitionLost, Rejected, Retry
from pipeline.log.protocol import Consumer, EventLog, Message, TopicPartition
from pipeline.membership import keep_membership
from pipeline.progress import Progress
from pipeline.records import DeadLetter, Record
from pipeline.settings import StageSettings
from pipeline.stage import BatchResult, Delivery, Stage

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0

Refusal = tuple[Message, Rejected]


class Draining(Exception):
    """Not an error: the process was asked to stop while a batch waited for the world to heal."""


class StageRunner:
    """Runs one stage as one member of its consumer group."""

    def __init__(
        self,
        stage: Stage,
        log: EventLog,
        settings: StageSettings,
        clock: Clock,
        stop: threading.Event,
    ) -> None:
        self._stage = stage
        self._log = log
        self._settings = settings
        self._clock = clock
        self._stop = stop
        self._progress = Progress(
            stage.name, stuck_after_seconds=settings.stuck_after_seconds, clock=clock
        )
        self._guard = DeadLetterGuard(
            DeadLetterPolicy(
                limit=settings.dead_letter_limit,
                window_seconds=settings.dead_letter_window_seconds,
            )
        )
        self._polling_backoff = self._backoff()
        self._last_tick = float("-inf")

    def run(self) -> None:
        """Work until asked to stop; the batch in hand is finished and committed first.

        Raises Fatal when a person must act; any other exception is a bug. In both cases
        nothing of the batch in hand was committed.
        """
        consumer = self._join()
        if consumer is None:
            return
        metrics.STAGE_UP.labels(self._stage.name).set(1)
        try:
            while not self._stop.is_set():
                self._turn(consumer)
        except Draining:
            logger.info("%s: stopped while waiting, its batch uncommitted", self._stage.name)
        finally:
            metrics.STAGE_UP.labels(self._stage.name).set(0)
            consumer.close()
            self._stage.close()

    def _join(self) -> Consumer | None:
        while not self._stop.is_set():
            try:
                return self._log.consumer(self._stage.name, [self._stage.topic])
            except Retry as error:
                self._pause_polling(error)
        return None

    def _turn(self, consumer: Consumer) -> None:
        try:
            batch = consumer.poll(self._settings.poll_seconds, self._settings.batch_messages)
        except Retry as error:
            self._pause_polling(error)
            return
        self._polling_backoff = self._backoff()
        if batch:
            with metrics.BATCH_SECONDS.labels(self._stage.name).time():
                self._process(consumer, batch)
        self._tick(consumer)
        self._progress.look(consumer)

    def _process(self, consumer: Consumer, messages: list[Message]) -> None:
        metrics.RECORDS_IN.labels(self._stage.name).inc(len(messages))
        deliveries, refusals = decode_all(messages)
        try:
            outputs = self._handle(consumer, deliveries, refusals)
            self._commit_parts(consumer, messages, outputs, refusals)
        except PartitionLost as error:
            self._progress.left_to_new_owner(error)

    def _commit_parts(
        self,
        consumer: Consumer,
        messages: Sequence[Message],
        outputs: Sequence[Record],
        refusals: list[Refusal],
    ) -> None:
        """Commit at once; where an output is too large for the log, message by message, so that
        only the one it was made of becomes a dead letter."""
        try:
            self._commit(consumer, messages, outputs, refusals)
        except MessageTooLarge as error:
            if len(messages) == 1:
                self._put_aside(consumer, messages[0], refusals or [(messages[0], error)])
                return
            for message in messages:
                deliveries, ill = decode_all([message])
                made = self._handle(consumer, deliveries, ill)
                self._commit_parts(consumer, [message], made, ill)

    def _put_aside(self, consumer: Consumer, message: Message, refusals: list[Refusal]) -> None:
        try:
            self._commit(consumer, [message], (), refusals)
        except MessageTooLarge:
            # Brokers that take less than ours would, not even the letter.
            letters = [cut_letter(letter) for letter in self._letters(refusals)]
            self._commit(consumer, [message], letters, (), refused=refusals)

    def _handle(
        self, consumer: Consumer, deliveries: Sequence[Delivery], refusals: list[Refusal]
    ) -> list[Record]:
        """Outputs of the deliveries; what the stage refuses is added to `refusals`."""
        if not deliveries:
            return []
        try:
            result = self._persist(consumer, deliveries)
        except Rejected as error:
            if len(deliveries) == 1:
                refusals.append((deliveries[0].message, error))
                return []
            singly = [self._handle(consumer, [delivery], refusals) for delivery in deliveries]
            return [record for outputs in singly for record in outputs]
        refusals.extend((deliveries[at].message, why) for at, why in result.rejected.items())
        return list(result.outputs)

    def _persist(self, consumer: Consumer, deliveries: Sequence[Delivery]) -> BatchResult:
        """Call the stage until the world lets it succeed."""
        backoff = self._backoff()
        while True:
            try:
                return self._stage.handle(deliveries)
            except Retry as error:
                delay = backoff.next_delay()
                self._progress.retried(error, backoff.attempts)
                self._hold(consumer, [delivery.message for delivery in deliveries], delay)

    def _commit(
        self,
        consumer: Consumer,
        messages: Sequence[Message],
        outputs: Sequence[Record],
        refusals: Sequence[Refusal],
        *,
        refused: Sequence[Refusal] = (),
    ) -> None:
        """`refused`: refusals whose letters are among the outputs."""
        letters = self._letters(refusals)
        outgoing = [codec.encode(record) for record in (*outputs, *letters)]
        offsets = next_offsets(messages)
        backoff = self._backoff()
        while True:
            try:
                consumer.commit(offsets, outgoing)
                break
            except PartitionLost:
                raise
            except Retry as error:
                delay = backoff.next_delay()
                self._progress.retried(error, backoff.attempts)
                self._hold(consumer, messages, delay)
        self._progress.committed(messages, outgoing, (*refusals, *refused))

    def _letters(self, refusals: Sequence[Refusal]) -> list[DeadLetter]:
        if not refusals:
            return []
        self._guard.admit(
            self._stage.name,
            len(refusals),
            str(refusals[-1][1]),
            now=self._clock.monotonic(),
        )
        now = self._clock.now()
        return [
            dead_letter(self._stage.name, message, error, attempts=1, now=now)
            for message, error in refusals
        ]

    def _hold(self, consumer: Consumer, messages: Sequence[Message], seconds: float) -> None:
        """Back off with everything paused, polling all the while so that the membership lives.

        Raises PartitionLost when a partition of the batch went to another member meanwhile,
        Draining when the process is asked to stop.
        """
        needed = {message.topic_partition for message in messages}
        deadline = self._clock.monotonic() + seconds
        try:
            while (left := deadline - self._clock.monotonic()) > 0:
                if self._stop.is_set():
                    raise Draining
                keep_membership(consumer, self._clock, min(left, self._settings.poll_seconds))
                if lost := needed - consumer.assignment():
                    raise PartitionLost(f"lost {sorted(lost)} while waiting")
                self._progress.look(consumer)
        finally:
            consumer.resume(sorted(consumer.assignment()))

    def _pause_polling(self, error: Retry) -> None:
        """Wait where there is no membership to keep."""
        delay = self._polling_backoff.next_delay()
        self._progress.retried(error, self._polling_backoff.attempts)
        deadline = self._clock.monotonic() + delay
        while (left := deadline - self._clock.monotonic()) > 0 and not self._stop.is_set():
            self._clock.sleep(min(left, self._settings.poll_seconds))

    def _tick(self, consumer: Consumer) -> None:
        if self._clock.monotonic() - self._last_tick < TICK_SECONDS:
            return
        self._last_tick = self._clock.monotonic()
        try:
            outputs = self._stage.tick(self._clock.now())
            if outputs:
                consumer.commit({}, [codec.encode(record) for record in outputs])
        except Retry as error:
            self._progress.retried(error, 1)

    def _backoff(self) -> Backoff:
        return Backoff(
            initial_seconds=self._settings.backoff_initial_seconds,
            max_seconds=self._settings.backoff_max_seconds,
        )


def decode_all(messages: Sequence[Message]) -> tuple[list[Delivery], list[Refusal]]:
    """The records of the messages, and those messages that hold none."""
    deliveries: list[Delivery] = []
    refusals: list[Refusal] = []
    for message in messages:
        try:
            deliveries.append(Delivery(codec.decode(message), message))
        except Rejected as error:
            refusals.append((message, error))
    return deliveries, refusals


def next_offsets(messages: Sequence[Message]) -> dict[TopicPartition, int]:
    """The offsets to commit once all of `messages` are done."""
    offsets: dict[TopicPartition, int] = {}
    for message in messages:
        where = message.topic_partition
        offsets[where] = max(offsets.get(where, 0), message.offset + 1)
    return offsets
