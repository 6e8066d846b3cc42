"""Words as a search sees them: stemmed, so that «доставке» finds «доставка»."""

from __future__ import annotations

import re
import threading

import Stemmer

MOST_TERMS = 2_000
"""A review has fewer different words; a wall of noise must not fill the store."""
LONGEST_WORD = 40
CACHED_WORDS = 50_000

_CYRILLIC = re.compile(r"[а-я]")


class _Stemmers(threading.local):
    """The C stemmers, one pair a thread: they share state between calls."""

    def __init__(self) -> None:
        self.russian = Stemmer.Stemmer("russian", CACHED_WORDS)
        self.english = Stemmer.Stemmer("english", CACHED_WORDS)


_stemmers = _Stemmers()


def stems(normalised: str) -> list[str]:
    """Sorted, unique stems of a text that `pipeline.identity.normalised_text` made."""
    words = {word for word in normalised.split() if len(word) <= LONGEST_WORD}
    russian = {word for word in words if _CYRILLIC.search(word)}
    found = {
        *_stemmers.russian.stemWords(list(russian)),
        *_stemmers.english.stemWords(list(words - russian)),
    }
    return sorted(found)[:MOST_TERMS]
