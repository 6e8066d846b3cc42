"""A crawl that is killed goes on where it was, and leaves no process behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import psutil

from pipeline.log.open import open_log
from pipeline.mongo import Store
from tests.crawlers.published import assert_balanced, reviews_on
from tests.crawlers.site import Answer, Site, reviews_page

PATIENCE_SECONDS = 60


def test_a_killed_crawl_goes_on_and_doubles_nothing(
    tmp_path: Path, store_uri: str, store: Store
) -> None:
    with Site() as site:
        site.pages["/tea"] = reviews_page(["Анна", "Борис"], next_url="/tea?page=2")
        reached = threading.Event()

        def stalled() -> Answer:
            reached.set()
            return Answer(drip=True)

        site.pages["/tea?page=2"] = stalled
        command = [
            sys.executable, "-m", "otzvuk", "--data-dir", str(tmp_path), "crawl", site.url("/tea"),
            "--entity", "tea", "--source", "schemaorg",
        ]  # fmt: skip
        environment = os.environ | {
            "OTZVUK_STORE": store_uri,
            "OTZVUK_STORE_DATABASE": store.name,
            "OTZVUK_CRAWL__ALLOW_LOOPBACK": "true",
            "OTZVUK_CRAWL__DELAY_SECONDS": "0",
        }
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as crawl:
            assert reached.wait(PATIENCE_SECONDS)
            children = psutil.Process(crawl.pid).children()
            crawl.kill()
        gone, alive = psutil.wait_procs(children, timeout=PATIENCE_SECONDS)
        assert len(gone) == 1
        assert not alive

        site.pages["/tea?page=2"] = reviews_page(["Вера"], day="2026-03-{:02d}")
        again = subprocess.run(
            command, env=environment, capture_output=True, timeout=PATIENCE_SECONDS, check=False
        )
        assert again.returncode == 0, again.stderr.decode()
        assert site.paths.count("/tea") == 2  # the page at the seam is read again
    log = open_log(f"sqlite:///{tmp_path}/log.db", prefix="otzvuk.", session_timeout_seconds=30)
    with closing(log):
        found = reviews_on(log)
        assert sorted(review.author.name or "" for review in found) == ["Анна", "Борис", "Вера"]
        assert_balanced(log)
