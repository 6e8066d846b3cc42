"""What has come makes a batch: nothing is held back, and nothing is cut into small ones."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from otzvuk.arriving import arriving_batches, batches_of, full_batches
from pipeline.errors import UsageError

PATIENCE_SECONDS = 30.0


def test_a_line_is_given_before_the_next_one_comes() -> None:
    is_answered = threading.Event()

    def lines() -> Iterator[bytes]:
        yield b"first"
        assert is_answered.wait(PATIENCE_SECONDS), "the first line was held back"
        yield b"second"

    batches = arriving_batches(lines(), 256)
    assert next(batches) == [b"first"]
    is_answered.set()
    assert list(batches) == [[b"second"]]


def test_what_came_while_a_batch_was_worked_on_is_the_next_one() -> None:
    is_answered, are_there = threading.Event(), threading.Event()

    def lines() -> Iterator[bytes]:
        yield b"0"
        assert is_answered.wait(PATIENCE_SECONDS)
        yield from (b"1", b"2", b"3")
        are_there.set()
        yield b"4"

    batches = arriving_batches(lines(), 3)
    assert next(batches) == [b"0"]
    is_answered.set()
    assert are_there.wait(PATIENCE_SECONDS)
    assert next(batches) == [b"1", b"2", b"3"]
    assert list(batches) == [[b"4"]]


def test_no_more_than_two_batches_and_a_line_are_read_ahead() -> None:
    taken: list[int] = []

    def lines() -> Iterator[bytes]:
        for number in range(1_000):
            taken.append(number)
            yield b"line"

    assert len(next(arriving_batches(lines(), 4))) <= 4
    assert len(taken) <= 2 * 4 + 1


def test_a_failure_comes_after_the_lines_before_it() -> None:
    def lines() -> Iterator[bytes]:
        yield b"whole"
        raise UsageError("breaks off")

    batches = arriving_batches(lines(), 256)
    assert next(batches) == [b"whole"]
    with pytest.raises(UsageError, match="breaks off"):
        next(batches)


def test_full_batches_read_no_further_than_their_own_lines() -> None:
    lines = iter([b"1", b"2", b"3", b"4", b"5"])
    batches = full_batches(lines, 2)
    assert next(batches) == [b"1", b"2"]
    assert next(lines) == b"3"
    assert list(batches) == [[b"4", b"5"]]


def test_a_file_gives_full_batches(tmp_path: Path) -> None:
    path = tmp_path / "five"
    path.write_bytes(b"1\n2\n3\n4\n5")
    with path.open("rb") as opened:
        assert list(batches_of(opened, "five", 2)) == [[b"1\n", b"2\n"], [b"3\n", b"4\n"], [b"5"]]
    assert list(batches_of(io.BytesIO(b"1\n2"), "memory", 2)) == [[b"1\n", b"2"]]


def test_a_pipe_that_stays_open_is_answered() -> None:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as content, os.fdopen(writing, "wb", buffering=0) as source:
        batches = batches_of(content, "a pipe", 256)
        source.write(b"first\nsec")
        assert next(batches) == [b"first\n"]
        source.write(b"ond\n")
        assert next(batches) == [b"second\n"]
        source.close()
        assert list(batches) == []


def test_what_cannot_be_read_is_named() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with (
        os.fdopen(writing, "wb") as wrong_end,
        pytest.raises(UsageError, match=r"that end: cannot be read"),
    ):
        next(batches_of(wrong_end, "that end", 256))
