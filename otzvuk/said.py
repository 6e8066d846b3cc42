"""What a review says, for a person: label, aspects with their words, the parts of a complaint."""

from __future__ import annotations

from typing import Literal

from rich.table import Table
from rich.text import Text

from pipeline.records import Understanding

Language = Literal["ru", "en"]
WORDS: dict[Language, dict[str, str]] = {
    "ru": {
        "title": "Что сказано", "label": "тональность", "text": "сам текст",
        "star": "ждали бы звёзд", "mixed": "и хвалит, и ругает", "junk": "не отзыв",
        "problem": "проблема",
        "specifics": "подробности", "request": "просьба", "constructive": "можно действовать",
        "unmeasured": "на этом языке не проверялось", "model": "модель", "read_by": "читала",
        "negative": "негатив", "neutral": "нейтрально", "positive": "позитив",
        "quality": "качество", "assortment": "ассортимент", "price": "цена",
        "delivery": "доставка", "staff": "персонал", "waiting": "ожидание",
        "refund": "возврат и гарантия", "premises": "помещение и чистота",
        "app": "приложение и сайт", "safety": "безопасность и обман",
    },
    "en": {
        "title": "What it says", "label": "sentiment", "text": "text alone",
        "star": "expected stars", "mixed": "praises and blames", "junk": "no opinion",
        "problem": "problem", "specifics": "specifics", "request": "request",
        "constructive": "can be acted on", "unmeasured": "never measured in this language",
        "model": "model", "read_by": "read by", "negative": "negative", "neutral": "neutral",
        "positive": "positive", "refund": "refund and warranty",
        "premises": "premises and cleanliness", "app": "app and site",
        "safety": "safety and deception",
    },
}  # fmt: skip


def said(understanding: Understanding, language: Language) -> Table:
    """Everything that the understanding holds; what the model cannot tell is left out."""
    words = WORDS[language]
    table = Table(title=words["title"], title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in _rows(understanding, words):
        table.add_row(name, Text(value))  # a review's words are never markup
    return table


def _rows(found: Understanding, words: dict[str, str]) -> list[tuple[str, str]]:
    rows = [(words["label"], f"{words[found.label]} ({found.score:+.2f})")]
    if found.text_label:
        rows.append((words["text"], words[found.text_label]))
    if found.expected_star is not None:
        rows.append((words["star"], f"{found.expected_star:.1f}"))
    rows += [
        (
            f"{words.get(one.aspect, one.aspect)}: {words[one.polarity]}",
            "; ".join(f"«{quote}»" for quote in one.words) or "–",
        )
        for one in found.aspects
    ]
    if found.complaint:
        parts = {
            "problem": found.complaint.problem,
            "specifics": found.complaint.specifics,
            "request": found.complaint.request,
        }
        rows += [(words[name], "; ".join(quotes)) for name, quotes in parts.items() if quotes]
    shares = {"constructive": found.constructiveness, "mixed": found.mixed, "junk": found.junk}
    rows += [(words[name], f"{share:.0%}") for name, share in shares.items() if share is not None]
    if found.unmeasured:
        rows.append((words["unmeasured"], ", ".join(found.unmeasured)))
    rows.append((words["model"], found.model))
    if found.read_by:
        rows.append((words["read_by"], found.read_by))
    return rows
