"""`otzvuk up` as a process: health, draining, and going on after being killed."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from otzvuk.stages import STAGES
from tests.otzvuk.otzvuk_process import Otzvuk, rows, until

pytestmark = pytest.mark.slow

STORED = 'otzvuk_stage_records_in_total{stage="store"} '


@pytest.fixture
def otzvuk(tmp_path: Path) -> Otzvuk:
    return Otzvuk(tmp_path)


def stored(otzvuk: Otzvuk) -> int:
    return int(json.loads(otzvuk.done("stats", "tea"))["total"])


def audit(otzvuk: Otzvuk) -> list[dict[str, object]]:
    return [json.loads(line) for line in otzvuk.done("audit").splitlines()]


def test_up_serves_health_works_on_an_import_and_drains_on_sigterm(otzvuk: Otzvuk) -> None:
    with otzvuk.running("up", "--plain") as up:
        assert up.get("/healthz") == (200, '{"stages": "ok"}\n')
        status, body = up.get("/readyz")
        assert status == 200, body
        assert set(json.loads(body)) == {"stages", "log", "store"}
        assert up.get("/nothing")[0] == 404

        otzvuk.done("import", str(rows(otzvuk.data_dir / "a.jsonl", 30)), "--entity", "tea")
        until(lambda: f"{STORED}30.0" in up.get("/metrics")[1])
        _, metrics = up.get("/metrics")
        for name in STAGES:
            assert f'otzvuk_stage_up{{stage="{name}"}} 1.0' in metrics

        second = rows(otzvuk.data_dir / "b.jsonl", 20, first=30)
        otzvuk.done("import", str(second), "--entity", "tea", "--wait")
        assert f"{STORED}50.0" in up.get("/metrics")[1]
        assert stored(otzvuk) == 50

        assert up.end(signal.SIGTERM) == 0, up.stderr
    assert "Traceback" not in up.stderr


def test_ctrl_c_drains(otzvuk: Otzvuk) -> None:
    with otzvuk.running("stage", "reports") as stage:
        assert stage.get("/readyz")[0] == 200
        assert stage.end(signal.SIGINT) == 0, stage.stderr
    assert "Traceback" not in stage.stderr


def test_a_killed_up_goes_on_where_it_was(otzvuk: Otzvuk) -> None:
    with otzvuk.running("up", "--plain") as up:
        up.port()
        otzvuk.done("import", str(rows(otzvuk.data_dir / "a.jsonl", 400)), "--entity", "tea")
        until(lambda: STORED in up.get("/metrics")[1])
        up.end(signal.SIGKILL)
    with otzvuk.running("up", "--plain") as up:
        assert up.get("/readyz")[0] == 200
        otzvuk.done("audit", "--wait")
        assert stored(otzvuk) == 400
        assert up.end() == 0, up.stderr
    assert sum(int(str(line["stored"])) for line in audit(otzvuk)) == 400


def test_a_port_that_is_taken_is_named_with_the_remedy(otzvuk: Otzvuk) -> None:
    with otzvuk.running("stage", "reports") as stage:
        taken = str(stage.port())
        second = otzvuk.run("stage", "reports", HTTP__PORT=taken)
    assert second.returncode == 3
    assert f"127.0.0.1:{taken}" in second.stderr
    assert "http.port" in second.stderr
