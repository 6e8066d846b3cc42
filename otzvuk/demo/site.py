"""The invented shop (schema.org) and forum (Discourse) that the demo serves on loopback."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from otzvuk.demo.words import COMPLAINT, DELIVERY, MIDDLING, NAMES, PRAISE, TALK, sentence

HISTORY_DAYS = 120
PAGE_REVIEWS = 25
WAVE_REVIEWS = 14
WAVE_POSTS = 5
TOPIC_ID = 17


@dataclass(frozen=True)
class Post:
    """A review of the shop or a post of the forum."""

    number: int
    author: str
    stars: int | None
    text: str
    written_at: datetime


@dataclass
class DemoContent:
    """What stands on the two sites now."""

    now: datetime
    seed: int = 7
    reviews: list[Post] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rng = random.Random(self.seed)
        for age in range(HISTORY_DAYS, 0, -1):
            self._ordinary_day(self.now - timedelta(days=age))

    def let_the_wave_come(self) -> None:
        """A courier firm fails: complaints about delivery within two days."""
        for _ in range(WAVE_REVIEWS):
            self._add(self.reviews, self._rng.choice((1, 1, 1, 2)), DELIVERY, self._just_now())
        for _ in range(WAVE_POSTS):
            self._add(self.posts, None, DELIVERY, self._just_now())
        self._add(self.reviews, 5, PRAISE, self._just_now())

    def _ordinary_day(self, day: datetime) -> None:
        for _ in range(self._rng.choice((0, 1, 1, 2, 2, 3))):
            self._add(self.reviews, self._rng.choice((4, 5, 5, 5)), PRAISE, self._at(day))
        if self._rng.random() < 0.15:
            self._add(self.reviews, 3, MIDDLING, self._at(day))
        if self._rng.random() < 0.12:
            self._add(self.reviews, self._rng.choice((1, 2)), COMPLAINT, self._at(day))
        if self._rng.random() < 0.2:
            self._add(self.posts, None, TALK, self._at(day))

    def _add(self, to: list[Post], stars: int | None, parts: Any, moment: datetime) -> None:
        author = f"{self._rng.choice(NAMES)} {self._rng.choice('АБВГДЕКЛМНПРСТ')}."
        to.append(Post(len(to) + 1, author, stars, sentence(parts, self._rng), moment))

    def _at(self, day: datetime) -> datetime:
        return day.replace(hour=0, minute=0) + timedelta(minutes=self._rng.randrange(1_440))

    def _just_now(self) -> datetime:
        return self.now - timedelta(minutes=self._rng.randrange(1, 60 * 30))


class DemoSite:
    """Serves one site on a free loopback port until closed."""

    def __init__(
        self, render: Callable[[str, dict[str, list[str]]], tuple[str, str] | None]
    ) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(render))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="demo-site"
        )
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def shop(content: DemoContent) -> DemoSite:
    """A product card with JSON-LD reviews, newest first, on pages."""

    def render(path: str, query: dict[str, list[str]]) -> tuple[str, str] | None:
        if path != "/lamp":
            return None
        page = int(query.get("page", ["1"])[0])
        newest = sorted(content.reviews, key=lambda post: post.written_at, reverse=True)
        shown = newest[(page - 1) * PAGE_REVIEWS : page * PAGE_REVIEWS]
        has_next = page * PAGE_REVIEWS < len(newest)
        return "text/html; charset=utf-8", _card(shown, len(newest), page, has_next=has_next)

    return DemoSite(render)


def forum(content: DemoContent) -> DemoSite:
    """A Discourse topic as its JSON."""

    def render(path: str, _query: dict[str, list[str]]) -> tuple[str, str] | None:
        if path not in (f"/t/{TOPIC_ID}.json", f"/t/svetlyachok/{TOPIC_ID}.json"):
            return None
        return "application/json; charset=utf-8", json.dumps(_topic(content.posts))

    return DemoSite(render)


def _card(shown: list[Post], total: int, page: int, *, has_next: bool) -> str:
    product = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": "Лампа «Светлячок»",
        "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.6, "reviewCount": total},
        "review": [
            {
                "@type": "Review",
                "@id": f"#review-{post.number}",
                "author": {"@type": "Person", "name": post.author},
                "datePublished": post.written_at.isoformat(),
                "reviewRating": {"@type": "Rating", "ratingValue": post.stars, "bestRating": 5},
                "reviewBody": post.text,
            }
            for post in shown
        ],
    }
    data = json.dumps(product, ensure_ascii=False).replace("<", "\\u003c")
    link = f'<link rel="next" href="/lamp?page={page + 1}">' if has_next else ""
    return (
        '<!doctype html><html lang="ru"><head><title>Лампа «Светлячок»</title>'
        f'{link}<script type="application/ld+json">{data}</script></head>'
        "<body><h1>Лампа «Светлячок»</h1></body></html>"
    )


def _topic(posts: list[Post]) -> dict[str, Any]:
    ordered = sorted(posts, key=lambda post: post.written_at)
    return {
        "id": TOPIC_ID,
        "title": "Лампа «Светлячок»: стоит ли брать?",
        "slug": "svetlyachok",
        "posts_count": len(ordered),
        "post_stream": {
            "posts": [
                {
                    "id": 1_000 + post.number,
                    "post_number": place,
                    "username": post.author,
                    "cooked": f"<p>{post.text}</p>",
                    "created_at": post.written_at.isoformat(),
                    "updated_at": post.written_at.isoformat(),
                    "topic_id": TOPIC_ID,
                    "topic_slug": "svetlyachok",
                    "post_type": 1,
                    "version": 1,
                    "reply_to_post_number": None,
                    "actions_summary": [],
                }
                for place, post in enumerate(ordered, start=1)
            ],
            "stream": [1_000 + post.number for post in ordered],
        },
    }


def _handler(
    render: Callable[[str, dict[str, list[str]]], tuple[str, str] | None],
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/robots.txt":
                self._answer(200, "text/plain", "User-agent: *\nAllow: /\n")
                return
            found = render(parts.path, parse_qs(parts.query))
            if found is None:
                self._answer(404, "text/plain", "nothing here\n")
            else:
                self._answer(200, *found)

        def _answer(self, status: int, content_type: str, text: str) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """The demo speaks for itself."""

    return Handler
