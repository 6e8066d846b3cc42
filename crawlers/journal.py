"""What a crawl has read so far, kept on disk so that a killed one goes on where it stopped.

Scrapy's own job directory loses its queue when the process is killed, but not its list of
visited pages, and would then call a crawl complete after one page.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from crawlers.course import Course
from crawlers.publishing import Tally
from pipeline.errors import UsageError
from pipeline.identity import digest
from pipeline.records import AwareTime, CrawlJob

KEPT_FOR = timedelta(hours=12)
"""Older positions are not resumed: paging tokens expire and pages shift."""


class BeingCrawled(UsageError):
    """Another process reads the same listing now."""


class Visited(Struct, frozen=True, kw_only=True):
    """One page that was read and published."""

    url: str
    """As it was asked for."""
    next_urls: tuple[str, ...] = ()
    """Pages it added to the queue."""
    review_ids: tuple[str, ...] = ()
    """All ids on it."""
    tally: Tally = Tally()
    claimed_total: int | None = None
    course: Course = Course()
    """How far down the listing the crawl had come with it."""
    passed_over: int = 0
    """Items on it that the source counts but that are no reviews."""
    reads_past_known: bool = False
    """Whether the crawl was not to stop at known reviews."""
    at: AwareTime

    @property
    def leads_nowhere(self) -> bool:
        """Whether it repeated others, so that its links, if any, were not followed."""
        is_repetition = bool(self.review_ids and self.tally.repeated and not self.tally.fresh)
        return is_repetition and not self.next_urls


class Journal:
    """The pages of one crawl, appended one line each."""

    def __init__(self, file: IO[bytes], now: datetime) -> None:
        self._file = file
        self.visited: tuple[Visited, ...] = tuple(_recent(file, now))

    def append(self, visited: Visited) -> None:
        """Remember a page whose reviews are on the log."""
        self._file.write(msgspec.json.encode(visited) + b"\n")
        self._file.flush()

    def clear(self) -> None:
        """The crawl is over: the next one starts afresh."""
        self._file.truncate(0)


@contextmanager
def open_journal(data_dir: Path, job: CrawlJob, now: datetime) -> Iterator[Journal]:
    """The journal of this entity, source and address.

    Raises UsageError while another process crawls the same.
    """
    directory = data_dir / "crawls"
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{digest(job.entity_id, job.source, job.url, job.is_full)}.jsonl"
    with path.open("a+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BeingCrawled(
                f"{job.url} is being crawled for {job.entity_id} by another process: wait for it"
            ) from error
        yield Journal(file, now)


def _recent(file: IO[bytes], now: datetime) -> list[Visited]:
    """Pages of an interrupted crawl; empties the file when they are too old to go on from."""
    file.seek(0)
    pages: list[Visited] = []
    sound = 0
    for line in file:
        try:
            pages.append(msgspec.json.decode(line, type=Visited))
        except msgspec.DecodeError:
            break  # the line that the crash tore
        sound += len(line)
    if pages and pages[-1].at < now - KEPT_FOR:
        pages, sound = [], 0
    file.truncate(sound)
    return pages
