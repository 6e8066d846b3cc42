"""Declares every panel of the boards once; run it to write boards/*.json again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DIRECTORY = Path(__file__).parent / "boards"
DATASOURCE = {"type": "prometheus", "uid": "otzvuk-prometheus"}
COLUMNS = 2
WIDTH, HEIGHT = 12, 8


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One graph: the question it answers, and the expression that does."""

    title: str
    description: str
    expression: str
    legend: str
    unit: str = "short"
    red_from: float | None = None
    """Where the graph turns red; None where no value is bad by itself."""
    reference: str | None = None
    """Expression of a dashed line to compare with."""
    reference_legend: str = "reference"


def _p95(metric: str) -> str:
    return f"histogram_quantile(0.95, sum by (stage, le) (rate({metric}_bucket[5m])))"


OPERATIONS = (
    Panel(title="Throughput", description="Messages each stage takes from the log.", unit="ops",
          expression="sum by (stage) (rate(otzvuk_stage_records_in_total[5m]))",
          legend="{{stage}}"),
    Panel(title="Lag", description="Messages that wait for each stage.", red_from=5000,
          expression="max by (stage) (otzvuk_stage_lag)", legend="{{stage}}"),
    Panel(title="Batch time, p95", description="Time to handle one batch.", unit="s", red_from=30,
          expression=_p95("otzvuk_stage_batch_seconds"), legend="{{stage}}"),
    Panel(title="End to end, p95", description="From the crawl to the commit of the stage.",
          unit="s", red_from=300,
          expression=_p95("otzvuk_stage_end_to_end_seconds"), legend="{{stage}}"),
    Panel(title="Retries", description="Batches tried again: log or store is ill.", unit="ops",
          red_from=0.05, legend="{{stage}} {{error}}",
          expression="sum by (stage, error) (rate(otzvuk_stage_retries_total[5m]))"),
    Panel(title="Dead letters", description="Messages refused since the process started.",
          red_from=1, legend="{{stage}} {{error}}",
          expression="sum by (stage, error) (otzvuk_stage_dead_letters_total)"),
    Panel(title="Commit stalled", description="1: messages wait and nothing is committed.",
          red_from=1, expression="max by (stage) (otzvuk_stage_commit_stalled)",
          legend="{{stage}}"),
    Panel(title="Store answers", description="0: the store does not answer a ping.",
          expression="min(otzvuk_store_up)", legend="store"),
    Panel(title="Crawls by outcome", description="How crawls and imports of the day ended.",
          expression="sum by (source, outcome) (increase(otzvuk_crawl_outcomes_total[1d]))",
          legend="{{source}} {{outcome}}"),
    Panel(title="Audit imbalance", description="Reviews scraped and not accounted for.",
          red_from=1, expression="max by (source) (abs(otzvuk_audit_imbalance))",
          legend="{{source}}"),
    Panel(title="Gone unread", description="Messages that retention dropped before they were read.",
          red_from=1, expression="max by (stage) (otzvuk_stage_expired_unread)",
          legend="{{stage}}"),
    Panel(title="Notices", description="Notices of the day by channel and fate.",
          expression="sum by (channel, outcome) (increase(otzvuk_notifications_total[1d]))",
          legend="{{channel}} {{outcome}}"),
)  # fmt: skip

REPUTATION = (
    Panel(title="Share of negatives", description="Of the reviews of the last 28 days.",
          unit="percentunit", expression="max by (entity) (otzvuk_reputation_negative_share)",
          legend="{{entity}}"),
    Panel(title="Mean star", description="Of the ratings of the last 90 days.",
          expression="max by (entity) (otzvuk_reputation_rating)", legend="{{entity}}"),
    Panel(title="Surprise", description="-log10 of the probability under the baseline.",
          expression="max by (entity, rule) (otzvuk_reputation_surprise)",
          legend="{{entity}} {{rule}}"),
    Panel(title="Open episodes", description="Alert episodes that last.",
          expression="sum by (rule, severity) (otzvuk_open_episodes)",
          legend="{{rule}} {{severity}}"),
    Panel(title="Alert states published", description="States of episodes in the last day.",
          expression="sum by (rule, severity, state) (increase(otzvuk_alerts_raised_total[1d]))",
          legend="{{rule}} {{severity}} {{state}}"),
)  # fmt: skip

TEXTS = "otzvuk_sentiment_labels_total"
STARRED = "otzvuk_sentiment_starred_total"


