"""Text from outside on a person's terminal: shown, never obeyed."""

from __future__ import annotations

import unicodedata

from rich.text import Text


def harmless(value: object) -> Text:
    """The value without markup, and without characters that steer a terminal."""
    return Text("".join(map(_visible, str(value))))


def _visible(character: str) -> str:
    is_steering = unicodedata.category(character) == "Cc" and character != "\n"
    return "�" if is_steering else character
