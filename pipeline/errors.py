"""Every failure has one of three fates, and its class says which.

OtzvukError
├── Retry                    the world is ill: back off, pause, try the same batch again
│   ├── LogUnavailable       the event log does not answer
│   ├── PartitionLost        another worker owns the partition now: drop the batch, poll again
│   ├── StoreUnavailable     the store does not answer
│   ├── StoreConflict        another worker wrote the same documents: read them again
│   ├── RemoteUnavailable    a channel or a site does not answer for now
│   └── NotReady             what this needs is still being worked on
├── Rejected                 this message is ill: dead-letter it, go on
│   ├── UndecodableMessage   bytes that are no record of the topic
│   ├── UnknownSchema        a record of a newer version than this program knows
│   ├── InvalidRecord        decoded, but a value is impossible
│   └── MessageTooLarge      what is to be written is more than the log takes
├── Fatal                    stop the process with a reason; a person must act
│   ├── ConfigurationError   a setting is missing, unknown or wrong
│   ├── TooManyDeadLetters   the flood of bad messages passed the limit
│   └── StoreBroken          the embedded store cannot be started
└── UsageError               a person asked for something that cannot be done

Anything else is a bug and crashes the process, uncommitted.
"""

from __future__ import annotations


class OtzvukError(Exception):
    """Root of all errors of this project; the message says what, where, and what to do."""


class Retry(OtzvukError):
    """The world is ill: the same batch may succeed later."""


class LogUnavailable(Retry):
    """The event log does not answer."""


class PartitionLost(Retry):
    """Another member owns the partition now; nothing was committed."""


class StoreUnavailable(Retry):
    """The store does not answer."""


class StoreConflict(Retry):
    """Another worker wrote the same documents meanwhile: read them again."""


class RemoteUnavailable(Retry):
    """A remote party (site, channel) does not answer for now."""


class NotReady(Retry):
    """Another worker is still busy with what this batch needs."""


class Rejected(OtzvukError):
    """This message is ill: it goes to the dead letters and the rest goes on."""


class UndecodableMessage(Rejected):
    """The bytes are no record of the topic."""


class UnknownSchema(Rejected):
    """The record is of a newer schema version than this program knows; never guessed at."""


class InvalidRecord(Rejected):
    """Decoded, but a value is impossible."""


class MessageTooLarge(Rejected):
    """What is to be written is more than the log takes; nothing was written."""


class Fatal(OtzvukError):
    """The process stops with this reason; a person must act."""


class ConfigurationError(Fatal):
    """Settings are missing, unknown or wrong; the message lists all of them with remedies."""


class TooManyDeadLetters(Fatal):
    """More bad messages than the limit allows: the cause is probably not in the messages."""


class StoreBroken(Fatal):
    """The embedded store cannot be started or keeps dying."""


class UsageError(OtzvukError):
    """A person asked for something that cannot be done; the message says what can."""