def _day(metric: str, by: str = "source") -> str:
    return f"sum by ({by}) (increase({metric}[1d]))"


def _mean(metric: str, of: str = TEXTS) -> str:
    return f"{_day(metric)} / {_day(of)}"


def _reference(measure: str) -> str:
    return f'max by (name) (otzvuk_sentiment_reference{{measure="{measure}"}})'


def _label_panel(label: str) -> Panel:
    return Panel(
        title=f"Share of {label} texts", unit="percentunit", legend="{{source}}",
        description="By their own words, of the day; dashed: when the model was made.",
        expression=_mean(f'{TEXTS}{{label="{label}"}}'),
        reference=f'max(otzvuk_sentiment_reference{{measure="label",name="{label}"}})',
    )  # fmt: skip


SENTIMENT = (
    *map(_label_panel, ("negative", "neutral", "positive")),
    Panel(title="Mean confidence", unit="percentunit", legend="{{source}}",
          description="Probability of the label; falling: the texts are foreign to the model.",
          expression=_mean("otzvuk_sentiment_confidence_total"),
          reference=_reference("confidence")),
    Panel(title="Words against stars", unit="percentunit", legend="{{source}}",
          description="Texts two stars or more from what their author gave.",
          expression=_mean(f'{STARRED}{{agree="no"}}', STARRED),
          reference=_reference("disagreement")),
    Panel(title="Unknown pieces", unit="percentunit", legend="{{source}}",
          description="Share of the texts that the vocabulary cannot spell.",
          expression=_mean("otzvuk_sentiment_unknown_pieces_total"),
          reference=_reference("unknown_pieces")),
    Panel(title="Languages", unit="percentunit", legend="{{source}} {{language}}",
          description="Share of the texts of the day; dashed: the commonest of the model's own.",
          expression=(f"{_day('otzvuk_sentiment_languages_total', 'source, language')} "
                      f"/ on (source) group_left () {_day(TEXTS)}"),
          reference=_reference("language"), reference_legend="reference {{name}}"),
    Panel(title="Texts read", legend="{{source}}",
          description="Of the day: shares of few texts say little.", expression=_day(TEXTS)),
    Panel(title="Tiers", unit="percentunit", legend="{{tier}}",
          description="Which part of the model read the texts of the day.",
          expression=(f"{_day('otzvuk_sentiment_tiers_total', 'tier')} / ignoring (tier) "
                      f"group_left () {_day('otzvuk_sentiment_tiers_total', '')}")),
)  # fmt: skip

BOARDS: Mapping[str, Sequence[Panel]] = {
    "operations": OPERATIONS,
    "reputation": REPUTATION,
    "sentiment": SENTIMENT,
}


def render(name: str) -> str:
    """The JSON that Grafana reads."""
    board = {
        "uid": f"otzvuk-{name}",
        "title": f"Otzvuk: {name}",
        "tags": ["otzvuk"],
        "schemaVersion": 39,
        "time": {"from": "now-6h", "to": "now"},
        "refresh": "30s",
        "panels": [_panel(number, panel) for number, panel in enumerate(BOARDS[name])],
    }
    return json.dumps(board, indent=2, ensure_ascii=False) + "\n"


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    row, column = divmod(number, COLUMNS)
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.red_from is not None:
        steps.append({"color": "red", "value": panel.red_from})
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.description,
        "datasource": DATASOURCE,
        "gridPos": {"x": column * WIDTH, "y": row * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {
            "defaults": {"unit": panel.unit, "thresholds": {"mode": "absolute", "steps": steps}},
            "overrides": [DASHED] if panel.reference else [],
        },
        "targets": _targets(panel),
    }


DASHED = {
    "matcher": {"id": "byFrameRefID", "options": "B"},
    "properties": [
        {"id": "custom.lineStyle", "value": {"fill": "dash", "dash": [10, 10]}},
        {"id": "custom.lineWidth", "value": 2},
    ],
}


def _targets(panel: Panel) -> list[dict[str, Any]]:
    lines = [("A", panel.expression, panel.legend)]
    if panel.reference:
        lines.append(("B", panel.reference, panel.reference_legend))
    return [
        {"refId": name, "expr": expression, "legendFormat": legend, "datasource": DATASOURCE}
        for name, expression, legend in lines
    ]


def main() -> None:
    """Write every board."""
    for name in BOARDS:
        (DIRECTORY / f"{name}.json").write_text(render(name), encoding="utf-8")


if __name__ == "__main__":
    main()
