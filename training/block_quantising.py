"""Tables of 4-bit weights: the format that the base comes in, so that shipping it loses nothing.

Q4_0, as ggml and the base's own file have it: 32 weights share one half-precision scale, each is a
nibble minus 8; the weight of largest magnitude is -8. In a graph the rows that a text asks for are
gathered and unpacked by plain ONNX operators.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

BLOCK = 32
"""Weights of one scale."""
MIDDLE = 8
NIBBLE = 16

Floats = NDArray[np.float32]
Tables = dict[str, NDArray[np.generic]]


def four_bits(rows: Floats) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """`rows` (n, width) as packed nibbles (n, width / 32, 16) and scales (n, width / 32, 1).

    The low nibbles are the first half of a block. What came in this format comes back exactly.
    """
    blocks = rows.reshape(len(rows), -1, BLOCK)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=2)[:, :, None], axis=2)
    scales = (largest / -MIDDLE).astype(np.float16)
    divisors = np.where(scales == 0, np.float16(1), scales).astype(np.float32)
    nibbles = np.clip(np.rint(blocks / divisors) + MIDDLE, 0, NIBBLE - 1).astype(np.uint8)
    return nibbles[:, :, : BLOCK // 2] | nibbles[:, :, BLOCK // 2 :] << 4, scales


def gathered(name: str, ids: str, rows: Floats) -> tuple[list[NodeProto], Tables]:
    """Nodes that make `name` (batch, pieces, width) of `ids`, and the tables they read.

    All names begin with `name`.
    """
    packed, scales = four_bits(rows)
    tables: Tables = {
        f"{name}.int4": packed,
        f"{name}.scale": scales,
        f"{name}.nibble": np.array(NIBBLE, np.uint8),
        f"{name}.shift": np.array(4, np.uint8),
        f"{name}.middle": np.array(MIDDLE, np.float32),
        f"{name}.shape": np.array([0, 0, -1], np.int64),
    }
    node = helper.make_node
    nodes = [
        node("Gather", [f"{name}.int4", ids], [f"{name}.packed"]),
        node("Mod", [f"{name}.packed", f"{name}.nibble"], [f"{name}.low"]),
        node("BitShift", [f"{name}.packed", f"{name}.shift"], [f"{name}.high"], direction="RIGHT"),
        node("Concat", [f"{name}.low", f"{name}.high"], [f"{name}.nibbles"], axis=-1),
        node("Cast", [f"{name}.nibbles"], [f"{name}.float"], to=TensorProto.FLOAT),
        node("Sub", [f"{name}.float", f"{name}.middle"], [f"{name}.signed"]),
        node("Gather", [f"{name}.scale", ids], [f"{name}.half"]),
        node("Cast", [f"{name}.half"], [f"{name}.scales"], to=TensorProto.FLOAT),
        node("Mul", [f"{name}.signed", f"{name}.scales"], [f"{name}.blocks"]),
        node("Reshape", [f"{name}.blocks", f"{name}.shape"], [name]),
    ]
    return nodes, tables


def exchange(model: ModelProto, name: str, ids: str, rows: Floats) -> None:
    """Put the table `rows` (n, width) in place of the one that `gathered` put into `model`."""
    graph = model.graph
    nodes, tables = gathered(name, ids, rows)
    others = [node for node in graph.node if not _is_of(name, node.output[0])]
    kept = [table for table in graph.initializer if not _is_of(name, table.name)]
    del graph.node[:]
    graph.node.extend([*nodes, *others])
    del graph.initializer[:]
    graph.initializer.extend(kept)
    graph.initializer.extend(numpy_helper.from_array(one, title) for title, one in tables.items())


def _is_of(name: str, other: str) -> bool:
    return other == name or other.startswith(f"{name}.")
