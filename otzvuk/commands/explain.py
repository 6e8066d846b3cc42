"""`otzvuk explain`: what a stored review says, and why it is believed or not."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
import typer
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from consumers.authenticity.reasons import reasons
from consumers.authenticity.signal import GROUPS
from consumers.authenticity.verdict import VERDICT_EN, VERDICT_RU
from otzvuk.application import application
from otzvuk.said import said
from pipeline.errors import UsageError
from pipeline.mongo import Document, Store, translated_errors
from pipeline.records import Authenticity, Understanding

SNIPPET_CHARACTERS = 300
WORDS: dict[str, dict[str, str]] = {
    "ru": {
        "authenticity": "достоверность", "coverage": "групп признаков высказалось",
        "reasons": "Главные причины", "nothing": "ничто не изменило исходную оценку",
        "signal": "признак", "group": "группа", "value": "значение", "weight": "вклад",
        "why": "почему", "model": "модель",
        "legend": "вклад > 0: против отзыва, < 0: за него (логарифм шансов)",
    },
    "en": {
        "authenticity": "authenticity", "coverage": "groups of signals that spoke",
        "reasons": "Main reasons", "nothing": "nothing moved the starting score",
        "signal": "signal", "group": "group", "value": "value", "weight": "weight",
        "why": "why", "model": "model",
        "legend": "weight > 0: against the review, < 0: for it (log-odds)",
    },
}  # fmt: skip


class Language(StrEnum):
    """Languages of the explanation."""

    RU = "ru"
    EN = "en"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("explain", rich_help_panel="Looking")(explain)


def explain(
    context: typer.Context,
    review_id: Annotated[str, typer.Argument(help="Id of a stored review.")],
    lang: Annotated[Language | None, typer.Option(help="Default: that of the alerts.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """Show what a review says, and why it is believed or not: reasons, every signal.

    Example: otzvuk explain sravni.ru:2986 --lang en
    """
    app = application(context)
    language: Literal["ru", "en"] = lang.value if lang else app.settings.alerts.language
    with app.store() as store:
        document = find_review(store, review_id)
    authenticity = msgspec.convert(document["authenticity_detail"], Authenticity)
    if as_json or not sys.stdout.isatty():
        typer.echo(to_json(document, authenticity, language))
        return
    Console().print(explanation(document, authenticity, language))


def find_review(store: Store, review_id: str) -> Document:
    """The stored review; raises UsageError when there is none of that id."""
    with translated_errors():
        document = store["reviews"].find_one({"_id": review_id})
    if document is None:
        raise UsageError(
            f"no stored review has the id {review_id!r}: `otzvuk query` prints the ids"
        )
    return document


def to_json(document: Document, authenticity: Authenticity, language: Literal["ru", "en"]) -> str:
    """One JSON line: the whole reading and the three reasons in words."""
    answer = {
        "review_id": document["_id"],
        "entity_id": document["entity_id"],
        "reasons": reasons(authenticity, language),
        "understanding": document["understanding"],
        **msgspec.to_builtins(authenticity),
    }
    return json.dumps(answer, ensure_ascii=False)


def explanation(
    document: Document, authenticity: Authenticity, language: Literal["ru", "en"]
) -> RenderableType:
    """The same for a person."""
    words = WORDS[language]
    verdicts = VERDICT_RU if language == "ru" else VERDICT_EN
    spoke = round(authenticity.coverage * len(GROUPS))
    head = Text.assemble(
        (f"{words['authenticity']} {authenticity.score:.2f}", "bold"),
        f" — {verdicts[authenticity.verdict]}; {words['coverage']}: {spoke}/{len(GROUPS)}",
    )
    review = document["review"]
    snippet = " ".join(f"{review.get('title', '')} {review.get('text', '')}".split())
    listed = reasons(authenticity, language) or [words["nothing"]]
    why = Text("\n".join([f"{words['reasons']}:", *(f"• {reason}" for reason in listed)]))
    foot = Text(f"{words['legend']}; {words['model']} {authenticity.model}", style="dim")
    quote = Padding(Text(snippet[:SNIPPET_CHARACTERS], style="italic"), (1, 2))
    understanding = msgspec.convert(document["understanding"], Understanding)
    return Group(
        quote, said(understanding, language), head, why, _signals(authenticity, language), foot
    )


def _signals(authenticity: Authenticity, language: Literal["ru", "en"]) -> Table:
    words = WORDS[language]
    table = Table(show_edge=False, pad_edge=False)
    for column in ("signal", "group"):
        table.add_column(words[column], no_wrap=True)
    table.add_column(words["value"], justify="right")
    table.add_column(words["weight"], justify="right")
    table.add_column(words["why"])
    for reading in authenticity.signals:
        table.add_row(
            reading.name,
            reading.group,
            f"{reading.value:.2f}",
            Text(f"{reading.contribution:+.2f}", style=_style(reading.contribution)),
            Text(reading.reason_ru if language == "ru" else reading.reason_en),
        )
    return table


def _style(contribution: float) -> str:
    if contribution > 0:
        return "red"
    return "green" if contribution < 0 else "dim"
