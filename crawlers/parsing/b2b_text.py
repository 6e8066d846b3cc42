"""Questions that sites of business software ask a reviewer, and the answers under each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crawlers.parsing.text import clean

_PROS = re.compile(r"what do you like (?:the )?(?:best|most)\b.*|pros", re.I)
_CONS = re.compile(r"what do you (?:dislike|like (?:the )?least)\b.*|cons", re.I)
_ABOUT = re.compile(
    r"overall(?: (?:experience|comments?))?|general comments|use cases and deployment scope"
    r"|(?:what|which) (?:business )?problems\b.*|what benefits\b.*|recommendations to others\b.*"
    r"|likelihood to recommend|return on investment|usability|(?:reasons? for|why did you) "
    r"(?:choos|switch)\w*\b.*|alternatives considered\b.*|advice to others\b.*",
    re.I,
)
_SITE = re.compile(
    r"review source|vendor response|response from (?:the )?vendor\b.*|source: .{1,80}", re.I
)
"""Headings of what the site or the vendor adds."""
_INLINE = re.compile(
    r"(?:^|(?<=[.!?\s]))((?:What do you (?:like best|like most|dislike|like least)"
    r"|What (?:business )?problems)\b[^?\n]{0,200}\?)"
)
"""Questions that stand in one line with their answers."""
_HOSTED = re.compile(r"\s*\bReview collected by and hosted on G2\.com\b")
"""G2's own words below every answer; what stands behind them is not the author's, either."""


@dataclass(frozen=True)
class Answers:
    """What was answered to questions of each kind."""

    pros: str = ""
    cons: str = ""
    text: str = ""
    is_asked: bool = False
    """Whether any question was found."""


def answers_of(text: str) -> Answers:
    """Answers by the questions above them; what stands before the first is plain text."""
    found: list[tuple[str, list[str]]] = [("text", [])]
    for line in _INLINE.sub(r"\n\1\n", text[:400_000]).split("\n"):
        if asked := _kind(line.strip().rstrip("?: ")):
            found.append((asked, []))
        else:
            found[-1][1].append(line)
    answers = [(kind, clean(_HOSTED.split("\n".join(lines))[0])) for kind, lines in found]
    pros, cons, rest = (
        "\n\n".join(answer for kind, answer in answers if kind == wanted and answer)
        for wanted in ("pros", "cons", "text")
    )
    return Answers(pros, cons, rest, is_asked=len(found) > 1)


def answers_below_first_question(lines: Iterable[str]) -> Answers:
    """The same for a whole card, whose beginning is not the author's words."""
    kept: list[str] = []
    for line in lines:
        if kept or _kind(line.strip().rstrip("?: ")):
            kept.append(line)
    return answers_of("\n".join(kept))


def _kind(question: str) -> str | None:
    if len(question) > 250:
        return None
    kinds = (("pros", _PROS), ("cons", _CONS), ("text", _ABOUT), ("site", _SITE))
    return next((kind for kind, pattern in kinds if pattern.fullmatch(question)), None)
