"""Russian and English words find their other forms."""

from __future__ import annotations

import pytest

from consumers.storing.stems import LONGEST_WORD, MOST_TERMS, stems
from pipeline.identity import normalised_text


@pytest.mark.parametrize(
    ("one", "other"),
    [("доставка", "Доставкой"), ("ёлка", "елки"), ("deliveries", "Delivery"), ("банк", "БАНКА")],
)
def test_forms_of_one_word_share_a_stem(one: str, other: str) -> None:
    assert stems(normalised_text(one)) == stems(normalised_text(other))


def test_noise_is_bounded() -> None:
    words = " ".join(f"слово{number}" for number in range(5_000))
    assert len(stems(words)) == MOST_TERMS
    assert stems("а" * (LONGEST_WORD + 1)) == []
