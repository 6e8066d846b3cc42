"""Pages that mean harm, or only look as if, and how a crawl of each is to end."""

from __future__ import annotations

import base64
import gzip
import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.crawlers.site import Answer, reviews_page

MEGABYTE = 1024 * 1024
BROTLI_BOMB = base64.b64decode(
    "y///P/gnAOKxQCD3/o///3/wTwDEYRGA7v0f////4J8AiMMCAN37P/7//8E/ARCHBQC693/8//+DfwIgDgsAdO//"
    "+P//B/8EQBwWAOje//H//w/+CYA4LADQvf/j//8f/BMAcVgAoHv/Nw=="
)
"""64 megabytes of zeros, which the standard library cannot pack this way."""
CROWD = [f"Покупатель {number}" for number in range(25)]


@dataclass(frozen=True)
class Trap:
    """Pages by path, the first of them the job's, and how the crawl is to end."""

    outcome: str
    pages: dict[str, Answer | Callable[[], Answer]]
    seen: int = 0
    """Reviews that are read all the same."""
    most_pages: int = 1
    passes: int = 1
    """The last of them counts; those before it teach what is usual."""

    @property
    def first(self) -> str:
        return next(iter(self.pages))


def with_reviews(extra: bytes) -> Answer:
    """A good page with something nasty in its body."""
    body = reviews_page(["Анна", "Борис"]).body
    return Answer(body.replace("Отзывы</body>".encode(), extra + b"</body>"))


def _rotating() -> dict[str, Answer | Callable[[], Answer]]:
    """Ever new tokens, ever other combinations of three reviews that were there before."""
    names = ["Анна", "Борис", "Вера"]
    shown = [
        names,
        *map(list, itertools.islice(itertools.cycle(itertools.combinations(names, 2)), 9)),
    ]
    return {
        f"/tokens?t={number}": reviews_page(
            some, next_url=f"/tokens?t={number + 1}", day="2026-04-28"
        )
        for number, some in enumerate(shown)
    }


def _changing() -> Iterator[Answer]:
    """A layout that names its authors once, and never again."""
    good = reviews_page(CROWD)
    yield good
    while True:
        yield Answer(good.body.replace(b'"author"', b'"writer"'))


def _truncated() -> Answer:
    body = reviews_page(["Анна", "Борис"]).body
    return Answer(body[: body.index(b"reviewBody")] + b"</script></head></html>")


def _cyclic() -> Answer:
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {"@id": "#a", "@type": "Product", "review": {"@id": "#b"}, "isPartOf": {"@id": "#a"}},
            {"@id": "#b", "@type": "Review", "itemReviewed": {"@id": "#a"}, "review": {"@id": "#b"},
             "author": {"@type": "Person", "name": "Анна"}, "reviewBody": "Отзыв по кругу",
             "datePublished": "2026-04-01"},
        ],
    }  # fmt: skip
    script = f'<script type="application/ld+json">{json.dumps(graph)}</script>'
    return Answer(f"<html><head>{script}</head><body></body></html>".encode())


def _deep(levels: int) -> bytes:
    return b'{"review":[' * levels + b"1" + b"]}" * levels


def _script(kind: bytes, content: bytes) -> bytes:
    return b'<script type="' + kind + b'">' + content + b"</script>"


def _expression_trap() -> bytes:
    """What makes careless regular expressions try every way to split a text."""
    runs = [b"a" * 50_000 + b"!", b" " * 50_000 + b"x", b"1." * 25_000, b"<!--" * 10_000]
    runs += [b"(" * 20_000, b"5 \xd0\xb4\xd0\xbd\xd0\xb5\xd0\xb9 " * 5_000, b"<a href=" * 10_000]
    return b"<p>" + b"</p><p>".join(runs) + b"</p>"


def _entity_bomb() -> Answer:
    levels = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 12))
    feed = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{levels}]>'
        '<rss version="2.0"><channel><title>&l11;</title><item><title>&l11;</title>'
        "<description>&l11;</description></item></channel></rss>"
    )
    return Answer(feed.encode(), content_type="application/rss+xml")


