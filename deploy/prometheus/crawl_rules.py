"""Writes the rules for how crawls end, one an outcome, and the cases that prove them.

Run it after a change: python deploy/prometheus/crawl_rules.py
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
RULES = HERE / "rules" / "crawl.yml"
CASES = HERE / "tests" / "crawl.yml"


@dataclass(frozen=True)
class CrawlRule:
    """When an outcome of crawls is worth a person's look."""

    outcome: str
    least: int
    """So many crawls of a source within the hours."""
    says: str
    remedy: str
    hours: int = 6

    @property
    def name(self) -> str:
        return "OtzvukCrawl" + "".join(part.title() for part in self.outcome.split("_"))


CHECK = "otzvuk sources check {{ $labels.source }} URL"
RULES_BY_OUTCOME: tuple[CrawlRule, ...] = (
    CrawlRule("layout_change", 1, "changed its pages: a field that was always filled is empty",
              f"{CHECK}; a newer version may know the pages. Nothing was overwritten."),
    CrawlRule("yield_drop", 1, "gives far fewer reviews than before",
              f"{CHECK}; compare with a browser. Nothing was marked as gone."),
    CrawlRule("key_missing", 1, "cannot be read without its key",
              "Export the variable that `otzvuk sources` names."),
    CrawlRule("login_wall", 1, "wants a login", "Set crawl.sources.NAME.cookies, or use its API."),
    CrawlRule("consent", 1, "shows a consent page", "Set crawl.sources.NAME.cookies."),
    CrawlRule("robots_refused", 1, "forbids the page in robots.txt",
              "Use its API, ask its owner, or import an export."),
    CrawlRule("address_refused", 1, "has an address that is never crawled",
              "Correct the address in the entities file."),
    CrawlRule("repeated_page", 1, "repeats its pages under new addresses", CHECK),
    CrawlRule("empty_page", 1, "shows no review where there were some", CHECK),
    CrawlRule("too_large", 1, "sends pages larger than the limit",
              "Raise crawl.max_response_megabytes if they are really that big."),
    CrawlRule("failed", 1, "cannot be read: see the report's reason", CHECK),
    CrawlRule("blocked", 1, "shuts us out", "Raise crawl.delay_seconds, or use its API."),
    CrawlRule("captcha", 1, "shows a captcha", "Raise crawl.delay_seconds, or use its API."),
    # After a ban six hours pass before the next try, then twelve.
    CrawlRule("rate_limited", 2, "asks us to come less often", "Raise crawl.delay_seconds.", 24),
    CrawlRule("http_error", 3, "answers with errors", CHECK),
    CrawlRule("unreachable", 3, "does not answer", "Look at the network and the name server."),
    CrawlRule("timeout", 3, "is too slow", "Raise crawl.timeout_seconds or crawl.max_seconds."),
)  # fmt: skip

HEADER = "# Written by deploy/prometheus/crawl_rules.py; change that.\n"
RULE = """\
      - alert: {name}
        # increase() does not see a series' first sample, and the first failure is one.
        expr: |
          sum by (source) (
            ({series} unless {series} offset {hours}h)
            or round(increase({series}[{hours}h]))
          ) >= {least}
        labels: {{severity: warning, kind: system}}
        annotations:
          summary: "{{{{ $labels.source }}}} {says}"
          remedy: "{remedy}"
"""
LISTINGS = """\
      - alert: OtzvukSourceStale
        expr: max by (source) (otzvuk_crawl_listings{state="stale"}) > 0
        for: 1h
        labels: {severity: warning, kind: system}
        annotations:
          summary: "{{ $value }} addresses of {{ $labels.source }} are silent beyond chance"
          remedy: "otzvuk crawl status, then a look at the page in a browser."

      - alert: OtzvukSourceFailing
        expr: |
          max by (source) (otzvuk_crawl_listings{state="failing"})
          > 0.5 * max by (source) (otzvuk_crawl_listings{state="watched"})
        for: 6h
        labels: {severity: critical, kind: system}
        annotations:
          summary: "Most addresses of {{ $labels.source }} cannot be read"
          remedy: "otzvuk crawl status names the outcome of each and its remedy."

      - alert: OtzvukListingFailing
        expr: max by (source) (otzvuk_crawl_listings{state="failing"}) > 0
        for: 1d
        labels: {severity: warning, kind: system}
        annotations:
          summary: "{{ $value }} addresses of {{ $labels.source }} could not be read for a day"
          remedy: "otzvuk crawl status names the outcome of each and its remedy."
"""
CASE = """\
  - name: {name} {kind}
    interval: 1m
    input_series:
{series}
    promql_expr_test:
      - expr: count(ALERTS{{alertname="{name}",alertstate="firing"}})
        eval_time: {at}
        exp_samples: {expected}
"""


