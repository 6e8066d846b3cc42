"""An artefact is read whole and right, or refused with the file, the reason and a remedy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from consumers.sentiment.accurate import load_accurate_model
from consumers.sentiment.artefact import read_artefact, read_card
from pipeline.errors import ConfigurationError
from pipeline.records import ASPECTS
from tests.consumers.sentiment.tiny_artefact import tiny_card, write_tiny_artefact


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small sound artefact."""
    return write_tiny_artefact(tmp_path)


def test_the_shipped_model_names_the_aspects_that_can_be_asked_for() -> None:
    assert read_card().aspects == ASPECTS


def test_what_is_written_is_read(folder: Path) -> None:
    artefact = read_artefact(folder)
    assert artefact.card == read_card(folder)
    assert artefact.card.aspects[0] == "quality"
    assert artefact.card.cascade.confidence == 0.9
    assert artefact.revision.startswith("accurate@")


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.onnx"])
def test_each_file_is_part_of_the_revision(folder: Path, name: str) -> None:
    before = read_artefact(folder).revision
    path = folder / name
    content = path.read_bytes()
    path.write_bytes(content + (b" " if name.endswith("json") else b"\x00"))
    assert read_artefact(folder).revision != before


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.onnx"])
@pytest.mark.parametrize("damage", ["missing", "empty", "noise"])
def test_a_damaged_file_is_refused_by_name(folder: Path, name: str, damage: str) -> None:
    path = folder / name
    path.unlink()
    if damage != "missing":
        path.write_bytes(b"" if damage == "empty" else b"\x80\x81 noise")
    with pytest.raises(ConfigurationError, match=rf"{name}: .*: reinstall the package"):
        load_accurate_model(folder)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": 2}, "has format 2, this program reads 1"),
        ({"window": 511}, "otzvuk.window"),
        ({"window": None}, "otzvuk.window"),
        ({"aspects": ["quality"]}, "10 numbers are given for 1 aspects"),
        ({"aspects": ["quality"] * 10}, "an aspect is named twice"),
        ({"reference": {"disagreement": 2.0}}, "otzvuk.reference"),
        ({"thresholds": {"aspects": [2.0] * 10}}, "otzvuk.thresholds"),
        ({"calibration": {}}, "otzvuk.calibration"),
    ],
)
def test_an_impossible_card_is_refused(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        read_card(write_tiny_artefact(tmp_path, change))


def test_windows_longer_than_the_positions_are_refused(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"max_position_embeddings": 17}))
    with pytest.raises(ConfigurationError, match="a window of 16 pieces"):
        read_card(folder)


def test_a_config_without_our_card_is_refused(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(ConfigurationError, match="otzvuk"):
        read_card(folder)


def test_a_tokenizer_without_special_pieces_is_refused(folder: Path) -> None:
    path = folder / "tokenizer.json"
    path.write_text(path.read_text("utf-8").replace('"<pad>"', '"<pat>"'), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"tokenizer\.json: has no piece for pad"):
        load_accurate_model(folder)


def test_rules_that_the_card_leaves_out_have_defaults(tmp_path: Path) -> None:
    card = tiny_card()
    folder = write_tiny_artefact(tmp_path)
    del card["cascade"]
    del card["reference"]
    config = json.loads((folder / "config.json").read_text("utf-8")) | {"otzvuk": card}
    (folder / "config.json").write_text(json.dumps(config))
    assert read_card(folder).cascade.confidence > 0.9
