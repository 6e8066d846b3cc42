"""The weights file is read whole and right, or refused with a reason and a remedy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from consumers.sentiment.fast import SHIPPED_WEIGHTS
from consumers.sentiment.weights_file import MAGIC, WeightsHeader, read_weights, write_weights
from pipeline.errors import ConfigurationError

HEADER = WeightsHeader(name="tiny", row_bits=8, scales=(0.1,) * 5, bias=(0.0,) * 5, temperature=1.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A small sound file."""
    table = (np.arange(2**8 * 5) % 255 - 127).astype(np.int8).reshape(-1, 5)
    write_weights(tmp_path / "tiny.weights", HEADER, table)
    return tmp_path / "tiny.weights"


def test_what_is_written_is_read(path: Path) -> None:
    weights = read_weights(path)
    assert weights.header.scales == HEADER.scales
    assert weights.table.shape == (256, 5)
    assert weights.table[0].tolist() == [-127, -126, -125, -124, -123]
    assert weights.revision.startswith("tiny@")


def test_equal_weights_give_equal_bytes(path: Path, tmp_path: Path) -> None:
    weights = read_weights(path)
    write_weights(tmp_path / "again", HEADER, weights.table)
    assert (tmp_path / "again").read_bytes() == path.read_bytes()


def test_shipped_file_is_small() -> None:
    assert SHIPPED_WEIGHTS.stat().st_size <= 5_000_000


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_weights(tmp_path / "absent")


@pytest.mark.parametrize("share", [0.0, 0.001, 0.01, 0.1, 0.5, 0.9, 0.999])
def test_truncated_file_is_refused(path: Path, share: float) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(ConfigurationError, match="reinstall"):
        read_weights(path)


def test_every_flipped_byte_is_noticed(path: Path) -> None:
    content = path.read_bytes()
    for position in range(0, len(content), 7):
        spoilt = bytearray(content)
        spoilt[position] ^= 0x15
        path.write_bytes(spoilt)
        with pytest.raises(ConfigurationError):
            read_weights(path)


def test_newer_format_is_refused_by_name(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"version":1', b'"version":2'))
    with pytest.raises(ConfigurationError, match=r"format version 2.*upgrade"):
        read_weights(path)


def test_foreign_file_is_refused(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(ConfigurationError, match="no file of linear sentiment weights"):
        read_weights(path)


def test_bytes_after_the_table_are_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"more")
    with pytest.raises(ConfigurationError, match="more after the table"):
        read_weights(path)


def test_magic_marks_the_file(path: Path) -> None:
    assert path.read_bytes().startswith(MAGIC)
