"""How large a message may be: every log takes and refuses the same ones."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.errors import MessageTooLarge
from pipeline.log.protocol import Message, OutgoingMessage

LARGEST_MESSAGE_BYTES = 8 * 1024 * 1024 - 64 * 1024
"""Key, value and headers; what a log adds around them must fit into the rest of 8 MiB."""
HEADER_BYTES = 16
"""At most added around a header."""


def size_of(message: Message | OutgoingMessage) -> int:
    """Bytes of key, value and headers."""
    return len(message.key or b"") + len(message.value) + headers_size(message)


def headers_size(message: Message | OutgoingMessage) -> int:
    """Bytes of the headers."""
    return sum(
        len(name.encode()) + len(text.encode()) + HEADER_BYTES
        for name, text in message.headers.items()
    )


def check_sizes(messages: Iterable[OutgoingMessage]) -> None:
    """Raises MessageTooLarge for the first message that no log of ours takes."""
    for message in messages:
        if (size := size_of(message)) > LARGEST_MESSAGE_BYTES:
            raise MessageTooLarge(
                f"a message of {size} bytes for {message.topic}: the log takes "
                f"{LARGEST_MESSAGE_BYTES}"
            )
