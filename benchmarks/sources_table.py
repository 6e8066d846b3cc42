"""Writes docs/sources.md: all sources, what the parsers find on saved pages, and why not more.

Usage: python -m benchmarks.sources_table [PAGES_DIR] [--expectations=SOURCE]

With --expectations it rewrites the counts and digests that the tests compare with for that source,
and nothing else: do that only after having looked at every page that changed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.captures import PAGES, Capture, captures, filled, summary
from crawlers.spiders import SOURCES

DOCUMENT = Path("docs/sources.md")
NOTES = Path("benchmarks/extraction_notes")
EXPECTATIONS = Path("tests/crawlers/expectations")
REWRITE = "--expectations="
COLUMNS = ("author", "rating", "text", "title", "date")

ALL = """# Sources

Written by `python -m benchmarks.sources_table`. *Evidence* is what a parser was built against: a
real page (capture), parts of one (excerpt), an official example (documentation), or only the
described shape (constructed). *Key* is the environment variable with the key of the official API;
without it the public page or feed is read, where there is one. *Cap* is how many reviews, or pages,
a source shows at most.
"""

HEAD = """## What the parsers find on saved pages

A source without a table here has no capture. The expectations that
`tests/crawlers/test_captures.py` compares with are the parser's own output, kept after the page
was compared with it by eye. They guard against change: where the test passes, precision and recall
against them are 1 by construction, so no such figure is printed as if it were measured apart. They
also hold the source that is recognised when nobody says. *Claimed* is the number of reviews that
the page says there are (`reviewCount`; a `ratingCount` is none). The fields count how many of the
reviews found have them. *Mentions* (comments, forum posts) have no stars. The last column explains
each miss; every page was looked at.

JSON-LD, microdata, RDFa and microformats are read by our own one-pass readers
(`crawlers/parsing/`). extruct, the usual library, is what the microdata reader is tested against;
it is not used itself, because it loses line breaks and the elements whose ids and links a review
needs, gives up a page for one RDFa quirk, and returns RDFa without the order of the page.
"""


def main(arguments: list[str]) -> int:
    """Write the document; 1 when a page has no explanation."""
    folders = [argument for argument in arguments if not argument.startswith("--")]
    pages = Path(folders[0]) if folders else PAGES
    for argument in arguments:
        if argument.startswith(REWRITE):
            return _rewrite(pages, argument.removeprefix(REWRITE))
    found = list(captures(pages))
    notes: dict[str, str] = {}
    for path in NOTES.glob("*.json"):
        notes |= json.loads(path.read_text("utf-8"))
    unexplained = [capture.name for capture in found if capture.name not in notes]
    if not found or unexplained:
        print("no captures" if not found else f"not explained in {NOTES}: {unexplained}")
        return 1
    names = dict.fromkeys(one.name.partition("/")[0] for one in found)
    sections = [_section(name, found, notes) for name in names]
    DOCUMENT.write_text("\n".join([ALL, _sources(), HEAD, _totals(found), *sections]), "utf-8")
    print(_totals(found))
    return 0


def _rewrite(pages: Path, source: str) -> int:
    expected = {capture.name: summary(capture) for capture in captures(pages, source)}
    text = json.dumps(expected, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    (EXPECTATIONS / f"{source}.json").write_text(text, "utf-8")
    return 0


def _sources() -> str:
    head = ("source", "kind", "evidence", "key", "cap", "paging", "gives", "terms")
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for source in SOURCES:
        access = source.access
        pages = "" if access.max_pages is None else f"{access.max_pages} pages"
        shown = "" if access.cap is None else f"{access.cap} reviews"
        needed = f"`{access.key}`{' (needed)' if access.needs_key else ''}" if access.key else "–"
        terms = f"[terms]({access.terms_url})" if access.terms_url else "–"
        cells = (
            source.name, source.kind, access.evidence, needed,
            ", ".join(filter(None, (shown, pages))) or "–", access.paging,
            ", ".join(sorted(access.gives)), terms,
        )  # fmt: skip
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _totals(found: Iterable[Capture]) -> str:
    lines = ["| source | captures | reviews | mentions | " + " | ".join(COLUMNS) + " |"]
    lines.append("|" + "---|" * (4 + len(COLUMNS)))
    for source in [source.name for source in SOURCES]:
        own = [one for one in found if one.name.startswith(f"{source}/")]
        if not own:
            continue
        reviews = tuple(review for one in own for review in one.parsed.reviews)
        mentions = sum(review.is_mention for review in reviews)
        shares = [_share(filled(reviews)[name], len(reviews)) for name in COLUMNS]
        cells = [source, str(len(own)), str(len(reviews) - mentions), str(mentions), *shares]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _section(source: str, found: Iterable[Capture], notes: dict[str, str]) -> str:
    lines = [
        f"### {source}\n",
        f"| capture | reviews | mentions | claimed | {' | '.join(COLUMNS)} | next | why not more |",
        "|" + "---|" * (6 + len(COLUMNS)),
    ]
    for one in found:
        if one.name.startswith(f"{source}/"):
            lines.append(_row(one, notes[one.name]))
    return "\n".join(lines) + "\n"


def _row(capture: Capture, note: str) -> str:
    parsed = capture.parsed
    mentions = sum(review.is_mention for review in parsed.reviews)
    claimed = "–" if parsed.claimed_total is None else str(parsed.claimed_total)
    counts = [str(number) for number in filled(parsed.reviews).values()]
    cells = [
        capture.name.partition("/")[2], str(len(parsed.reviews) - mentions), str(mentions), claimed,
        *counts, str(len(parsed.next_urls)), note.replace("|", "\\|"),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _share(part: int, whole: int) -> str:
    return f"{part} ({part / whole:.0%})" if whole else "–"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
