"""Tables of 4-bit weights: exact for what came in that format, and read by onnxruntime."""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession

from training.block_quantising import BLOCK, MIDDLE, Floats, exchange, four_bits, gathered

WIDTH = 2 * BLOCK


def rows_of_four_bits(count: int, seed: int = 1) -> Floats:
    """Rows as the base has them: in each block some weight is -8 of its scale, which has a sign."""
    random = np.random.default_rng(seed)
    nibbles = random.integers(-MIDDLE + 1, MIDDLE, (count, 2, BLOCK))
    nibbles[:, :, 5] = -MIDDLE
    scales = random.normal(size=(count, 2, 1)).astype(np.float16).astype(np.float32)
    return np.asarray((nibbles * scales).reshape(count, WIDTH), np.float32)


def unpacked(packed: NDArray[np.uint8], scales: NDArray[np.float16]) -> Floats:
    nibbles = np.concatenate([packed & 15, packed >> 4], axis=2).astype(np.float32) - MIDDLE
    return np.asarray((nibbles * scales.astype(np.float32)).reshape(len(packed), -1), np.float32)


def model_of(rows: Floats) -> onnx.ModelProto:
    nodes, tables = gathered("words", "ids", rows)
    graph = helper.make_graph(
        [*nodes, helper.make_node("Neg", ["words"], ["out"])],
        "lookup",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "pieces"])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, ["batch", "pieces", WIDTH])],
        [numpy_helper.from_array(one, name) for name, one in tables.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def answers(model: onnx.ModelProto, ids: NDArray[np.int64]) -> Floats:
    onnx.checker.check_model(model)
    (found,) = InferenceSession(model.SerializeToString()).run(None, {"ids": ids})
    return np.asarray(-found, np.float32)


def test_what_came_in_four_bits_comes_back_exactly() -> None:
    rows = rows_of_four_bits(50)
    packed, scales = four_bits(rows)
    assert packed.nbytes + scales.nbytes == rows.size // 2 + 2 * rows.size // BLOCK
    np.testing.assert_array_equal(unpacked(packed, scales), rows)


def test_other_weights_are_at_most_a_step_away_and_zeros_stay() -> None:
    rows = np.random.default_rng(2).normal(size=(20, WIDTH)).astype(np.float32)
    rows[3] = 0
    packed, scales = four_bits(rows)
    steps = np.repeat(np.abs(scales.astype(np.float32)), BLOCK, axis=2).reshape(20, WIDTH)
    assert (np.abs(unpacked(packed, scales) - rows) <= steps * 1.01).all()
    assert (unpacked(packed, scales)[3] == 0).all()


def test_a_graph_gathers_and_unpacks_them() -> None:
    rows = rows_of_four_bits(7)
    ids = np.array([[0, 6, 3], [2, 2, 5]])
    np.testing.assert_array_equal(answers(model_of(rows), ids), rows[ids])


def test_a_table_is_exchanged_for_a_longer_one() -> None:
    model, rows = model_of(rows_of_four_bits(3)), rows_of_four_bits(9, seed=4)
    exchange(model, "words", "ids", rows)
    ids = np.array([[8, 0]])
    np.testing.assert_array_equal(answers(model, ids), rows[ids])
    assert sum(table.name == "words.int4" for table in model.graph.initializer) == 1
