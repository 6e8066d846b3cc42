"""The table of sentiment models: one line each, imported only when one is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from consumers.sentiment.label_mapping import NOTHING
from consumers.sentiment.model import SentimentModel
from consumers.sentiment.reference import Reference
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
REFERENCES: Mapping[str, str] = {
    "accurate": "consumers.sentiment.artefact:read_card",
    "cascade": "consumers.sentiment.artefact:read_card",
}
"""Name → `module:function` of what is kept with the model; others have nothing to compare with."""
STARS_ALONE = "none"
"""The name of having no model: texts are not read."""


class ModelBuilder(Protocol):
    """Makes the model of a name; what it reads slowly it may look up in `memory` first."""

    def __call__(
        self, name: str, memory: StoredOpinions | None, labels: Mapping[str, str]
    ) -> SentimentModel:
        """`labels`: what its outputs mean, where their names do not say it.

        Raises ConfigurationError when there is none, or when it is damaged."""


class HasReference(Protocol):
    """Says what a model said when it was made."""

    @property
    def reference(self) -> Reference:
        """Measured then."""


def configured_model(
    name: str, memory: StoredOpinions | None = None, labels: Mapping[str, str] = NOTHING
) -> SentimentModel | None:
    """The model of that name; None for `none`, with which the author's star alone decides.

    Raises ConfigurationError naming the known ones.
    """
    return None if name == STARS_ALONE else build_model(name, memory, labels)


def build_model(
    name: str, memory: StoredOpinions | None = None, labels: Mapping[str, str] = NOTHING
) -> SentimentModel:
    """The model of that name, ready to read; raises ConfigurationError naming the known ones."""
    return cast(ModelBuilder, _function(_place(name)))(name, memory, labels)


def reference_of(name: str) -> Reference | None:
    """What the model said when it was made; None where nothing was kept.

    Raises ConfigurationError when the model is damaged.
    """
    if name not in REFERENCES:
        return None
    card = cast(Callable[[], HasReference], _function(REFERENCES[name]))()
    return card.reference


def _function(place: str) -> object:
    module, _, function = place.partition(":")
    return getattr(import_module(module), function)


def _place(name: str) -> str:
    if name in MODELS:
        return MODELS[name]
    for prefix, place in PREFIXES.items():
        if name.startswith(prefix):
            return place
    if name and Path(name).is_dir():
        return DIRECTORIES
    known = ", ".join(sorted([*MODELS, *(f"{prefix}…" for prefix in PREFIXES), STARS_ALONE]))
    raise ConfigurationError(
        f"models.sentiment: no model {name!r}: there is {known}, or the path of a folder"
    )
