"""A whole classifier of the `transformers` layout in a few kilobytes: it adds up votes of words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save
from tokenizers import Tokenizer, models, pre_tokenizers

PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "хорошо", "плохо", "и")
VOTES = {"хорошо": 2, "плохо": 0}
NAMES = ("NEG", "NEU", "POS")


def write_classifier(folder: Path, names: Sequence[str] = NAMES) -> Path:
    """Exported as optimum does; the outputs are negative, neutral, positive, however named."""
    (folder / "onnx").mkdir(parents=True)
    vocabulary = {piece: number for number, piece in enumerate(PIECES)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    write_config(folder, names)
    write_network(folder / "onnx" / "model.onnx")
    return folder


def write_config(folder: Path, names: Sequence[str], more: Mapping[str, Any] | None = None) -> None:
    """Name the outputs."""
    labels = {str(number): name for number, name in enumerate(names)}
    config = {"id2label": labels, "max_position_embeddings": 16, **(more or {})}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


def write_network(path: Path, second_input: str = "token_type_ids") -> None:
    """A network of two inputs, which are added, and a row of votes a piece."""
    votes = np.zeros((len(PIECES), 3), np.float32)
    for word, column in VOTES.items():
        votes[PIECES.index(word), column] = 5.0
    value = helper.make_tensor_value_info
    inputs = ("input_ids", second_input)
    graph = helper.make_graph(
        [
            helper.make_node("Add", list(inputs), ["numbers"]),
            helper.make_node("Gather", ["votes", "numbers"], ["cast"]),
            helper.make_node("ReduceSum", ["cast", "middle"], ["logits"], keepdims=0),
        ],
        "votes",
        [value(name, TensorProto.INT64, ["B", "T"]) for name in inputs],
        [value("logits", TensorProto.FLOAT, ["B", 3])],
        [
            numpy_helper.from_array(votes, "votes"),
            numpy_helper.from_array(np.asarray([1], np.int64), "middle"),
        ],
    )
    opset = [helper.make_opsetid("", 17)]
    save(helper.make_model(graph, opset_imports=opset, ir_version=8), str(path))
