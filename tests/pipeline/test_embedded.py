"""The embedded store: shared by its users, alive through SIGKILL, gone with the last user."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import psutil
import pytest

from pipeline.clock import SystemClock
from pipeline.embedded import EmbeddedStore
from pipeline.embedded_files import Endpoint, StoreFiles
from pipeline.errors import StoreBroken, StoreUnavailable
from pipeline.mongo import Store, connect, translated_errors
from pipeline.settings import Settings
from pipeline.store import open_store

CLOCK = SystemClock()
PATIENCE_SECONDS = 60.0


def eventually(holds: Callable[[], bool]) -> None:
    """Poll a condition of another process; fail when it does not come true."""
    deadline = CLOCK.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert CLOCK.monotonic() < deadline, "never came true"
        CLOCK.sleep(0.02)


def endpoint(directory: Path) -> Endpoint:
    found = StoreFiles(directory).read_endpoint()
    assert found is not None
    return found


def answers(store: Store) -> bool:
    try:
        with translated_errors():
            store.client.admin.command("ping")
    except StoreUnavailable:
        return False
    return True


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[EmbeddedStore]:
    held = EmbeddedStore(tmp_path, CLOCK)
    held.start()
    yield held
    held.stop()


@pytest.fixture
def opened(embedded: EmbeddedStore) -> Iterator[Store]:
    store = connect(embedded.uri, "test", timeout_seconds=1.0)
    yield store
    store.client.close()


def test_acknowledged_writes_survive_sigkill_of_the_server_on_the_same_port(
    tmp_path: Path, opened: Store
) -> None:
    before = endpoint(tmp_path)
    for number in range(200):
        opened["numbers"].insert_one({"_id": number})
    assert before.server_pid is not None
    os.kill(before.server_pid, signal.SIGKILL)
    eventually(lambda: endpoint(tmp_path).restarts == 1 and answers(opened))
    assert opened["numbers"].count_documents({}) == 200
    assert endpoint(tmp_path).port == before.port


def test_two_users_share_one_server_and_the_last_one_out_stops_it(tmp_path: Path) -> None:
    first, second = EmbeddedStore(tmp_path, CLOCK), EmbeddedStore(tmp_path, CLOCK)
    first.start()
    second.start()
    server = endpoint(tmp_path).server_pid
    assert first.uri == second.uri
    assert server is not None
    first.stop()
    store = connect(second.uri, "test")
    assert answers(store)
    store.client.close()
    second.stop()
    eventually(lambda: not psutil.pid_exists(server))
    assert StoreFiles(tmp_path).read_endpoint() is None


def test_a_killed_user_does_not_keep_the_server_alive(tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import sys
        from pathlib import Path
        from pipeline.clock import SystemClock
        from pipeline.embedded import EmbeddedStore
        held = EmbeddedStore(Path(sys.argv[1]), SystemClock())
        held.start()
        print("ready", flush=True)
        sys.stdin.read()
    """)
    with subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    ) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == b"ready\n"
        server = endpoint(tmp_path).server_pid
        user.kill()
    assert server is not None
    eventually(lambda: not psutil.pid_exists(server))


def test_a_killed_guardian_is_replaced_and_the_data_is_there(
    tmp_path: Path, embedded: EmbeddedStore, opened: Store
) -> None:
    opened["numbers"].insert_one({"_id": 1})
    before = endpoint(tmp_path)
    os.kill(before.guardian_pid, signal.SIGKILL)

    def is_replaced() -> bool:
        embedded.look()
        now = StoreFiles(tmp_path).read_endpoint()
        return (
            now is not None
            and now.guardian_pid != before.guardian_pid
            and now.state == "ready"
            and answers(opened)
        )

    eventually(is_replaced)
    assert opened["numbers"].count_documents({}) == 1


def test_data_that_another_process_holds_is_said_with_its_name(tmp_path: Path) -> None:
    files = StoreFiles(tmp_path)
    files.create()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    stranger = subprocess.Popen(
        [sys.executable, "-m", "secantus", "--port", str(port), "--storage-path", files.data],
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
    )
    try:
        eventually(lambda: (files.data / "WiredTiger.lock").exists())
        moved = tmp_path / "elsewhere"
        moved.mkdir()
        (moved / "data").symlink_to(files.data)
        with pytest.raises(StoreBroken, match=f"pid {stranger.pid}"):
            EmbeddedStore(moved, CLOCK).start()
    finally:
        stranger.terminate()
        stranger.wait()


def test_a_directory_that_cannot_be_made_is_said_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file stands here")
    with pytest.raises(StoreBroken, match="set data_dir"):
        EmbeddedStore(tmp_path / "store", CLOCK).start()


def test_open_store_gives_a_store_with_its_indexes(tmp_path: Path) -> None:
    with open_store(Settings(data_dir=str(tmp_path))) as store:
        assert "entity_id_1_event_day_1" in store["facts"].index_information()


def test_a_store_that_does_not_answer_is_said_without_its_password() -> None:
    settings = Settings(store="mongodb://user:secret@127.0.0.1:1/?serverSelectionTimeoutMS=50")
    with pytest.raises(StoreUnavailable) as caught, open_store(settings):
        pass
    assert "secret" not in str(caught.value)


def test_a_server_given_up_for_good_ends_its_users_with_the_reason(tmp_path: Path) -> None:
    told = threading.Event()

    def use_until_told() -> None:
        settings = Settings(data_dir=str(tmp_path))
        with open_store(settings, on_broken=lambda _: told.set()):
            files = StoreFiles(tmp_path / "store")
            now = endpoint(files.directory)
            files.write_endpoint(msgspec.structs.replace(now, state="broken", reason="gave up"))
            assert told.wait(PATIENCE_SECONDS)

    with pytest.raises(StoreBroken, match="gave up"):
        use_until_told()
