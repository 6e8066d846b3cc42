"""Text files of any size, plain or gzipped, as bounded lines in a guessed encoding."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

from pipeline.errors import UsageError

GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
MAX_LINE_BYTES = 8 * 1024 * 1024
"""A longer line is no row of reviews; it is cut, and the row with it is refused."""
SAMPLE_BYTES = 256 * 1024


class Cells(NamedTuple):
    """A row of a table."""

    number: int
    """Of the row, as spreadsheets count: the first is 1."""
    values: Sequence[Any]
    line: int = 0
    """Of the text file, where the row ends; 0 where there are no lines."""
    links: Mapping[int, str] = {}
    """Where linked cells lead, by their place from 0."""


class BinaryFile:
    """An open file, unpacked on the fly, that knows how far it was read."""

    def __init__(self, path: Path, raw: IO[bytes], content: IO[bytes] | gzip.GzipFile) -> None:
        self._path = path
        self._raw = raw
        self._content = content
        self.size = path.stat().st_size
        """Bytes on disk."""

    def read(self, size: int = -1) -> bytes:
        """Unpacked bytes. Raises UsageError for a broken file."""
        try:
            return self._content.read(size)
        except (OSError, EOFError, zlib.error) as error:
            raise self._broken(error) from error

    def readline(self, size: int = -1) -> bytes:
        """An unpacked line. Raises UsageError for a broken file."""
        try:
            return self._content.readline(size)
        except (OSError, EOFError, zlib.error) as error:
            raise self._broken(error) from error

    def position(self) -> int:
        """Bytes on disk that were read so far."""
        return self._raw.tell()

    def _broken(self, error: Exception) -> UsageError:
        return UsageError(f"{self._path}: breaks off ({error}): get the whole file again")


class Lines(Protocol):
    """Anything that gives lines of at most so many bytes."""

    def readline(self, size: int = -1, /) -> bytes: ...


@contextmanager
def open_binary(path: Path) -> Iterator[BinaryFile]:
    """Open a file that may be gzipped, whatever its name says.

    Raises UsageError when it cannot be opened.
    """
    try:
        raw = path.open("rb")
    except OSError as error:
        raise UsageError(f"{path}: cannot be opened ({error.strerror}): check the path") from error
    with raw:
        is_gzip = raw.read(2) == GZIP_MAGIC
        raw.seek(0)
        if is_gzip:
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield BinaryFile(path, raw, unpacked)
        else:
            yield BinaryFile(path, raw, raw)


def encoding_of(path: Path, sample: bytes) -> str:
    """UTF-8 with or without mark when the sample is valid, else Windows-1251.

    Raises UsageError for UTF-16.
    """
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UsageError(f"{path}: is UTF-16: save it as UTF-8 or as XLSX")
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8"


def bounded_lines(content: Lines) -> Iterator[bytes]:
    """Lines of at most MAX_LINE_BYTES; the rest of a longer one is dropped unread into memory."""
    while line := content.readline(MAX_LINE_BYTES):
        yield line
        while len(line) == MAX_LINE_BYTES and not line.endswith(b"\n"):
            line = content.readline(MAX_LINE_BYTES)
