"""Any classifier of the `transformers` layout as a sentiment model: as ONNX, or with torch.

A directory with `model.onnx` (or `onnx/model.onnx`) and `tokenizer.json` runs with onnxruntime.
Another needs the extra `otzvuk[torch]`. Nothing is ever downloaded
while running, whether or not HF_HUB_OFFLINE is set: `hf:org/name@revision` is looked up in the
local cache, which HF_HOME or HF_HUB_CACHE may move.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from huggingface_hub import constants, snapshot_download
from tokenizers import Tokenizer

from consumers.sentiment.batching import SHARED_BATCH_PIECES, padded, plan_batches
from consumers.sentiment.classifier_network import WHOLE, Logits, Network, network_of, refusal
from consumers.sentiment.composing import compose
from consumers.sentiment.label_mapping import NOTHING, LabelMapping, mapping_of
from consumers.sentiment.language import LanguageIdentifier
from consumers.sentiment.model import ReviewText, SentimentModel, TextOpinion
from consumers.sentiment.stored_opinions import StoredOpinions, remembering
from consumers.sentiment.windows import Framing, cut, spell, unknown_share
from pipeline.errors import ConfigurationError
from pipeline.records import Probabilities

PREFIX = "hf:"
CONFIG, TOKENIZER = "config.json", "tokenizer.json"
LONGEST_WINDOW = 256
"""Pieces of text; longer ones are slower a piece, and reviews are short."""
SPARE_POSITIONS = 4
"""For the pieces around a text, and the two positions that networks of RoBERTa's kind skip."""
_SPECIAL = {
    "begin": ("<s>", "[CLS]"), "end": ("</s>", "[SEP]"), "pad": ("<pad>", "[PAD]"),
    "unknown": ("<unk>", "[UNK]"),
}  # fmt: skip
OFFLINE_REMEDY = (
    " (without HF_HUB_OFFLINE, which is set), or bring its folder from elsewhere and set "
    "models.sentiment to the path"
)
_EVEN = Probabilities(negative=1 / 3, neutral=1 / 3, positive=1 / 3)
_DIGESTED_AT_ONCE = 1 << 20


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
        for batch in plan_batches(windows, SHARED_BATCH_PIECES):
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


def build(name: str, memory: StoredOpinions | None, labels: Mapping[str, str]) -> SentimentModel:
    """The model of a directory or of `hf:org/name@revision`, which asks `memory` first."""
    folder = cached_folder(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else Path(name)
    return remembering(load_model(folder, name, labels), memory)


def cached_folder(name: str) -> Path:
    """Where `org/name@revision` lies; raises ConfigurationError that says how to get it."""
    repository, _, revision = name.partition("@")
    try:
        return Path(snapshot_download(repository, revision=revision or None, local_files_only=True))
    except (OSError, ValueError) as error:
        wanted = f"{repository} --revision {revision}" if revision else repository
        raise ConfigurationError(
            f"models.sentiment: {PREFIX}{name} is not in the cache {constants.HF_HUB_CACHE}, and "
            f"nothing is downloaded while running: hf download {wanted}"
            + (OFFLINE_REMEDY if constants.HF_HUB_OFFLINE else "")
        ) from error


def load_model(folder: Path, name: str, labels: Mapping[str, str] = NOTHING) -> HuggingFaceModel:
    """The model, warm; `labels`: what its outputs mean, where their names do not say it.

    Raises ConfigurationError that says what the directory lacks, and what to do.
    """
    try:
        config = _config(folder / CONFIG)
        mapping = mapping_of(_output_names(config), labels)
        tokenizer = _tokenizer(folder / TOKENIZER)
        framing = _framing(tokenizer)
        window = _window(config)
    except (OSError, ValueError, TypeError) as error:
        raise refusal(folder, error) from error
    network = network_of(folder)
    classifier = Classifier(
        revision=_revision(folder, name, labels),
        tokenizer=tokenizer,
        framing=framing,
        window=window,
        mapping=mapping,
        network=network,
    )
    _try_out(folder, classifier)
    return HuggingFaceModel(classifier, LanguageIdentifier())


def _try_out(folder: Path, classifier: Classifier) -> None:
    """Raises ConfigurationError when the network does not answer with one number an output."""
    framing = classifier.framing
    pieces = np.asarray([[framing.begin, framing.unknown, framing.end]], dtype=np.int64)
    try:
        shape = classifier.network(pieces, np.ones_like(pieces)).shape
    except Exception as error:  # the library's errors have no common root of their own
        raise refusal(folder, f"its network does not run ({error}): {WHOLE}") from error
    wanted = (1, len(classifier.mapping.stars))
    if shape != wanted:
        raise refusal(
            folder,
            f"its network answers one text with numbers of shape {shape} where id2label of "
            f"{CONFIG} names {wanted[1]}: export it for text-classification, with its own {CONFIG}",
        )


def _config(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise ValueError(f"{CONFIG} is missing: {WHOLE}")
    try:
        config = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{CONFIG} is no JSON ({error}): {WHOLE}") from error
    if not isinstance(config, dict):
        raise ValueError(f"{CONFIG} holds no object: {WHOLE}")
    if config.get("problem_type") == "multi_label_classification":
        raise ValueError(
            "it says yes or no to each label by itself (problem_type of config.json): choose a "
            "model that answers with one of its labels"
        )
    return config


def _output_names(config: Mapping[str, Any]) -> list[str]:
    names = config.get("id2label")
    if not isinstance(names, dict) or not names:
        raise ValueError("config.json has no id2label: name its outputs there")
    return [str(names[number]) for number in sorted(names, key=_output_number)]


def _output_number(key: str) -> int:
    try:
        return int(key)
    except ValueError as error:
        raise ValueError(
            f"id2label of {CONFIG} has the key {key!r}, which is no number: number the outputs "
            'from 0, as in {"0": "negative", "1": "positive"}'
        ) from error


def _window(config: Mapping[str, Any]) -> int:
    """Pieces of text that the network has room for, as far as they are read at once."""
    name = "max_position_embeddings"
    given = config.get(name) or LONGEST_WINDOW
    if isinstance(given, bool) or not isinstance(given, int) or given <= SPARE_POSITIONS:
        raise ValueError(
            f"{name} of {CONFIG} is {given!r}: give the number of pieces that the network has "
            f"room for, above {SPARE_POSITIONS}, or take the line out"
        )
    return min(LONGEST_WINDOW, given - SPARE_POSITIONS)


def _tokenizer(path: Path) -> Tokenizer:
    if not path.is_file():
        raise ValueError(f"{TOKENIZER} is missing: {WHOLE}")
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


def _revision(folder: Path, name: str, labels: Mapping[str, str]) -> str:
    """By content: two directories of one name, or two meanings of its labels, are two models."""
    digest = hashlib.blake2b(digest_size=6)
    if labels:
        digest.update(json.dumps(sorted(labels.items())).encode())
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