def _hop(number: int) -> Answer:
    target = f"/hop{number + 1}" if number < 3 else "http://169.254.169.254/latest/meta-data/"
    return Answer(status=302, headers={"Location": target})


_CHANGING = _changing()
TRAPS = {
    "paging loop": Trap(
        "complete",
        {
            "/loop": reviews_page(["Анна"], next_url="/loop?page=2"),
            "/loop?page=2": reviews_page(["Борис"], next_url="/loop"),
        },
        seen=2, most_pages=2,
    ),
    "fresh tokens, no new reviews": Trap("complete", _rotating(), seen=3, most_pages=2),
    "equal pages under new tokens": Trap(
        "repeated_page",
        {
            f"/equal?t={number}": reviews_page(["Анна", "Борис"], next_url=f"/equal?t={number + 1}")
            for number in range(9)
        },
        seen=2, most_pages=1,
    ),
    "captcha with status 200": Trap(
        "captcha", {"/captcha": Answer(b"<title>Robot Check</title>Type the characters you see")}
    ),
    "consent page": Trap(
        "consent",
        {"/consent": Answer(b"<html><title>Before you continue</title>Before you continue to Shop"
                            b"<form action='https://consent.google.com/save'></form></html>")},
    ),
    "login page": Trap(
        "login_wall", {"/login": Answer("<title>Вход на сайт</title><form>Пароль</form>".encode())}
    ),
    "truncated JSON": Trap("empty_page", {"/truncated": _truncated()}),
    "changing layout": Trap(
        "layout_change", {"/layout": lambda: next(_CHANGING)}, seen=0, passes=2
    ),
    "slow drip": Trap("timeout", {"/slow": Answer(drip=True)}),
    "redirects to a metadata address": Trap(
        "address_refused", {f"/hop{number}": _hop(number) for number in range(4)}
    ),
    "gigantic page": Trap("too_large", {"/huge": Answer(b"a" * (9 * MEGABYTE))}),
    "gzip bomb": Trap(
        "too_large",
        {"/bomb": Answer(
            gzip.compress(bytes(64 * MEGABYTE)), headers={"Content-Encoding": "gzip"}
        )},
    ),
    "brotli bomb": Trap(
        "too_large", {"/brotli": Answer(BROTLI_BOMB, headers={"Content-Encoding": "br"})}
    ),
    "a million nested tags": Trap(
        "complete", {"/nested": with_reviews(b"<b>" * 1_000_000)}, seen=2
    ),
    "megabytes of attributes": Trap(
        "complete",
        {"/attributes": with_reviews(
            b'<p class="' + b"a " * MEGABYTE + b'" id=\'' + b'"' * MEGABYTE + b"'>"
        )},
        seen=2,
    ),
    "invalid encoding": Trap(
        "complete", {"/encoding": with_reviews(b"\xff\xfe\x00\xc3\x28\xed\xa0" * 10_000)}, seen=2
    ),
    "cyclic references": Trap("complete", {"/cyclic": _cyclic()}, seen=1),
    "entity bomb": Trap("empty_page", {"/entities": _entity_bomb()}),
    "regular-expression trap": Trap(
        "complete", {"/expression": with_reviews(_expression_trap())}, seen=2
    ),
    "redirect loop": Trap(
        "http_error",
        {
            "/round": Answer(status=302, headers={"Location": "/about"}),
            "/about": Answer(status=302, headers={"Location": "/round"}),
        },
    ),
    "robots.txt that refuses": Trap(
        "robots_refused",
        {
            "/private": reviews_page(["Анна"]),
            "/robots.txt": Answer(
                b"User-agent: *\nDisallow: /private\n", content_type="text/plain"
            ),
        },
    ),
    "too many requests": Trap(
        "rate_limited", {"/often": Answer(status=429, headers={"Retry-After": "3600"})}
    ),
    "deep JSON": Trap(
        "empty_page", {"/deep": Answer(_deep(100_000), content_type="application/json")}
    ),
    "deep JSON beside reviews": Trap(
        "complete",
        {"/deeper": with_reviews(_script(b"application/ld+json", _deep(100_000)))},
        seen=2,
    ),
}  # fmt: skip
