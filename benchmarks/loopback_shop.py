"""A shop on loopback in a process of its own, for a spider to be timed against."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

REVIEWS = 20
"""On a page."""
LAST = 10_000
"""Pages that the shop has."""
NEWEST = datetime(2026, 5, 4, 12, tzinfo=UTC)
WORDS = "Пришло вовремя, упаковано хорошо, чай пахнет мёдом и дымом; заварила дважды. "
GOODS = '<li class="goods"><a href="/goods/{0}">Чай № {0}</a> <span>{0} ₽</span></li>'


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Requests of one connection, one after the other, until it is closed."""
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while head := await reader.readuntil(b"\r\n\r\n"):
            writer.write(response(head.split(b" ", 2)[1].decode("latin-1")))
            await writer.drain()
    writer.close()


def response(path: str) -> bytes:
    """Every address but `/reviews/NUMBER` is not there, robots.txt neither."""
    folder, _, number = path.rpartition("/")
    is_page = folder == "/reviews" and number.isdigit()
    body = page(int(number)) if is_page else b""
    status = "200 OK" if is_page else "404 Not Found"
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def page(number: int) -> bytes:
    """A page as shops make it: a menu, the reviews as JSON-LD and once more to be seen."""
    reviews = [_review(number * REVIEWS + place) for place in range(REVIEWS)]
    shown = "".join(f"<article><h3>{one['name']}</h3><p>{one['reviewBody']}</p></article>"
                    for one in reviews)  # fmt: skip
    product = {"@context": "https://schema.org", "@type": "Product", "name": "Чай «Луна»",
               "review": reviews}  # fmt: skip
    onward = f'<a rel="next" href="/reviews/{number + 1}">дальше</a>' if number < LAST else ""
    menu = "".join(GOODS.format(place) for place in range(100))
    return (
        "<!doctype html><html><head><title>Отзывы</title>"
        f'<script type="application/ld+json">{json.dumps(product)}</script></head>'
        f"<body><ul>{menu}</ul>{shown}{onward}</body></html>"
    ).encode()


def _review(number: int) -> dict[str, Any]:
    return {
        "@type": "Review",
        "author": {"@type": "Person", "name": f"Покупатель {number}"},
        "datePublished": (NEWEST - timedelta(hours=number)).isoformat(),
        "name": f"Заказ {number}",
        "reviewBody": f"{number}: {WORDS * 4}",
        "reviewRating": {"@type": "Rating", "ratingValue": 1 + number % 5},
    }


@contextmanager
def open_shop() -> Iterator[str]:
    """The address of its first page, while the process runs."""
    command = [sys.executable, "-m", "benchmarks.loopback_shop"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


async def serve() -> None:
    """Serve until terminated; the first line on stdout is the first page's address."""
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}/reviews/0", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
