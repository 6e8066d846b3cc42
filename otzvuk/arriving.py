"""Lines in batches without waiting for a full one, so that a filter holds nothing back."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterable, Iterator
from itertools import islice
from queue import Queue
from threading import Thread
from typing import BinaryIO

from crawlers.importing.lines import bounded_lines
from pipeline.errors import UsageError


def batches_of(content: BinaryIO, name: str, most: int) -> Iterator[list[bytes]]:
    """Batches of at most `most` lines: full ones of a file, of a pipe or terminal what is there.

    Raises UsageError, which calls it `name`, when it cannot be read.
    """
    try:
        descriptor = content.fileno()
    except io.UnsupportedOperation:  # it lies in memory
        return full_batches(_readable(content, name), most)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return full_batches(_readable(content, name), most)
    # Its own reader: the interpreter wants the lock of standard input's at its end, and a thread
    # that waits for input would hold it.
    own = os.fdopen(descriptor, "rb", closefd=False)
    return arriving_batches(_readable(own, name), most)


def full_batches(lines: Iterable[bytes], most: int) -> Iterator[list[bytes]]:
    """So many lines at once, and the rest: the same batches every time."""
    left = iter(lines)
    while batch := list(islice(left, most)):
        yield batch


def arriving_batches(lines: Iterable[bytes], most: int) -> Iterator[list[bytes]]:
    """Waits for one line, and takes with it those that came meanwhile, at most `most`.

    As many are read ahead while a batch is worked on. What `lines` raises is raised here.
    """
    waiting: Queue[bytes | Exception | None] = Queue(most)
    # A daemon: nothing wakes a thread that waits for input which never comes.
    Thread(target=_pass_on, args=(lines, waiting), daemon=True).start()
    while True:
        arrived = [waiting.get()]
        while isinstance(arrived[-1], bytes) and len(arrived) < most and not waiting.empty():
            arrived.append(waiting.get())
        if batch := [one for one in arrived if isinstance(one, bytes)]:
            yield batch
        if isinstance(arrived[-1], Exception):
            raise arrived[-1]
        if arrived[-1] is None:
            return


def _pass_on(lines: Iterable[bytes], waiting: Queue[bytes | Exception | None]) -> None:
    try:
        for line in lines:
            waiting.put(line)
    except Exception as error:  # noqa: BLE001 - raised where the lines are taken
        waiting.put(error)
    else:
        waiting.put(None)


def _readable(content: BinaryIO, name: str) -> Iterator[bytes]:
    try:
        yield from bounded_lines(content)
    except OSError as error:
        raise UsageError(
            f"{name}: cannot be read ({error.strerror}): give a file or a pipe of JSON lines"
        ) from error
