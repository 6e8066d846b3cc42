"""`otzvuk score` is a filter: what it cannot read it names, and goes on."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from otzvuk.application import Application
from otzvuk.commands import score
from pipeline.errors import ConfigurationError, UsageError
from pipeline.settings import ModelSettings, Settings
from tests.consumers.sentiment.tiny_classifier import write_classifier
from tests.otzvuk.otzvuk_process import environment

LINES = '{"text": "Спасибо, всё отлично", "n": 1}\nnot json\n{"text": "Ужас", "n": 2}\n'


def run(
    tmp_path: Path, *arguments: str, piped: str | None = None, models: ModelSettings | None = None
) -> Result:
    app = typer.Typer()
    score.register(app)
    application = Application(
        settings=Settings(data_dir=str(tmp_path), models=models or ModelSettings())
    )
    return CliRunner().invoke(
        app, list(arguments), input=piped, obj=application, catch_exceptions=False
    )


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_standard_input_passes_through(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(tmp_path, *arguments, piped=LINES)
    assert [json.loads(line)["n"] for line in done.stdout.splitlines()] == [1, 2]
    assert "line 2" in done.stderr
    assert done.exit_code == 1


def test_a_file_and_a_model_can_be_named(tmp_path: Path) -> None:
    file = tmp_path / "reviews.jsonl"
    file.write_text('{"text": "Ужас", "rating": 5}\n', encoding="utf-8")
    done = run(tmp_path, str(file), "--model", "none")
    understanding = json.loads(done.stdout)["understanding"]
    assert done.exit_code == 0
    assert (understanding["model"], understanding["label"]) == ("none", "positive")


def test_the_settings_say_what_the_labels_of_a_foreign_model_mean(tmp_path: Path) -> None:
    folder = write_classifier(tmp_path / "model", ("upset", "calm", "glad"))
    labels = {"upset": "negative", "calm": "neutral", "glad": "positive"}
    piped = '{"text": "плохо"}\n'
    with pytest.raises(ConfigurationError, match=r"upset, calm, glad.*models\.labels"):
        run(tmp_path, piped=piped, models=ModelSettings(sentiment=str(folder)))
    models = ModelSettings(sentiment=str(folder), labels=labels)
    done = run(tmp_path, piped=piped, models=models)
    assert json.loads(done.stdout)["understanding"]["label"] == "negative"


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="check the path"):
        run(tmp_path, str(tmp_path / "no.jsonl"))
    with pytest.raises(ConfigurationError, match="accurate"):
        run(tmp_path, "--model", "bogus", piped="")


def test_a_gzipped_file_is_read_whatever_its_name_says(tmp_path: Path) -> None:
    file = tmp_path / "reviews.jsonl"
    file.write_bytes(gzip.compress(LINES.encode()))
    done = run(tmp_path, str(file), "--model", "none")
    assert [json.loads(line)["n"] for line in done.stdout.splitlines()] == [1, 2]
    assert done.exit_code == 1
    file.write_bytes(gzip.compress(LINES.encode())[:-12])
    with pytest.raises(UsageError, match="breaks off"):
        run(tmp_path, str(file), "--model", "none")


def test_what_was_not_read_is_said_and_no_line_is_lost(tmp_path: Path) -> None:
    piped = (
        '{"review": "Ужас"}\n{"text": "Ужас", "language": "Russian"}\n{"title": "", "stars": 5}\n'
    )
    done = run(tmp_path, "--model", "none", piped=piped)
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == 3
    assert "line 2: language: 'Russian' is no code" in done.stderr
    assert "2 lines have no words in title, text, pros or cons (the first: line 1)" in done.stderr


def test_many_notes_are_counted(tmp_path: Path) -> None:
    piped = '{"text": "Ужас", "rating": 7}\n' * (score.SHOWN_NOTES + 3)
    done = run(tmp_path, "--model", "none", piped=piped)
    assert done.stderr.count("outside of 1…5") == score.SHOWN_NOTES
    assert "3 more values were cut or left out" in done.stderr


@contextmanager
def filtering(
    *arguments: str, stdout: int = subprocess.PIPE, stderr: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The command as a process that waits for its input."""
    process = subprocess.Popen(
        [sys.executable, "-m", "otzvuk", "score", "--model", "none", *arguments],
        stdin=subprocess.PIPE, stdout=stdout, stderr=stderr, env=environment(),
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.timeout(60)
def test_a_line_is_answered_while_the_input_stays_open() -> None:
    with filtering() as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(2):
            process.stdin.write(b'{"text": "ok", "n": %d}\n' % number)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["n"] == number
        process.stdin.close()
        assert process.wait() == 0
        process.stdin = None


@pytest.mark.timeout(60)
def test_a_reader_that_leaves_ends_it_though_the_input_stays_open() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with filtering(stdout=writing, stderr=subprocess.PIPE) as process:
        os.close(writing)
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(b'{"text": "ok"}\n')
        process.stdin.flush()
        assert process.wait() == 0
        assert process.stderr.read() == b""


@pytest.mark.timeout(60)
def test_a_named_pipe_is_read_as_it_comes(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with filtering(str(pipe)) as process:
        assert process.stdout is not None
        with pipe.open("wb", buffering=0) as source:
            source.write(b'{"text": "ok", "n": 1}\n')
            assert json.loads(process.stdout.readline())["n"] == 1
        assert process.wait() == 0


def test_a_closed_standard_input_is_a_usage_error() -> None:
    finished = subprocess.run(
        ["sh", "-c", '"$0" -m otzvuk score --model none <&-', sys.executable],
        capture_output=True, text=True, check=False, env=environment(),
    )  # fmt: skip
    assert finished.returncode == 2
    assert "standard input is closed: name a file" in finished.stderr
