"""How fast parsers and crawls are: `python -m benchmarks.parse_throughput [--write]`.

Parsed reviews a second of every source on one core, over the saved pages or, where there are none,
over the tests' small constructed ones; then a crawl of a shop on loopback by our spider, beside
Scrapy without us on the same pages and beside `scrapy bench`, in the same run.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.captures import ADDRESSES, NO_PAGES, PAGES, READ_AT
from benchmarks.crawl_throughput import BENCH, CHAIN, Speed, crawls
from crawlers.page import Page
from crawlers.recognition import recognised
from crawlers.source import Source
from crawlers.spiders import SOURCES
from tests.crawlers.spiders.seeds import SEEDS

DOCUMENT = Path("docs/crawl-throughput.md")
LEAST_SECONDS = 0.3
"""Of processor time that one round over a source's pages lasts at least, repeated if need be."""
ROUNDS = 3
CONSTRUCTED_URL = "https://shop.example/t/57"
Rows = Sequence[Sequence[str]]

HEAD = """# How fast pages are parsed and crawled

Written by `python -m benchmarks.parse_throughput --write`.

## Parsers

From the bytes of a page to checked records: decoding, reading the markup, dates, ratings, ids.
One process, one core, processor time (so that a busy machine does not count), the best of three
rounds. *Recognise* is what it takes besides to find the source of a page when nobody says.
Sources without a saved page were timed over small constructed pages of one or two reviews: there
reviews a second say what a page costs, not what a full page gives.

"""
CRAWL = """
## A crawl of a shop on loopback

Pages of 20 reviews in JSON-LD and a menu of 100 links, each page leading to the next; delays set
to 0, all other manners as always (robots.txt, one request at a time, the guard of addresses).
*A worker's job* is the whole: the spider process, the question which reviews are known,
publishing to the embedded log, journal and schedule with the embedded store. *Its spider process*
is what of that runs Scrapy and the parser. *Scrapy* follows the same pages and reads no review:
one after the other, as a list has to be read, or all addresses known beforehand and its usual
number of requests under way. *Its own bench* is what `scrapy bench` runs: small pages of links,
every link followed. Starts are left out: a crawl of one page is taken away. Medians of the rounds;
processor time without that of sites and store. Pages a second are of the clock, on two cores that
others were using too: only the processor time of a page, and how many times Scrapy's that is (the
last two columns), can be compared with another run. A polite crawl waits a second between two
pages of a site: none of these speeds is ever reached on a site, they bound what one core can do
for many.

"""
PARSE_COLUMNS = ("source", "pages", "from", "kB", "reviews", "reviews/s", "MB/s", "ms/page",
                 "recognise, ms/page")  # fmt: skip
CRAWL_COLUMNS = ("crawl", "pages/s", "reviews/s", "CPU ms/page", "× page by page", "× its bench")


@dataclass(frozen=True)
class Parsed:
    """How fast one parser is."""

    source: str
    pages: int
    is_constructed: bool
    bytes: int
    reviews: int
    seconds: float
    """Processor time for all pages once."""
    recognising_seconds: float


def main() -> None:
    """Measure, print, write where told to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saved", type=Path, default=PAGES, help="folder of saved pages")
    parser.add_argument("--pages", type=int, default=300, help="that each crawl reads")
    parser.add_argument("--rounds", type=int, default=3, help="of all crawls")
    parser.add_argument("--write", action="store_true", help=f"write {DOCUMENT}")
    arguments = parser.parse_args()
    parsed = []
    for source in SOURCES:
        _tell(source.name)
        if (row := parsed_speed(source, arguments.saved)) is not None:
            parsed.append(row)
    speeds = crawls(arguments.pages, arguments.rounds, _tell)
    parse_rows, crawl_rows = [_parse_row(row) for row in parsed], _crawl_rows(speeds)
    _print("parsers, one core", PARSE_COLUMNS, parse_rows)
    _print("a shop on loopback", CRAWL_COLUMNS, crawl_rows)
    if arguments.write:
        tables = [_markdown(PARSE_COLUMNS, parse_rows), _markdown(CRAWL_COLUMNS, crawl_rows)]
        DOCUMENT.write_text(HEAD + tables[0] + CRAWL + tables[1], "utf-8")


def parsed_speed(source: Source, saved: Path) -> Parsed | None:
    """Speed over the saved pages, else over the constructed ones with a review of the source."""
    url = ADDRESSES.get(source.name, "")
    bodies = list(_saved(saved / source.name))
    is_constructed = not _reviews(source, bodies, url)
    if is_constructed:
        url = url or CONSTRUCTED_URL
        seeds = [seed.encode("utf-8", "surrogatepass") for seed in SEEDS]
        bodies = [seed for seed in seeds if _reviews(source, [seed], url)]
    if not bodies:
        return None
    return Parsed(
        source=source.name,
        pages=len(bodies),
        is_constructed=is_constructed,
        bytes=sum(map(len, bodies)),
        reviews=_reviews(source, bodies, url),
        seconds=min(_round(source, bodies, url) for _ in range(ROUNDS)),
        recognising_seconds=_recognising(bodies, url),
    )


def _saved(folder: Path) -> Iterable[bytes]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in NO_PAGES:
            yield path.read_bytes()


def _page(body: bytes, url: str) -> Page:
    return Page.read(body=body, url=url, fetched_at=READ_AT)


def _reviews(source: Source, bodies: Iterable[bytes], url: str) -> int:
    return sum(len(source.parse(_page(body, url)).reviews) for body in bodies)


def _round(source: Source, bodies: Sequence[bytes], url: str) -> float:
    """Processor seconds for all bodies once, over as many passes as the clock needs."""
    passes, started = 0, time.process_time()
    while (spent := time.process_time() - started) < LEAST_SECONDS or not passes:
        _reviews(source, bodies, url)
        passes += 1
    return spent / passes


def _recognising(bodies: Sequence[bytes], url: str) -> float:
    started = time.process_time()
    for body in bodies:
        recognised(_page(body, url))
    return time.process_time() - started


def _parse_row(row: Parsed) -> list[str]:
    return [
        row.source,
        str(row.pages),
        "constructed" if row.is_constructed else "saved",
        f"{row.bytes / 1e3:,.0f}" if row.bytes >= 1e4 else f"{row.bytes / 1e3:.1f}",
        f"{row.reviews:,}",
        f"{row.reviews / row.seconds:,.0f}",
        f"{row.bytes / row.seconds / 1e6:.1f}",
        f"{row.seconds / row.pages * 1e3:.2f}",
        f"{row.recognising_seconds / row.pages * 1e3:.2f}",
    ]


def _crawl_rows(speeds: Sequence[Speed]) -> Rows:
    costs = {one.name: one.cpu_ms_per_page for one in speeds}
    return [
        [
            one.name,
            f"{one.pages_per_second:,.0f}",
            f"{one.pages_per_second * one.reviews_per_page:,.0f}" if one.reviews_per_page else "–",
            f"{one.cpu_ms_per_page:.1f}",
            f"{one.cpu_ms_per_page / costs[CHAIN]:.1f}",
            f"{one.cpu_ms_per_page / costs[BENCH]:.1f}",
        ]
        for one in speeds
    ]


def _print(title: str, columns: Sequence[str], rows: Rows) -> None:
    table = Table(title=title)
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 else "right", no_wrap=not place)
    for row in rows:
        table.add_row(*row)
    Console(width=120).print(table)


def _markdown(columns: Sequence[str], rows: Rows) -> str:
    lines = [columns, ["---", *["---:"] * (len(columns) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
