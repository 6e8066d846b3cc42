"""The pages that a source's own tests build: every shape that somebody thought of, to be mutated.

The tests run in this process with `parse` of the source watched; what it was given is kept.
"""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import pytest

from crawlers.page import Page
from crawlers.parsed import ParsedPage
from crawlers.spiders import SOURCE_BY_NAME

TESTS = Path(__file__).parent.parent / "tests" / "crawlers" / "spiders"


def tested_pages(name: str) -> list[Page]:
    """Each different body once, in the order of the tests; raises RuntimeError when these fail."""
    path = TESTS / f"test_{name}.py"
    watch = _Watch(name)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        outcome = pytest.main(["-q", "-p", "no:cacheprovider", str(path)], plugins=[watch])
    if outcome != pytest.ExitCode.OK:
        raise RuntimeError(f"{path} fails, mend it before fuzzing:\n{said.getvalue()}")
    return list(watch.pages.values())


class _Watch:
    """A plugin of pytest that stands between the tests and one source's `parse`."""

    def __init__(self, name: str) -> None:
        self.pages: dict[bytes, Page] = {}
        self._kind: Any = type(SOURCE_BY_NAME[name])
        self._parse = self._kind.parse

    def pytest_sessionstart(self) -> None:
        pages, parse = self.pages, self._parse

        def watched(source: Any, page: Page) -> ParsedPage:
            pages.setdefault(page.body, page)
            parsed: ParsedPage = parse(source, page)
            return parsed

        self._kind.parse = watched

    def pytest_sessionfinish(self) -> None:
        self._kind.parse = self._parse
