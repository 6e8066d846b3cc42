"""Throws mutated pages at every parser: `python -m benchmarks.fuzz_parsers --inputs 100000`.

Seeds are the contract suite's small pages, the pages that a source's own tests build, and the
captures where they are at hand. Each input is a seed after some cuts, copies, splices, swapped
tokens, or changed JSON nodes. Counted are crashes (any exception), hangs (over two seconds of
processor time for one input), and reviews with impossible fields. Exit code 1 when there is any;
the input is then kept in the folder given by --keep.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from benchmarks.captures import ADDRESSES, NO_PAGES, PAGES
from benchmarks.tested_pages import tested_pages
from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.spiders import SOURCE_BY_NAME, SOURCES
from pipeline.records import Review
from tests.crawlers.spiders.seeds import NAMES, PIECES, SEEDS

READ_AT = datetime(2026, 6, 15, 12, tzinfo=UTC)
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
HANG_SECONDS = 2.0
SHARE = 500
"""Inputs between two messages of a worker."""
LARGEST_SEED = 200_000
"""Bytes: a page of megabytes would only slow the search down."""
MOST_LINES = 50
"""Lines of one seed that are changed as JSON of their own."""
SMALL_SEED = 16_384
"""Bytes: seeds beyond it are drawn in inverse proportion to their size, so that a forum's page of
200 KB does not take the time of a hundred short answers each time."""
OWN_SHARE = 0.75
"""Inputs made of what the source finds reviews in; the others are of other sources' formats."""
_decoder = msgspec.json.Decoder(Review)


@dataclass
class Tally:
    """What happened to the inputs of one source."""

    inputs: int = 0
    reviews: int = 0
    slowest: float = 0.0
    """Seconds."""
    faults: list[str] = field(default_factory=list)


class Hang(Exception):
    """One input took too long."""


def main() -> int:
    """Fuzz the sources and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000, help="of each source")
    parser.add_argument("--source", choices=sorted(SOURCE_BY_NAME), action="append")
    parser.add_argument("--pages", type=Path, default=PAGES)
    parser.add_argument("--keep", type=Path, default=Path("otzvuk-fuzz"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    arguments = parser.parse_args()
    names = arguments.source or [source.name for source in SOURCES]
    work = [(name, arguments.inputs, arguments.seed, arguments.pages, arguments.keep)
            for name in names]  # fmt: skip
    tallies: dict[str, Tally] = {}
    with multiprocessing.Pool(arguments.processes) as pool, _progress() as bar:
        task = bar.add_task("sources", total=len(names))
        for name, tally in pool.imap_unordered(_fuzzed, work):
            tallies[name] = tally
            bar.advance(task)
    _print(tallies)
    return int(any(tally.faults for tally in tallies.values()))


def _fuzzed(work: tuple[str, int, int, Path, Path]) -> tuple[str, Tally]:
    name, inputs, seed, pages, keep = work
    signal.signal(signal.SIGPROF, _ring)
    dice = random.Random(f"{name}{seed}")
    try:
        seeds = list(seeds_of(name, pages))
    except RuntimeError as error:  # the others go on
        return name, Tally(faults=[str(error)])
    own = [seed for seed in seeds if SOURCE_BY_NAME[name].parse(seed).reviews] or seeds
    own_weights, weights = _weights(own), _weights(seeds)
    tally = Tally()
    for _ in range(inputs):
        is_own = dice.random() < OWN_SHARE
        (drawn,) = dice.choices(own, own_weights) if is_own else dice.choices(seeds, weights)
        body = mutated(drawn.body, dice)
        fault = _tried(name, _page(body, drawn.url), tally)
        if fault:
            tally.faults.append(fault)
            keep.mkdir(parents=True, exist_ok=True)
            (keep / f"{name}-{len(tally.faults)}").write_bytes(body)
    return name, tally


def _weights(seeds: Sequence[Page]) -> list[float]:
    return [1.0 / max(SMALL_SEED, len(seed.body)) for seed in seeds]


def _page(body: bytes, url: str) -> Page:
    return Page.read(body=body, url=url, fetched_at=READ_AT)


def _tried(name: str, page: Page, tally: Tally) -> str:
    source = SOURCE_BY_NAME[name]
    started = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, HANG_SECONDS)
    try:
        sure = source.recognises(page)
        parsed = source.parse(page)
        signal.setitimer(signal.ITIMER_PROF, 0)
        tally.reviews += len(parsed.reviews)
        return impossible(parsed) if 0.0 <= sure <= 1.0 else f"sure by {sure}"
    except Hang:
        return f"longer than {HANG_SECONDS} s"
    except Exception as error:  # noqa: BLE001  # whatever it is, it is what we look for
        return f"{type(error).__name__}: {error}"[:200]
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        tally.inputs += 1
        tally.slowest = max(tally.slowest, time.process_time() - started)


def impossible(parsed: ParsedPage) -> str:
    """What no review may be; empty when all are possible."""
    reviews = (*parsed.reviews, *parsed.excerpts)
    ids = [review.review_id for review in reviews]
    if len(ids) != len(set(ids)):
        return "one id twice"
    for review in reviews:
        if _decoder.decode(msgspec.json.encode(review)) != review:
            return f"{review.review_id} does not survive the wire"
        moment = review.published_at
        if moment and not EARLIEST <= moment <= READ_AT + timedelta(days=2):
            return f"{review.review_id} was published at {moment.isoformat()}"
        if not review.full_text and review.rating is None and review.recommends is None:
            return f"{review.review_id} says nothing"
        if review.is_mention and review.rating is not None:
            return f"{review.review_id} is a mention with stars"
    strange = [url for url in parsed.next_urls if not url.startswith(("http://", "https://"))]
    return f"next page at {strange[0]!r}" if strange else ""


def seeds_of(name: str, pages: Path) -> Iterator[Page]:
    """Small pages for every parser, those of this one's tests, and its captures."""
    url = ADDRESSES.get(name, "https://shop.example/t/57")
    for seed in SEEDS:
        yield _page(seed.encode("utf-8", "surrogatepass"), url)
    for tested in tested_pages(name):
        yield _page(tested.body[:LARGEST_SEED], tested.url)
    folder = pages / name
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and path.name not in NO_PAGES:
            yield _page(path.read_bytes()[:LARGEST_SEED], url)


