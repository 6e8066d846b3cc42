"""The watched entities: brands, their locations and products, and where customers write of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import yaml
from msgspec import Meta, Struct

from crawlers.addresses import AddressRefused, checked_url
from crawlers.recognition import AUTO
from crawlers.spiders import SOURCE_BY_NAME
from pipeline.errors import ConfigurationError

EntityId = Annotated[str, Meta(pattern=r"^[^\s|#/:]{1,200}$")]
"""Part of document ids, so without blanks and `| # / :`."""
Name = Annotated[str, Meta(min_length=1, max_length=300)]
Locale = Annotated[str, Meta(pattern=r"^[a-z]{2,3}([-_][A-Z]{2})?$")]


class WatchedSource(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One address where customers write about the entity."""

    url: Annotated[str, Meta(min_length=8, max_length=2_000)]
    """The page that a person would open."""
    source: Name = AUTO
    """Name of the source, or `auto` to recognise it from the page."""
    locale: Locale | None = None
    """Language and country of the page where they differ from the entity's (`ru-RU`)."""


class Entity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing whose reputation is watched."""

    name: Name
    """As people write it."""
    kind: Literal["brand", "location", "product"] = "brand"
    parent: EntityId | None = None
    """Brand of a location or product; a brand has none."""
    aliases: tuple[Name, ...] = ()
    """Other names: spellings, abbreviations, transliterations."""
    stop_words: tuple[Name, ...] = ()
    """Words that show a post to be of something else of the same name."""
    context_words: tuple[Name, ...] = ()
    """Where given, a post counts as a mention only with one of these; for everyday names."""
    competitors: tuple[EntityId, ...] = ()
    """Ids of entities to compare with."""
    sources: tuple[WatchedSource, ...] = ()
    """Where customers write."""
    locale: Locale = "ru-RU"
    """Main language and country of the customers."""
    timezone: Name = "Europe/Moscow"
    """IANA name: a day begins here at its midnight."""


class EntitiesFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    entities: dict[EntityId, Entity]
    """Id → entity; ids are kept for ever, since reviews carry them."""


def load_entities(path: Path, *, allow_loopback: bool = False) -> dict[str, Entity]:
    """Read and check the file.

    Raises ConfigurationError that lists every problem with its remedy.
    """
    problems: list[str] = []
    entities = _read(path, problems)
    for entity_id, entity in entities.items():
        problems.extend(
            f"entities.{entity_id}.{problem}"
            for problem in _problems(entity_id, entity, entities, allow_loopback)
        )
    if problems:
        listed = "\n".join(f"  - {problem}" for problem in problems)
        raise ConfigurationError(f"{path}: {len(problems)} problem(s):\n{listed}")
    return entities


def entities_schema() -> dict[str, Any]:
    """JSON Schema of the file, for editors."""
    (reference,), components = msgspec.json.schema_components(
        [EntitiesFile], ref_template="#/$defs/{name}"
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Watched entities",
        **reference,
        "$defs": components,
    }


def rendered_schema() -> str:
    """The schema as the file in `docs/schemas` has it."""
    encoded = msgspec.json.encode(entities_schema(), order="deterministic")
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


class _Loader(yaml.SafeLoader):
    """YAML in which a repeated key is an error: the second would silently win."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    repeated = [key for key, count in Counter(map(str, keys)).items() if count > 1]
    if repeated:
        line = node.start_mark.line + 1
        raise yaml.YAMLError(f"{', '.join(repeated)}: written twice in the section of line {line}")
    loader.flatten_mapping(node)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _read(path: Path, problems: list[str]) -> dict[str, Entity]:
    try:
        tree = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except OSError as error:
        problems.append(f"cannot be read ({error.strerror}): check the setting `entities`")
        return {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problems.append(f"is not YAML: {error}")
        return {}
    if not isinstance(tree, dict) or not isinstance(tree.get("entities"), dict):
        problems.append("must begin with `entities:` and hold one section per entity")
        return {}
    problems.extend(f"{key}: unknown key: known is entities" for key in tree if key != "entities")
    return {
        str(entity_id): entity
        for entity_id, section in tree["entities"].items()
        if (entity := _entity(str(entity_id), section, problems)) is not None
    }


def _entity(entity_id: str, section: Any, problems: list[str]) -> Entity | None:
    """Convert field by field, so that one bad field does not hide the next."""
    where = f"entities.{entity_id}"
    try:
        msgspec.convert(entity_id, EntityId)
    except msgspec.ValidationError:
        problems.append(f"{where}: ids have no blanks and none of | # / :")
    if not isinstance(section, dict):
        problems.append(f"{where}: must be a section with at least `name`")
        return None
    fields = {field.encode_name: field for field in msgspec.structs.fields(Entity)}
    for unknown in section.keys() - fields.keys():
        problems.append(f"{where}.{unknown}: unknown key: known are {', '.join(fields)}")
    values: dict[str, Any] = {}
    for name, value in section.items():
        if name not in fields:
            continue
        try:
            values[name] = msgspec.convert(value, fields[name].type)
        except msgspec.ValidationError as error:
            problems.append(f"{where}.{name}: {error}")
    if "name" not in section:
        problems.append(f"{where}.name: missing: write the name as people know it")
    return Entity(**{"name": entity_id, **values})


def _problems(
    entity_id: str, entity: Entity, entities: Mapping[str, Entity], allow_loopback: bool
) -> Iterator[str]:
    yield from _family_problems(entity_id, entity, entities)
    for competitor in entity.competitors:
        if competitor not in entities:
            yield f"competitors: {competitor!r} is not in the file: add it or leave it out"
        if competitor == entity_id:
            yield "competitors: an entity does not compete with itself"
    try:
        ZoneInfo(entity.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f"timezone: {entity.timezone!r} is no IANA name such as Europe/Moscow"
    for place, source in enumerate(entity.sources):
        yield from _source_problems(place, source, allow_loopback)


def _family_problems(
    entity_id: str, entity: Entity, entities: Mapping[str, Entity]
) -> Iterator[str]:
    if entity.kind == "brand":
        if entity.parent is not None:
            yield "parent: a brand has none: set kind to location or product"
        return
    if entity.parent is None:
        yield f"parent: missing: a {entity.kind} belongs to a brand"
    elif entity.parent not in entities:
        yield f"parent: {entity.parent!r} is not in the file"
    elif entities[entity.parent].kind != "brand" or entity.parent == entity_id:
        yield f"parent: {entity.parent!r} is no brand"


def _source_problems(place: int, source: WatchedSource, allow_loopback: bool) -> Iterator[str]:
    if source.source != AUTO and source.source not in SOURCE_BY_NAME:
        known = ", ".join([AUTO, *sorted(SOURCE_BY_NAME)])
        yield f"sources[{place}].source: {source.source!r} is unknown: known are {known}"
    try:
        checked_url(source.url, allow_loopback=allow_loopback)
    except AddressRefused as error:
        yield f"sources[{place}].url: {error}"
