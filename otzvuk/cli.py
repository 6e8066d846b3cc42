"""The command line: settings are read once, then one module a command."""

from __future__ import annotations

import errno
import gc
import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from otzvuk import __version__
from otzvuk.application import Application
from otzvuk.lazy import LazyCommands
from otzvuk.terminal import HarmlessHandler, harmless
from pipeline.errors import Fatal, OtzvukError, Rejected, Retry, UsageError
from pipeline.settings import CONFIG_VARIABLE, load_settings

DEFAULT_CONFIG = Path("otzvuk.yaml")

EXIT_CODES: tuple[tuple[type[OtzvukError], int], ...] = (
    (UsageError, 2),
    (Fatal, 3),
    (Retry, 4),
    (Rejected, 5),
)
"""Kind of error → exit code of the command; a bug shows its traceback and exits with 1."""


NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""A full disk, a used-up quota, a file that may not grow: the same `OSError` without a name,
whichever of a command's writes it was."""

COLLECT_AFTER = (50_000, 20, 100)
"""Batches are thousands of records without cycles: at the default of 700 new objects the
collector took an eighth of the time of an import."""


def build_app() -> typer.Typer:
    """The command with all its sub-commands."""
    app = typer.Typer(
        name="otzvuk",
        cls=LazyCommands,
        help="Customer reviews: collected, understood, weighed, watched.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_configure)
    return app


def main() -> None:
    """Entry point of the `otzvuk` command."""
    gc.set_threshold(*COLLECT_AFTER)
    try:
        _run()
    except OtzvukError as error:
        reason = Text.assemble(("otzvuk:", "bold red"), " ", harmless(error))
        Console(stderr=True).print(reason, soft_wrap=True)
        sys.exit(next(code for kind, code in EXIT_CODES if isinstance(error, kind)))
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):
            # The reader of our output left (`| head`): nothing is wrong, though Typer says 1.
            sys.exit(0)
        raise


def _run() -> None:
    """One command, with all of its output written. Raises Fatal where there is no room for it."""
    try:
        try:
            build_app()()
        finally:
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
        sys.exit(0)
    except OSError as error:
        if error.errno not in NO_ROOM or error.filename is not None:
            raise
        _drop_output()
        raise Fatal(
            f"nothing more can be written ({error.strerror}): make room where the output goes and "
            "in data_dir, or write elsewhere, and run it again"
        ) from error


def _drop_output() -> None:
    """Else the interpreter tries to write what is left at its end, and shows a traceback."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"otzvuk {__version__}")
        raise typer.Exit


def _configure(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", "-c", envvar=CONFIG_VARIABLE, help="Settings file (./otzvuk.yaml if there)."
        ),
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(help="Where the embedded log and store live.")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more on stderr.")] = False,
    version: Annotated[  # noqa: ARG001 - handled by its callback
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show it.")
    ] = False,
) -> None:
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(message)s",
        handlers=[HarmlessHandler(console=Console(stderr=True), show_path=False)],
    )
    path = config or (DEFAULT_CONFIG if DEFAULT_CONFIG.exists() else None)
    environment = dict(os.environ)
    if data_dir is not None:
        environment["OTZVUK_DATA_DIR"] = str(data_dir)
    context.obj = Application(settings=load_settings(path, environment))
