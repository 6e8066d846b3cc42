"""Who reviews business software: the role, the company's size and trade, how it was confirmed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawlers.parsing.names import is_nobody

_SIZE = re.compile(
    r"(?:[<>≤≥]\s*)?\d[\d,. ]*(?:\s*(?:-|–|to)\s*\d[\d,. ]*|\+|\s+or (?:fewer|more))?\s*"
    r"(?:emp\.|employees)|self-employed",
    re.I,
)
_LABEL = re.compile(r"^(industry|company size|job title|role|location)\s*:\s*(.+)$", re.I)
_USAGE = re.compile(
    r"^(?:used the software for|time used|usage)\s*:\s*(.+)$|^(.+?) (?:of )?experience using .+$",
    re.I,
)
_IN_BRACKETS = re.compile(r"^(?P<company>[^()]{0,150}?)\s*\((?P<inside>[^()]{2,150})\)$")
_NETWORK = re.compile(
    r"(?:verified|validated|confirmed|identity)\b[^\n]{0,60}\blinkedin\b"
    r"|\blinkedin\b[^\n]{0,40}\b(?:verified|validated|confirmed)|professional network",
    re.I,
)
"""Not every card that names the network says that it confirmed anybody: some only link to it."""
_MARK = re.compile(
    r"validated reviewer|verified (?:current )?user|verified reviewer|vetted review"
    r"|identity verified",
    re.I,
)
_UNNAMED = re.compile(r"verified (?:user|reviewer)(?: in (?P<industry>.{2,80}))?", re.I)
_SIZE_WORDS = re.compile(r"^(?:small-business|mid-market|enterprise)\s*$", re.I)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the lines beside a review tell of its author; empty where they are silent."""

    role: str = ""
    company: str = ""
    company_size: str = ""
    industry: str = ""
    usage_period: str = ""
    identified_by: str = ""
    is_current_user: bool = False


def facts_of(lines: Sequence[str], name: str = "") -> Facts:
    """Read the lines that stand with the author's name."""
    found: dict[str, str] = {}
    for number, raw in enumerate(lines[:80]):
        line = raw.strip()
        if not line or len(line) > 200:
            continue
        _read_line(line, found)
        if name and line == name and number + 1 < len(lines):
            _read_role(lines[number + 1].strip(), found)
    joined = "\n".join(lines[:80])
    return Facts(
        role=found.get("job title") or found.get("role", ""),
        company=found.get("company", ""),
        company_size=found.get("company size", ""),
        industry=found.get("industry", ""),
        usage_period=found.get("usage", ""),
        identified_by=confirmed_by(joined),
        is_current_user="verified current user" in joined.casefold(),
    )


def confirmed_by(words: str) -> str:
    """How the site says that it knows the author; empty when it does not say."""
    if _NETWORK.search(words):
        return "professional network"
    mark = _MARK.search(words)
    return mark.group().casefold() if mark else ""


def shown_name(name: str) -> str | None:
    """A person's name; "Verified Reviewer" and its like are nobody."""
    is_person = name and not _UNNAMED.fullmatch(name) and not is_nobody(name)
    return name if is_person else None


def _read_line(line: str, found: dict[str, str]) -> None:
    if label := _LABEL.match(line):
        found.setdefault(label.group(1).casefold(), label.group(2).strip())
    elif usage := _USAGE.match(line):
        found.setdefault("usage", (usage.group(1) or usage.group(2)).strip())
    elif (unnamed := _UNNAMED.fullmatch(line)) and unnamed["industry"]:
        found.setdefault("industry", unnamed["industry"].strip())
    elif size := _SIZE.search(line):
        _read_size(line, size, found)


def _read_size(line: str, size: re.Match[str], found: dict[str, str]) -> None:
    """Size, and what stands beside it: "Internet, 11-50 employees", "Acme (Retail, 1-10 …)"."""
    found.setdefault("company size", " ".join(size.group().split()))
    brackets = _IN_BRACKETS.match(line)
    before = (brackets["inside"] if brackets else line).split(size.group())[0].rstrip(" ,(")
    if brackets and brackets["company"] and not _SIZE_WORDS.match(brackets["company"]):
        found.setdefault("company", brackets["company"])
    if before and len(before) <= 80 and not _SIZE_WORDS.match(before):
        found.setdefault("industry", before)


def _read_role(line: str, found: dict[str, str]) -> None:
    """The line under a name is a role, unless it is one of the other facts."""
    is_fact = _SIZE.search(line) or _LABEL.match(line) or _USAGE.match(line) or _MARK.search(line)
    if line and len(line) <= 120 and not is_fact and not _NETWORK.search(line):
        found.setdefault("role", line)
