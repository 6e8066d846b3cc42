"""An alarm in English, as a colleague would say it."""

from __future__ import annotations

from collections.abc import Sequence

from consumers.alerting.english_forms import counted, decimal, odds, percent, span
from consumers.alerting.episodes import Episode
from consumers.alerting.evaluation import Evaluation
from pipeline.records import AlertDriver

KINDS = {
    "complaints": "Spike of negatives",
    "review_bombing": "Looks like review bombing",
    "rating_drop": "Ratings fell",
    "praise_burst": "Unusually many reviews that are not negative",
    "solicited_praise": "Looks like solicited praise",
    "volume_burst": "Unusually many reviews",
    "solicited_burst": "Looks like solicited reviews",
}
STATES = {"open": "", "updated": "The wave grows. ", "resolved": "It is over. "}
_FLAGS = {
    "new_authors": "authors of a single review",
    "low_authenticity": "authenticity not confirmed",
    "short_texts": "short texts",
    "repeated_texts": "repeated texts",
}

_ASPECTS = {
    "refund": "refund and warranty", "premises": "premises and cleanliness",
    "app": "app and site", "safety": "safety and deception",
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
            f"{percent(peak.details['unlikely_share'])} of these reviews are not confirmed as "
            "genuine: rather an organised attack than complaints of customers."
        )
    if topics := [_topic(driver) for driver in drivers if driver.chance is not None]:
        lines.append(f"{_topics_of(peak)} more than before: {'; '.join(topics)}.")
    if said := [_driver(driver) for driver in drivers if _sets_apart(driver)]:
        lines.append(f"What sets them apart: {'; '.join(said)}.")
    words = [f'"{driver.value}" ({driver.count})' for driver in drivers if driver.name == "word"]
    if words:
        lines.append(f"Written more often than usual: {', '.join(words)}.")
    lines.append(
        f"Strength {decimal(peak.surprise)}, threshold {decimal(peak.threshold)}: chance "
        f"alone does it {odds(peak.surprise)}."
    )
    if episode.state == "resolved" and episode.end is not None:
        lines.append(f"It lasted: {span(episode.start, episode.end)}.")
    return "\n".join(lines)


def _what(peak: Evaluation) -> str:
    when = span(peak.window_start, peak.today)
    if peak.kind == "rating_drop":
        return f"{peak.entity_id}: {_count(peak)} ({when}), usually {decimal(peak.expected)}."
    expected = f"where {decimal(peak.expected)} were expected"
    sentence = f"{peak.entity_id}: {_count(peak)} ({when}) {expected}"
    if "share" in peak.details:
        share, usual = peak.details["share"], peak.details["usual_share"]
        sentence += f"; {percent(share)} of all reviews are negative, usually {percent(usual)}"
    return sentence + "."


def _count(peak: Evaluation) -> str:
    days = f"in {counted(peak.window_days, 'day')}"
    if peak.kind == "rating_drop":
        rated = counted(round(peak.details["rated"]), "rating")
        return f"{decimal(peak.observed)} on average from {rated} {days}"
    number = round(peak.observed)
    if peak.rule == "negative_spike":
        return f"{counted(number, 'negative review')} {days}"
    if peak.kind in ("praise_burst", "solicited_praise"):
        return f"{counted(number, 'review')} that are not negative {days}"
    return f"{counted(number, 'review')} {days}"


def _topics_of(peak: Evaluation) -> str:
    return "Complained about" if peak.rule == "negative_spike" else "Written about"


def _topic(driver: AlertDriver) -> str:
    """An aspect that a test stands behind."""
    now = f"{driver.count} of {driver.whole} ({percent(driver.share)})"
    before = f"{driver.usual_count} of {driver.usual_whole} ({percent(driver.usual_share or 0.0)})"
    return f"{_ASPECTS.get(driver.value, driver.value)}: {now}, before {before}"


def _sets_apart(driver: AlertDriver) -> bool:
    return driver.name != "word" and driver.chance is None


def _driver(driver: AlertDriver) -> str:
    named = driver.name in ("source", "product", "aspect")
    what = f'{driver.name} "{driver.value}"' if named else _FLAGS.get(driver.name, driver.name)
    usual = "" if driver.usual_share is None else f", usually {percent(driver.usual_share)}"
    return f"{what}: {driver.count} ({percent(driver.share)}{usual})"
