"""The schedule is readable in a narrow terminal and in a wide one."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from otzvuk.crawl_table import WIDE, show_states, state_table
from otzvuk.queries.crawling import ListingState

STATE = ListingState(
    entity_id="lunny-chay", source="trustpilot", url="https://www.trustpilot.com/review/lunny",
    state="waiting", due_at=datetime(2026, 5, 5, 12, tzinfo=UTC), interval_hours=24.0,
    outcome="captcha", reason="a captcha", at=datetime(2026, 5, 4, 12, tzinfo=UTC), pages=3,
    seen=60, claimed_total=1170, new=7, gone=2, failures=4, is_stale=True, expected_days=1.5,
)  # fmt: skip


@pytest.mark.parametrize("width", [80, 120, WIDE, 200])
def test_nothing_is_lost_or_broken_over_lines(width: int) -> None:
    screen = Console(file=io.StringIO(), width=width, color_system=None)
    screen.print(state_table([STATE], width))
    assert isinstance(screen.file, io.StringIO)
    shown = screen.file.getvalue()
    assert max(map(len, shown.splitlines())) <= width
    for part in ("lunny-chay", "trustpilot", "waiting", "2026-05-05 12:00", "24", "captcha",
                 "2026-05-04 12:00", "60 / 1170", "7", "2", "4", "stale"):  # fmt: skip
        assert part in shown


def test_before_the_first_crawl_it_says_how_to_begin(capsys: pytest.CaptureFixture[str]) -> None:
    show_states([], as_json=True)
    told = capsys.readouterr()
    assert told.out == ""
    assert "nothing was crawled yet: `otzvuk crawl`" in told.err
