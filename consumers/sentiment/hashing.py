"""64-bit hashes of words and n-grams over whole arrays: one product a character, no Python loop.

A word's hash is polynomial in its code points modulo 2**64, then mixed (the finaliser of
SplitMix64, Steele et al. 2014), so that the top bits that select a row are well spread.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Unsigned = NDArray[np.uint64]
Integers = NDArray[np.int64]

_MASK = 2**64 - 1
_BASE = 0x9E3779B97F4A7C15
_WINDOW = 256
"""Powers kept; a longer word repeats them, which is harmless."""
_POWERS = np.array([pow(_BASE, power, 2**64) for power in range(_WINDOW)], dtype=np.uint64)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_PAIR = np.uint64(0xD6E8FEB86659FD93)


def mix(values: Unsigned) -> Unsigned:
    """Spread every input bit over the whole word."""
    mixed = values ^ (values >> np.uint64(30))
    mixed *= _FIRST
    mixed ^= mixed >> np.uint64(27)
    mixed *= _SECOND
    mixed ^= mixed >> np.uint64(31)
    return mixed


def salted(values: Unsigned, salt: int) -> Unsigned:
    """Hashes that share nothing with those of another salt."""
    return mix(values + np.uint64((salt * 0xA24BAED4963EE407) & _MASK))


def combine(first: Unsigned, second: Unsigned) -> Unsigned:
    """Hash of an ordered pair."""
    return mix(first * _PAIR + second)


def hash_runs(codes: Unsigned, starts: Integers) -> Unsigned:
    """Hash of each run of code points; `starts` are the first positions, ascending from 0."""
    lengths = np.diff(starts, append=len(codes))
    offsets = np.arange(len(codes)) - np.repeat(starts, lengths)
    terms = (codes + np.uint64(1)) * _POWERS[offsets % _WINDOW]
    return mix(np.add.reduceat(terms, starts))


def hash_word(word: str) -> int:
    """`hash_runs` of one word."""
    codes = np.array([ord(character) for character in word], dtype=np.uint64)
    return int(hash_runs(codes, np.zeros(1, dtype=np.int64))[0])


def grow(hashes: Unsigned, following: Unsigned) -> Unsigned:
    """Hashes of n-grams grown by one code point each, not yet mixed."""
    return hashes * np.uint64(_BASE) + following


def rows_of(hashes: Unsigned, row_bits: int) -> Integers:
    """Row of a table of 2**row_bits rows for each hash: its top bits."""
    return (hashes >> np.uint64(64 - row_bits)).astype(np.int64)
