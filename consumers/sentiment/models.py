"""The table of sentiment models: one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from consumers.sentiment.fast import load_fast_model
from consumers.sentiment.model import SentimentModel
from pipeline.errors import ConfigurationError

MODELS: Mapping[str, Callable[[], SentimentModel]] = {"fast": load_fast_model}
STARS_ALONE = "none"
"""The name of having no model: texts are not read."""


def configured_model(name: str) -> SentimentModel | None:
    """The model of that name; None for `none`, with which the author's star alone decides.

    Raises ConfigurationError naming the known ones.
    """
    return None if name == STARS_ALONE else build_model(name)


def build_model(name: str) -> SentimentModel:
    """The model of that name; raises ConfigurationError naming the known ones."""
    if name not in MODELS:
        known = ", ".join(sorted([*MODELS, STARS_ALONE]))
        raise ConfigurationError(f"models.sentiment: no model {name!r}: there is {known}")
    return MODELS[name]()
