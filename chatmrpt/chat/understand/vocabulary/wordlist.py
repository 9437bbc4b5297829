"""Lists of words written as text, one glance per list."""

from __future__ import annotations

from functools import cache


@cache
def wordset(text: str) -> frozenset[str]:
    """The words of a text as a set."""
    return frozenset(text.split())