def mutated(seed: bytes, dice: random.Random) -> bytes:
    """The seed after one to eight changes; JSON, and lines of it, are half of the time changed as
    JSON."""
    if dice.random() < 0.5:
        changed = _changed_json(seed, dice) or _changed_lines(seed, dice)
        if changed:
            return changed
    body = bytearray(seed)
    for _ in range(dice.randint(1, 8)):
        start = dice.randrange(len(body) + 1)
        end = min(len(body), start + dice.choice((0, 1, 2, 8, 64, 512)))
        body[start:end] = _piece(bytes(body), dice)
    return bytes(body[: dice.randrange(len(body) + 1)] if dice.random() < 0.1 else body)


def _changed_json(seed: bytes, dice: random.Random) -> bytes:
    """Empty when it is no JSON."""
    if seed[:1] not in (b"{", b"["):
        return b""
    try:
        value = json.loads(seed)
    except ValueError:
        return b""
    for _ in range(dice.randint(1, 8)):
        value = _changed_node(value, dice)
    return bytes(json.dumps(value).encode("utf-8", "surrogatepass"))


def _changed_lines(seed: bytes, dice: random.Random) -> bytes:
    """An answer of JSON lines, as some interfaces frame theirs; empty when no line is JSON."""
    lines = seed.split(b"\n", MOST_LINES) if b"\n[" in seed or b"\n{" in seed else []
    changed = [_changed_json(line, dice) or line for line in lines]
    return b"\n".join(changed) if changed != lines else b""


def _piece(body: bytes, dice: random.Random) -> bytes:
    way = dice.randrange(4)
    if way == 0:
        return bytes(dice.choice(PIECES).encode("utf-8", "surrogatepass"))
    if way == 1:
        return dice.randbytes(dice.randint(1, 8))
    if way == 2:
        return bytes(dice.choice(NAMES).encode())
    start = dice.randrange(len(body) + 1)
    return body[start : start + dice.choice((4, 32, 256))] * dice.choice((1, 1, 2, 20))


def _changed_node(value: Any, dice: random.Random) -> Any:
    """A copy in which one node, found by walking down at random, is another value."""
    if isinstance(value, dict) and value and dice.random() < 0.85:
        key = dice.choice(list(value))
        changed = dict(value)
        changed[key] = _changed_node(value[key], dice)
        return changed
    if isinstance(value, list) and value and dice.random() < 0.85:
        place = dice.randrange(len(value))
        return [*value[:place], _changed_node(value[place], dice), *value[place + 1 :]]
    if isinstance(value, str) and value[:1] in ("{", "[") and dice.random() < 0.85:
        inner = _changed_json(value.encode("utf-8", "surrogatepass"), dice)
        return inner.decode("utf-8", "surrogatepass") or value
    return dice.choice(
        (None, True, -1, 0, 10**30, 1e308, "", "x" * 5_000, [], {}, [[[[]]]], {"id": {}}, "5/5",
         "9999-99-99", "https://[", "\ud800", value, [value], {"a": value})
    )  # fmt: skip


def _ring(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # a handler's arguments
    raise Hang


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=Console(stderr=True),
    )  # fmt: skip


def _print(tallies: dict[str, Tally]) -> None:
    table = Table("source", "inputs", "reviews", "slowest, ms", "faults")
    for name, tally in sorted(tallies.items()):
        table.add_row(
            name,
            f"{tally.inputs:,}",
            f"{tally.reviews:,}",
            f"{tally.slowest * 1000:.0f}",
            "; ".join(_first(tally.faults)) or "none",
        )
    Console(width=110).print(table)


def _first(faults: Sequence[str]) -> list[str]:
    more = [f"… and {len(faults) - 3} more"] if len(faults) > 3 else []
    return [*dict.fromkeys(faults[:3]), *more]


if __name__ == "__main__":
    sys.exit(main())
