"""A classifier of the usual layout reads reviews, and what it lacks is said."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import pytest

from consumers.sentiment.model import ReviewText
from consumers.sentiment.models import build_model, configured_model
from pipeline.errors import ConfigurationError
from pipeline.settings import load_settings
from tests.consumers.sentiment.tiny_classifier import (
    write_classifier,
    write_config,
    write_network,
)

ROOT = Path(__file__).parents[3]
LABELS = {"label_0": "negative", "LABEL_1": "neutral", "Label_2": "positive"}
NUMBERED = ("LABEL_0", "LABEL_1", "LABEL_2")
READ = """
import sys
from consumers.sentiment.model import ReviewText
from consumers.sentiment.models import build_model
from pipeline.errors import ConfigurationError
try:
    print(build_model(sys.argv[1]).predict([ReviewText(text="плохо")])[0].label)
except ConfigurationError as error:
    print(error)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model that adds up the votes of its words."""
    return write_classifier(tmp_path / "tiny")


def test_an_onnx_export_reads_without_torch(folder: Path) -> None:
    model = build_model(str(folder))
    good, bad, nothing, long = model.predict(
        [
            ReviewText(text="хорошо"),
            ReviewText(text="плохо неведомо"),
            ReviewText(text=""),
            ReviewText(text="хорошо " * 90 + "и " * 5),
        ]
    )
    assert (good.label, bad.label, long.label) == ("positive", "negative", "positive")
    assert good.expected_star > 4 > 2 > bad.expected_star
    assert good.unknown_pieces == 0
    assert bad.unknown_pieces is not None
    assert bad.unknown_pieces > 0.5
    assert nothing.label == "neutral"
    assert good.unmeasured == ("sentiment",)
    assert good == model.predict([ReviewText(text="хорошо")])[0]


def test_the_revision_is_that_of_the_content(folder: Path) -> None:
    before = build_model(str(folder)).revision
    assert before == build_model(str(folder)).revision
    write_config(folder, ("POS", "NEU", "NEG"))
    assert before != build_model(str(folder)).revision


def test_labels_without_a_meaning_are_listed_with_what_to_do(folder: Path) -> None:
    write_config(folder, NUMBERED)
    with pytest.raises(ConfigurationError, match="LABEL_0, LABEL_1, LABEL_2") as refused:
        build_model(str(folder))
    for said in (str(folder), "models.labels", "OTZVUK_MODELS__LABELS__", "id2label"):
        assert said in str(refused.value)


def test_the_settings_say_what_labels_mean(folder: Path, tmp_path: Path) -> None:
    write_config(folder, NUMBERED)
    path = tmp_path / "otzvuk.yaml"
    path.write_text(
        f"models: {{sentiment: {folder}, labels: {{LABEL_0: negative, LABEL_1: neutral}}}}",
        encoding="utf-8",
    )
    models = load_settings(path, {"OTZVUK_MODELS__LABELS__LABEL_2": "positive"}).models
    model = configured_model(models.sentiment, labels=models.labels)
    assert model is not None
    good, bad = model.predict([ReviewText(text="хорошо"), ReviewText(text="плохо")])
    assert (good.label, bad.label) == ("positive", "negative")


def test_another_meaning_of_the_labels_is_another_model(folder: Path) -> None:
    revision = build_model(str(folder)).revision
    turned = build_model(str(folder), labels={"pos": "negative", "neg": "positive"})
    assert turned.revision != revision
    assert turned.predict([ReviewText(text="хорошо")])[0].label == "negative"
    assert build_model(str(folder), labels={}).revision == revision


def test_labels_that_the_model_does_not_have_are_refused(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"label_0, label_1, label_2.*NEG, NEU, POS"):
        build_model(str(folder), labels=LABELS)


def test_a_network_of_another_width_is_refused(folder: Path) -> None:
    write_config(folder, ("negative", "positive"))
    with pytest.raises(ConfigurationError, match=r"\(1, 3\) where id2label .* names 2"):
        build_model(str(folder))


def test_a_network_with_other_inputs_is_refused(folder: Path) -> None:
    write_network(folder / "onnx" / "model.onnx", second_input="pixel_values")
    with pytest.raises(ConfigurationError, match="wants pixel_values besides attention_mask"):
        build_model(str(folder))


def test_a_model_of_many_labels_at_once_is_refused(folder: Path) -> None:
    more = {"problem_type": "multi_label_classification"}
    write_config(folder, ("negative", "neutral", "positive"), more)
    with pytest.raises(ConfigurationError, match="one of its labels"):
        build_model(str(folder))


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ConfigurationError, match=rf"{folder}: {name} is missing: get the whole"):
        build_model(str(folder))


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"[]", b"\x80 noise"])
def test_a_damaged_file_is_refused_with_the_folder(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    with pytest.raises(ConfigurationError, match=rf"{folder}.*{name}"):
        build_model(str(folder))


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        (
            {"max_position_embeddings": "abc"},
            "max_position_embeddings of config.json is 'abc'",
        ),
        ({"max_position_embeddings": [512]}, "max_position_embeddings of .* take the line out"),
        ({"max_position_embeddings": -1}, "is -1: give the number of pieces"),
        ({"max_position_embeddings": 4}, "above 4"),
        ({"id2label": {"a": "NEG", "b": "POS"}}, "id2label of config.json has the key 'a'.*from 0"),
    ],
)
def test_an_ill_entry_of_the_config_is_named(
    folder: Path, config: dict[str, object], problem: str
) -> None:
    write_config(folder, ("NEG", "NEU", "POS"), config)
    with pytest.raises(ConfigurationError, match=rf"{folder}: .*{problem}"):
        build_model(str(folder))


def test_a_config_without_a_longest_text_has_the_usual_window(folder: Path) -> None:
    write_config(folder, ("NEG", "NEU", "POS"), {"max_position_embeddings": None})
    (long,) = build_model(str(folder)).predict([ReviewText(text="и " * 300 + "хорошо " * 90)])
    assert long.label == "positive"


def test_a_damaged_network_is_refused(folder: Path) -> None:
    (folder / "onnx" / "model.onnx").write_bytes(b"no network")
    with pytest.raises(ConfigurationError, match="onnxruntime"):
        build_model(str(folder))


@pytest.mark.skipif(find_spec("torch") is not None, reason="torch is installed")
def test_without_an_export_the_extra_is_named(folder: Path) -> None:
    (folder / "onnx" / "model.onnx").unlink()
    with pytest.raises(ConfigurationError, match=r"otzvuk\[torch\]"):
        build_model(str(folder))


def test_what_is_not_on_disk_is_not_fetched() -> None:
    with pytest.raises(ConfigurationError, match="hf download nobody/nothing-of-this --revision 1"):
        build_model("hf:nobody/nothing-of-this@1")


@pytest.mark.parametrize("offline", ["0", "1"])
def test_a_cached_model_is_read_without_asking_anybody(tmp_path: Path, offline: str) -> None:
    revision = "a" * 40
    cached = tmp_path / "hub" / "models--nobody--tiny"
    write_classifier(cached / "snapshots" / revision)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text(revision)
    with hub() as (address, asked):
        environment = {"HF_HOME": str(tmp_path), "HF_ENDPOINT": address, "HF_HUB_OFFLINE": offline}
        assert read("hf:nobody/tiny", environment) == "negative"
        assert read(f"hf:nobody/tiny@{revision}", environment) == "negative"
        missing = read("hf:nobody/other", environment)
    assert asked == []
    assert f"{tmp_path / 'hub'}" in missing
    assert "hf download nobody/other" in missing
    assert ("without HF_HUB_OFFLINE" in missing) == (offline == "1")


def read(name: str, environment: dict[str, str]) -> str:
    """What a process of its own says, since the library reads its variables when imported."""
    done = subprocess.run(
        [sys.executable, "-c", READ, name],
        check=True, capture_output=True, text=True, cwd=ROOT, env={**os.environ, **environment},
    )  # fmt: skip
    return done.stdout.strip()


@contextmanager
def hub() -> Iterator[tuple[str, list[str]]]:
    """A site that has nothing, and what it was asked for."""
    asked: list[str] = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
