"""The one module that touches the cache. Only what can be computed again goes in."""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from django.utils.translation import get_language

T = TypeVar("T")


def recomputable(key: str, compute: Callable[[], T], *, seconds: int = 3600) -> T:
    """Return the cached value of `key`, or compute and remember it. A lost cache changes nothing.

    Values hold words, so each language has its own.
    """
    key = f"{get_language()}:{key}"
    value = cache.get(key)
    if value is None:
        value = compute()
        cache.set(key, value, seconds)
    return value


def redis_round_trip() -> None:
    """Ask Redis for a PONG; raises what redis-py raises when it does not answer."""
    from django_redis import get_redis_connection

    get_redis_connection("default").ping()
