"""How crawls end."""

from __future__ import annotations

from crawlers.outcomes import REMEDIES, Outcome


def test_every_bad_end_comes_with_a_remedy() -> None:
    assert all(REMEDIES.get(outcome) for outcome in Outcome if outcome.is_failure
               and outcome is not Outcome.RUNNING)  # fmt: skip
    assert [str(o) for o in Outcome if not o.is_failure] == [
        "complete",
        "stopped_at_known",
        "capped",
    ]
