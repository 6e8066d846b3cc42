"""The embedded log as a file: retention, time, opening, and what can be wrong with it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.clock import FixedClock
from pipeline.errors import ConfigurationError, LogUnavailable
from pipeline.log.open import open_log
from pipeline.log.protocol import OutgoingMessage, TopicPartition
from pipeline.log.sqlite import RETENTION_CHUNK, SqliteLog
from pipeline.log.sqlite_connection import LogConnection, connect
from tests.contracts.log_bench import topic

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SINGLE = topic("tests.single", 1)
PLACE = TopicPartition(SINGLE.name, 0)

Opener = Callable[[], SqliteLog]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "er" / "log.db"


@pytest.fixture
def opener(path: Path, clock: FixedClock) -> Opener:
    def open_one() -> SqliteLog:
        return SqliteLog(
            path,
            prefix="test.",
            session_timeout_seconds=30,
            clock=clock,
            busy_timeout_seconds=0.05,
        )

    return open_one


@pytest.fixture
def log(opener: Opener) -> Iterator[SqliteLog]:
    log = opener()
    log.create_topics([SINGLE])
    yield log
    log.close()


def publish(log: SqliteLog, count: int, size: int = 10) -> None:
    with closing(log.producer()) as producer:
        message = OutgoingMessage(topic=SINGLE.name, key=b"key", value=b"x" * size)
        producer.publish([message] * count)


def bounds(log: SqliteLog) -> tuple[int, int]:
    [part] = log.lag("nobody", [SINGLE.name])
    return part.beginning, part.end


def test_retention_drops_the_old_in_several_transactions(log: SqliteLog, clock: FixedClock) -> None:
    publish(log, 2 * RETENTION_CHUNK + 1)
    clock.advance(SINGLE.retention_seconds / 2)
    publish(log, 3)
    clock.advance(SINGLE.retention_seconds / 2 + 1)

    assert log.apply_retention() == 2 * RETENTION_CHUNK + 1
    assert log.apply_retention() == 0
    assert bounds(log) == (2 * RETENTION_CHUNK + 1, 2 * RETENTION_CHUNK + 4)
    assert [description.messages for description in log.describe()] == [3]


def test_offsets_go_on_after_everything_was_dropped(
    opener: Opener, log: SqliteLog, clock: FixedClock
) -> None:
    publish(log, 5)
    clock.advance(SINGLE.retention_seconds + 1)
    assert log.apply_retention() == 5
    publish(log, 1)

    with closing(opener()) as reopened:
        assert bounds(reopened) == (5, 6)
        assert [message.offset for message in reopened.read(PLACE, 0, 10)] == [5]


def test_times_do_not_fall_when_the_clock_is_set_back(log: SqliteLog, clock: FixedClock) -> None:
    publish(log, 1)
    clock.set(NOON - timedelta(hours=1))
    publish(log, 1)
    clock.set(NOON + timedelta(hours=1))
    publish(log, 1)

    times = [message.written_at for message in log.read(PLACE, 0, 10)]
    assert times == [NOON, NOON, NOON + timedelta(hours=1)]
    assert log.offsets_for_time(SINGLE.name, NOON + timedelta(seconds=1)) == {PLACE: 2}


def test_prefixes_keep_logs_in_one_file_apart(path: Path, log: SqliteLog) -> None:
    publish(log, 3)
    with closing(open_log(f"sqlite:///{path}", prefix="b.", session_timeout_seconds=30)) as other:
        assert other.describe() == []
        assert other.create_topics([SINGLE]) == [SINGLE.name]
        assert [description.messages for description in other.describe()] == [0]


def test_an_unknown_topic_is_named_with_its_remedy(log: SqliteLog) -> None:
    with closing(log.producer()) as producer:
        message = OutgoingMessage(topic="tests.missing", key=b"", value=b"")
        with pytest.raises(ConfigurationError, match=r"tests\.missing.*topics create"):
            producer.publish([message])
    with pytest.raises(ConfigurationError, match=r"tests\.missing"):
        log.consumer("group", ["tests.missing"])


def test_a_batch_is_written_whole_or_not_at_all(log: SqliteLog) -> None:
    good = OutgoingMessage(topic=SINGLE.name, key=b"", value=b"")
    bad = OutgoingMessage(topic=SINGLE.name, key=b"", value=[])  # type: ignore[arg-type]  # on purpose
    with closing(log.producer()) as producer, pytest.raises(sqlite3.Error):
        producer.publish([good, bad])

    assert bounds(log) == (0, 0)


def test_a_new_file_may_be_opened_by_many_at_once(tmp_path: Path) -> None:
    def open_and_write(number: int) -> int:
        url = f"sqlite:///{tmp_path / 'new.db'}"
        with closing(open_log(url, prefix="", session_timeout_seconds=30)) as log:
            log.create_topics([SINGLE])
            with closing(log.producer()) as producer:
                producer.publish([OutgoingMessage(topic=SINGLE.name, key=b"", value=b"")])
        return number

    with ThreadPoolExecutor(8) as threads:
        assert len(list(threads.map(open_and_write, range(16)))) == 16
    with closing(
        open_log(f"sqlite:///{tmp_path / 'new.db'}", prefix="", session_timeout_seconds=1)
    ) as log:
        assert len(log.read(PLACE, 0, 100)) == 16


def test_a_locked_log_is_unavailable_for_now(path: Path, log: SqliteLog) -> None:
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as other,
        closing(log.producer()) as producer,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogUnavailable, match="locked"):
            producer.publish([OutgoingMessage(topic=SINGLE.name, key=b"", value=b"")])
        other.execute("ROLLBACK")
        producer.publish([OutgoingMessage(topic=SINGLE.name, key=b"", value=b"")])
    assert bounds(log) == (0, 1)


def test_a_consumer_that_cannot_say_goodbye_closes_all_the_same(path: Path, log: SqliteLog) -> None:
    consumer = log.consumer("group", [SINGLE.name])
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        consumer.close()
    assert log.members("group") == 1


def test_a_full_disk_is_said_and_leaves_the_log_usable(path: Path, log: SqliteLog) -> None:
    with closing(connect(path, 1.0)) as connection:
        [pages] = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        with pytest.raises(LogUnavailable, match="disk is full"), connection.writing():
            _fill(connection)
        assert not connection.in_transaction
    publish(log, 1)
    assert bounds(log) == (0, 1)


def _fill(connection: LogConnection) -> None:
    for position in range(100):
        connection.execute(
            "INSERT INTO messages (position, written_at, value) VALUES (?, 0, zeroblob(4096))",
            (position,),
        )


def test_a_file_that_is_no_database_is_refused_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    path.write_bytes(b"this is not a database, whatever its name says" * 100)

    with pytest.raises(ConfigurationError, match="damaged or no SQLite file"):
        open_log(f"sqlite:///{path}", prefix="", session_timeout_seconds=30)


def test_a_damaged_file_is_refused_with_a_remedy(path: Path, opener: Opener) -> None:
    with closing(opener()) as log:
        log.create_topics([SINGLE])
        publish(log, 500, size=1_000)
    content = bytearray(path.read_bytes())
    page = int.from_bytes(content[16:18], "big")
    content[page * 12 :] = b"\xa5" * (len(content) - page * 12)
    path.write_bytes(content)

    with closing(opener()) as log, pytest.raises(ConfigurationError, match=r"\.recover"):
        log.read(PLACE, 0, 500)


def test_another_programs_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (value)")
    before = path.read_bytes()

    with pytest.raises(ConfigurationError, match="another program"):
        open_log(f"sqlite:///{path}", prefix="", session_timeout_seconds=30)
    assert path.read_bytes() == before


def test_a_log_of_a_newer_version_is_refused(path: Path, opener: Opener, log: SqliteLog) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 99")

    with pytest.raises(ConfigurationError, match="schema version 99"):
        opener()


def test_a_path_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="folder cannot be made"):
        open_log(f"sqlite:///{tmp_path}/file/log.db", prefix="", session_timeout_seconds=30)


def test_a_folder_instead_of_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        open_log(f"sqlite:///{tmp_path}", prefix="", session_timeout_seconds=30)


@pytest.mark.parametrize("url", ["", "sqlite:///", "kafka://", "redis://host:1", "log.db"])
def test_an_unknown_url_is_refused_with_what_is_known(url: str) -> None:
    with pytest.raises(ConfigurationError, match="kafka://host:port"):
        open_log(url, prefix="", session_timeout_seconds=30)


def test_the_log_itself_may_be_used_by_many_threads(log: SqliteLog) -> None:
    publish(log, 100)

    def look(number: int) -> int:
        return len(log.read(PLACE, number, 10)) + len(log.describe()) + log.members("group")

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(look, range(50))) == {11}
