"""Int8 matrices whose activations are scaled row by row, so that a batch cannot move an answer.

The usual dynamic quantisation gives a whole batch one scale: one outlier in one review rounds away
the others. Here every piece has a scale of its own: row / (largest of the row / 127), rounded,
times the int8 matrix, times both scales. All of it are plain ONNX operators but one,
`MatMulIntegerToFloat` of onnxruntime.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, helper, numpy_helper

STEPS = 127
_SMALLEST = 1e-9
_ONE, _ZERO_POINT, _STEP, _FLOOR = "row.one", "row.zero", "row.step", "row.floor"


@dataclass
class _Rewriting:
    """Nodes and tables of the new graph; rows that several matrices read are quantised once."""

    nodes: list[NodeProto] = field(default_factory=list)
    tables: dict[str, NDArray[np.generic]] = field(default_factory=dict)
    rows: set[str] = field(default_factory=set)


def quantise_rows(model: ModelProto, prefix: str = "") -> None:
    """Replace each product with a fixed matrix whose node's name contains `prefix`; the graph must
    have its attention as separate products (`use_multi_head_attention` of the fusion options)."""
    graph = model.graph
    fixed = {one.name: one for one in graph.initializer}
    new = _Rewriting(
        tables={
            _ONE: np.array(1, np.float32),
            _ZERO_POINT: np.array(STEPS + 1, np.uint8),
            _STEP: np.array(1 / STEPS, np.float32),
            _FLOOR: np.array(_SMALLEST, np.float32),
        }
    )
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in fixed and prefix in node.name:
            _replace(node, numpy_helper.to_array(fixed[node.input[1]]), new)
        else:
            new.nodes.append(node)
    used = {name for node in new.nodes for name in node.input}
    kept = [one for one in graph.initializer if one.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    graph.initializer.extend(numpy_helper.from_array(one, name) for name, one in new.tables.items())
    del graph.node[:]
    graph.node.extend(new.nodes)


def _replace(node: NodeProto, matrix: NDArray[np.float32], new: _Rewriting) -> None:
    rows, name = node.input[0], node.input[1]
    if rows not in new.rows:
        new.rows.add(rows)
        new.nodes.extend(_quantised(rows))
    scales = np.maximum(np.abs(matrix).max(axis=0) / STEPS, _SMALLEST).astype(np.float32)
    new.tables[f"{name}.int8"] = np.round(matrix / scales).astype(np.int8)
    new.tables[f"{name}.scales"] = scales
    new.tables[f"{name}.zeros"] = np.zeros(len(scales), np.int8)
    inputs = [f"{rows}.uint8", f"{name}.int8", _ONE, f"{name}.scales", _ZERO_POINT, f"{name}.zeros"]
    product = f"{node.name}.unscaled"
    new.nodes.append(
        helper.make_node("MatMulIntegerToFloat", inputs, [product], domain="com.microsoft")
    )
    new.nodes.append(helper.make_node("Mul", [product, f"{rows}.scale"], [node.output[0]]))


def _quantised(rows: str) -> list[NodeProto]:
    node = helper.make_node
    return [
        node("Abs", [rows], [f"{rows}.size"]),
        node("ReduceMax", [f"{rows}.size"], [f"{rows}.largest"], axes=[-1], keepdims=1),
        node("Mul", [f"{rows}.largest", _STEP], [f"{rows}.stepped"]),
        node("Max", [f"{rows}.stepped", _FLOOR], [f"{rows}.scale"]),
        node("Div", [rows, f"{rows}.scale"], [f"{rows}.steps"]),
        node("QuantizeLinear", [f"{rows}.steps", _ONE, _ZERO_POINT], [f"{rows}.uint8"]),
    ]
