"""The live view and the alert on a terminal, with texts that try to take it over."""

from __future__ import annotations

import io
import logging
from datetime import UTC, datetime

import pytest
from rich.console import Console, RenderableType

from otzvuk.stages import STAGES
from otzvuk.terminal import HarmlessHandler, harmless
from otzvuk.view import alert_panel, dashboard
from pipeline.mongo import Document, Store

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOSTILE = "[bold red]нет[/] \x1b[31mкрасный\x1b]0;имя\x07 \u202eмотоп\u202c \x9b2J \x00 конец"


def rendered(view: RenderableType) -> str:
    """What reaches the terminal, escape sequences included."""
    console = Console(
        file=io.StringIO(), record=True, width=140, force_terminal=True, color_system="truecolor"
    )
    console.print(view)
    return console.export_text(styles=False)


@pytest.fixture
def alert(store: Store) -> Document:
    store["reviews"].insert_one(
        {
            "_id": "shop:1", "event_day": "2026-05-01", "source": HOSTILE, "rating": 1.0,
            "authenticity": 0.9, "review": {"title": HOSTILE, "text": HOSTILE},
        }
    )  # fmt: skip
    last = {
        "severity": "critical", "rule": "negative_spike", "title_ru": f"Всплеск: {HOSTILE}",
        "text_ru": HOSTILE, "evidence": ["shop:1"],
        "drivers": [
            {"name": "word", "value": HOSTILE, "count": 3, "share": 0.5},
            {"name": "aspect", "value": "delivery", "count": 8, "share": 0.8, "whole": 10,
             "usual_share": 0.12, "usual_count": 5, "usual_whole": 42, "chance": 0.00002},
        ],
    }  # fmt: skip
    document = {
        "_id": "f" * 32, "entity_id": HOSTILE, "rule": "negative_spike", "state": "open",
        "started_at": NOW, "alert": last,
    }  # fmt: skip
    store["alerts"].insert_one(document)
    return document


def assert_harmless(shown: str) -> None:
    assert "[bold red]нет[/]" in shown.replace("\n", "")
    assert not any(char in shown for char in "\x1b\x07\x00\x9b\u202e\u202c")


def test_the_dashboard_shows_all_stages_and_obeys_no_text(store: Store, alert: Document) -> None:
    alive = dict.fromkeys(STAGES, True) | {"notifying": False}
    shown = rendered(dashboard(store, alive, language="ru", footer="http://127.0.0.1:9/metrics"))
    assert all(name in shown for name in STAGES)
    assert "ended" in shown
    assert "http://127.0.0.1:9/metrics" in shown
    assert_harmless(shown)


def test_an_alert_is_shown_with_its_reviews_and_obeys_no_text(
    store: Store, alert: Document
) -> None:
    shown = rendered(alert_panel(store, alert, "ru"))
    assert "what drives it" in shown
    assert "2026-05-01" in shown
    (aspect,) = (line for line in shown.splitlines() if "delivery" in line)
    assert all(part in aspect for part in ("8 of 10", "80%", "12%", "< 0.0001"))
    assert_harmless(shown)


def test_an_empty_installation_says_so(store: Store) -> None:
    assert "no alerts" in rendered(dashboard(store, {}, language="ru", footer=""))


def test_letters_and_emoji_stay_as_they_are() -> None:
    text = "Ёлка «чай» — 5 ★\nдва 👩‍🍳 नमस्ते"
    assert harmless(text).plain == text


def test_a_log_line_obeys_no_text() -> None:
    screen = io.StringIO()
    handler = HarmlessHandler(console=Console(file=screen, width=200), show_path=False)
    handler.emit(logging.makeLogRecord({"msg": HOSTILE, "levelno": logging.ERROR}))
    assert_harmless(screen.getvalue())
