"""Writes docs/models/ten-reviews.md: all that a model says of ten constructed reviews.

Usage: python -m benchmarks.ten_reviews [--model accurate]
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from consumers.sentiment.models import build_model
from consumers.sentiment.understanding import Understander
from pipeline.identity import make_review
from pipeline.records import Understanding

REVIEWS = Path("docs/models/ten-reviews.jsonl")
NOTES = Path("docs/models/ten-reviews-notes.json")
DOCUMENT = Path("docs/models/ten-reviews.md")
READ_AT = datetime(2026, 1, 1, tzinfo=UTC)


class Case(Struct, kw_only=True):
    """One constructed review and what a person reads in it."""

    text: str
    title: str = ""
    pros: str = ""
    cons: str = ""
    rating: float | None = None
    reads: str


def main() -> None:
    """Read, understand, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="accurate")
    arguments = parser.parse_args()
    cases = [msgspec.json.decode(line, type=Case) for line in REVIEWS.read_bytes().splitlines()]
    notes: dict[str, str] = msgspec.json.decode(NOTES.read_bytes()) if NOTES.exists() else {}
    understander = Understander(build_model(arguments.model))
    understandings = understander.understand(
        [
            make_review(
                review_id=f"ten:{number}", source="ten", entity_id="ten", title=case.title,
                text=case.text, pros=case.pros, cons=case.cons, rating=case.rating,
                crawled_at=READ_AT,
            )
            for number, case in enumerate(cases, start=1)
        ]
    )  # fmt: skip
    sections = [
        _section(number, case, found, notes.get(str(number), ""))
        for number, (case, found) in enumerate(zip(cases, understandings, strict=True), start=1)
    ]
    text = _HEAD.format(revision=understander.revision) + "\n".join(sections)
    DOCUMENT.write_text(text, encoding="utf-8")
    print(text)


def _section(number: int, case: Case, found: Understanding, note: str) -> str:
    star = "no star" if case.rating is None else f"{case.rating:g} stars"
    said = [
        *([f"**{case.title}**"] if case.title else []),
        *([case.text] if case.text else []),
        *([f"Достоинства: {case.pros}"] if case.pros else []),
        *([f"Недостатки: {case.cons}"] if case.cons else []),
    ]
    quoted = "\n".join(f"> {line}" for line in said)
    return (
        f"## {number}\n\n{quoted}\n\n{star}. A person reads: {case.reads}.\n\n{_table(found)}\n"
        + (f"\n{note}\n" if note else "")
    )


def _table(found: Understanding) -> str:
    text = found.text_probabilities
    rows = [("label, text and star together", f"{found.label} ({found.score:+.2f})")]
    if text:
        rows.append(
            ("text alone, negative / neutral / positive",
             f"{text.negative:.2f} / {text.neutral:.2f} / {text.positive:.2f}")
        )  # fmt: skip
    rows += [
        ("expected star", _number(found.expected_star)),
        ("mixed", _number(found.mixed)),
        ("no opinion at all", _number(found.junk)),
        ("constructiveness", _number(found.constructiveness)),
    ]
    if found.complaint:
        parts = {
            "problem": found.complaint.problem,
            "specifics": found.complaint.specifics,
            "request": found.complaint.request,
        }
        rows += [(f"… {name}", "; ".join(words)) for name, words in parts.items() if words]
    rows += [
        (f"{one.aspect}, {one.polarity} ({_number(one.confidence)})", "; ".join(one.words))
        for one in found.aspects
    ]
    rows.append(("language", found.language or "–"))
    if found.unmeasured:
        rows.append(("never measured in this language", ", ".join(found.unmeasured)))
    return "| | |\n|---|---|\n" + "\n".join(f"| {name} | {value} |" for name, value in rows)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


_HEAD = """# Ten reviews, and all that the model says of them

Written by `python -m benchmarks.ten_reviews`; the reviews are constructed. Model `{revision}`.

"""

if __name__ == "__main__":
    main()
