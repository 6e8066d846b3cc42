"""The part of a store that crawling and storing use, in this process: weeks of it in a minute.

What it does with a query is compared with the real server in `test_memory_store.py`.
"""

from __future__ import annotations

import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, cast

import bson
from bson.codec_options import CodecOptions

from pipeline.mongo import (
    DeleteOne,
    Document,
    DuplicateKey,
    InsertOne,
    ReplaceOne,
    Store,
    UpdateOne,
)

INDEXED = "entity_id"
"""The one field by which a part of a collection is found without looking at all of it."""
CODEC: CodecOptions[Document] = CodecOptions(tz_aware=True)
Condition = Callable[[Document], bool]
Write = InsertOne[Document] | ReplaceOne[Document] | UpdateOne | DeleteOne


def memory_store() -> Store:
    """An empty one."""
    return cast(Store, defaultdict(MemoryCollection))


@dataclass
class Written:
    """What the driver tells of writes."""

    matched_count: int = 0
    modified_count: int = 0
    deleted_count: int = 0
    upserted_ids: dict[int, Any] = field(default_factory=dict)


@dataclass
class MemoryCursor:
    """Documents found, before they are asked for."""

    documents: list[Document]

    def sort(self, name: str, direction: int) -> MemoryCursor:
        self.documents.sort(key=lambda document: document[name], reverse=direction < 0)
        return self

    def limit(self, most: int) -> MemoryCursor:
        return MemoryCursor(self.documents[:most] if most else self.documents)

    def __iter__(self) -> Iterator[Document]:
        return iter(self.documents)


class MemoryCollection:
    """Documents by id, each written as the server would keep it."""

    def __init__(self) -> None:
        self._documents: dict[Any, Document] = {}
        self._by_index: dict[Any, dict[Any, None]] = defaultdict(dict)

    def find(self, wanted: Document, projection: Document | None = None) -> MemoryCursor:
        return MemoryCursor(projected(self._found(wanted), projection))

    def find_one(self, wanted: Document, projection: Document | None = None) -> Document | None:
        return next(iter(projected(islice(self._found(wanted), 1), projection)), None)

    def count_documents(self, wanted: Document) -> int:
        return sum(1 for _ in self._found(wanted))

    def aggregate(self, stages: Sequence[Document]) -> Iterable[Document]:
        """A `$match`, then a `$group` by one field."""
        match, group = stages[0]["$match"], dict(stages[1]["$group"])
        by = group.pop("_id").removeprefix("$")
        groups: dict[Any, list[Document]] = defaultdict(list)
        for document in self._found(match):
            groups[document.get(by)].append(document)
        return [{"_id": key, **_figures(group, found)} for key, found in groups.items()]

    def insert_one(self, document: Document) -> None:
        if document["_id"] in self._documents:
            raise DuplicateKey(f"{document['_id']} is there")
        self._put(document)

    def update_one(self, wanted: Document, change: Document, *, upsert: bool = False) -> Written:
        found = next(self._found(wanted), None)
        if found is not None:
            self._put(changed(found, change))
            return Written(matched_count=1, modified_count=1)
        if not upsert:
            return Written()
        new = {name: value for name, value in wanted.items() if not isinstance(value, dict)}
        self._put(changed({**new, **change.get("$setOnInsert", {})}, change))
        return Written(upserted_ids={0: wanted["_id"]})

    def update_many(self, wanted: Document, change: Document) -> Written:
        found = list(self._found(wanted))
        for document in found:
            self._put(changed(document, change))
        return Written(matched_count=len(found), modified_count=len(found))

    def find_one_and_update(
        self, wanted: Document, change: Document, *, return_document: bool
    ) -> Document | None:
        assert return_document, "as it was before is never asked for"
        found = next(self._found(wanted), None)
        return None if found is None else dict(self._put(changed(found, change)))

    def delete_many(self, wanted: Document) -> Written:
        found = list(self._found(wanted))
        for document in found:
            self._drop(document)
        return Written(deleted_count=len(found))

    def bulk_write(self, writes: Iterable[Write], *, ordered: bool = True) -> Written:
        total = Written()
        for place, write in enumerate(writes):
            one = self._write(write)
            total.matched_count += one.matched_count
            total.modified_count += one.modified_count
            total.deleted_count += one.deleted_count
            total.upserted_ids.update(zip([place], one.upserted_ids.values(), strict=False))
        return total

    def _write(self, write: Write) -> Written:
        parts = {name: getattr(write, name, None) for name in ("_filter", "_doc", "_upsert")}
        match write:
            case InsertOne():
                self.insert_one(dict(getattr(write, "_doc")))  # noqa: B009  # the driver's own
                return Written()
            case UpdateOne():
                return self.update_one(
                    parts["_filter"] or {}, parts["_doc"] or {}, upsert=bool(parts["_upsert"])
                )
            case ReplaceOne():
                return self._replace(
                    parts["_filter"] or {}, parts["_doc"] or {}, bool(parts["_upsert"])
                )
        return self.delete_many(parts["_filter"] or {})

    def _replace(self, wanted: Document, document: Document, is_upsert: bool) -> Written:
        found = next(self._found(wanted), None)
        if found is not None:
            self._put({"_id": found["_id"], **document})
            return Written(matched_count=1, modified_count=1)
        if not is_upsert:
            return Written()
        self._put({"_id": wanted["_id"], **document})
        return Written(upserted_ids={0: wanted["_id"]})

    def _put(self, document: Document) -> Document:
        kept = as_kept(document)
        before = self._documents.get(kept["_id"])
        if before is not None and before.get(INDEXED) != kept.get(INDEXED):
            self._drop(before)
        self._documents[kept["_id"]] = kept
        self._by_index[kept.get(INDEXED)][kept["_id"]] = None
        return kept

    def _drop(self, document: Document) -> None:
        del self._documents[document["_id"]]
        del self._by_index[document.get(INDEXED)][document["_id"]]

    def _found(self, wanted: Document) -> Iterator[Document]:
        candidates, conditions = self._candidates(wanted), compiled(as_kept(wanted))
        return (one for one in candidates if all(holds(one) for holds in conditions))

    def _candidates(self, wanted: Document) -> Iterable[Document]:
        """Those that an index leaves."""
        key, entity = wanted.get("_id"), wanted.get(INDEXED)
        if isinstance(key, dict):
            found = (self._documents.get(one) for one in dict.fromkeys(key.get("$in", ())))
            return [one for one in found if one] if "$in" in key else self._documents.values()
        if key is not None:
            return [self._documents[key]] if key in self._documents else []
        if isinstance(entity, str):
            return [self._documents[one] for one in self._by_index.get(entity, ())]
        return list(self._documents.values())


