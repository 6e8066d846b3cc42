"""Nothing that came from outside steers a terminal or breaks a table."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from otzvuk.commands.dead_letters import letter_table
from otzvuk.terminal import harmless

NASTY = "[/b] [red]\x1b]0;title\x07 \x9b2J\rover"


def shown(renderable: object) -> str:
    out = io.StringIO()
    Console(file=out, width=200).print(renderable)
    return out.getvalue()


def test_markup_and_control_sequences_are_shown_not_obeyed() -> None:
    assert shown(harmless(NASTY)) == "[/b] [red]�]0;title� �2J�over\n"


@pytest.mark.parametrize("field", ["_id", "reason", "error"])
def test_a_dead_letter_cannot_break_the_list(field: str) -> None:
    letter = {
        "_id": "store:reviews.scored:3:118", "status": "pending", "error": "InvalidRecord",
        "reason": "bad", "failed_at": datetime(2026, 5, 1, tzinfo=UTC),
    }  # fmt: skip
    text = shown(letter_table([{**letter, field: NASTY}], 1))
    assert "[/b]" in text
    assert "\x1b" not in text
