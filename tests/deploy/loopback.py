"""Programs and receivers on loopback that the live test is made of."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest


def program(*names: str) -> str:
    """The first that is installed; none is a skip on a laptop and a failure in CI."""
    for name in names:
        if shutil.which(name):
            return name
    reason = f"{names[0]} is not installed: sh tests/install-debian.sh"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def child(directory: Path, *command: str) -> Iterator[None]:
    """A program that runs while the block does; its words go to a file."""
    with (directory / f"{command[0]}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=directory, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.kill()
            process.wait()


class Api:
    """The HTTP API of Prometheus or Alertmanager."""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            with urllib.request.urlopen(f"{self._base}/-/ready", timeout=5):
                return True
        except (urllib.error.URLError, ConnectionError):
            return False

    def get(self, path: str, **query: str) -> Any:
        """What it answers; an error is an assertion with the reason."""
        return self._ask(f"{path}?{urllib.parse.urlencode(query)}", None)

    def post(self, path: str, body: Any) -> None:
        """Hand it a document."""
        self._ask(path, json.dumps(body).encode())

    def value(self, expression: str) -> list[Any]:
        """The series that a PromQL expression gives now."""
        return list(self.get("/api/v1/query", query=expression)["data"]["result"])

    def _ask(self, path: str, body: bytes | None) -> Any:
        request = urllib.request.Request(
            self._base + path, body, {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                pytest.fail(f"{path}: {error.read().decode()}")
        return json.loads(text) if text else None


class Receiver:
    """Takes every POST and keeps it under its path."""

    def __init__(self) -> None:
        self.received: list[tuple[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self.received))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,))
        self._thread.start()

    def at(self, path: str) -> list[Any]:
        """Bodies that came to a path."""
        return [body for where, body in tuple(self.received) if where == path]

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(received: list[tuple[str, Any]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, json.loads(body)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """The test looks at what was received."""

    return Handler
