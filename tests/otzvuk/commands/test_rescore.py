"""`otzvuk rescore`: another model reads what is stored, and everything still adds up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import typer
from typer.testing import CliRunner, Result

from otzvuk.application import Application
from otzvuk.commands import audit, import_, rescore
from pipeline.errors import UsageError
from pipeline.mongo import Store
from pipeline.settings import Settings, StageSettings

Run = Callable[..., Result]
SINCE = ("--since", "2024-01-01")
REVIEWS = 7


@pytest.fixture
def run(tmp_path: Path, store_uri: str, store: Store) -> Run:
    """Run one command against the test's store and a log of its own."""
    settings = Settings(
        data_dir=str(tmp_path),
        store=store_uri,
        store_database=store.name,
        stages=StageSettings(poll_seconds=0.05),
    )

    def invoke(command: ModuleType, *arguments: str) -> Result:
        app = typer.Typer()
        app.callback()(lambda: None)
        command.register(app)
        return CliRunner().invoke(app, arguments, obj=Application(settings), catch_exceptions=False)

    return invoke


@pytest.fixture
def imported(run: Run, tmp_path: Path) -> None:
    """Some reviews are stored, read by the fast model; one is older than the rest."""
    lines = [
        {
            "id": str(n), "text": f"Заказ {n} привезли вовремя, спасибо", "rating": 1,
            "date": "2023-12-30" if n == 0 else f"2024-03-0{n}",
        }
        for n in range(REVIEWS)
    ]  # fmt: skip
    file = tmp_path / "reviews.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    done = run(import_, "import", str(file), "--entity", "tea", "--live", "--wait")
    assert done.exit_code == 0, done.output


@pytest.mark.usefixtures("imported")
def test_reviews_are_read_anew_and_the_audit_stays_balanced(run: Run, store: Store) -> None:
    before = {one["_id"]: one for one in store["reviews"].find({})}
    published = ("rescore", *SINCE, "--model", "none")
    dry = run(rescore, *published, "--dry-run")
    assert f"{REVIEWS - 1} of {REVIEWS - 1} reviews would be read" in dry.stderr
    # Cut off before anything was stored, and run again: the same reviews come twice.
    run(rescore, *published)
    done = run(rescore, *published, "--wait")
    assert done.exit_code == 0, done.output

    after = {one["_id"]: one for one in store["reviews"].find({})}
    assert after.keys() == before.keys()
    for review_id, document in after.items():
        is_old = document["event_day"] < "2024"
        assert document["understanding_model"] == (
            before[review_id]["understanding_model"] if is_old else "none"
        )
        for kept in ("revision", "first_seen_at", "is_backfill", "content_hash", "review"):
            assert document[kept] == before[review_id][kept]
    assert store["revisions"].count_documents({}) == 0
    audited = run(audit, "audit")
    assert audited.exit_code == 0, audited.output
    (line,) = map(json.loads, audited.stdout.splitlines())
    assert line["scraped"] == REVIEWS + 2 * (REVIEWS - 1)
    assert line["balance"] == 0


@pytest.mark.usefixtures("imported")
def test_what_the_model_has_read_is_passed_over(run: Run) -> None:
    done = run(
        rescore, "rescore", *SINCE, "--model", "cascade", "--source", "import", "--entity", "tea"
    )
    assert f"0 of {REVIEWS - 1} reviews were read" in done.stderr
    nothing = run(rescore, "rescore", *SINCE, "--until", "2024-01-02", "--model", "none")
    assert "0 of 0 reviews" in nothing.stderr


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (("--entity", "nosuch"), "'nosuch' in the store; it has tea"),
        (("--source", "nosuch"), "source 'nosuch' in the store; it has those from import"),
        (("--entity", "tea", "--source", "nosuch"), "of 'tea' from the source 'nosuch'"),
        (("--until", "2023-12-31"), "--until 2023-12-31 lies before --since 2024-01-01"),
    ],
)
def test_a_slip_of_the_pen_is_no_empty_answer(
    run: Run, arguments: tuple[str, ...], answer: str
) -> None:
    with pytest.raises(UsageError, match=answer):
        run(rescore, "rescore", *SINCE, *arguments, "--model", "none", "--dry-run")
