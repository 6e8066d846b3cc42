"""The table of sentiment models: one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from consumers.sentiment.fast import load_fast_model
from consumers.sentiment.model import SentimentModel
from pipeline.errors import ConfigurationError

MODELS: Mapping[str, Callable[[], SentimentModel]] = {"fast": load_fast_model}


def build_model(name: str) -> SentimentModel:
    """The model of that name; raises ConfigurationError naming the known ones."""
    if name not in MODELS:
        known = ", ".join(sorted(MODELS))
        raise ConfigurationError(f"models.sentiment: no model {name!r}: there is {known}")
    return MODELS[name]()
