"""What the database holds: collections, documents, indexes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.mongo import INDEXES, Store, translated_errors


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """One look at the store."""

    server: str
    """Version, as the server says it."""
    documents: dict[str, int]
    indexes: dict[str, list[str]]
    missing_indexes: list[str]

    def as_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def take_inventory(store: Store) -> Inventory:
    """Count everything."""
    with translated_errors():
        names = sorted(store.list_collection_names())
        documents = {name: store[name].estimated_document_count() for name in names}
        indexes = {name: sorted(store[name].index_information()) for name in names}
        version = store.client.server_info()["version"]
    declared: dict[str, set[str]] = defaultdict(set)
    for index in INDEXES:
        declared[index.collection].add(index.name)
    return Inventory(
        server=f"MongoDB protocol {version}",
        documents=documents,
        indexes=indexes,
        missing_indexes=sorted(
            f"{collection}.{name}"
            for collection, wanted in declared.items()
            for name in wanted - set(indexes.get(collection, ()))
        ),
    )
