"""An alarm in Russian, as a colleague would say it."""

from __future__ import annotations

from collections.abc import Sequence

from consumers.alerting.episodes import Episode
from consumers.alerting.evaluation import Evaluation
from consumers.alerting.russian_forms import (
    DAYS,
    NEGATIVE,
    REVIEWS,
    STARS,
    decimal,
    odds,
    percent,
    plural,
    span,
)
from pipeline.records import AlertDriver

KINDS = {
    "complaints": "Всплеск негатива",
    "review_bombing": "Похоже на атаку отзывами",
    "rating_drop": "Оценки упали",
    "praise_burst": "Необычно много отзывов без негатива",
    "solicited_praise": "Похоже на организованные похвалы",
    "volume_burst": "Необычно много отзывов",
    "solicited_burst": "Похоже, отзывы просили оставить",
}
STATES = {"open": "", "updated": "Волна растёт. ", "resolved": "Закончилось. "}
_FLAGS = {
    "new_authors": "авторы с единственным отзывом",
    "low_authenticity": "подлинность не подтверждена",
    "short_texts": "короткие тексты",
    "repeated_texts": "повторяющиеся тексты",
}
_NAMED = {"source": "площадка «{}»", "product": "продукт «{}»", "aspect": "тема «{}»"}
_ASPECTS = {
    "quality": "качество", "assortment": "ассортимент", "price": "цена", "delivery": "доставка",
    "staff": "персонал", "waiting": "ожидание", "refund": "возврат и гарантия",
    "premises": "помещение и чистота", "app": "приложение и сайт",
    "safety": "безопасность и обман",
}  # fmt: skip


def title(episode: Episode) -> str:
    """One line for a subject or a list."""
    peak = episode.peak
    return f"{STATES[episode.state]}{KINDS[peak.kind]}: {peak.entity_id}, {_count(peak)}"


def text(episode: Episode, drivers: Sequence[AlertDriver]) -> str:
    """The whole message: what happened, against what, and what drives it."""
    peak = episode.peak
    lines = [f"{STATES[episode.state]}{_what(peak)}"]
    if peak.kind == "review_bombing":
        lines.append(
            f"У {percent(peak.details['unlikely_share'])} этих отзывов подлинность не "
            "подтверждена: похоже не на жалобы клиентов, а на организованную атаку."
        )
    if topics := [_topic(driver) for driver in drivers if driver.chance is not None]:
        lines.append(f"{_topics_of(peak)} чаще обычного: {'; '.join(topics)}.")
    if said := [_driver(driver) for driver in drivers if _sets_apart(driver)]:
        lines.append(f"Чем выделяются: {'; '.join(said)}.")
    if words := [f"«{driver.value}» ({driver.count})" for driver in drivers if _is_word(driver)]:
        lines.append(f"Чаще обычного пишут: {', '.join(words)}.")
    lines.append(_strength(peak))
    if episode.state == "resolved" and episode.end is not None:
        lines.append(f"Длилось: {span(episode.start, episode.end)}.")
    return "\n".join(lines)


def _what(peak: Evaluation) -> str:
    when = span(peak.window_start, peak.today)
    if peak.kind == "rating_drop":
        return f"{peak.entity_id}: {_count(peak)} ({when}), обычно {decimal(peak.expected)}."
    sentence = f"{peak.entity_id}: {_count(peak)} ({when}) при ожидаемых {decimal(peak.expected)}"
    if "share" in peak.details:
        share, usual = peak.details["share"], peak.details["usual_share"]
        sentence += f"; доля негатива {percent(share)}, обычно {percent(usual)}"
    return sentence + "."


def _count(peak: Evaluation) -> str:
    days = f"за {peak.window_days} {plural(peak.window_days, DAYS)}"
    if peak.kind == "rating_drop":
        rated = round(peak.details["rated"])
        return f"в среднем {decimal(peak.observed)} по {rated} {plural(rated, STARS)} {days}"
    number = round(peak.observed)
    reviews = plural(number, REVIEWS)
    if peak.rule == "negative_spike":
        reviews = f"{plural(number, NEGATIVE)} {reviews}"
    elif peak.kind in ("praise_burst", "solicited_praise"):
        reviews = f"{reviews} без негатива"
    return f"{number} {reviews} {days}"


def _topics_of(peak: Evaluation) -> str:
    return "На что жалуются" if peak.rule == "negative_spike" else "О чём пишут"


def _topic(driver: AlertDriver) -> str:
    """An aspect that a test stands behind."""
    now = f"{driver.count} из {driver.whole} ({percent(driver.share)})"
    before = f"{driver.usual_count} из {driver.usual_whole} ({percent(driver.usual_share or 0.0)})"
    return f"{_ASPECTS.get(driver.value, driver.value)} — {now}, прежде {before}"


def _sets_apart(driver: AlertDriver) -> bool:
    return not _is_word(driver) and driver.chance is None


def _is_word(driver: AlertDriver) -> bool:
    return driver.name == "word"


def _driver(driver: AlertDriver) -> str:
    if driver.name == "aspect":
        what = _NAMED["aspect"].format(_ASPECTS.get(driver.value, driver.value))
    else:
        named = _NAMED.get(driver.name)
        what = named.format(driver.value) if named else _FLAGS.get(driver.name, driver.name)
    usual = "" if driver.usual_share is None else f", обычно {percent(driver.usual_share)}"
    return f"{what} — {driver.count} ({percent(driver.share)}{usual})"


def _strength(peak: Evaluation) -> str:
    return (
        f"Сила сигнала {decimal(peak.surprise)} при пороге {decimal(peak.threshold)}: случайно "
        f"такое бывает {odds(peak.surprise)}."
    )
