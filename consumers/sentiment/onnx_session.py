"""The one door to onnxruntime: a session with manners, and its runs, as many at once as there are
processors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
INPUTS = ("input_ids", "attention_mask")
OUTPUTS = ("stars", "sentiment", "flags", "aspects", "polarity", "focus")
_ERRORS_ONLY = 3


@dataclass(frozen=True, kw_only=True)
class Logits:
    """Answers on one batch of B windows of T pieces."""

    stars: Floats
    """(B, 5)"""
    sentiment: Floats
    """(B, 3): negative, neutral, positive."""
    flags: Floats
    """(B, 2): mixed, junk."""
    aspects: Floats
    """(B, A)"""
    polarity: Floats
    """(B, A, 3)"""
    focus: Floats
    """(B, T, A): shares of attention, which sum to one over T."""


class OnnxSession:
    """A loaded network; `run` may be called from several threads.

    Each run keeps to one processor: two that share a batch wait for each other after every small
    step, two that read a batch each do not.
    """

    def __init__(self, model: bytes, threads: int) -> None:
        """Raises ValueError when the bytes are no such network."""
        self._threads = threads
        try:
            self._session: Any = onnxruntime.InferenceSession(
                model, _options(), providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the library's errors have no common root of their own
            raise ValueError(f"onnxruntime refuses it ({error})") from error
        missing = _missing(self._session)
        if missing:
            raise ValueError(f"the network lacks {', '.join(missing)}")

    def run(self, ids: Integers, mask: Integers) -> Logits:
        """Answers on (B, T) piece ids and their mask (1 piece, 0 padding)."""
        found = self._session.run(list(OUTPUTS), dict(zip(INPUTS, (ids, mask), strict=True)))
        return Logits(**dict(zip(OUTPUTS, found, strict=True)))

    def run_all(self, batches: Iterable[tuple[Integers, Integers]]) -> Iterator[Logits]:
        """Answers on many, in order, `threads` of them at once."""
        with ThreadPoolExecutor(self._threads) as pool:
            yield from pool.map(lambda batch: self.run(*batch), batches)


def _options() -> Any:
    """Batches have many shapes: memory planned for each of them would be kept for each of them. The
    network was fused when it was exported; loading it has nothing to add."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.enable_mem_pattern = False
    options.log_severity_level = _ERRORS_ONLY
    return options


def _missing(session: Any) -> list[str]:
    inputs = {one.name for one in session.get_inputs()}
    outputs = {one.name for one in session.get_outputs()}
    return [
        *(f"input {name}" for name in INPUTS if name not in inputs),
        *(f"output {name}" for name in OUTPUTS if name not in outputs),
    ]
