"""The store in memory answers as the server does, for all that crawling and storing ask of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from pipeline.mongo import DeleteOne, Document, InsertOne, ReplaceOne, Store, UpdateOne
from tests.memory_store import memory_store

NOW = datetime(2026, 5, 4, 12, 30, 15, 123_456, tzinfo=UTC)
QUERIES: tuple[Document, ...] = (
    {}, {"_id": "a"}, {"_id": {"$in": ["a", "c", "x"]}}, {"entity_id": "tea"},
    {"entity_id": "tea", "n": {"$gt": 1}}, {"n": {"$gte": 2, "$lt": 9}}, {"n": {"$lte": 1}},
    {"n": None}, {"n": {"$ne": None}}, {"n": {"$nin": [1, 2]}}, {"at": {"$lt": NOW}},
    {"at": {"$lte": NOW}}, {"$or": [{"n": 1}, {"at": None}], "entity_id": "tea"},
    {"_id": "a", "n": 7}, {"mark": "x"},
)  # fmt: skip


def filled(store: Store) -> Store:
    things = store["things"]
    things.insert_one({"_id": "a", "entity_id": "tea", "n": 1, "at": NOW, "deep": {"x": 1, "y": 2}})
    things.bulk_write(
        [
            InsertOne({"_id": "b", "entity_id": "tea", "n": 2, "tags": ("one", "two")}),
            InsertOne({"_id": "c", "entity_id": "coffee", "n": None, "at": NOW}),
            ReplaceOne({"_id": "d"}, {"_id": "d", "entity_id": "tea", "n": 5}, upsert=True),
            UpdateOne({"_id": "e"}, {"$set": {"n": 9}, "$setOnInsert": {"mark": "x"}}, upsert=True),
        ],
        ordered=False,
    )
    return store


def everything(store: Store, wanted: Document, projection: Any = None) -> list[Document]:
    found = store["things"].find(wanted, projection)
    return sorted(found, key=lambda document: str(document["_id"]))


@pytest.fixture
def both(store: Store) -> tuple[Store, Store]:
    return filled(store), filled(memory_store())


@pytest.mark.parametrize("wanted", QUERIES, ids=str)
def test_the_same_is_found(both: tuple[Store, Store], wanted: Document) -> None:
    real, memory = both
    assert everything(memory, wanted) == everything(real, wanted)
    assert everything(memory, wanted, {"n": 1}) == everything(real, wanted, {"n": 1})
    counts = [one["things"].count_documents(wanted) for one in both]
    assert counts[0] == counts[1]


def test_the_same_is_written(both: tuple[Store, Store]) -> None:
    results: list[list[Any]] = [
        [
            store["things"].update_one({"_id": "a"}, {"$inc": {"n": 2}, "$unset": {"deep": ""}}),
            store["things"].update_one({"_id": "b", "n": 3}, {"$set": {"n": 4}}),
            store["things"].update_many({"entity_id": "tea"}, {"$max": {"n": 4, "at": NOW}}),
            store["things"].bulk_write(
                [
                    ReplaceOne({"_id": "b", "n": 4}, {"_id": "b", "entity_id": "coffee"}),
                    ReplaceOne({"_id": "b", "n": 77}, {"_id": "b", "entity_id": "tea"}),
                    UpdateOne({"_id": "z"}, {"$min": {"n": 3}}, upsert=True),
                    DeleteOne({"_id": "e"}),
                ],
                ordered=False,
            ),
        ]
        for store in both
    ]
    for real, memory in zip(*results, strict=True):
        assert memory.matched_count == real.matched_count
    assert results[1][-1].upserted_ids == results[0][-1].upserted_ids == {2: "z"}
    assert everything(both[1], {}) == everything(both[0], {})
    assert everything(both[1], {"entity_id": "coffee"}) == everything(
        both[0], {"entity_id": "coffee"}
    )


def test_the_same_is_sorted_grouped_and_taken(both: tuple[Store, Store]) -> None:
    wanted: Document = {"n": {"$gt": 0}}
    group: Document = {"_id": "$entity_id", "sum": {"$sum": "$n"}, "least": {"$min": "$n"}}
    found = []
    for store in both:
        things = store["things"]
        stages = [{"$match": {"entity_id": "tea"}}, {"$group": group}]
        taken = things.find_one_and_update({"_id": "d"}, {"$set": {"n": 6}}, return_document=True)
        found.append(
            (
                [one["_id"] for one in things.find(wanted).sort("n", -1).limit(2)],
                list(things.aggregate(stages)),
                taken,
                things.find_one_and_update({"_id": "?"}, {"$set": {"n": 6}}, return_document=True),
                things.find_one({"_id": "d"}, {"n": 1}),
                things.delete_many({"entity_id": "tea"}).deleted_count,
            )
        )
    assert found[1] == found[0]
