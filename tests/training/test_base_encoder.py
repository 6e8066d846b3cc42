"""The 4-bit file of the base: a constructed one of the same layout is read back exactly."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from training.base_encoder import BLOCK, read_base

PIECES = ("<s>", "<pad>", "</s>", "<unk>", "▁да", "нет")
SCALE = 0.5
NIBBLES = list(range(16)) * 2


def test_pieces_characters_and_tensors_are_read(tmp_path: Path) -> None:
    path = tmp_path / "base.bin"
    path.write_bytes(_file())
    base = read_base(path)
    assert base.pieces == list(PIECES)
    assert base.scores == [0.0, 0.0, 0.0, 0.0, -1.5, -2.5]
    assert base.characters == {"ﬁ": "fi", "\t": " "}
    assert (base.shape.hidden, base.shape.layers, base.shape.vocabulary) == (BLOCK, 1, 6)
    assert base.tensors["plain"].tolist() == [1.0, 2.0]
    expected = (np.array(NIBBLES, np.float32) - 8) * SCALE
    assert base.tensors["packed"].tolist() == expected.tolist()


def test_a_foreign_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "base.bin"
    path.write_bytes(b"ONNX" + bytes(100))
    with pytest.raises(ValueError, match="does not begin"):
        read_base(path)


def _file() -> bytes:
    head = b"E5S1" + struct.pack("<i", 1)
    head += struct.pack("<7i", BLOCK, 1, 1, 64, 6, 16, 2) + struct.pack("<fi", 1e-12, BLOCK)
    blob = b"".join(piece.encode() for piece in PIECES)
    ends = np.cumsum([0, *(len(piece.encode()) for piece in PIECES)])
    head += struct.pack("<5i", len(PIECES), 0, 2, 1, 3) + struct.pack("<Q", len(blob))
    head += ends.astype(np.uint32).tobytes()
    head += np.array([0, 0, 0, 0, -1.5, -2.5], np.float32).tobytes() + blob
    map_bytes = struct.pack("<iB2i", ord("ﬁ"), 2, ord("f"), ord("i"))
    map_bytes += struct.pack("<iBi", ord("\t"), 1, ord(" "))
    head += struct.pack("<ii", 2, len(map_bytes)) + map_bytes
    plain = np.array([1.0, 2.0], np.float32).tobytes()
    packed = np.array([SCALE], np.float16).tobytes()
    packed += bytes(NIBBLES[place] | NIBBLES[place + 16] << 4 for place in range(16))
    names = (("plain", 0, 2, plain), ("packed", 1, BLOCK, packed))
    directory = sum(2 + len(name) + 1 + 4 + 16 for name, _, _, _ in names) + 4
    offset = len(head) + directory
    head += struct.pack("<i", len(names))
    for name, kind, count, content in names:
        head += struct.pack("<H", len(name)) + name.encode() + bytes([kind])
        head += struct.pack("<iQQ", count, offset, len(content))
        offset += len(content)
    return head + plain + packed
