"""`otzvuk score` is a filter: what it cannot read it names, and goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from otzvuk.application import Application
from otzvuk.commands import score
from pipeline.errors import ConfigurationError, UsageError
from pipeline.settings import ModelSettings, Settings
from tests.consumers.sentiment.tiny_classifier import write_classifier

LINES = '{"text": "Спасибо, всё отлично", "n": 1}\nnot json\n{"text": "Ужас", "n": 2}\n'


def run(
    tmp_path: Path, *arguments: str, piped: str | None = None, models: ModelSettings | None = None
) -> Result:
    app = typer.Typer()
    score.register(app)
    application = Application(
        settings=Settings(data_dir=str(tmp_path), models=models or ModelSettings())
    )
    return CliRunner().invoke(
        app, list(arguments), input=piped, obj=application, catch_exceptions=False
    )


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_standard_input_passes_through(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run(tmp_path, *arguments, piped=LINES)
    assert [json.loads(line)["n"] for line in done.stdout.splitlines()] == [1, 2]
    assert "line 2" in done.stderr
    assert done.exit_code == 1


def test_a_file_and_a_model_can_be_named(tmp_path: Path) -> None:
    file = tmp_path / "reviews.jsonl"
    file.write_text('{"text": "Ужас", "rating": 5}\n', encoding="utf-8")
    done = run(tmp_path, str(file), "--model", "none")
    understanding = json.loads(done.stdout)["understanding"]
    assert done.exit_code == 0
    assert (understanding["model"], understanding["label"]) == ("none", "positive")


def test_the_settings_say_what_the_labels_of_a_foreign_model_mean(tmp_path: Path) -> None:
    folder = write_classifier(tmp_path / "model", ("upset", "calm", "glad"))
    labels = {"upset": "negative", "calm": "neutral", "glad": "positive"}
    piped = '{"text": "плохо"}\n'
    with pytest.raises(ConfigurationError, match=r"upset, calm, glad.*models\.labels"):
        run(tmp_path, piped=piped, models=ModelSettings(sentiment=str(folder)))
    models = ModelSettings(sentiment=str(folder), labels=labels)
    done = run(tmp_path, piped=piped, models=models)
    assert json.loads(done.stdout)["understanding"]["label"] == "negative"


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="check the path"):
        run(tmp_path, str(tmp_path / "no.jsonl"))
    with pytest.raises(ConfigurationError, match="accurate"):
        run(tmp_path, "--model", "bogus", piped="")
