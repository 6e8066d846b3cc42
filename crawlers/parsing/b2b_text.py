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
_INLINE = re.compile(
    r"(?:^|(?<=[.!?\s]))((?:What do you (?:like best|like most|dislike|like least)"
    r"|What (?:business )?problems)\b[^?\n]{0,200}\?)"
)
"""Questions that stand in one line with their answers."""


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
    found: dict[str, list[str]] = {"pros": [], "cons": [], "text": []}
    kind, is_asked = "text", False
    for line in _INLINE.sub(r"\n\1\n", text[:400_000]).split("\n"):
        question = line.strip().rstrip("?: ")
        if asked := _kind(question):
            kind, is_asked = asked, True
        else:
            found[kind].append(line)
    pros, cons, rest = ("\n".join(found[name]) for name in ("pros", "cons", "text"))
    return Answers(clean(pros), clean(cons), clean(rest), is_asked)


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
    kinds = (("pros", _PROS), ("cons", _CONS), ("text", _ABOUT))
    return next((kind for kind, pattern in kinds if pattern.fullmatch(question)), None)
