"""Tries at something that is guessed, counted as rows so that every process counts the same ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from chatmrpt.common.errors import TooMany

WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` failures of `kind` from `who` (None: from everybody) within WINDOW."""

    kind: str
    who: str | None
    most: int
    code: str
    words: str


def _rows() -> Any:
    return apps.get_model("chatmrpt", "Attempt")._default_manager


@transaction.atomic
def counted_as_failed(limits: Sequence[Limit]) -> list[int]:
    """Write a try down before it is looked at, so that tries at once all count.

    Returns the numbers of its rows for `succeeded`. Raises TooMany with the code and words of the
    first limit that is reached; a refused try is not counted.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tries'))")
    failed = _rows().filter(succeeded=False, at__gte=timezone.now() - WINDOW)
    for limit in limits:
        rows = failed.filter(kind=limit.kind)
        if limit.who is not None:
            rows = rows.filter(address=limit.who[:64])
        if rows.count() >= limit.most:
            raise TooMany(limit.code, limit.words)
    made = [
        _rows().create(kind=limit.kind, address=limit.who[:64])
        for limit in limits if limit.who is not None
    ]  # fmt: skip
    return [row.pk for row in made]


def succeeded(rows: Sequence[int]) -> None:
    """Take a try out of the count."""
    _rows().filter(pk__in=rows).update(succeeded=True)
