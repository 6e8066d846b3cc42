"""The live terminal view of a running installation."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from otzvuk.collecting import COLLECTORS
from otzvuk.stages import STAGES
from otzvuk.terminal import harmless
from pipeline.metrics import REGISTRY
from pipeline.mongo import Document, Store, translated_errors

LATEST_ALERTS = 6
EVIDENCE_ROWS = 6
SNIPPET_CHARACTERS = 160
LEAST_CHANCE = 0.0001
SEVERITY_STYLES = {"critical": "bold white on red", "warning": "bold yellow", "info": "cyan"}


def stage_table(alive: dict[str, bool]) -> Table:
    """Counts, lag and health of every stage."""
    table = Table(expand=True, title="stages", title_justify="left")
    table.add_column("stage")
    for column in ("in", "waiting", "batch, ms", "retries", "dead letters"):
        table.add_column(column, justify="right")
    table.add_column("state")
    for name in [*STAGES, *(name for name in COLLECTORS if name in alive)]:
        dead = _total("otzvuk_stage_dead_letters_total", name)
        table.add_row(
            name,
            f"{_value('otzvuk_stage_records_in_total', name):,.0f}",
            f"{_value('otzvuk_stage_lag', name):,.0f}",
            f"{_mean_batch_ms(name):,.0f}",
            f"{_total('otzvuk_stage_retries_total', name):,.0f}",
            Text(f"{dead:,.0f}", style="bold red" if dead else ""),
            _state(name, alive.get(name, False)),
        )
    return table


def latest_alerts(store: Store) -> list[Document]:
    """Latest alerts, newest first."""
    with translated_errors():
        return list(store["alerts"].find({}, sort=[("started_at", -1)], limit=LATEST_ALERTS))


def alert_table(alerts: Sequence[Document], language: str) -> RenderableType:
    """One line an alert."""
    if not alerts:
        return Panel("no alerts", title="alerts", title_align="left")
    table = Table(expand=True, title="alerts", title_justify="left")
    for column in ("since", "entity", "severity", "state", "what"):
        table.add_column(column)
    for alert in alerts:
        last = alert["alert"]
        table.add_row(
            f"{alert['started_at']:%Y-%m-%d %H:%M}",
            harmless(alert["entity_id"]),
            Text(last["severity"], style=SEVERITY_STYLES.get(last["severity"], "")),
            alert["state"],
            harmless(last[f"title_{language}"]),
        )
    return table


def dashboard(
    store: Store, alive: dict[str, bool], *, language: str, footer: str
) -> RenderableType:
    """The whole view."""
    return Group(
        stage_table(alive),
        alert_table(latest_alerts(store), language),
        Text(footer, style="dim"),
    )


def _value(metric: str, stage: str) -> float:
    return REGISTRY.get_sample_value(metric, {"stage": stage}) or 0.0


def _total(metric: str, stage: str) -> float:
    return sum(
        sample.value
        for family in REGISTRY.collect()
        if family.name == metric.removesuffix("_total")
        for sample in family.samples
        if sample.name == metric and sample.labels["stage"] == stage
    )


def _mean_batch_ms(stage: str) -> float:
    batches = _value("otzvuk_stage_batch_seconds_count", stage)
    return 1_000 * _value("otzvuk_stage_batch_seconds_sum", stage) / batches if batches else 0.0


def _state(stage: str, is_alive: bool) -> Text:
    if not is_alive:
        return Text("ended", style="bold red")
    if _value("otzvuk_stage_commit_stalled", stage):
        return Text("not advancing", style="bold red")
    return Text("working" if _value("otzvuk_stage_lag", stage) else "idle", style="green")


def alert_panel(store: Store, alert: Document, language: str) -> RenderableType:
    """One alert whole: its text, what drives it, and the reviews behind it."""
    last = alert["alert"]
    return Panel(
        Group(
            harmless(last[f"text_{language}"]),
            Text(""),
            driver_table(last.get("drivers", [])),
            evidence_table(store, last.get("evidence", [])[:EVIDENCE_ROWS]),
        ),
        title=harmless(last[f"title_{language}"], SEVERITY_STYLES.get(last["severity"], "")),
        subtitle=f"{alert['_id']} · {last['rule']}",
    )


def driver_table(drivers: Sequence[Document]) -> Table:
    """What drives an alert, against what is usual."""
    table = Table(title="what drives it", title_justify="left", expand=True)
    table.add_column("what")
    table.add_column("which")
    for column in ("reviews", "share", "usually", "by chance"):
        table.add_column(column, justify="right")
    for driver in drivers:
        usual = driver.get("usual_share")
        table.add_row(
            driver["name"],
            harmless(driver["value"]),
            _part(driver["count"], driver.get("whole")),
            f"{driver['share']:.0%}",
            "–" if usual is None else f"{usual:.0%}",
            _chance(driver.get("chance")),
        )
    return table


def _part(count: int, whole: int | None) -> str:
    return str(count) if whole is None else f"{count} of {whole}"


def _chance(probability: float | None) -> str:
    """Of a driver that a test stands behind."""
    if probability is None:
        return "–"
    return f"{probability:.4f}" if probability >= LEAST_CHANCE else f"< {LEAST_CHANCE}"


def evidence_table(store: Store, ids: Sequence[str]) -> Table:
    """The reviews behind an alert, in the order given."""
    with translated_errors():
        found = {
            review["_id"]: review for review in store["reviews"].find({"_id": {"$in": list(ids)}})
        }
    table = Table(title="reviews", title_justify="left", expand=True, show_lines=True)
    for column in ("day", "source", "stars", "believable", "text"):
        table.add_column(column)
    for review_id in ids:
        if (review := found.get(review_id)) is not None:
            rating = review["rating"]
            table.add_row(
                review["event_day"],
                harmless(review["source"]),
                "–" if rating is None else f"{rating:g}",
                f"{review['authenticity']:.0%}",
                harmless(_snippet(review["review"])),
            )
    return table


def _snippet(review: Document) -> str:
    text = " ".join(
        part for part in (review.get(key, "") for key in ("title", "text", "pros", "cons")) if part
    )
    return text if len(text) <= SNIPPET_CHARACTERS else text[:SNIPPET_CHARACTERS] + "…"
