"""Words as a search sees them: stemmed, so that «доставке» finds «доставка»."""

from __future__ import annotations

import re
import threading

import Stemmer

MOST_TERMS = 2_000
"""A review has fewer different words; a wall of noise must not fill the store."""
LONGEST_WORD = 40
CACHED_WORDS = 100_000
"""About 15 MB a thread; then the memory begins anew."""

_CYRILLIC = re.compile(r"[а-я]")


class _Stemmers(threading.local):
    """The C stemmers, one pair a thread (they share state between calls), and what they said.

    Our own memory of words is twice as fast as theirs.
    """

    def __init__(self) -> None:
        self._russian = Stemmer.Stemmer("russian", 0)
        self._english = Stemmer.Stemmer("english", 0)
        self._known: dict[str, str] = {}

    def stems(self, words: set[str]) -> set[str]:
        """The stems of words in any order."""
        if len(self._known) > CACHED_WORDS:
            self._known.clear()
        known = self._known
        for word in [word for word in words if word not in known]:
            stemmer = self._russian if _CYRILLIC.search(word) else self._english
            known[word] = stemmer.stemWord(word)
        return {known[word] for word in words}


_stemmers = _Stemmers()


def stems(normalised: str) -> list[str]:
    """Sorted, unique stems of a text that `pipeline.identity.normalised_text` made."""
    words = {word for word in normalised.split() if len(word) <= LONGEST_WORD}
    return sorted(_stemmers.stems(words))[:MOST_TERMS]
