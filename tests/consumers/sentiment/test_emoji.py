"""Emoji that the vocabulary lacks are read as ones of like mood."""

from __future__ import annotations

import pytest
from tokenizers import Tokenizer

from consumers.sentiment.accurate import load_accurate_model
from consumers.sentiment.artefact import SHIPPED_ARTEFACT, TOKENIZER
from consumers.sentiment.emoji import in_known_emoji
from consumers.sentiment.model import ReviewText
from consumers.sentiment.windows import Framing, spell, unknown_share

LACKING = "🤮🤢💩🖕🗑🤬🥲🥱🥴🫠🤯🫣🫡🤌🥳🥹🫶🩷"


@pytest.mark.parametrize("emoji", LACKING)
def test_each_is_spelt_in_one_known_character(emoji: str) -> None:
    tokenizer = Tokenizer.from_file(str(SHIPPED_ARTEFACT / TOKENIZER))
    framing = Framing.of(tokenizer)
    (bare,) = spell(tokenizer, [emoji])
    (mended,) = spell(tokenizer, [emoji], in_known_emoji)
    assert unknown_share(bare, framing) > 0.0
    assert unknown_share(mended, framing) == 0.0


def test_places_in_the_text_stay_what_they_were() -> None:
    text = "Стол 🤮 и стул 🤬."
    tokenizer = Tokenizer.from_file(str(SHIPPED_ARTEFACT / TOKENIZER))
    (pieces,) = spell(tokenizer, [text], in_known_emoji)
    assert pieces.text == text
    start, end = next(span for span in pieces.spans if "🤬" in text[slice(*span)])
    assert text[start:end].strip() == "🤬"


def test_disgust_without_words_is_negative() -> None:
    texts = ["🤮", "🤬🤬", "💩", "🤢🤢🤢", "Купили стол 🤮🤮"]
    opinions = load_accurate_model().predict([ReviewText(text=text) for text in texts])
    assert [opinion.label for opinion in opinions] == ["negative"] * len(texts)
    assert {opinion.unknown_pieces for opinion in opinions} == {0.0}
