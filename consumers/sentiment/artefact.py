"""The shipped transformer as a folder: read, checked against itself, refused with a remedy.

The layout is that of `transformers` (config.json, tokenizer.json, model.onnx), so that others can
load it too; what only we need stands in config.json under `otzvuk`.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct
from tokenizers import Tokenizer

from consumers.sentiment.reference import Reference, Share
from pipeline.errors import ConfigurationError

SHIPPED_ARTEFACT = Path(__file__).parent / "data" / "accurate"
FORMAT = 1
LABELS = 3
STARS = 5
CONFIG, TOKENIZER, MODEL = "config.json", "tokenizer.json", "model.onnx"
_REMEDY = "reinstall the package, or make it anew with training/sentiment_accurate.py"

Positive = Annotated[float, Meta(gt=0)]
Line = tuple[float, float]
"""Slope and offset of a logistic calibration."""
Labels = tuple[float, float, float]
Item = TypeVar("Item")


class Temperature(Struct, frozen=True, kw_only=True):
    """Logits are divided by it before the softmax."""

    temperature: Positive


class BiasedTemperature(Struct, frozen=True, kw_only=True):
    """softmax(logits / temperature + bias)."""

    temperature: Positive
    bias: Labels


class Lines(Struct, frozen=True, kw_only=True):
    """sigmoid(slope · logit + offset), one pair an aspect."""

    slope: tuple[float, ...]
    offset: tuple[float, ...]


class Calibration(Struct, frozen=True, kw_only=True):
    """From logits to probabilities that mean what they say."""

    sentiment: BiasedTemperature
    stars: Temperature
    mixed: Line
    junk: Line
    aspects: Lines
    polarity: Temperature


class Thresholds(Struct, frozen=True, kw_only=True):
    """From which probability on something is said."""

    aspects: tuple[Share, ...]


class CascadeRule(Struct, frozen=True, kw_only=True):
    """What the fast tier may decide before the transformer; measured, see docs/models."""

    confidence: Share = 0.97
    """Least probability of its label."""
    words: Annotated[int, Meta(ge=0)] = 4
    """Most words; longer texts may judge aspects, which only the transformer names."""


class Pool(Struct, frozen=True, kw_only=True):
    """How the fast tier's probabilities are mixed in; `second_reader.py` has the formula."""

    share: Annotated[float, Meta(ge=0.0, lt=1.0)] = 0.0
    """Weight of the fast tier; at 0 the transformer reads alone."""
    sharpness: Annotated[float, Meta(gt=0.0)] = 1.0


class Card(Struct, frozen=True, kw_only=True):
    """What config.json says under `otzvuk`."""

    format: int
    window: Annotated[int, Meta(ge=8, le=510)]
    """Pieces of text at most in one window."""
    aspects: tuple[str, ...]
    """Names, in the order of the outputs."""
    calibration: Calibration
    thresholds: Thresholds
    measured: dict[str, tuple[str, ...]]
    """Answer → languages in which it was measured."""
    pool: Pool = Pool()
    cascade: CascadeRule = CascadeRule()
    reference: Reference = Reference()
    """What drift is compared with."""


class _Format(Struct):
    format: int


class _FormatOnly(Struct):
    otzvuk: _Format


class _Config(Struct, kw_only=True):
    otzvuk: Card
    max_position_embeddings: int = 512
    """What `transformers` leaves out of config.json is BERT's default."""


class Artefact(Struct, frozen=True, kw_only=True):
    """Everything the accurate tier is made of."""

    card: Card
    tokenizer: Tokenizer
    model: bytes
    """The ONNX file."""
    revision: str
    """`accurate@digest` of all three files."""
    folder: Path


def read_artefact(folder: Path = SHIPPED_ARTEFACT) -> Artefact:
    """Read the folder; raises ConfigurationError that names the file, what is wrong, what to do."""
    config, tokenizer, model = (_content(folder / name) for name in (CONFIG, TOKENIZER, MODEL))
    card = _card(folder / CONFIG, config)
    return Artefact(
        card=card,
        tokenizer=_tokenizer(folder / TOKENIZER, tokenizer),
        model=model,
        revision=f"accurate@{_digest(config, tokenizer, model)}",
        folder=folder,
    )


def read_card(folder: Path = SHIPPED_ARTEFACT) -> Card:
    """Only what config.json says; raises ConfigurationError as `read_artefact` does."""
    return _card(folder / CONFIG, _content(folder / CONFIG))


def refusal(path: Path, problem: object) -> ConfigurationError:
    """The error for one file of an artefact."""
    return ConfigurationError(f"sentiment model {path}: {problem}: {_REMEDY}")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise refusal(path, f"cannot be read ({error.strerror})") from error


def _card(path: Path, content: bytes) -> Card:
    """The format is looked at first: a newer one may have other fields."""
    found = _decoded(path, content, _FormatOnly).otzvuk.format
    if found != FORMAT:
        raise refusal(path, f"has format {found}, this program reads {FORMAT}")
    config = _decoded(path, content, _Config)
    card = config.otzvuk
    if card.window + 2 > config.max_position_embeddings:
        raise refusal(path, f"a window of {card.window} pieces is longer than the model reads")
    calibration = card.calibration.aspects
    for numbers in (calibration.slope, calibration.offset, card.thresholds.aspects):
        if len(numbers) != len(card.aspects):
            raise refusal(path, f"{len(numbers)} numbers are given for {len(card.aspects)} aspects")
    if len(set(card.aspects)) != len(card.aspects):
        raise refusal(path, "an aspect is named twice")
    return card


def _decoded(path: Path, content: bytes, kind: type[Item]) -> Item:
    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise refusal(path, error) from error


def _tokenizer(path: Path, content: bytes) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_buffer(content)
    except Exception as error:  # the library raises bare Exception
        raise refusal(path, f"is no tokenizer ({error})") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _digest(*contents: bytes) -> str:
    digest = hashlib.blake2b(digest_size=6)
    for content in contents:
        digest.update(hashlib.blake2b(content).digest())
    return digest.hexdigest()
