"""Writes the rules for how readings of reviews drift, and the cases that prove them.

Some compare the last day of a source with its own week before, for what changes at once; others
the week with what was measured when the model was made, for what creeps. Both need LEAST texts.
Run it after a change: python deploy/prometheus/sentiment_rules.py
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
RULES = HERE / "rules" / "sentiment.yml"
CASES = HERE / "tests" / "sentiment.yml"
LEAST = 200
HOURS, LAST = 192, 24
"""Of a case: the time before, and the last day."""
NOW, BEFORE, WEEK = "[1d]", "[7d] offset 1d", "[7d]"
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
    against: str = "in the week before"


def _sum(metric: str, window: str) -> str:
    return f"sum by (source) (increase({metric}{window}))"


def _mean(metric: str, window: str, of: str = TEXTS) -> str:
    return f"{_sum(metric, window)} / {_sum(of, window)}"


def _share(window: str) -> str:
    parts = f"sum by (source, label) (increase({TEXTS}{window}))"
    return f"{parts} / on (source) group_left () {_sum(TEXTS, window)}"


def _language_shift() -> str:
    """Total variation: the sum of what grew. A language that is new has nothing before it, so it
    grew by all that it has."""
    now, before = _languages(NOW), _languages(BEFORE)
    return f"sum by (source) (clamp_min(({now}) - ({before}) or ({now}), 0))"


def _languages(window: str) -> str:
    parts = f"sum by (source, language) (increase({LANGUAGES}{window}))"
    return f"{parts} / on (source) group_left () {_sum(TEXTS, window)}"


def _reference(measure: str) -> str:
    """Nothing is greater than it where there is none."""
    return f'scalar(max(otzvuk_sentiment_reference{{measure="{measure}"}}))'


LANGUAGES = "otzvuk_sentiment_languages_total"
MADE = "when the model was made"
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
    DriftRule("OtzvukSentimentLanguageShift", "other shares of languages",
              _language_shift(), 0.2,
              'otzvuk_sentiment_languages_total{source="s",language="kk"}', (0, 100)),
    DriftRule("OtzvukSentimentLessSureThanMade", "the model is less sure",
              f"{_reference('confidence')} - ({_mean(CONFIDENCE, WEEK)})", 0.15,
              'otzvuk_sentiment_confidence_total{source="s"}', (60, 60), MADE),
    DriftRule("OtzvukSentimentDisagreesMoreThanMade", "words and stars disagree more",
              f"({_mean(DISAGREE, WEEK, STARRED)}) - {_reference('disagreement')}", 0.1,
              'otzvuk_sentiment_starred_total{source="s",agree="no"}', (20, 20), MADE),
    DriftRule("OtzvukSentimentSpellsLessThanMade", "the vocabulary cannot spell more of the texts",
              f"({_mean(UNKNOWN, WEEK)}) - {_reference('unknown_pieces')}", 0.05,
              'otzvuk_sentiment_unknown_pieces_total{source="s"}', (10, 10), MADE),
)  # fmt: skip
USUAL = {
    'otzvuk_sentiment_labels_total{source="s",label="negative"}': 50.0,
    'otzvuk_sentiment_labels_total{source="s",label="positive"}': 50.0,
    'otzvuk_sentiment_starred_total{source="s",agree="yes"}': 95.0,
    'otzvuk_sentiment_languages_total{source="s",language="ru"}': 100.0,
}
MEASURED = {"confidence": 0.82, "disagreement": 0.03, "unknown_pieces": 0.001}
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
          summary: "{{{{ $labels.source }}}}: {rule.summary} than {rule.against}"
          remedy: "otzvuk query --source {{{{ $labels.source }}}}: read some; another model?"
"""
CASE = """\
  - name: {name} {kind}
    interval: 1h
    input_series:
{series}
{reference}
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
        reference=_measured(),
        expected="[{labels: '{}', value: 1}]" if fires else "[]",
    )  # fmt: skip


def _measured() -> str:
    return "\n".join(
        f"      - series: 'otzvuk_sentiment_reference{{measure=\"{measure}\"}}'\n"
        f"        values: '{value}x{HOURS + LAST}'"
        for measure, value in MEASURED.items()
    )


def _values(before: float, now: float) -> str:
    if not before:
        return f"_x{HOURS} {now:g}+{now:g}x{LAST}"
    return f"0+{before:g}x{HOURS} {before * HOURS + now:g}+{now:g}x{LAST - 1}"


if __name__ == "__main__":
    RULES.write_text(rules(), encoding="utf-8")
    CASES.write_text(cases(), encoding="utf-8")
