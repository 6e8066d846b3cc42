"""The example configuration, generated from the settings so that the two never disagree."""

from __future__ import annotations

import ast
import inspect
import itertools
import textwrap
from collections.abc import Iterator
from typing import Any, get_type_hints

import msgspec
import yaml

from pipeline import settings as settings_module
from pipeline.settings import ChannelSettings, Settings

HEADER = """\
# Every setting with its default. Copy what you change into otzvuk.yaml; the environment
# overrides the file: OTZVUK_HTTP__PORT=9500 sets http.port. ${NAME} inside a string is read
# from the environment, so that secrets need not stand here.
"""

CHANNELS = """\
  # duty:
  #   type: apprise
  #   url: ${TELEGRAM_URL}        # tgram://token/chat
  #   min_severity: warning
  # crm:
  #   type: webhook
  #   url: https://crm.example.org/otzvuk
  #   secret: ${CRM_SECRET}
"""


def example_settings() -> str:
    """YAML text of all defaults with the fields' docstrings as comments."""
    return HEADER + "".join(_section(Settings, Settings(), depth=0))


def _section(kind: type[msgspec.Struct], defaults: msgspec.Struct, depth: int) -> Iterator[str]:
    indent = "  " * depth
    notes = _field_notes(kind)
    for name in get_type_hints(kind):
        value = getattr(defaults, name)
        yield "\n" if depth == 0 else ""
        for line in textwrap.wrap(notes.get(name, ""), 96 - len(indent)):
            yield f"{indent}# {line}\n"
        if isinstance(value, msgspec.Struct):
            yield from (f"# {note}\n" for note in [inspect.getdoc(type(value)) or ""] if note)
            yield f"{indent}{name}:\n"
            yield from _section(type(value), value, depth + 1)
        elif name == "channels":
            yield f"{indent}{name}:\n  log:\n    type: log\n{CHANNELS}"
            yield from (f"  #   {line}\n" for line in _channel_options())
        else:
            yield f"{indent}{name}: {_scalar(value)}\n"


def _channel_options() -> Iterator[str]:
    defaults = ChannelSettings(type="log")
    notes = _field_notes(ChannelSettings)
    for name in ("rules", "entities", "timeout_seconds", "max_attempts"):
        note = notes.get(name, "")
        value = _scalar(msgspec.to_builtins(getattr(defaults, name)))
        yield f"{name}: {value}" + (f"  # {note}" if note else "")


def _scalar(value: Any) -> str:
    text: str = yaml.safe_dump(list(value) if isinstance(value, tuple) else value, width=200)
    return text.removesuffix("...\n").strip() if value != "" else '""'


def _field_notes(kind: type) -> dict[str, str]:
    """Field → the docstring below it in the source (classes do not keep them at run time)."""
    tree = ast.parse(inspect.getsource(settings_module))
    body = next(
        node.body
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name == kind.__name__
    )
    notes: dict[str, str] = {}
    for field, after in itertools.pairwise(body):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            notes[field.target.id] = " ".join(str(after.value.value).split())
    return notes
