"""/metrics, /healthz and /readyz answer, and say what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from pipeline.errors import ConfigurationError
from pipeline.health import HealthServer


@pytest.fixture
def verdict() -> dict[str, str | None]:
    return {"store": None}


@pytest.fixture
def server(verdict: dict[str, str | None]) -> Iterator[HealthServer]:
    server = HealthServer(
        "127.0.0.1", 0, live={"loop": lambda: None}, ready={"store": lambda: verdict["store"]}
    )
    yield server
    server.close()


def get(server: HealthServer, path: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{server.port}{path}")


def test_metrics_are_served(server: HealthServer) -> None:
    assert "otzvuk_store_up" in get(server, "/metrics").text


def test_a_failing_check_makes_it_unready_but_not_dead(
    server: HealthServer, verdict: dict[str, str | None]
) -> None:
    assert get(server, "/readyz").status_code == 200
    verdict["store"] = "the store does not answer"
    answer = get(server, "/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"store": "the store does not answer"}
    assert get(server, "/healthz").status_code == 200


def test_other_paths_say_what_there_is(server: HealthServer) -> None:
    answer = get(server, "/")
    assert answer.status_code == 404
    assert "/metrics" in answer.text


def test_a_taken_port_is_explained(server: HealthServer) -> None:
    with pytest.raises(ConfigurationError, match="OTZVUK_HTTP__PORT"):
        HealthServer("127.0.0.1", server.port, live={}, ready={})
