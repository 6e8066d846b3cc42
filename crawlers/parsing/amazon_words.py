"""What Amazon's marketplaces say in their own languages: countries, votes, names of nobody."""

from __future__ import annotations

import re

from crawlers.parsing.names import is_nobody
from crawlers.parsing.ratings import count

_REVIEWED_IN = (
    re.compile(r"Reviewed in (?:the )?(.{2,40}?) on ", re.I),
    re.compile(r"(?:Revisado|Calificado|Reseñado) en (?:los |las |el )?(.{2,40}?) el \d", re.I),
    re.compile(r"(?:Rezension|Bewertung) aus (?:dem |den |der )?(.{2,40}?) vom \d", re.I),
    re.compile(r"(?:Commenté|Évalué) (?:en|au|aux|à) (.{2,40}?) le \d", re.I),
    re.compile(r"Recensito (?:in|nel|nei|negli) (.{2,40}?) (?:il|l['’])\s?\d", re.I),
    re.compile(r"Avaliado (?:no|na|nos|em) (.{2,40}?) em \d", re.I),
    re.compile(r"Beoordeeld in (?:het |de )?(.{2,40}?) op \d", re.I),
    re.compile(r"(?:Opinia napisana|Zrecenzowano) we? (.{2,40}?) (?:dnia )?\d", re.I),
    re.compile(r"Recenserad i (.{2,40}?) den \d", re.I),
    re.compile(r"日に(.{2,40}?)でレビュー済み"),
    re.compile(r"tarihinde (.{2,40}?)['’](?:de|da|te|ta) değerlendirildi", re.I),
)
_NO_NAME = re.compile(
    r"(?:amazon|kindle)[ -]?(?:customer|kunde|kundin|klant|kund|カスタマー|müşterisi)"
    r"|(?:cliente|client|klient|utilisateur|utente)(?: d['’]| de | di | )(?:amazon|kindle)"
    r"|placeholder|a?mazon",
    re.I,
)
_SOME_OF_ALL = re.compile(r"(\d[\d.,]*) (?:of|de|von|sur|su|van|z|av) (\d[\d.,]*)", re.I)


def country_of(said_when: str) -> str:
    """The country of "Reviewed in the United States on August 2, 2021", as it is written."""
    for pattern in _REVIEWED_IN:
        if found := pattern.search(said_when):
            return found.group(1)
    return ""


def helpful_votes(statement: str) -> tuple[int, int] | None:
    """Votes for and against; None where nothing is said.

    "One person found this helpful" has its number in words, in every language; before 2017
    those of all who voted were told: "1 of 3 people found this helpful".
    """
    if not statement:
        return None
    if found := _SOME_OF_ALL.search(statement):
        helpful, voted = count(found.group(1)) or 0, count(found.group(2)) or 0
        return helpful, max(0, voted - helpful)
    return (count(statement) or 0 if re.search(r"\d", statement) else 1), 0


def is_no_name(name: str) -> bool:
    """Whether this is what Amazon calls those who gave no name."""
    return not name or is_nobody(name) or _NO_NAME.fullmatch(name.strip()) is not None
