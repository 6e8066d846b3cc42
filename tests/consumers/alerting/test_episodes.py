"""Turns of an episode: opened, grown, ended, cooled down."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from consumers.alerting.backtest import backtest
from consumers.alerting.episodes import Episode, take
from consumers.alerting.evaluation import Evaluation, Gate
from consumers.alerting.policy import PRESETS
from consumers.alerting.rules import RULES
from tests.consumers.alerting.alerting_worlds import TODAY, days_ago, wave

POLICY = PRESETS["balanced"]
CALM = (Gate(name="below_threshold", reason="calm"),)
SAME_SHARE = (Gate(name="same_share", reason="praise came too"),)
MONDAY = date(2024, 6, 3)


def evaluation(day: int = 0, surprise: float = 4.0, *gates: Gate) -> Evaluation:
    return Evaluation(
        rule="negative_spike", entity_id="cafe-lira", today=MONDAY + timedelta(days=day),
        surprise=surprise, threshold=3.0, kind="complaints", gates=gates,
    )  # fmt: skip


def opened() -> Episode:
    turn = take(None, evaluation(), POLICY)
    assert turn.episode is not None
    return turn.episode


def test_an_alarm_opens_an_episode_and_is_told_once() -> None:
    episode = opened()
    assert (episode.state, episode.sequence, episode.start) == ("open", 0, MONDAY)
    again = take(episode, evaluation(), POLICY)
    assert not again.is_told
    assert again.episode == episode


def test_calm_days_bring_nothing() -> None:
    turn = take(None, evaluation(0, 1.0, *CALM), POLICY)
    assert turn.episode is None
    assert not turn.is_told


def test_a_clearly_stronger_wave_is_told_again() -> None:
    assert not take(opened(), evaluation(1, 5.9), POLICY).is_told
    turn = take(opened(), evaluation(1, 6.0), POLICY)
    assert turn.is_told
    assert turn.episode is not None
    assert (turn.episode.state, turn.episode.sequence) == ("updated", 1)


def test_small_steps_add_up_to_a_notice() -> None:
    turn = take(opened(), evaluation(1, 5.5), POLICY)
    assert take(turn.episode, evaluation(2, 6.1), POLICY).is_told


def test_a_graver_severity_is_told_again() -> None:
    graver = replace(evaluation(1), severity="critical")
    assert take(opened(), graver, POLICY).is_told


def test_the_end_is_told_with_the_peak() -> None:
    higher = take(opened(), evaluation(1, 5.0), POLICY).episode
    turn = take(higher, evaluation(2, 0.5, *CALM), POLICY)
    assert turn.is_told
    assert turn.episode is not None
    assert turn.episode.state == "resolved"
    assert turn.episode.peak.surprise == 5.0
    assert turn.episode.end == MONDAY + timedelta(days=2)


def test_praise_on_the_next_day_does_not_end_a_wave() -> None:
    turn = take(opened(), evaluation(1, 5.0, *SAME_SHARE), POLICY)
    assert turn.episode is not None
    assert not turn.episode.is_over


def test_a_week_of_cooldown_unless_it_is_clearly_worse() -> None:
    ended = take(opened(), evaluation(2, 0.5, *CALM), POLICY).episode
    assert take(ended, evaluation(5, 4.5), POLICY).episode == ended
    worse = take(ended, evaluation(5, 6.5), POLICY)
    later = take(ended, evaluation(9, 4.5), POLICY)
    assert worse.is_told
    assert later.is_told
    assert later.episode is not None
    assert later.episode.start == MONDAY + timedelta(days=9)


def test_fingerprints_differ_by_rule_entity_and_start() -> None:
    first = opened()
    others = [
        replace(first, rule="rating_drop"),
        replace(first, entity_id="cafe-mira"),
        replace(first, start=MONDAY + timedelta(days=1)),
    ]
    assert len({first.fingerprint, *(other.fingerprint for other in others)}) == 4


def test_a_backtest_finds_the_wave_and_its_end() -> None:
    world = wave({30: 6.0, 31: 6.0, 32: 4.0})
    episodes = backtest(world, RULES["negative_spike"], POLICY)
    assert [(episode.start, episode.state) for episode in episodes] == [(days_ago(32), "resolved")]
    assert episodes[0].end is not None
    assert days_ago(29) <= episodes[0].end <= days_ago(22)


def test_a_wave_at_the_end_still_lasts() -> None:
    episodes = backtest(wave({0: 8.0, 1: 5.0}), RULES["negative_spike"], POLICY)
    assert [episode.state for episode in episodes] in (["open"], ["updated"])
    assert episodes[0].peak.today == TODAY


def test_one_wave_is_one_episode() -> None:
    world = wave(dict.fromkeys(range(10, 16), 5.0))
    assert len(backtest(world, RULES["negative_spike"], POLICY)) == 1
