"""One request at a time for a site, with its pause, for all workers; none during a ban."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from crawlers.budget import LONGEST_WAIT_SECONDS, Budget, SiteBusy, SitePaused, Turn, site_of
from crawlers.fetching import never
from crawlers.file_budget import FileBudget
from crawlers.store_budget import StoreBudget
from pipeline.clock import FixedClock, SystemClock
from pipeline.mongo import Store

DEAD_PID = 2**22 - 3


def turn(site: str = "shop.example", delay: float = 1.0, patience: float = 30.0) -> Turn:
    return Turn(site=site, delay_seconds=delay, lease_seconds=100.0, patience_seconds=patience)


@pytest.fixture(params=["file", "store"])
def budget(
    request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock, store: Store
) -> Budget:
    local = FileBudget(tmp_path, clock)
    return local if request.param == "file" else StoreBudget(store, clock, local)


def test_the_next_request_waits_for_the_delay(budget: Budget, clock: FixedClock) -> None:
    started = clock.monotonic()
    for _ in range(3):
        with budget.turn(turn(delay=2.0), never):
            pass
    assert clock.monotonic() - started == pytest.approx(4.0, abs=0.1)
    with budget.turn(turn("other.example"), never):
        assert clock.monotonic() - started == pytest.approx(4.0, abs=0.1)


def test_a_site_that_asks_for_longer_pauses_gets_them(budget: Budget, clock: FixedClock) -> None:
    started = clock.monotonic()
    with budget.turn(turn(delay=2.0), never) as held:
        held.asked_to_wait(0.5)
        held.asked_to_wait(20.0)
    with budget.turn(turn(), never) as held:
        assert clock.monotonic() - started == pytest.approx(20.0, abs=0.1)
        held.asked_to_wait(1e9)
    with budget.turn(turn(patience=1e9), never):
        waited = clock.monotonic() - started
    assert waited == pytest.approx(20.0 + LONGEST_WAIT_SECONDS, abs=0.1)


def test_nobody_enters_while_another_is_in(budget: Budget, clock: FixedClock) -> None:
    with (
        budget.turn(turn(), never),
        pytest.raises(SiteBusy, match="busy"),
        budget.turn(turn(patience=20.0), never),
    ):
        pytest.fail("two at once")


def test_a_ban_pauses_the_site_for_all_and_ends(budget: Budget, clock: FixedClock) -> None:
    with budget.turn(turn(), never):
        budget.pause("shop.example", 3_600, "captcha")
    clock.advance(10)
    with pytest.raises(SitePaused, match="captcha"), budget.turn(turn(), never):
        pytest.fail("asked during a ban")
    clock.advance(3_600)
    with budget.turn(turn(), never):
        pass


def test_a_site_that_was_only_paused_is_entered_afterwards(
    budget: Budget, clock: FixedClock
) -> None:
    budget.pause("shop.example", 60, "captcha")
    clock.advance(61)
    with budget.turn(turn(), never):
        pass


def test_a_waiting_worker_can_be_stopped(budget: Budget) -> None:
    with (
        budget.turn(turn(), never),
        pytest.raises(InterruptedError),
        budget.turn(turn(), lambda: True),
    ):
        pytest.fail("two at once")


def test_a_lost_worker_on_another_machine_frees_the_site_with_its_lease(
    store: Store, clock: FixedClock, tmp_path: Path
) -> None:
    budget = StoreBudget(store, clock, FileBudget(tmp_path, clock))
    until = clock.now() + timedelta(seconds=100)
    store["crawl_budget"].insert_one(
        {"_id": "shop.example", "holder": "elsewhere/1/x", "free_at": until, "paused_until": None}
    )
    with budget.turn(turn(patience=200.0), never):
        assert clock.now() >= until


def test_a_killed_process_that_nobody_has_waited_for_is_dead_too(
    clock: FixedClock, store: Store, tmp_path: Path
) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        store["crawl_budget"].insert_one(
            {
                "_id": "shop.example", "holder": f"{socket.gethostname()}/{process.pid}/x",
                "free_at": clock.now() + timedelta(seconds=100), "paused_until": None,
            }
        )  # fmt: skip
        budget = StoreBudget(store, clock, FileBudget(tmp_path, clock))
        with (
            pytest.raises(SiteBusy),
            budget.turn(turn(patience=0.1), never),
        ):
            pytest.fail("its process lives")
        process.kill()
        # Waits for its end, and leaves it where it is.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        started = clock.monotonic()
        with budget.turn(turn(), never):
            assert clock.monotonic() - started < 2.0


def test_a_process_killed_on_this_machine_frees_the_site_at_once(
    store: Store, clock: FixedClock, tmp_path: Path
) -> None:
    budget = StoreBudget(store, clock, FileBudget(tmp_path, clock))
    now = clock.now()
    store["crawl_budget"].insert_one(
        {
            "_id": "shop.example", "holder": f"{socket.gethostname()}/{DEAD_PID}/x",
            "free_at": now + timedelta(seconds=100), "paused_until": None,
        }
    )  # fmt: skip
    with budget.turn(turn(), never):
        assert clock.now() - now < timedelta(seconds=5)


def test_workers_that_share_a_store_never_meet(store: Store, tmp_path: Path) -> None:
    clock = SystemClock()
    inside = met = 0
    lock = threading.Lock()

    def work(number: int) -> None:
        nonlocal inside, met
        budget = StoreBudget(store, clock, FileBudget(tmp_path / str(number), clock))
        for _ in range(5):
            with budget.turn(turn(delay=0.0, patience=60.0), never):
                with lock:
                    inside += 1
                    met += inside > 1
                clock.sleep(0.002)
                with lock:
                    inside -= 1

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert met == 0


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.shop.example", "shop.example"),
        ("ru.reviews.shop.co.uk", "shop.co.uk"),
        ("127.0.0.1", "127.0.0.1"),
        ("localhost", "localhost"),
        ("Shop.Example.", "shop.example"),
    ],
)
def test_subdomains_share_the_patience_of_their_site(host: str, site: str) -> None:
    assert site_of(host) == site
