"""Dates of Steam's pages: without a year when they are of this one, in the reader's language."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from crawlers.parsing.dates import ParsedDate, parse_date

_EDITED = re.compile(
    r"last edited|updated|отредактирован|обновлен|изменен|редагован|оновлен|zuletzt|aktualisiert"
    r"|dernière|mise à jour|última|actualiza|atualiza|editad|ostatni|zaktualiz|ultima modifica"
    r"|aggiornat|düzenle|güncelle|bijgewerkt|bewerkt|最后|最後|更新|마지막|수정|업데이트",
    re.I,
)
_EASTERN = re.compile(
    r"(?:(?P<y>\d{4})\s?[年년]\s?)?(?P<m>\d{1,2})\s?[月월]\s?(?P<d>\d{1,2})\s?[日일]"
)
_VIETNAMESE = re.compile(r"(?P<d>\d{1,2}) tháng (?P<m>\d{1,2})(?:,? (?P<y>\d{4}))?", re.I)
_YEAR = re.compile(r"(?<!\d)20\d{2}(?!\d)")


def posted_and_edited(shown: str, now: datetime) -> tuple[ParsedDate, datetime | None]:
    """The day of a review and that of its last edit, where the text tells it."""
    text = " ".join(shown[:400].split())
    edited = _EDITED.search(text)
    if edited is None:
        return _moment(text, now), None
    if not re.search(r"\d", text[: edited.start()]):
        return _moment(text[edited.start() :], now), None
    return _moment(text[: edited.start()], now), _moment(text[edited.start() :], now).value


def _moment(text: str, now: datetime) -> ParsedDate:
    kept = text.strip(" .:")[:200]
    if found := _EASTERN.search(kept) or _VIETNAMESE.search(kept):
        day = f"-{int(found['m']):02}-{int(found['d']):02}"
        return _latest(kept, [found["y"] + day] if found["y"] else _of_years(day, now), now)
    parsed = parse_date(kept, now)
    if parsed.value is not None or _YEAR.search(kept) or not re.search(r"\d", kept):
        return parsed
    return _latest(kept, [f"{kept.rstrip('. ')} {year}" for year in (now.year, now.year - 1)], now)


def _of_years(day: str, now: datetime) -> list[str]:
    return [f"{now.year}{day}", f"{now.year - 1}{day}"]


def _latest(shown: str, written: list[str], now: datetime) -> ParsedDate:
    """The first of the dates that is not in the future, with the text as it was shown."""
    for text in written:
        parsed = parse_date(text, now)
        if parsed.value is not None and parsed.value <= now + timedelta(days=1):
            return ParsedDate(value=parsed.value, precision=parsed.precision, raw=shown)
    return ParsedDate(raw=shown, problem=f"date {shown[:60]!r} is not understood")
