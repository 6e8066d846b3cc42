"""The store's memory of opinions: a text that was read once is not read again by any worker.

It only saves work. A store that does not answer is counted and left alone for a while; the texts
are then simply read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import islice

import msgspec

from consumers.sentiment.model import ReviewText, SentimentModel, TextOpinion
from consumers.sentiment.text_key import TextKey, key_of
from pipeline import metrics
from pipeline.clock import Clock
from pipeline.errors import Rejected, Retry
from pipeline.mongo import Document, ReplaceOne, Store, find_by_ids, translated_errors

COLLECTION = "opinions"
RULES = 2
"""Counts up when the code around the networks (windows, pooling, quoted words, complaints) says
something else of the same text: what is remembered is then read anew."""
PAUSE_SECONDS = 60.0
"""For so long a store that failed is not asked again: each question may take its time limit."""
WRITTEN_AT_ONCE = 200
_DECODER = msgspec.json.Decoder(TextOpinion)


class StoredOpinions:
    """Opinions by text and model revision; documents are forgotten after the days of the index."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._opinions = store[COLLECTION]
        self._clock = clock
        self._silent_until = float("-inf")

    def find(self, revision: str, keys: Collection[TextKey]) -> dict[TextKey, TextOpinion]:
        """What is known of these texts; nothing while the store does not answer."""
        if not keys or self._is_silent:
            return {}
        ids = {_id(revision, key): key for key in keys}
        try:
            documents = list(find_by_ids(self._opinions, ids, {"opinion": 1}))
        except (Retry, Rejected):
            self._fall_silent("not_read")
            return {}
        found = {ids[document["_id"]]: _decoded(document) for document in documents}
        known = {key: opinion for key, opinion in found.items() if opinion is not None}
        metrics.STORED_OPINIONS.labels("found").inc(len(known))
        metrics.STORED_OPINIONS.labels("unknown").inc(len(ids) - len(known))
        return known

    def keep(self, revision: str, opinions: Mapping[TextKey, TextOpinion]) -> None:
        """Write them, unless the store does not answer."""
        if self._is_silent:
            return
        now = self._clock.now()
        writes = (
            ReplaceOne({"_id": _id(revision, key)}, _document(revision, opinion, now), upsert=True)
            for key, opinion in opinions.items()
        )
        try:
            while some := list(islice(writes, WRITTEN_AT_ONCE)):
                with translated_errors():
                    self._opinions.bulk_write(some, ordered=False)
        except (Retry, Rejected):
            self._fall_silent("not_written")

    @property
    def _is_silent(self) -> bool:
        return self._clock.monotonic() < self._silent_until

    def _fall_silent(self, outcome: str) -> None:
        metrics.STORED_OPINIONS.labels(outcome).inc()
        self._silent_until = self._clock.monotonic() + PAUSE_SECONDS


class RememberingModel:
    """A SentimentModel that asks the store before it reads."""

    def __init__(self, model: SentimentModel, memory: StoredOpinions) -> None:
        self._model = model
        self._memory = memory

    @property
    def revision(self) -> str:
        """That of the model which reads."""
        return self._model.revision

    def predict(self, texts: Sequence[ReviewText]) -> list[TextOpinion]:
        """One opinion a text, in order."""
        keys = [key_of(text) for text in texts]
        distinct = dict(zip(keys, texts, strict=True))
        opinions = self._memory.find(self.revision, distinct)
        unread = {key: text for key, text in distinct.items() if key not in opinions}
        read = dict(zip(unread, self._model.predict(list(unread.values())), strict=True))
        self._memory.keep(self.revision, read)
        opinions |= read
        return [opinions[key] for key in keys]


def remembering(model: SentimentModel, memory: StoredOpinions | None) -> SentimentModel:
    """The model with that memory, or as it is without one."""
    return model if memory is None else RememberingModel(model, memory)


def _id(revision: str, key: TextKey) -> str:
    content = f"{RULES} {revision} ".encode() + key
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _document(revision: str, opinion: TextOpinion, now: datetime) -> Document:
    encoded = msgspec.json.encode(opinion).decode()
    return {"model": revision, "opinion": encoded, "read_at": now}


def _decoded(document: Document) -> TextOpinion | None:
    """None for what another version of this program wrote: it is read anew, and replaced."""
    try:
        return _DECODER.decode(document["opinion"])
    except (msgspec.MsgspecError, KeyError, TypeError):
        metrics.STORED_OPINIONS.labels("illegible").inc()
        return None
