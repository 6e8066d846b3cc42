"""What each rule alarms about, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

import consumers.alerting.rules as rules_package
from consumers.alerting.policy import PRESETS, policy_for
from consumers.alerting.rule import Rule, evaluate
from consumers.alerting.rules import RULES
from consumers.alerting.series import DaySeries
from pipeline.settings import AlertSettings
from tests.consumers.alerting.alerting_worlds import DAYS, FIRST_DAY, TODAY, plus, series, wave

BALANCED = PRESETS["balanced"]
SPIKE, DROP, BURST = RULES["negative_spike"], RULES["rating_drop"], RULES["review_burst"]


def gates(rule: Rule, world: DaySeries) -> list[str]:
    return [gate.name for gate in evaluate(rule, world, TODAY, BALANCED).gates]


def test_the_table_names_every_file_of_the_folder() -> None:
    folder = Path(rules_package.__file__).parent
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == set(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
class TestEveryRule:
    def test_is_silent_on_calm_days(self, rule: Rule) -> None:
        assert not evaluate(rule, series(), TODAY, BALANCED).alarms

    def test_is_silent_before_enough_days_are_covered(self, rule: Rule) -> None:
        world = wave({0: 30.0, 1: 30.0}, {0: 40.0})
        young = replace(BALANCED, min_covered_days=DAYS + 1)
        found = evaluate(rule, world, TODAY, young)
        assert found.gates[0].name == "covered_days"

    def test_knows_nothing_of_later_days(self, rule: Rule) -> None:
        world = wave({0: 30.0, 1: 30.0}, {0: 40.0})
        yesterday = TODAY - timedelta(days=10)
        cut = {
            name: getattr(world, name)[:-10]
            for name in ("total", "negative", "positive", "unlikely", "rated", "rating_sum", "live")
        }
        judged = rule.judge(world, rule.prepare(world, BALANCED), yesterday, BALANCED)
        assert judged == evaluate(rule, replace(world, **cut), yesterday, BALANCED)

    def test_gives_numbers_that_the_store_can_keep(self, rule: Rule) -> None:
        found = evaluate(rule, wave({0: 9.0}), TODAY, BALANCED)
        values = [found.observed, found.expected, found.surprise, *found.details.values()]
        assert not [value for value in values if isinstance(value, np.generic)]

    def test_an_empty_history_does_not_alarm(self, rule: Rule) -> None:
        nothing = np.zeros(DAYS)
        world = series(
            total=nothing, negative=nothing, positive=nothing, rated=nothing, rating_sum=nothing
        )
        assert not evaluate(rule, world, TODAY, BALANCED).alarms


def test_a_wave_of_negatives_is_critical() -> None:
    found = evaluate(SPIKE, wave({0: 5.0, 1: 4.0, 2: 2.0}), TODAY, BALANCED)
    assert found.alarms
    assert (found.severity, found.kind) == ("critical", "complaints")
    assert found.observed == 12.0
    assert found.expected == pytest.approx(0.6, abs=0.3)


def test_two_negatives_are_no_wave() -> None:
    assert gates(SPIKE, wave({1: 2.0})) == ["below_threshold"]


def test_tripled_volume_at_the_same_share_is_no_crisis() -> None:
    calm = series()
    negative, total = calm.negative.copy(), calm.total.copy()
    negative[-7:] += 2.0
    total[-7:] += 10.0
    world = series(negative=negative, total=total, positive=total - negative)
    assert gates(SPIKE, world) == ["same_share"]


def test_a_share_from_ten_to_sixty_percent_at_the_same_volume_alarms() -> None:
    total = np.full(DAYS, 2.0)
    negative = np.zeros(DAYS)
    negative[::5] = 1.0
    negative[-7:] = [1, 1, 2, 1, 1, 1, 1]
    found = evaluate(
        SPIKE, series(negative=negative, total=total, positive=total - negative), TODAY, BALANCED
    )
    assert found.alarms
    assert found.severity == "critical"


def test_where_all_is_negative_the_count_alone_decides() -> None:
    always = np.full(DAYS, 1.0)
    found = evaluate(
        SPIKE,
        series(negative=plus(always, {0: 12.0}), total=plus(always, {0: 12.0})),
        TODAY,
        BALANCED,
    )
    assert found.alarms
    assert found.details["share_verdict"] == "saturated"


def test_unlikely_negatives_are_an_attack_rather_than_complaints() -> None:
    world = wave({0: 10.0})
    attacked = replace(world, unlikely=plus(np.zeros(DAYS), {0: 9.0}))
    assert evaluate(SPIKE, attacked, TODAY, BALANCED).kind == "review_bombing"


def test_an_old_wave_only_feeds_the_baseline() -> None:
    assert not evaluate(SPIKE, wave({9: 12.0, 10: 8.0}), TODAY, BALANCED).alarms


def test_what_was_not_crawled_yet_is_not_expected_yet() -> None:
    profile = np.array([0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.9])
    late = evaluate(SPIKE, replace(wave({0: 3.0}), arrival=profile), TODAY, BALANCED)
    punctual = evaluate(SPIKE, wave({0: 3.0}), TODAY, BALANCED)
    assert late.surprise > punctual.surprise
    assert late.expected < punctual.expected


def test_presets_are_ordered() -> None:
    world = wave({0: 2.0, 1: 1.0, 2: 1.0})
    fired = [evaluate(SPIKE, world, TODAY, PRESETS[name]).alarms for name in PRESETS]
    assert fired == sorted(fired)
    quiet, balanced, sensitive = (PRESETS[name].spike for name in PRESETS)
    assert quiet.threshold > balanced.threshold > sensitive.threshold


def test_settings_lie_on_top_of_the_preset() -> None:
    policy = policy_for(AlertSettings(preset="quiet", cooldown_days=3, min_covered_days=90))
    assert (policy.cooldown_days, policy.min_covered_days) == (3, 90)
    assert policy.spike == PRESETS["quiet"].spike


def test_fallen_stars_alarm() -> None:
    fallen = series().rating_sum.copy()
    fallen[-14:] = 4.0
    found = evaluate(DROP, series(rating_sum=fallen), TODAY, BALANCED)
    assert found.alarms
    assert found.severity == "critical"
    assert found.expected == pytest.approx(4.4, abs=0.05)
    assert found.observed < 3.3


def test_slightly_fallen_stars_do_not() -> None:
    fallen = series().rating_sum.copy()
    fallen[-14:] = 8.4
    assert "small_drop" in gates(DROP, series(rating_sum=fallen))


def test_few_ratings_say_nothing() -> None:
    rated, rating_sum = np.zeros(DAYS), np.zeros(DAYS)
    rated[-3:], rating_sum[-3:] = 1.0, 1.0
    assert gates(DROP, series(rated=rated, rating_sum=rating_sum)) == ["few_ratings"]


def test_praise_at_once_is_a_burst() -> None:
    found = evaluate(BURST, wave({}, {0: 30.0, 1: 25.0}), TODAY, BALANCED)
    assert found.alarms
    assert found.kind == "praise_burst"
    assert found.severity == "warning"


def test_a_burst_of_complaints_is_left_to_the_negative_spike() -> None:
    assert gates(BURST, wave({0: 30.0})) == ["mostly_negative"]


def test_the_baseline_follows_the_weekday() -> None:
    weekly = np.zeros(DAYS)
    weekdays = (np.arange(DAYS) + FIRST_DAY.weekday()) % 7
    weekly[weekdays == TODAY.weekday()] = 6.0
    world = series(negative=weekly, total=weekly * 2, positive=weekly)
    assert not evaluate(SPIKE, world, TODAY, BALANCED).alarms
    shifted = np.roll(weekly, 3)
    moved = series(
        negative=np.where(np.arange(DAYS) == DAYS - 1, 6.0, shifted),
        total=np.full(DAYS, 12.0),
        positive=12.0 - shifted,
    )
    assert (
        evaluate(SPIKE, moved, TODAY, BALANCED).surprise
        > evaluate(SPIKE, world, TODAY, BALANCED).surprise
    )
