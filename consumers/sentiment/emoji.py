"""Emoji that the transformer's vocabulary lacks, spelt as ones of like mood that it knows.

Its pieces are older than many emoji and lack some of the strongest: what it cannot spell says
nothing to it. Each stands for one character, so that places in a text stay what they were.
"""

from __future__ import annotations

_MOODS = {
    "👎": "🤮🤢💩🖕🗑😾🐽🐖🤥",
    "😡": "🤬",
    "😢": "🥲",
    "😣": "🤒🤕🤧🥵🥶",
    "😒": "🥱",
    "😕": "🥴🫠",
    "😱": "🤯🫨",
    "😳": "🫣",
    "👍": "🫡",
    "👌": "🤌",
    "🎉": "🥳",
    "😍": "🥹",
    "💖": "🫶🩷🤍🩵🩶",
}
_KNOWN_FOR = str.maketrans({new: known for known, others in _MOODS.items() for new in others})


def in_known_emoji(text: str) -> str:
    """The text with such emoji exchanged; as long as it was."""
    return text.translate(_KNOWN_FOR)
