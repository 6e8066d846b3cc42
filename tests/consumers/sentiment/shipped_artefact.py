"""Whether the shipped transformer must be there for its tests, or may still be missing."""

from __future__ import annotations

import pytest

from consumers.sentiment.artefact import SHIPPED_ARTEFACT

MUST_EXIST = True
"""True as soon as the artefact is part of the repository: its absence is a failure then."""


def require_shipped_artefact() -> None:
    """Skip, saying why, where the artefact may be missing."""
    if not MUST_EXIST and not SHIPPED_ARTEFACT.is_dir():
        pytest.skip(f"no artefact in {SHIPPED_ARTEFACT}: make it with training/sentiment_accurate")
