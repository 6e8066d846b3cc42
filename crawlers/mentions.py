"""Whether a post names the watched entity: forums and channels speak of many things."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache

import pymorphy3

from crawlers.entities import Entity
from pipeline.records import Review

REASON = "does not name the entity"
"""What a crawl counts a post as that a filter does not keep."""
_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile(r"[а-яё]")
Forms = frozenset[str]
"""A word as written and its dictionary forms; two words are one when they share any."""


@dataclass(frozen=True)
class Phrases:
    """Names looked up by their first word, so that a text costs one look-up a word."""

    by_first: dict[str, tuple[tuple[Forms, ...], ...]]

    @classmethod
    def of(cls, names: Iterable[str]) -> Phrases:
        """Of names of one or several words; a name without any word is left out."""
        index: defaultdict[str, list[tuple[Forms, ...]]] = defaultdict(list)
        for name in dict.fromkeys(names):
            if words := tuple(_words(name)):
                for form in words[0]:
                    index[form].append(words)
        return cls({form: tuple(phrases) for form, phrases in index.items()})

    def are_in(self, text: str) -> bool:
        """Whether any of them stands in the text as whole words, in any case or number."""
        if not self.by_first:
            return False
        words = list(_words(text))
        return any(
            _follows(words, place, phrase)
            for place, forms in enumerate(words)
            for form in forms
            for phrase in self.by_first.get(form, ())
        )


@dataclass(frozen=True)
class MentionFilter:
    """Compiled once for an entity; `keeps` is what `Crawl.is_about` asks of a mention."""

    names: Phrases
    stop_words: Phrases = field(default_factory=lambda: Phrases({}))
    context_words: Phrases = field(default_factory=lambda: Phrases({}))

    @classmethod
    def of(cls, entity: Entity) -> MentionFilter:
        """By the entity's name and aliases, its stop words and context words."""
        return cls(
            Phrases.of((entity.name, *entity.aliases)),
            Phrases.of(entity.stop_words),
            Phrases.of(entity.context_words),
        )

    def keeps(self, review: Review) -> bool:
        """Whether the post or the title of its thread names the entity, and neither has a stop
        word; reviews always pass."""
        if not review.is_mention:
            return True
        topic = review.extra.get("topic")
        title = f"{review.title}\n{topic if isinstance(topic, str) else ''}"
        whole = f"{title}\n{review.text}"
        return self.matches(whole) or (self.matches(title) and not self.stop_words.are_in(whole))

    def matches(self, text: str) -> bool:
        """A name is there, no stop word is, and a context word is where any are asked for."""
        if not self.names.are_in(text) or self.stop_words.are_in(text):
            return False
        return not self.context_words.by_first or self.context_words.are_in(text)


def _follows(words: list[Forms], place: int, phrase: tuple[Forms, ...]) -> bool:
    found = words[place : place + len(phrase)]
    return len(found) == len(phrase) and all(map(Forms.intersection, found, phrase))


def _words(text: str) -> Iterator[Forms]:
    return (_forms(found.group()[:100]) for found in _WORD.finditer(text.casefold()))


@lru_cache(maxsize=50_000)
def _forms(word: str) -> Forms:
    if _CYRILLIC.search(word):
        plain = word.replace("ё", "е")
        parses = _morphology().parse(plain)
        return frozenset((plain, *(one.normal_form.replace("ё", "е") for one in parses)))
    return frozenset((word, word[:-1])) if len(word) > 4 and word.endswith("s") else Forms((word,))


@cache
def _morphology() -> pymorphy3.MorphAnalyzer:
    return pymorphy3.MorphAnalyzer()
