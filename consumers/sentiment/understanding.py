"""Reviews in, understandings out: each distinct text is read once, and remembered for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from consumers.sentiment.fusion import understanding_of
from consumers.sentiment.model import ReviewText, SentimentModel, TextOpinion
from consumers.sentiment.text_key import TextKey, key_of
from pipeline.records import Review, Understanding

REMEMBERED_TEXTS = 20_000
"""Some 20 MB of opinions; the texts themselves are not kept."""


class Understander:
    """A sentiment model with a bounded memory of texts (least recently used goes first).

    Without a model no text is read: the author's star alone decides.
    """

    def __init__(
        self, model: SentimentModel | None, remembered_texts: int = REMEMBERED_TEXTS
    ) -> None:
        self._model = model
        self._remembered_texts = remembered_texts
        self._opinions: OrderedDict[TextKey, TextOpinion] = OrderedDict()

    @property
    def revision(self) -> str:
        """Of the model; `none` without one."""
        return self._model.revision if self._model else "none"

    def understand(self, reviews: Sequence[Review]) -> list[Understanding]:
        """One understanding a review, in order."""
        if self._model is None:
            return [understanding_of(review, None, self.revision) for review in reviews]
        texts = [ReviewText.of(review) for review in reviews]
        keys = [None if text.is_empty else key_of(text) for text in texts]
        distinct = {key: text for key, text in zip(keys, texts, strict=True) if key is not None}
        opinions = self._opinions_on(self._model, distinct)
        return [
            understanding_of(review, None if key is None else opinions[key], self.revision)
            for review, key in zip(reviews, keys, strict=True)
        ]

    def _opinions_on(
        self, model: SentimentModel, texts: dict[TextKey, ReviewText]
    ) -> dict[TextKey, TextOpinion]:
        known = {key: self._opinions[key] for key in texts if key in self._opinions}
        unread = [key for key in texts if key not in known]
        if unread:
            read = model.predict([texts[key] for key in unread])
            known.update(zip(unread, read, strict=True))
        self._remember(known)
        return known

    def _remember(self, opinions: dict[TextKey, TextOpinion]) -> None:
        for key, opinion in opinions.items():
            self._opinions[key] = opinion
            self._opinions.move_to_end(key)
        while len(self._opinions) > self._remembered_texts:
            self._opinions.popitem(last=False)
