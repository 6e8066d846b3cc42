"""Signal 17: a profile with nothing in it."""

from __future__ import annotations

from consumers.authenticity.author import is_placeholder
from consumers.authenticity.context import Context
from consumers.authenticity.signal import Group, Observation
from consumers.authenticity.subject import Subject
from pipeline.records import Author

MIN_FACTS = 2
"""Facts the page must tell: a source that shows names alone says nothing about profiles."""
RUSSIAN = {"name": "имя", "picture": "фото", "history": "история отзывов"}


class EmptyProfile:
    """Share of what the page could tell (name, picture, history) that is empty, 0…1."""

    name = "empty_profile"
    group: Group = "author"

    def read(self, subject: Subject, context: Context) -> Observation | None:
        facts = _facts(subject.review.author)
        if len(facts) < MIN_FACTS:
            return None
        empty = [name for name, is_filled in facts.items() if not is_filled]
        if not empty:
            return Observation(
                value=0.0,
                reason_ru="Профиль автора заполнен",
                reason_en="The author's profile is filled in",
            )
        return Observation(
            value=len(empty) / len(facts),
            reason_ru="В профиле автора нет: " + ", ".join(RUSSIAN[name] for name in empty),
            reason_en="Missing in the author's profile: " + ", ".join(empty),
            evidence={"empty": empty},
        )


def _facts(author: Author) -> dict[str, bool]:
    """Fact → whether it is filled in; facts that the page cannot tell are left out."""
    facts: dict[str, bool] = {}
    if author.name is not None:
        facts["name"] = not is_placeholder(author.name)
    if author.has_picture is not None:
        facts["picture"] = author.has_picture
    if author.reviews_count is not None:
        facts["history"] = author.reviews_count > 1
    return facts
