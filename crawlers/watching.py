"""Which mentions a crawl keeps: those that name the entity, as the entities file has it now."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from crawlers.entities import Entity, load_entities
from crawlers.mentions import MentionFilter
from crawlers.selection import everything
from pipeline.errors import ConfigurationError
from pipeline.records import Review


class WatchedNames:
    """Reads the file for each job, so that a new alias counts from the next one on."""

    def __init__(self, path: Path, *, allow_loopback: bool) -> None:
        self._path = path
        self._allow_loopback = allow_loopback
        self._entities: dict[str, Entity] = {}

    def __call__(self, entity_id: str) -> Callable[[Review], bool]:
        """The entity's filter; one that keeps all for what is crawled by hand without an entity.

        A file that is wrong for now changes nothing.
        """
        with suppress(ConfigurationError):  # the scheduler and `otzvuk entities check` say so
            self._entities = load_entities(self._path, allow_loopback=self._allow_loopback)
        entity = self._entities.get(entity_id)
        return everything if entity is None else MentionFilter.of(entity).keeps
