"""Files that the documentation names exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
ROOMS = "pipeline|crawlers|consumers|otzvuk|deploy|benchmarks|training"
NAMED = re.compile(rf"`((?:{ROOMS})/[\w./-]+)`")
LINKED = re.compile(r"\]\(([\w./-]+)\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_named_files_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = {ROOT / name for name in NAMED.findall(text)}
    linked = {page.parent / name for name in LINKED.findall(text)}
    missing = sorted(str(path) for path in named | linked if not path.exists())
    assert not missing
