"""The shipped weights as a file: safe to read from anybody, refused whole when one bit is wrong.

Layout: 8 bytes magic, 4 bytes length of the header (little endian), the header as JSON, then the
table as zlib-compressed int8, row by row. The header holds the format's version, the sizes, the
scale of each column and the BLAKE2b digest of header fields and table. Nothing in it is executed.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from pipeline.errors import ConfigurationError

MAGIC = b"OTZVLIN\n"
VERSION = 1
STARS = 5
_LENGTH = struct.Struct("<I")
_REMEDY = "reinstall the package, or make the file anew with training/sentiment_fast.py"

FiveNumbers = Annotated[tuple[float, ...], Meta(min_length=STARS, max_length=STARS)]


class WeightsHeader(Struct, frozen=True, kw_only=True):
    """Everything but the table."""

    version: int = VERSION
    """Of the format; a newer one is refused."""
    name: str
    row_bits: Annotated[int, Meta(ge=8, le=22)]
    """The table has 2**row_bits rows."""
    scales: FiveNumbers
    """Weight that one unit of each column stands for."""
    bias: FiveNumbers
    temperature: Annotated[float, Meta(gt=0)]
    """Scores are divided by it, so that probabilities mean what they say."""
    digest: str = ""
    """32 hex digits over the other fields and the table."""


class Weights(Struct, frozen=True, kw_only=True):
    """A linear model's numbers."""

    header: WeightsHeader
    table: NDArray[np.int8]
    """(2**row_bits, 5): one column a star."""

    @property
    def revision(self) -> str:
        """`name@digest`."""
        return f"{self.header.name}@{self.header.digest[:12]}"


def write_weights(path: Path, header: WeightsHeader, table: NDArray[np.int8]) -> Weights:
    """Write the file; equal numbers give equal bytes."""
    signed = msgspec.structs.replace(header, digest=_digest(header, table))
    encoded = msgspec.json.encode(signed)
    body = zlib.compress(table.tobytes(), 9)
    path.write_bytes(MAGIC + _LENGTH.pack(len(encoded)) + encoded + body)
    return Weights(header=signed, table=table)


def read_weights(path: Path) -> Weights:
    """Read the file; raises ConfigurationError that says what is wrong and what to do."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"sentiment model {path}: cannot be read ({error.strerror}): {_REMEDY}"
        ) from error
    try:
        return _parse(content)
    except (ValueError, struct.error, zlib.error, msgspec.MsgspecError) as error:
        raise ConfigurationError(f"sentiment model {path}: {error}: {_REMEDY}") from error


def _parse(content: bytes) -> Weights:
    start = len(MAGIC) + _LENGTH.size
    if not content.startswith(MAGIC):
        raise ValueError("is no file of linear sentiment weights")
    (length,) = _LENGTH.unpack_from(content, len(MAGIC))
    _check_version(content[start : start + length])
    header = msgspec.json.decode(content[start : start + length], type=WeightsHeader)
    expected = 2**header.row_bits * STARS
    inflater = zlib.decompressobj()
    body = inflater.decompress(content[start + length :], expected + 1)
    if len(body) != expected or not inflater.eof:
        raise ValueError(f"is cut short or too long: it must hold {expected} weights")
    if inflater.unused_data:
        raise ValueError("has something more after the table")
    table = np.frombuffer(body, dtype=np.int8).reshape(-1, STARS)
    if _digest(header, table) != header.digest:
        raise ValueError("is damaged: its digest does not match")
    return Weights(header=header, table=table)


def _check_version(encoded: bytes) -> None:
    version = msgspec.json.decode(encoded, type=dict[str, object]).get("version")
    if version != VERSION:
        raise ValueError(f"has format version {version}, this program reads {VERSION}: upgrade")


def _digest(header: WeightsHeader, table: NDArray[np.int8]) -> str:
    unsigned = msgspec.json.encode(msgspec.structs.replace(header, digest=""))
    return hashlib.blake2b(unsigned + table.tobytes(), digest_size=16).hexdigest()
