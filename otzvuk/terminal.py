"""Text from outside on a person's terminal: shown, never obeyed."""

from __future__ import annotations

import logging
import unicodedata

from rich.logging import RichHandler
from rich.text import Text

HARMLESS = frozenset("\n\t\u200c\u200d")
"""Line breaks, tabs, and what joins letters and emoji."""
STEERING = frozenset({"Cc", "Cf", "Cs"})
"""Unicode categories: controls (escape sequences), formats (overrides of the writing direction),
halves of surrogate pairs, which no terminal can be sent."""


def harmless(value: object, style: str = "") -> Text:
    """The value without markup, and without characters that steer a terminal."""
    return Text("".join(map(_visible, str(value))), style=style)


class HarmlessHandler(RichHandler):
    """Logs for a person: reasons quote what came from outside."""

    def render_message(self, record: logging.LogRecord, message: str) -> Text:  # noqa: ARG002
        """The message, shown and not obeyed."""
        return harmless(message)


def _visible(character: str) -> str:
    is_steering = unicodedata.category(character) in STEERING and character not in HARMLESS
    return "�" if is_steering else character
