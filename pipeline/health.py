"""The small HTTP server of every long-running process: /metrics, /healthz, /readyz."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from pipeline.errors import ConfigurationError
from pipeline.metrics import REGISTRY

Check = Callable[[], str | None]
"""Returns None when all is well, else what is wrong and what to do."""


class HealthServer:
    """Serves health until closed.

    `live` checks say whether the process should be restarted (/healthz), `ready` checks
    whether it can do its work now (/readyz); both answer 200 or 503 with every check by name.
    """

    def __init__(
        self, host: str, port: int, *, live: Mapping[str, Check], ready: Mapping[str, Check]
    ) -> None:
        handler = _handler(live, ready)
        try:
            self._server = ThreadingHTTPServer((host, port), handler)
        except OSError as error:
            raise ConfigurationError(
                f"cannot listen on {host}:{port} ({error.strerror}): another Otzvuk may be "
                "running; set http.port (OTZVUK_HTTP__PORT) to a free port, or 0 for any"
            ) from error
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.2}, name="health"
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def run_checks(checks: Mapping[str, Check]) -> tuple[int, dict[str, str]]:
    """HTTP status and each check's verdict."""
    verdicts: dict[str, str] = {}
    for name, check in checks.items():
        verdicts[name] = check() or "ok"
    status = 200 if all(verdict == "ok" for verdict in verdicts.values()) else 503
    return status, verdicts


def _handler(live: Mapping[str, Check], ready: Mapping[str, Check]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            match self.path.partition("?")[0]:
                case "/metrics":
                    self._answer(200, CONTENT_TYPE_LATEST, generate_latest(REGISTRY))
                case "/healthz":
                    self._answer_checks(live)
                case "/readyz":
                    self._answer_checks(ready)
                case _:
                    self._answer(404, "text/plain", b"try /metrics, /healthz or /readyz\n")

        def _answer_checks(self, checks: Mapping[str, Check]) -> None:
            status, verdicts = run_checks(checks)
            body = json.dumps(verdicts, ensure_ascii=False).encode() + b"\n"
            self._answer(status, "application/json", body)

        def _answer(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Requests of Prometheus are no news."""

    return Handler
