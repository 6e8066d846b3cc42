"""The table of sentiment models: one line each, imported only when one is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from consumers.sentiment.model import SentimentModel
from consumers.sentiment.stored_opinions import StoredOpinions
from pipeline.errors import ConfigurationError

MODELS: Mapping[str, str] = {
    "fast": "consumers.sentiment.fast:build",
    "accurate": "consumers.sentiment.accurate:build",
    "cascade": "consumers.sentiment.cascade:build",
}
"""Name → `module:function` of a ModelBuilder."""
PREFIXES: Mapping[str, str] = {"hf:": "consumers.sentiment.huggingface:build"}
"""Beginning of a name → `module:function` of a ModelBuilder that reads the rest of it."""
DIRECTORIES = "consumers.sentiment.huggingface:build"
"""`module:function` of a ModelBuilder for names that are directories."""
STARS_ALONE = "none"
"""The name of having no model: texts are not read."""


class ModelBuilder(Protocol):
    """Makes the model of a name; what it reads slowly it may look up in `memory` first."""

    def __call__(self, name: str, memory: StoredOpinions | None) -> SentimentModel:
        """Raises ConfigurationError when there is none, or when it is damaged."""


def configured_model(name: str, memory: StoredOpinions | None = None) -> SentimentModel | None:
    """The model of that name; None for `none`, with which the author's star alone decides.

    Raises ConfigurationError naming the known ones.
    """
    return None if name == STARS_ALONE else build_model(name, memory)


def build_model(name: str, memory: StoredOpinions | None = None) -> SentimentModel:
    """The model of that name, ready to read; raises ConfigurationError naming the known ones."""
    module, _, function = _place(name).partition(":")
    builder = cast(ModelBuilder, getattr(import_module(module), function))
    return builder(name, memory)


def _place(name: str) -> str:
    if name in MODELS:
        return MODELS[name]
    for prefix, place in PREFIXES.items():
        if name.startswith(prefix):
            return place
    if name and Path(name).is_dir():
        return DIRECTORIES
    known = ", ".join(sorted([*MODELS, *(f"{prefix}…" for prefix in PREFIXES), STARS_ALONE]))
    raise ConfigurationError(f"models.sentiment: no model {name!r}: there is {known}")
