"""The table of commands is whole, and a command loads no more than it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import otzvuk.commands
from otzvuk.cli import build_app
from otzvuk.commands import COMMANDS

FOLDER = Path(otzvuk.commands.__file__).parent


def test_table_names_every_module_of_the_folder() -> None:
    modules = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert set(COMMANDS.values()) == modules


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_of_the_table_is_there(name: str) -> None:
    result = CliRunner().invoke(build_app(), [name, "--help"])
    assert result.exit_code == 0, result.output


def test_help_lists_all_commands() -> None:
    shown = CliRunner().invoke(build_app(), ["--help"], env={"COLUMNS": "200"}).output
    assert all(f" {name} " in shown for name in COMMANDS)


def test_a_slip_of_the_pen_is_answered_with_the_command_meant() -> None:
    result = CliRunner().invoke(build_app(), ["improt"])
    assert result.exit_code == 2
    assert "'import'" in result.output


def test_kafka_and_scrapy_are_not_loaded_where_they_are_not_needed() -> None:
    code = (
        "import sys; sys.argv = ['otzvuk', 'config', 'example']\n"
        "from otzvuk.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "assert not {'kafka', 'scrapy', 'numpy'} & sys.modules.keys()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
