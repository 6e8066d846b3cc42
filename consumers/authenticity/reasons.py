"""The few sentences that explain a score to a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pipeline.records import Authenticity, SignalReading

TOP = 3


def top_readings(authenticity: Authenticity, count: int = TOP) -> Sequence[SignalReading]:
    """The readings that moved the score most; those that did not move it are left out."""
    return [reading for reading in authenticity.signals if reading.contribution][:count]


def reasons(authenticity: Authenticity, language: Literal["ru", "en"]) -> list[str]:
    """The top three reasons with their numbers."""
    return [
        reading.reason_ru if language == "ru" else reading.reason_en
        for reading in top_readings(authenticity)
    ]
