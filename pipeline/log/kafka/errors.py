"""Turns kafka-python's errors into ours, once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kafka import errors as kafka_errors

from pipeline.errors import ConfigurationError, LogUnavailable, MessageTooLarge, PartitionLost

LOST_ERRORS = (
    kafka_errors.CommitFailedError,
    kafka_errors.IllegalGenerationError,
    kafka_errors.UnknownMemberIdError,
    kafka_errors.FencedInstanceIdError,
)
SIZE_ERRORS = (kafka_errors.MessageSizeTooLargeError, kafka_errors.RecordListTooLargeError)
CONFIGURATION_ERRORS = (
    kafka_errors.AuthorizationError,
    kafka_errors.InvalidSessionTimeoutError,
    kafka_errors.KafkaConfigurationError,
    kafka_errors.UnsupportedVersionError,
    kafka_errors.UnrecognizedBrokerVersion,
)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn kafka-python's errors into ours."""
    try:
        yield
    except LOST_ERRORS as error:
        raise PartitionLost(f"another member of the group took over: {error}") from error
    except SIZE_ERRORS as error:
        raise MessageTooLarge(
            f"the brokers take no message so large (max.message.bytes of the topic): {error}"
        ) from error
    except CONFIGURATION_ERRORS as error:
        raise ConfigurationError(f"Kafka refuses our settings: {error}") from error
    except kafka_errors.KafkaError as error:
        raise LogUnavailable(f"Kafka does not answer: {error}") from error