def rules() -> str:
    """The rules file."""
    written = [
        RULE.format(
            name=rule.name, least=rule.least, hours=rule.hours, says=rule.says,
            remedy=rule.remedy,
            series=f'otzvuk_crawl_outcomes_total{{outcome="{rule.outcome}"}}',
        )
        for rule in RULES_BY_OUTCOME
    ]  # fmt: skip
    head = f"{HEADER}groups:\n  - name: otzvuk-crawl\n    rules:\n"
    return head + "\n".join([*written, LISTINGS])


def cases() -> str:
    """The file of cases: each rule once where it fires, once where it stays quiet."""
    written = [_case(rule, fires=fires) for rule in RULES_BY_OUTCOME for fires in (True, False)]
    written += _listing_cases()
    return f"{HEADER}rule_files: [../rules/crawl.yml]\nevaluation_interval: 1m\ntests:\n" + "".join(
        written
    )


def _case(rule: CrawlRule, *, fires: bool) -> str:
    count = rule.least if fires else rule.least - 1
    other = "complete" if count == 0 else rule.outcome
    series = f'otzvuk_crawl_outcomes_total{{source="s",outcome="{other}"}}'
    return _written(rule.name, [(series, f"_x5 {max(count, 1)}x30")], fires=fires, at="10m")


def _listing_cases() -> list[str]:
    def listings(state: str, count: int) -> tuple[str, str]:
        return f'otzvuk_crawl_listings{{source="s",state="{state}"}}', f"{count}x2000"

    watched = listings("watched", 4)
    return [
        _written("OtzvukSourceStale", [listings("stale", 1)], fires=True, at="2h"),
        _written("OtzvukSourceStale", [listings("stale", 0)], fires=False, at="2h"),
        _written("OtzvukSourceFailing", [watched, listings("failing", 3)], fires=True, at="8h"),
        _written("OtzvukSourceFailing", [watched, listings("failing", 2)], fires=False, at="8h"),
        _written("OtzvukListingFailing", [listings("failing", 1)], fires=True, at="25h"),
        _written("OtzvukListingFailing", [listings("failing", 1)], fires=False, at="20h"),
        # One address that shows a captcha at every try: at once, after 6 hours, after 12 more.
        _lone("captcha", "1x369 2x720 3x600", fires=True, at="5h"),
        _lone("captcha", "1x369 2x720 3x600", fires=True, at="7h"),
        _lone("rate_limited", "1x369 2x720 3x600", fires=False, at="5h"),
        _lone("rate_limited", "1x369 2x720 3x600", fires=True, at="7h"),
    ]


def _lone(outcome: str, values: str, *, fires: bool, at: str) -> str:
    rule = next(one for one in RULES_BY_OUTCOME if one.outcome == outcome)
    series = f'otzvuk_crawl_outcomes_total{{source="s",outcome="{outcome}"}}'
    return _written(rule.name, [(series, values)], fires=fires, at=at)


def _written(name: str, series: list[tuple[str, str]], *, fires: bool, at: str) -> str:
    lines = "\n".join(
        f"      - series: '{name}'\n        values: '{values}'" for name, values in series
    )
    return CASE.format(
        name=name, kind="fires" if fires else "stays quiet", series=lines, at=at,
        expected="[{labels: '{}', value: 1}]" if fires else "[]",
    )  # fmt: skip


if __name__ == "__main__":
    RULES.write_text(rules(), encoding="utf-8")
    CASES.write_text(cases(), encoding="utf-8")
