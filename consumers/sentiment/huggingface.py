"""Any classifier of the `transformers` layout as a sentiment model: as ONNX, or with torch.

A directory with `model.onnx` (or `onnx/model.onnx`) and `tokenizer.json` runs with onnxruntime.
Another needs the extra `otzvuk[torch]`, which is imported only then. Nothing is ever downloaded
while running: `hf:org/name@revision` is looked up in the local cache.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from huggingface_hub import snapshot_download
from numpy.typing import NDArray
from tokenizers import Tokenizer

from consumers.sentiment.batching import padded, plan_batches
from consumers.sentiment.composing import compose
from consumers.sentiment.label_mapping import LabelMapping, mapping_of
from consumers.sentiment.language import LanguageIdentifier
from consumers.sentiment.model import ReviewText, SentimentModel, TextOpinion
from consumers.sentiment.onnx_session import Integers
from consumers.sentiment.processors import usable_processors
from consumers.sentiment.stored_opinions import StoredOpinions, remembering
from consumers.sentiment.windows import Framing, cut, spell, unknown_share
from pipeline.errors import ConfigurationError
from pipeline.records import Probabilities

PREFIX = "hf:"
LONGEST_WINDOW = 256
"""Pieces of text; longer ones are slower a piece, and reviews are short."""
_SPECIAL = {
    "begin": ("<s>", "[CLS]"), "end": ("</s>", "[SEP]"), "pad": ("<pad>", "[PAD]"),
    "unknown": ("<unk>", "[UNK]"),
}  # fmt: skip
_EVEN = Probabilities(negative=1 / 3, neutral=1 / 3, positive=1 / 3)
_DIGESTED_AT_ONCE = 1 << 20

Logits = NDArray[np.float64]
Network = Callable[[Integers, Integers], Logits]
"""Piece ids and mask (B, T) to logits (B, outputs)."""


@dataclass(frozen=True, kw_only=True)
class Classifier:
    """The parts of a loaded model."""

    revision: str
    tokenizer: Tokenizer
    framing: Framing
    window: int
    mapping: LabelMapping
    network: Network


class HuggingFaceModel:
    """A SentimentModel that says nothing of aspects: its label and star alone."""

    def __init__(self, classifier: Classifier, languages: LanguageIdentifier) -> None:
        self._parts = classifier
        self._languages = languages

    @property
    def revision(self) -> str:
        """`hf-name@digest of config, tokenizer and weights`."""
        return self._parts.revision

    def predict(self, texts: Sequence[ReviewText]) -> list[TextOpinion]:
        """One opinion a text, in order: the mean of its windows, weighed by their length."""
        parts = self._parts
        spelt = spell(parts.tokenizer, [compose(text) for text in texts])
        windows = [
            window
            for number, pieces in enumerate(spelt)
            for window in cut(pieces, number, parts.framing, parts.window)
        ]
        sums = np.zeros((len(texts), len(parts.mapping.stars)))
        for batch in plan_batches(windows):
            members = [windows[number] for number in batch]
            shares = _softmax(parts.network(*padded(members, parts.framing.pad)))
            for window, share in zip(members, shares, strict=True):
                sums[window.text] += window.content * share
        return [
            self._opinion(total, language, unknown_share(pieces, parts.framing))
            for total, language, pieces in zip(
                sums, self._languages.identify(texts), spelt, strict=True
            )
        ]

    def _opinion(self, total: Logits, language: str | None, unknown: float) -> TextOpinion:
        if not total.sum():
            return TextOpinion(probabilities=_EVEN, expected_star=3.0, language=language)
        shares = total / total.sum()
        negative, neutral, positive = (shares @ self._parts.mapping.labels).tolist()
        return TextOpinion(
            probabilities=Probabilities(negative=negative, neutral=neutral, positive=positive),
            expected_star=float(np.clip(shares @ self._parts.mapping.stars, 1.0, 5.0)),
            language=language,
            unmeasured=("sentiment",),
            unknown_pieces=unknown,
        )


def build(name: str, memory: StoredOpinions | None) -> SentimentModel:
    """The model of a directory or of `hf:org/name@revision`, which asks `memory` first."""
    folder = cached_folder(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else Path(name)
    return remembering(load_model(folder, name), memory)


def cached_folder(name: str) -> Path:
    """Where `org/name@revision` lies; raises ConfigurationError that says how to get it."""
    repository, _, revision = name.partition("@")
    try:
        return Path(snapshot_download(repository, revision=revision or None, local_files_only=True))
    except (OSError, ValueError) as error:
        wanted = f"{repository} --revision {revision}" if revision else repository
        raise ConfigurationError(
            f"models.sentiment: {PREFIX}{name} is not on disk, and nothing is downloaded while "
            f"running: hf download {wanted}"
        ) from error


def load_model(folder: Path, name: str) -> HuggingFaceModel:
    """Raises ConfigurationError that says what the directory lacks."""
    try:
        config = json.loads((folder / "config.json").read_bytes())
        mapping = mapping_of(_output_names(config))
        tokenizer = _tokenizer(folder / "tokenizer.json")
        framing = _framing(tokenizer)
    except (OSError, ValueError, TypeError) as error:
        raise ConfigurationError(f"sentiment model {folder}: {error}") from error
    weights = _onnx_file(folder)
    network = _torch_network(folder) if weights is None else _onnx_network(weights)
    longest = int(config.get("max_position_embeddings") or LONGEST_WINDOW) - 4
    classifier = Classifier(
        revision=_revision(folder, name),
        tokenizer=tokenizer,
        framing=framing,
        window=max(1, min(LONGEST_WINDOW, longest)),
        mapping=mapping,
        network=network,
    )
    return HuggingFaceModel(classifier, LanguageIdentifier())


def _output_names(config: Any) -> list[str]:
    names = config.get("id2label") if isinstance(config, dict) else None
    if not isinstance(names, dict) or not names:
        raise ValueError("config.json has no id2label: name its outputs there")
    return [str(name) for _, name in sorted((int(number), name) for number, name in names.items())]


def _tokenizer(path: Path) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare Exception
        raise ValueError(
            f"tokenizer.json cannot be read ({error}): save it with a fast tokenizer of "
            "transformers"
        ) from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _framing(tokenizer: Tokenizer) -> Framing:
    found: dict[str, int] = {}
    for name, pieces in _SPECIAL.items():
        ids = [tokenizer.token_to_id(piece) for piece in pieces]
        known = [number for number in ids if number is not None]
        if not known:
            raise ValueError(f"its tokenizer has no piece {' or '.join(pieces)}")
        found[name] = known[0]
    return Framing(**found)


def _onnx_file(folder: Path) -> Path | None:
    candidates = (folder / "model.onnx", folder / "onnx" / "model.onnx")
    return next((path for path in candidates if path.is_file()), None)


def _onnx_network(path: Path) -> Network:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = usable_processors()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session: Any = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # the library's errors have no common root of their own
        raise ConfigurationError(f"sentiment model {path}: onnxruntime: {error}") from error
    inputs = [one.name for one in session.get_inputs()]

    def run(ids: Integers, mask: Integers) -> Logits:
        given = {
            "input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids),
        }  # fmt: skip
        (logits, *_) = session.run(None, {name: given[name] for name in inputs})
        return np.asarray(logits, dtype=np.float64)

    return run


def _torch_network(folder: Path) -> Network:
    """The one place that imports torch and transformers."""
    try:
        torch: Any = import_module("torch")
        transformers: Any = import_module("transformers")
    except ImportError as error:
        raise ConfigurationError(
            f"sentiment model {folder}: there is no model.onnx, and without it "
            f'{error.name} is needed: pip install "otzvuk[torch]"'
        ) from error
    try:
        model = transformers.AutoModelForSequenceClassification.from_pretrained(
            str(folder), local_files_only=True
        )
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"sentiment model {folder}: {error}") from error
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


def _revision(folder: Path, name: str) -> str:
    """By content: two directories of one name are two models."""
    digest = hashlib.blake2b(digest_size=6)
    files = [path for path in folder.rglob("*") if path.suffix in _DIGESTED and path.is_file()]
    for path in sorted(files):
        digest.update(path.relative_to(folder).as_posix().encode())
        with path.open("rb") as opened:
            while part := opened.read(_DIGESTED_AT_ONCE):
                digest.update(part)
    label = Path(name.removeprefix(PREFIX).partition("@")[0]).name[:60]
    return f"hf-{label}@{digest.hexdigest()}"


_DIGESTED = frozenset({".json", ".onnx", ".onnx_data", ".safetensors", ".bin"})


def _softmax(logits: Logits) -> Logits:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
