"""The demo reaches its alert at any time of day, and wipes nothing but its own directory."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from otzvuk.application import Application
from otzvuk.demo.scenario import ENTITY, MARKER, fresh_directory
from otzvuk.demo.site import DemoContent, Post
from otzvuk.waiting import wait_until_drained
from pipeline.clock import SystemClock
from pipeline.codec import encode
from pipeline.errors import UsageError
from pipeline.identity import make_review
from pipeline.mongo import Store
from pipeline.settings import Settings
from tests.otzvuk.otzvuk_process import Otzvuk

DAY = datetime(2026, 5, 1, tzinfo=UTC)
TIMES = [DAY + timedelta(minutes=5), DAY + timedelta(hours=12), DAY + timedelta(hours=23.9)]


@dataclass
class ShiftedClock(SystemClock):
    """The machine's clock, begun at another time."""

    start: datetime
    _began: float = field(init=False)

    def __post_init__(self) -> None:
        self._began = self.monotonic()

    def now(self) -> datetime:
        return self.start + timedelta(seconds=self.monotonic() - self._began)


def publish(app: Application, posts: Sequence[Post], source: str, *, is_backfill: bool) -> None:
    """As a crawl of one of the sites would."""
    messages = [
        encode(
            make_review(
                review_id=f"{source}:{post.number}", source=source, entity_id=ENTITY,
                author={"name": post.author}, text=post.text, crawled_at=app.clock.now(),
                rating=None if post.stars is None else float(post.stars),
                published_at=post.written_at, published_precision="second",
                is_mention=post.stars is None, is_backfill=is_backfill,
            )
        )
        for post in posts
    ]  # fmt: skip
    with app.log() as log, closing(log.producer()) as producer:
        producer.publish(messages)


@pytest.mark.parametrize("now", TIMES, ids=lambda now: f"{now:%H:%M}")
def test_the_wave_lies_in_the_last_thirty_hours(now: datetime) -> None:
    content = DemoContent(now=now)
    history = len(content.reviews), len(content.posts)
    assert max(post.written_at for post in content.reviews) <= now
    content.let_the_wave_come()
    wave = content.reviews[history[0] :] + content.posts[history[1] :]
    assert len(wave) == 20
    assert all(now - timedelta(hours=30) <= post.written_at <= now for post in wave)


@pytest.mark.parametrize("now", TIMES, ids=lambda now: f"{now:%H:%M}")
def test_the_wave_raises_the_alert_at_any_time_of_day(
    now: datetime, tmp_path: Path, store_uri: str, store: Store
) -> None:
    settings = Settings(data_dir=str(tmp_path), store=store_uri, store_database=store.name)
    app = Application(settings, ShiftedClock(now))
    content = DemoContent(now=now)
    publish(app, content.reviews, "schemaorg", is_backfill=True)
    publish(app, content.posts, "discourse", is_backfill=True)
    wait_until_drained(app)
    assert store["alerts"].count_documents({}) == 0

    history = len(content.reviews), len(content.posts)
    content.let_the_wave_come()
    publish(app, content.reviews[history[0] :], "schemaorg", is_backfill=False)
    publish(app, content.posts[history[1] :], "discourse", is_backfill=False)
    wait_until_drained(app)
    assert "negative_spike" in {alert["rule"] for alert in store["alerts"].find({})}


@pytest.mark.slow
def test_the_demo_shows_its_alert_and_what_to_try_next(tmp_path: Path) -> None:
    otzvuk = Otzvuk(tmp_path)
    shown = otzvuk.done("demo")
    assert "svetlyachok" in shown
    assert "Всплеск негатива" in shown or "Оценки упали" in shown
    assert "what to try next" in shown
    assert "alerts show" in shown
    assert '"balance": 0' in Otzvuk(tmp_path / "demo").done("audit")


def test_a_directory_that_is_not_the_demos_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "mine.txt").touch()
    with pytest.raises(UsageError, match="move it away"):
        fresh_directory(tmp_path / "demo")
    assert (tmp_path / "demo" / "mine.txt").exists()


def test_an_earlier_demo_is_wiped(tmp_path: Path) -> None:
    (fresh_directory(tmp_path / "demo") / "old.txt").touch()
    assert [path.name for path in fresh_directory(tmp_path / "demo").iterdir()] == [MARKER]
