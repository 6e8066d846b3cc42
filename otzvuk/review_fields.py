"""What a line of JSON says of a review, in words as people write them: read as an import reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crawlers.importing.cells import is_empty
from crawlers.importing.meanings import UNKNOWN_LANGUAGES, language_code, yes_or_no
from crawlers.parsing.ratings import parse_rating
from crawlers.parsing.text import LONG_LIMIT, SHORT_LIMIT, clean, cut, one_line

WORDS = ("title", "text", "pros", "cons")
RATINGS = ("rating", "stars")
"""Names of one field; the first that is filled counts."""
SHOWN = 60
"""Characters of a value in a note."""


class UnreadableWords(Exception):
    """Where the words of the customer should be is something else; the message names it."""


def review_fields(row: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    """Arguments of a Review: title, text, pros, cons, rating, recommends and language, as far as
    they are filled. `notes` gets what was cut, and what could not be read and is left out.

    Raises UnreadableWords.
    """
    words = {name: _words(name, row[name], notes) for name in WORDS if not is_empty(row.get(name))}
    judged = {
        "rating": _rating(row, notes),
        "recommends": _recommends(row.get("recommends"), notes),
        "language": _language(row.get("language"), notes),
    }
    return words | {name: value for name, value in judged.items() if value is not None}


def _words(name: str, value: object, notes: list[str]) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UnreadableWords(f"{name} is {_shown(value)}, no text: write it in quotation marks")
    if name == "title":
        return cut(one_line(str(value)), SHORT_LIMIT, name, notes)
    return cut(clean(str(value)), LONG_LIMIT, name, notes)


def _rating(row: Mapping[str, Any], notes: list[str]) -> float | None:
    name = next((name for name in RATINGS if not is_empty(row.get(name))), None)
    if name is None or row[name] == 0:
        return None
    if isinstance(row[name], bool) or not isinstance(row[name], str | int | float):
        problem = f"rating {_shown(row[name])} is no number"
    else:
        parsed = parse_rating(row[name], best=5, worst=1)
        if parsed.problem is None:
            return parsed.stars
        problem = parsed.problem
    notes.append(f"{name}: {problem}: left out; give 1 to 5, or its scale with it, as in 8/10")
    return None


def _recommends(value: object, notes: list[str]) -> bool | None:
    if is_empty(value):
        return None
    try:
        return yes_or_no(value)
    except ValueError as error:
        notes.append(f"recommends: {error}; left out")
        return None


def _language(value: object, notes: list[str]) -> str | None:
    if is_empty(value):
        return None
    written = str(value).strip()
    code = language_code(written) if isinstance(value, str) else None
    if code is None and written.casefold() not in UNKNOWN_LANGUAGES:
        notes.append(
            f"language: {_shown(value)} is no code of two or three letters: left out; write ru, en"
        )
    return code


def _shown(value: object) -> str:
    return repr(value)[:SHOWN]
