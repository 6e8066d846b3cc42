"""A constructed web site on loopback, as friendly or hostile as a test makes it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Answer:
    """What the site sends for a path."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "text/html; charset=utf-8"
    drip: bool = False
    """Send a byte now and then, for ever, or until another page stands in its place: that one is
    the rest of it."""


class Site:
    """Serves `pages`; a path that is not there is 404. Use as a context manager."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer | Callable[[], Answer]] = {}
        self.requests: list[tuple[str, float]] = []
        """Paths in the order they were asked for, with their times."""
        self.sent: list[tuple[str, str, bytes]] = []
        """Path, Authorization header and body of each request."""
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.requests.append((self.path, time.monotonic()))
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                site.sent.append((self.path, self.headers.get("Authorization") or "", body))
                found = site.pages.get(self.path, Answer(status=404))
                site._send(self, found() if callable(found) else found)

            do_POST = do_GET  # noqa: N815  # the handler's name for the method

            def log_message(self, format: str, *args: object) -> None:
                """Keep the tests' output clean."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self._server.server_port}{path}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]

    def _send(self, handler: BaseHTTPRequestHandler, answer: Answer) -> None:
        handler.send_response(answer.status)
        handler.send_header("Content-Type", answer.content_type)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        length = 10_000 if answer.drip else len(answer.body)
        handler.send_header("Content-Length", str(length))
        handler.end_headers()
        if not answer.drip:
            handler.wfile.write(answer.body)
            return
        sent = 0
        while not self._stopped.wait(0.2) and sent < length:
            another = self.pages.get(handler.path)
            piece = b"."
            if isinstance(another, Answer) and not another.drip:
                piece = another.body.ljust(length - sent)
            try:
                handler.wfile.write(piece)
            except OSError:
                return
            sent += len(piece)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that is killed in the middle of a page is part of some tests."""


def reviews_page(
    names: Sequence[str],
    *,
    next_url: str | None = None,
    claimed: int | None = None,
    day: str = "2026-04-{:02d}",
) -> Answer:
    """A shop page whose reviews are marked up as JSON-LD, newest first."""
    product: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": "Чай «Луна»",
        "review": [
            {
                "@type": "Review",
                "author": {"@type": "Person", "name": name},
                "datePublished": day.format(28 - place),
                "reviewBody": f"Отзыв покупателя {name}",
                "reviewRating": {"@type": "Rating", "ratingValue": 4},
            }
            for place, name in enumerate(names)
        ],
    }
    if claimed is not None:
        product["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": 4,
            "reviewCount": claimed,
        }
    link = f'<link rel="next" href="{next_url}"><a rel="next" href="{next_url}">дальше</a>'
    return Answer(
        f"<html><head><title>Чай</title>{link if next_url else ''}"
        f'<script type="application/ld+json">{json.dumps(product)}</script></head>'
        "<body>Отзывы</body></html>".encode()
    )
