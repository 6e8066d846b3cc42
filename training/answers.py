"""Sizes and names of the network's answers, for whoever has no training library at hand."""

from __future__ import annotations

STARS, LABELS, FLAGS = 5, 3, 2
ASPECTS = (
    "quality", "assortment", "price", "delivery", "staff", "waiting", "refund", "premises", "app",
    "safety",
)  # fmt: skip
"""In the order of the outputs."""
