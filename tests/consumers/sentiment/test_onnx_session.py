"""Batches read side by side come back in order, and say what each says alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest

from consumers.sentiment.onnx_session import Integers, OnnxSession
from tests.consumers.sentiment.tiny_artefact import write_tiny_artefact


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder: Path = write_tiny_artefact(tmp_path_factory.mktemp("tiny"))
    return (folder / "model.onnx").read_bytes()


def batch(windows: int, pieces: int) -> tuple[Integers, Integers]:
    """Pieces that differ from batch to batch."""
    ids = np.arange(windows * pieces, dtype=np.int64).reshape(windows, pieces) % 30
    return ids, np.ones_like(ids)


@pytest.mark.parametrize("threads", [1, 3])
def test_many_batches_come_back_in_order(network: bytes, threads: int) -> None:
    session = OnnxSession(network, threads)
    batches = [batch(1 + number % 3, 2 + number % 5) for number in range(40)]
    found = list(session.run_all(batches))
    for given, logits in zip(batches, found, strict=True):
        for one, other in zip(astuple(logits), astuple(session.run(*given)), strict=True):
            np.testing.assert_array_equal(one, other)


def test_none_are_none(network: bytes) -> None:
    assert list(OnnxSession(network, 2).run_all([])) == []


def test_a_batch_that_fails_is_not_passed_over(network: bytes) -> None:
    def batches() -> Iterator[tuple[Integers, Integers]]:
        yield batch(1, 3)
        yield np.full((1, 2), 10**6), np.ones((1, 2), np.int64)

    answers = OnnxSession(network, 2).run_all(batches())
    next(answers)
    with pytest.raises(Exception, match=r"(?i)index|bounds|range"):
        next(answers)


def test_a_file_of_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match="onnxruntime refuses it"):
        OnnxSession(b"no network", 1)
