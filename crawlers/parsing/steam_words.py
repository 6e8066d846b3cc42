"""What Steam writes in a manner of its own: names of languages, and bracketed markup."""

from __future__ import annotations

import re

LANGUAGES = {
    "arabic": "ar", "bulgarian": "bg", "schinese": "zh", "tchinese": "zh", "czech": "cs",
    "danish": "da", "dutch": "nl", "english": "en", "finnish": "fi", "french": "fr",
    "german": "de", "greek": "el", "hungarian": "hu", "indonesian": "id", "italian": "it",
    "japanese": "ja", "koreana": "ko", "korean": "ko", "norwegian": "no", "polish": "pl",
    "portuguese": "pt", "brazilian": "pt", "romanian": "ro", "russian": "ru", "spanish": "es",
    "latam": "es", "swedish": "sv", "thai": "th", "turkish": "tr", "ukrainian": "uk",
    "vietnamese": "vi",
}  # fmt: skip
"""ISO 639 codes of the store's language names (partner.steamgames.com, supported languages)."""

_MARKUP = re.compile(
    r"\[/?(?:h[1-3]|b|u|i|s|strike|spoiler|noparse|hr|list|olist|quote|code|table|tr|th|td|p"
    r"|url(?:=[^\]\s]{0,500})?|quote=[^\]]{0,100}|table [^\]]{0,100})\]",
    re.I,
)
_BULLET = re.compile(r"\[\*\]\s*")


def without_markup(text: str) -> str:
    """The words of a review: brackets of Steam's formatting out, list entries as dashes."""
    return _BULLET.sub("– ", _MARKUP.sub("", text))
