"""From the trained network to what is shipped: one int8 ONNX file, run by onnxruntime alone.

The graph is exported in single precision and fused by onnxruntime's own optimiser (attention,
layer norm, GELU). Matrices become int8 per output channel; activations are scaled piece by piece
as they come (nothing to calibrate, nothing to go stale, and no review moves another's answer).
Word embeddings go back into the 4-bit blocks that they came in and were never trained out of.
"""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from torch import Tensor, nn

from training.block_quantising import gathered
from training.encoder import Reader
from training.row_quantising import quantise_rows

OUTPUTS = ("stars", "sentiment", "flags", "aspects", "polarity", "focus")
INPUTS = ("input_ids", "attention_mask")
OPSET = 17
WORDS = "words"
"""Output of the embedding's nodes; the names of all its tables begin with it."""
CONTRIBUTED = "com.microsoft"
"""Where onnxruntime keeps its own operators."""


class _Traced(nn.Module):
    """The network with its answers as a plain tuple, as an exporter wants them."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        answers = self.reader(ids, mask)
        return tuple(getattr(answers, name) for name in OUTPUTS)


def export(reader: Reader, float_path: Path, int8_path: Path) -> None:
    """Write both files."""
    reader.eval().float()
    reader.encoder.config._attn_implementation = "eager"
    options = FusionOptions("bert")
    options.use_multi_head_attention, options.enable_packed_qkv = True, False
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        _trace(reader, plain)
        fused = optimize_model(
            str(plain),
            model_type="bert",
            num_heads=reader.encoder.config.num_attention_heads,
            hidden_size=reader.encoder.config.hidden_size,
            opt_level=0,
            optimization_options=options,
        )
    fused.save_model_to_file(str(float_path))
    model = onnx.load(float_path)
    shrink_embeddings(model)
    quantise_rows(model, "encoder")
    if all(one.domain != CONTRIBUTED for one in model.opset_import):
        model.opset_import.append(helper.make_opsetid(CONTRIBUTED, 1))
    onnx.checker.check_model(model)
    onnx.save(model, int8_path)


def _trace(reader: Reader, path: Path) -> None:
    ids = torch.randint(5, 100, (2, 16))
    axes = {name: {0: "batch", 1: "pieces"} for name in (*INPUTS, "focus")}
    axes |= {name: {0: "batch"} for name in OUTPUTS if name != "focus"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of shapes that are dynamic above
        torch.onnx.export(
            _Traced(reader).eval(),
            (ids, torch.ones_like(ids)),
            str(path),
            input_names=list(INPUTS),
            output_names=list(OUTPUTS),
            dynamic_axes=axes,
            opset_version=OPSET,
            dynamo=False,
        )


def shrink_embeddings(model: ModelProto) -> None:
    """Replace the fused embedding of `model` by one over 4-bit rows."""
    graph = model.graph
    (fused,) = [node for node in graph.node if node.op_type == "EmbedLayerNormalization"]
    tables = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    words, positions, types = (tables[fused.input[number]] for number in (2, 3, 4))
    gathering, new = gathered(WORDS, INPUTS[0], words)
    _replace_initialisers(
        model,
        gone=[fused.input[number] for number in (2, 3, 4)],
        new={**new, "positions": (positions + types[:1]).astype(np.float32)},
    )
    nodes = [
        *gathering,
        *_embedding_nodes(fused),
        helper.make_node("Cast", ["attention_mask"], ["mask.int32"], to=TensorProto.INT32),
    ]
    for node in graph.node:
        node.input[:] = ["mask.int32" if name == fused.output[1] else name for name in node.input]
    kept = [node for node in graph.node if node is not fused and not _feeds_only(node, fused)]
    del graph.node[:]
    graph.node.extend([*nodes, *[node for node in kept if node.output[0] != "mask.int32"]])


def _embedding_nodes(fused: NodeProto) -> list[NodeProto]:
    (epsilon,) = [one.f for one in fused.attribute if one.name == "epsilon"]
    node = helper.make_node
    return [
        node("Shape", ["input_ids"], ["pieces.shape"], start=1, end=2),
        node("Slice", ["positions", "zero", "pieces.shape", "zero"], ["positions.used"]),
        node("Add", [WORDS, "positions.used"], ["embedded"]),
        node(
            "LayerNormalization",
            ["embedded", fused.input[5], fused.input[6]],
            [fused.output[0]],
            axis=-1,
            epsilon=epsilon,
        ),
    ]


def _replace_initialisers(
    model: ModelProto, gone: list[str], new: dict[str, NDArray[np.generic]]
) -> None:
    kept = [one for one in model.graph.initializer if one.name not in gone]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    zero = np.zeros(1, np.int64)
    for name, values in {**new, "zero": zero}.items():
        model.graph.initializer.append(numpy_helper.from_array(values, name))


def _feeds_only(node: NodeProto, fused: NodeProto) -> bool:
    """Whether a node only made the 32-bit ids that the fused embedding asked for."""
    inputs = set(fused.input[:2]) | set(fused.input[7:8])
    return bool(node.output) and node.op_type == "Cast" and node.output[0] in inputs
