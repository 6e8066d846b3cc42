"""Writes the rules for how readings of reviews drift, and the cases that prove them.

Each compares the last day of a source with its own week before; both need LEAST texts. Run it
after a change: python deploy/prometheus/sentiment_rules.py
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
RULES = HERE / "rules" / "sentiment.yml"
CASES = HERE / "tests" / "sentiment.yml"
LEAST = 200
NOW, BEFORE = "[1d]", "[7d] offset 1d"
TEXTS = "otzvuk_sentiment_labels_total"


@dataclass(frozen=True)
class DriftRule:
    """What is compared, and from which difference on a person is told."""

    name: str
    summary: str
    difference: str
    """Expression by source."""
    limit: float
    series: str
    """The series that the cases vary."""
    hourly: tuple[float, float]
    """Increase an hour of 100 texts before, and on the last day when the rule is to fire."""


def _sum(metric: str, window: str) -> str:
    return f"sum by (source) (increase({metric}{window}))"


def _mean(metric: str, window: str, of: str = TEXTS) -> str:
    return f"{_sum(metric, window)} / {_sum(of, window)}"


def _share(window: str) -> str:
    parts = f"sum by (source, label) (increase({TEXTS}{window}))"
    return f"{parts} / on (source) group_left () {_sum(TEXTS, window)}"


DISAGREE = 'otzvuk_sentiment_starred_total{agree="no"}'
STARRED = "otzvuk_sentiment_starred_total"
CONFIDENCE = "otzvuk_sentiment_confidence_total"
UNKNOWN = "otzvuk_sentiment_unknown_pieces_total"
DRIFT_RULES = (
    DriftRule("OtzvukSentimentLabelShift", "other shares of labels",
              f"0.5 * sum by (source) (abs(({_share(NOW)}) - ({_share(BEFORE)})))", 0.2,
              'otzvuk_sentiment_labels_total{source="s",label="negative"}', (50, 400)),
    DriftRule("OtzvukSentimentConfidenceDrop", "the model is less sure",
              f"({_mean(CONFIDENCE, BEFORE)}) - ({_mean(CONFIDENCE, NOW)})", 0.1,
              'otzvuk_sentiment_confidence_total{source="s"}', (90, 60)),
    DriftRule("OtzvukSentimentDisagreementRise", "words and stars disagree more",
              f"({_mean(DISAGREE, NOW, STARRED)}) - ({_mean(DISAGREE, BEFORE, STARRED)})", 0.1,
              'otzvuk_sentiment_starred_total{source="s",agree="no"}', (5, 60)),
    DriftRule("OtzvukSentimentUnknownRise", "the vocabulary cannot spell more of the texts",
              f"({_mean(UNKNOWN, NOW)}) - ({_mean(UNKNOWN, BEFORE)})", 0.05,
              'otzvuk_sentiment_unknown_pieces_total{source="s"}', (1, 20)),
)  # fmt: skip
USUAL = {
    'otzvuk_sentiment_labels_total{source="s",label="negative"}': 50.0,
    'otzvuk_sentiment_labels_total{source="s",label="positive"}': 50.0,
    'otzvuk_sentiment_starred_total{source="s",agree="yes"}': 95.0,
}
HEADER = "# Written by deploy/prometheus/sentiment_rules.py; change that.\n"
RULE = """\
      - alert: {rule.name}
        expr: |
          {rule.difference} > {rule.limit}
          and {now} >= {least}
          and {before} >= {least}
        for: 1h
        labels: {{severity: warning, kind: system}}
        annotations:
          summary: "{{{{ $labels.source }}}}: {rule.summary} than in the week before"
          remedy: "otzvuk query --source {{{{ $labels.source }}}}: read some; another model?"
"""
CASE = """\
  - name: {name} {kind}
    interval: 1h
    input_series:
{series}
    promql_expr_test:
      - expr: count(ALERTS{{alertname="{name}",alertstate="firing"}})
        eval_time: 215h
        exp_samples: {expected}
"""


def rules() -> str:
    """The rules file."""
    counts = {"now": _sum(TEXTS, NOW), "before": _sum(TEXTS, BEFORE), "least": LEAST}
    written = "\n".join(RULE.format(rule=rule, **counts) for rule in DRIFT_RULES)
    return f"{HEADER}groups:\n  - name: otzvuk-sentiment\n    rules:\n{written}"


def cases() -> str:
    """Each rule once where it fires, once with so few texts that it stays quiet."""
    written = [_case(rule, fires=fires) for rule in DRIFT_RULES for fires in (True, False)]
    head = "rule_files: [../rules/sentiment.yml]\nevaluation_interval: 1h\ntests:\n"
    return HEADER + head + "".join(written)


def _case(rule: DriftRule, *, fires: bool) -> str:
    # The same drift with a hundredth of the texts proves nothing.
    scale = 1.0 if fires else 0.01
    rates = {name: (rate, rate) for name, rate in USUAL.items()} | {rule.series: rule.hourly}
    lines = "\n".join(
        f"      - series: '{name}'\n        values: '{_values(before * scale, now * scale)}'"
        for name, (before, now) in rates.items()
    )
    return CASE.format(
        name=rule.name, kind="fires" if fires else "stays quiet", series=lines,
        expected="[{labels: '{}', value: 1}]" if fires else "[]",
    )  # fmt: skip


def _values(before: float, now: float) -> str:
    hours, last = 192, 24
    return f"0+{before:g}x{hours} {before * hours + now:g}+{now:g}x{last - 1}"


if __name__ == "__main__":
    RULES.write_text(rules(), encoding="utf-8")
    CASES.write_text(cases(), encoding="utf-8")
