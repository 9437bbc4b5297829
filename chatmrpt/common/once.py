"""Asking the same thing once while a page is read: a memory that ends with the block.

A page asks for its present result in a dozen places. Between two of them nothing may change, for
they describe one moment. Inside `reading_once` a reader marked `once` answers a second call with the
same arguments from the first. Nothing is kept after the block, nothing is shared with another
request, and no block may hold a write that its readers would see.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_seen: ContextVar[dict[Any, Any] | None] = ContextVar("seen", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """Remember what `once` readers return until the block ends; an inner block is part of it."""
    if _seen.get() is not None:
        yield
        return
    token = _seen.set({})
    try:
        yield
    finally:
        _seen.reset(token)


def once(reader: Callable[P, R]) -> Callable[P, R]:
    """Let a reader answer from its first call within `reading_once`; elsewhere it always reads.

    Arguments are told apart by `==`; rows are the same when their primary keys are.
    """

    @wraps(reader)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        seen = _seen.get()
        if seen is None:
            return reader(*args, **kwargs)
        key = (reader, args, tuple(sorted(kwargs.items())))
        if key not in seen:
            seen[key] = reader(*args, **kwargs)
        found: R = seen[key]
        return found

    return asked