def as_kept(document: Document) -> Document:
    """As the server has it: times to the millisecond, lists for tuples."""
    return bson.decode(bson.encode(document), CODEC)


def projected(documents: Iterable[Document], projection: Document | None) -> list[Document]:
    """The wanted fields; a whole inner document where a part of it is wanted."""
    if not projection:
        return [dict(document) for document in documents]
    names = {name.partition(".")[0] for name in projection} | {"_id"}
    return [{name: one[name] for name in names if name in one} for one in documents]


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "$in": lambda value, wanted: value in wanted,
    "$nin": lambda value, wanted: value not in wanted,
    "$ne": lambda value, wanted: value != wanted,
    "$gt": lambda value, wanted: value is not None and value > wanted,
    "$gte": lambda value, wanted: value is not None and value >= wanted,
    "$lt": lambda value, wanted: value is not None and value < wanted,
    "$lte": lambda value, wanted: value is not None and value <= wanted,
}


def compiled(wanted: Document) -> list[Condition]:
    """A test for each condition; a field that is not there is equal to None."""
    conditions: list[Condition] = []
    for name, wish in wanted.items():
        if name == "$or":
            conditions.append(_any([compiled(one) for one in wish]))
        elif isinstance(wish, dict) and all(one in COMPARISONS for one in wish):
            conditions += [_compares(name, COMPARISONS[one], than) for one, than in wish.items()]
        else:
            conditions.append(_compares(name, operator.eq, wish))
    return conditions


def _any(choices: list[list[Condition]]) -> Condition:
    return lambda document: any(all(holds(document) for holds in one) for one in choices)


def _compares(name: str, compare: Callable[[Any, Any], bool], than: Any) -> Condition:
    return lambda document: compare(document.get(name), than)


def changed(document: Document, change: Document) -> Document:
    """The document after an update; `$setOnInsert` is the caller's."""
    after = dict(document)
    for act, fields in change.items():
        for name, value in fields.items():
            match act:
                case "$set":
                    after[name] = value
                case "$unset":
                    after.pop(name, None)
                case "$inc":
                    after[name] = after.get(name, 0) + value
                case "$max" | "$min":
                    known = after.get(name)
                    best = max if act == "$max" else min
                    after[name] = value if known is None else best(known, value)
                case "$setOnInsert":
                    pass
                case _:
                    raise NotImplementedError(act)
    return after


FIGURES: dict[str, Callable[[list[Any]], Any]] = {"$sum": sum, "$min": min, "$max": max}


def _figures(group: Document, found: list[Document]) -> Document:
    return {name: _figure(wanted, found) for name, wanted in group.items()}


def _figure(wanted: Document, found: list[Document]) -> Any:
    ((how, path),) = wanted.items()
    values = [document[path.removeprefix("$")] for document in found]
    return FIGURES[how](values)
