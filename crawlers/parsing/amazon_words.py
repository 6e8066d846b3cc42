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
    re.compile(r"(?:(?:Opinia|Recenzja) napisana|Zrecenzowano) we? (.{2,40}?) (?:dnia )?\d", re.I),
    re.compile(r"(?:Recenserad|Recenserades|Granskad) i (.{2,40}?) den \d", re.I),
    re.compile(r"日に(.{2,40}?)でレビュー済み"),
    re.compile(r"tarihinde (.{2,40}?)['’](?:de|da|te|ta) değerlendirildi", re.I),
    re.compile(r"日在(.{2,40}?)(?:审核|評論|评论|撰写|發表)"),
    re.compile(r"일에 (.{2,40}?)에서 (?:검토됨|작성)"),
    re.compile(r"تمت المراجعة في (.{2,40}?) (?:في|بتاريخ) \d"),
)
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_NO_NAME = re.compile(
    r"(?:amazon|kindle)[ -]?(?:customer|kunde|kundin|klant|kund|カスタマー|ユーザー|müşterisi"
    r"|買家|顾客|고객|shopper)"
    r"|(?:cliente|client|klient|utilisateur|usuario|utente)(?: d['’]| de | di | )(?:amazon|kindle)"
    r"|a deleted user|placeholder|a?mazon|عميل أمازون",
    re.I,
)
_BEST_FIRST = re.compile(
    r"^5\D{0,4}(?:つ星のうち|つ星中|점 만점|yıldız üzerinden|में से|颗星，)\D{0,8}(\d(?:[.,]\d)?)"
)
"""Languages that say the scale before the stars: "5つ星のうち4.0"."""
_ALL_FIRST = re.compile(r"(\d[\d,]*)人中[、の]?\s?(\d[\d,]*)人")
_LOST_MEDIA = re.compile(
    r"^(?:The media could not be loaded\.|Medien konnten nicht geladen werden\."
    r"|Die Medien konnten nicht geladen werden\."
    r"|Le contenu multimédia n['’]a pas pu être chargé\."
    r"|Le média n['’]a pas pu être chargé\."
    r"|El contenido multimedia no se pudo cargar\.|No se ha podido cargar el contenido multimedia\."
    r"|Impossibile caricare il contenuto multimediale\.|Il contenuto multimediale non può essere "
    r"caricato\.|Não foi possível carregar a mídia\.|A mídia não pôde ser carregada\."
    r"|メディアを読み込むことができませんでした。)\s*"
)
"""What stands where a browser shows the customer's video."""
_READ_ALOUD = re.compile(
    r"(?:Brief|Full) content visible, double tap to read (?:full|brief) content\.\s*"
)
_SOME_OF_ALL = re.compile(r"(\d[\d.,]*) (?:of|de|von|sur|su|van|z|av) (\d[\d.,]*)", re.I)


def country_of(said_when: str) -> str:
    """The country of "Reviewed in the United States on August 2, 2021", as it is written."""
    for pattern in _REVIEWED_IN:
        if found := pattern.search(said_when):
            return _FLAG.sub("", found.group(1)).strip()
    return ""


def said_stars(words: str) -> str:
    """The stars of "4.0 out of 5" in the languages that say the five first; else the same words."""
    found = _BEST_FIRST.search(words.strip()[:100])
    return found.group(1) if found else words


def lost_media(text: str) -> str:
    """The author's words, without what stands for a video and what is read aloud about them."""
    return _LOST_MEDIA.sub("", _READ_ALOUD.sub("", text)).strip()


def helpful_votes(statement: str) -> tuple[int, int] | None:
    """Votes for and against; None where nothing is said.

    "One person found this helpful" has its number in words, in every language; before 2017
    those of all who voted were told: "1 of 3 people found this helpful".
    """
    if not statement:
        return None
    if found := _ALL_FIRST.search(statement):
        voted, helpful = count(found.group(1)) or 0, count(found.group(2)) or 0
        return helpful, max(0, voted - helpful)
    if found := _SOME_OF_ALL.search(statement):
        helpful, voted = count(found.group(1)) or 0, count(found.group(2)) or 0
        return helpful, max(0, voted - helpful)
    return (count(statement) or 0 if re.search(r"\d", statement) else 1), 0


def is_no_name(name: str) -> bool:
    """Whether this is what Amazon calls those who gave no name."""
    return not name or is_nobody(name) or _NO_NAME.fullmatch(name.strip()) is not None
