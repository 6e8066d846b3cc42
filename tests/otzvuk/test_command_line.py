"""The command line as a person meets it: help, exit codes, and what goes to which stream."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from otzvuk import __version__
from otzvuk.cli import build_app
from tests.otzvuk.otzvuk_process import Otzvuk, environment


@pytest.fixture
def otzvuk(tmp_path: Path) -> Otzvuk:
    return Otzvuk(tmp_path)


def helps(group: TyperGroup, path: str) -> Iterator[tuple[str, str]]:
    """(how it is called, its help) of every command."""
    context = typer.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, TyperGroup):
            yield from helps(command, f"{path} {name}")
        elif command is not None:
            yield f"{path} {name}", command.help or ""


HELPS = dict(helps(typer.main.get_group(build_app()), "otzvuk"))


@pytest.mark.parametrize("call", HELPS)
def test_every_command_has_an_example_that_calls_it(call: str) -> None:
    assert call in HELPS[call].partition("Example: ")[2]


def test_version(otzvuk: Otzvuk) -> None:
    assert otzvuk.done("--version") == f"otzvuk {__version__}\n"


def test_an_unknown_stage_is_a_usage_error_that_names_the_known_ones(otzvuk: Otzvuk) -> None:
    finished = otzvuk.run("stage", "sentimnt")
    assert finished.returncode == 2
    assert "sentiment, authenticity" in finished.stderr
    assert finished.stdout == ""


def test_a_bad_configuration_lists_every_problem(otzvuk: Otzvuk) -> None:
    config = otzvuk.data_dir / "bad.yaml"
    config.write_text("http: {port: 99999}\nstroe: embedded\nlog: redis://x\n")
    finished = otzvuk.run("--config", str(config), "doctor", STAGES__BATCH_MESSAGES="many")
    assert finished.returncode == 3
    for name in ("http.port", "stroe", "log", "stages.batch_messages"):
        assert name in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.slow
def test_a_store_that_does_not_answer_is_exit_code_4_soon(otzvuk: Otzvuk) -> None:
    finished = otzvuk.run("stats", "tea", STORE="mongodb://anna:secret@127.0.0.1:1")
    assert finished.returncode == 4
    assert "127.0.0.1:1" in finished.stderr
    assert "secret" not in finished.stderr
    assert "Traceback" not in finished.stderr


def test_standard_output_has_json_lines_only(otzvuk: Otzvuk) -> None:
    for arguments in (("topics", "create"), ("topics", "lag"), ("doctor",)):
        lines = otzvuk.run(*arguments).stdout.splitlines()
        assert lines
        assert all(isinstance(json.loads(line), dict) for line in lines)


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("arguments", [("config", "example"), ("--help",), ("score",)])
def test_a_full_disk_is_said_in_one_line(
    otzvuk: Otzvuk, arguments: tuple[str, ...], unbuffered: str
) -> None:
    with FULL.open("wb") as full:
        finished = subprocess.run(
            [sys.executable, "-m", "otzvuk", *arguments], input='{"text": "ok"}',
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, cwd=otzvuk.data_dir,
            env=environment(MODELS__SENTIMENT="none") | {"PYTHONUNBUFFERED": unbuffered},
        )  # fmt: skip
    (said,) = finished.stderr.splitlines()
    assert said.startswith("otzvuk: nothing more can be written (No space left on device): make")
    assert finished.returncode == 3


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_closed_standard_output_is_no_error(otzvuk: Otzvuk, unbuffered: str) -> None:
    finished = subprocess.run(
        ["sh", "-c", '"$0" -m otzvuk --version >&-', sys.executable],
        stderr=subprocess.PIPE, text=True, check=False, cwd=otzvuk.data_dir,
        env=environment() | {"PYTHONUNBUFFERED": unbuffered},
    )  # fmt: skip
    assert (finished.returncode, finished.stderr) == (0, "")


def test_a_reader_that_leaves_is_no_error(otzvuk: Otzvuk) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    finished = subprocess.run(
        [sys.executable, "-m", "otzvuk", "config", "example"],
        stdout=writing, stderr=subprocess.PIPE, text=True, env=environment(),
        cwd=otzvuk.data_dir, check=False,
    )  # fmt: skip
    os.close(writing)
    assert finished.stderr == ""
    assert finished.returncode == 0
