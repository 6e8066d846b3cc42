"""The network of a folder of the `transformers` layout, as ONNX where it was exported, else with
torch, which is imported only then."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from consumers.sentiment.onnx_session import Integers
from consumers.sentiment.processors import usable_processors
from pipeline.errors import ConfigurationError

WHOLE = "get the whole folder, with `hf download` or saved by save_pretrained"
INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})
Logits = NDArray[np.float64]
Network = Callable[[Integers, Integers], Logits]
"""Piece ids and mask (B, T) to logits (B, outputs)."""


def network_of(folder: Path) -> Network:
    """Raises ConfigurationError that says what it lacks."""
    weights = _onnx_file(folder)
    return _torch_network(folder) if weights is None else _onnx_network(weights)


def refusal(folder: Path, problem: object) -> ConfigurationError:
    """The error for a folder that is no usable model."""
    return ConfigurationError(f"models.sentiment: model in {folder}: {problem}")


def _onnx_file(folder: Path) -> Path | None:
    candidates = (folder / "model.onnx", folder / "onnx" / "model.onnx")
    return next((path for path in candidates if path.is_file()), None)


def _onnx_network(path: Path) -> Network:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = usable_processors()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session: Any = onnxruntime.InferenceSession(str(path), options, providers=_providers())
    except Exception as error:  # the library's errors have no common root of their own
        problem = f"onnxruntime cannot load {path.name} ({error}): {WHOLE}"
        raise refusal(path.parent, problem) from error
    inputs = [one.name for one in session.get_inputs()]
    if foreign := sorted(set(inputs) - INPUTS):
        raise refusal(
            path.parent,
            f"{path.name} wants {', '.join(foreign)} besides {', '.join(sorted(INPUTS))}: export "
            "it for text-classification",
        )

    def run(ids: Integers, mask: Integers) -> Logits:
        given = {
            "input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids),
        }  # fmt: skip
        (logits, *_) = session.run(None, {name: given[name] for name in inputs})
        return np.asarray(logits, dtype=np.float64)

    return run


def _providers() -> list[str]:
    """The GPU first where the installed onnxruntime can use one."""
    usable = onnxruntime.get_available_providers()
    return [name for name in ("CUDAExecutionProvider", "CPUExecutionProvider") if name in usable]


def _torch_network(folder: Path) -> Network:
    """The one place that imports torch and transformers."""
    try:
        torch: Any = import_module("torch")
        transformers: Any = import_module("transformers")
    except ImportError as error:
        problem = (
            f"there is no model.onnx, and without it {error.name} is needed: "
            'pip install "otzvuk[torch]"'
        )
        raise refusal(folder, problem) from error
    try:
        model = transformers.AutoModelForSequenceClassification.from_pretrained(
            str(folder), local_files_only=True
        )
    except (OSError, ValueError) as error:
        raise refusal(folder, error) from error
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model.eval().to(device)

    def run(ids: Integers, mask: Integers) -> Logits:
        with torch.inference_mode():
            answer = model(
                input_ids=torch.from_numpy(ids).to(device),
                attention_mask=torch.from_numpy(mask).to(device),
            )
        return np.asarray(answer.logits.float().cpu().numpy(), dtype=np.float64)

    return run
