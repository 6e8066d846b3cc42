"""Prometheus answers every panel of the operations board from a running system."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.deploy.test_deploy import expressions, tool

BORN_ON_FIRST_FAILURE = ("retries_total", "dead_letters_total")
BORN_ON_FIRST_ALERT = ("notifications_total", "audit_imbalance")
WAIT_SECONDS = 35.0


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def child(command: list[str], directory: Path, environment: dict[str, str]) -> Iterator[None]:
    with (directory / f"{Path(command[0]).name}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=directory, env=environment, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)


def ask(port: int, expression: str) -> list[Any]:
    query = urllib.parse.urlencode({"query": expression})
    url = f"http://127.0.0.1:{port}/api/v1/query?{query}"
    with urllib.request.urlopen(url, timeout=5) as answer:
        return list(json.load(answer)["data"]["result"])


def unanswered(port: int) -> list[str]:
    """Panels that show nothing yet; an expression that is wrong raises HTTPError 400."""
    may_be_empty = (*BORN_ON_FIRST_FAILURE, *BORN_ON_FIRST_ALERT)
    wanted = [one for one in expressions("operations") if not any(m in one for m in may_be_empty)]
    for board in ("operations", "reputation"):
        for one in expressions(board):
            ask(port, one)
    return [one for one in wanted if not ask(port, one)]


@pytest.mark.slow
def test_panels_are_answered_from_a_running_system(tmp_path: Path) -> None:
    tool("prometheus", "--version")
    port, scraped = free_port(), free_port()
    (tmp_path / "p.yml").write_text(
        "global: {scrape_interval: 1s}\nscrape_configs:\n  - job_name: otzvuk\n"
        f"    static_configs: [{{targets: ['127.0.0.1:{scraped}']}}]\n"
    )
    lines = [
        json.dumps({"id": str(n), "text": f"Ждали заказ {n} дней", "rating": 1 + n % 5,
                    "published_at": f"2026-01-{1 + n % 28:02}"}) for n in range(40)
    ]  # fmt: skip
    (tmp_path / "reviews.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "entities.yaml").write_text("entities: {shop: {name: Shop}}\n")
    environment = {**os.environ, "OTZVUK_HTTP__PORT": str(scraped),
                   "PYTHONPATH": str(Path(__file__).parents[2])}  # fmt: skip
    otzvuk = [sys.executable, "-m", "otzvuk"]
    prometheus = ["prometheus", "--config.file=p.yml", f"--web.listen-address=127.0.0.1:{port}"]
    with (
        child([*otzvuk, "up", "--plain"], tmp_path, environment),
        child(prometheus, tmp_path, dict(os.environ)),
    ):
        deadline, missing, imported = time.monotonic() + WAIT_SECONDS, ["not asked yet"], False
        while missing and time.monotonic() < deadline:
            try:
                if not imported and ask(port, "otzvuk_stage_up == 1"):
                    command = [*otzvuk, "import", "reviews.jsonl", "--entity", "shop"]
                    subprocess.run(command, cwd=tmp_path, env=environment, check=True)
                    imported = True
                missing = unanswered(port)
            except urllib.error.HTTPError as error:
                pytest.fail(f"{error.url}: {error.read().decode()}")
            except urllib.error.URLError:
                missing = ["Prometheus does not listen yet"]
            time.sleep(0.5)
    assert not missing
