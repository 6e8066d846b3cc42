"""The names that the store knows, so that a slip of the pen is answered with those meant."""

from __future__ import annotations

from otzvuk.queries.selection import ReviewSelection
from pipeline.errors import UsageError
from pipeline.mongo import Document, Store, translated_errors

SHOWN_NAMES = 20


def check_names(store: Store, selection: ReviewSelection) -> None:
    """Raises UsageError, which lists the known ones, for an entity or a source without reviews."""
    entity, source = selection.entity, selection.source
    of_entity: Document = {"entity_id": entity} if entity is not None else {}
    if entity is not None and not _has(store, of_entity):
        raise UsageError(
            f"no reviews of {entity!r} in the store; it has "
            f"{', '.join(known_entities(store)) or 'none at all'}"
        )
    if source is not None and not _has(store, {**of_entity, "source": source}):
        whose = f" of {entity!r}" if entity is not None else ""
        raise UsageError(
            f"no reviews{whose} from the source {source!r} in the store; it has those from "
            f"{', '.join(_known_sources(store, of_entity)) or 'nowhere'}"
        )


def known_entities(store: Store) -> list[str]:
    """The first few, by name, of those with reviews."""
    with translated_errors():
        found = store["entities"].find({}, {"_id": 1}, sort=[("_id", 1)], limit=SHOWN_NAMES)
        return [entity["_id"] for entity in found]


def _has(store: Store, wanted: Document) -> bool:
    with translated_errors():
        return store["facts"].find_one(wanted, {"_id": 1}) is not None


def _known_sources(store: Store, of_entity: Document) -> list[str]:
    """From the counts of days, which are far fewer than reviews."""
    by_source: Document = {"_id": "$source", "total": {"$sum": "$total"}}
    with translated_errors():
        lines = store["day_buckets"].aggregate([{"$match": of_entity}, {"$group": by_source}])
        return sorted(line["_id"] for line in lines if line["total"])[:SHOWN_NAMES]
