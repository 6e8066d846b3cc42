"""A classifier of the usual layout reads reviews, and what it lacks is said."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper, save
from tokenizers import Tokenizer, models, pre_tokenizers

from consumers.sentiment.model import ReviewText
from consumers.sentiment.models import build_model
from pipeline.errors import ConfigurationError

PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "хорошо", "плохо", "и")
VOTES = {"хорошо": 2, "плохо": 0}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model that adds up the votes of its words, exported as optimum does."""
    vocabulary = {piece: number for number, piece in enumerate(PIECES)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    write_config(tmp_path, {"0": "NEG", "1": "NEU", "2": "POS"})
    (tmp_path / "onnx").mkdir()
    write_network(tmp_path / "onnx" / "model.onnx")
    return tmp_path


def write_config(folder: Path, names: dict[str, str]) -> None:
    config = {"id2label": names, "max_position_embeddings": 16}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


def write_network(path: Path) -> None:
    votes = np.zeros((len(PIECES), 3), np.float32)
    for word, column in VOTES.items():
        votes[PIECES.index(word), column] = 5.0
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [
            helper.make_node("Add", ["input_ids", "token_type_ids"], ["numbers"]),
            helper.make_node("Gather", ["votes", "numbers"], ["cast"]),
            helper.make_node("ReduceSum", ["cast", "middle"], ["logits"], keepdims=0),
        ],
        "votes",
        [value(name, TensorProto.INT64, ["B", "T"]) for name in ("input_ids", "token_type_ids")],
        [value("logits", TensorProto.FLOAT, ["B", 3])],
        [
            numpy_helper.from_array(votes, "votes"),
            numpy_helper.from_array(np.asarray([1], np.int64), "middle"),
        ],
    )
    opset = [helper.make_opsetid("", 17)]
    save(helper.make_model(graph, opset_imports=opset, ir_version=8), str(path))


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
    write_config(folder, {"0": "POS", "1": "NEU", "2": "NEG"})
    assert before != build_model(str(folder)).revision


def test_labels_without_a_meaning_are_listed(folder: Path) -> None:
    write_config(folder, {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"})
    with pytest.raises(ConfigurationError, match="LABEL_0, LABEL_1, LABEL_2"):
        build_model(str(folder))


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(ConfigurationError, match=name):
        build_model(str(folder))


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
