"""The base table of a state, read once for a file: the questions and the result are folds of it.

The reports of a file change only when it is read again, so that the table of one reading can be
kept in the cache and computed again at any time.
"""

from dataclasses import dataclass, fields
from datetime import date
from operator import attrgetter

from chatmrpt.common.cache import recomputable
from tpr.aggregation import base_rows, base_rows_by, left_out_inside_longer, months_reported
from tpr.domain.positivity import BaseRow
from tpr.models import Upload

_PLAIN = attrgetter(*(field.name for field in fields(BaseRow)))
MINUTES = 20


@dataclass(frozen=True, slots=True)
class BaseTable:
    """`rows`: one per facility and age group; `inside_longer`: reports left out (see aggregation)."""

    rows: list[BaseRow]
    inside_longer: int


def mark_of_reading(upload: Upload) -> str:
    """Name what was read of a file: another reading of it has another mark."""
    return f"{upload.pk}:{upload.read_at.timestamp() if upload.read_at else 0}"


def base_table(
    upload: Upload, state: str, *, exceeding: str = "exclude", start: date | None = None,
    end: date | None = None,
) -> BaseTable:  # fmt: skip
    """Return the base table of one state; `start` and `end` as in `aggregation.base_rows`."""

    def read() -> tuple[list[tuple[object, ...]], int]:
        rows = base_rows(
            upload_id=upload.pk, state=state, exceeding=exceeding, start=start, end=end
        )
        inside = left_out_inside_longer(upload_id=upload.pk, state=state, start=start, end=end)
        return [_PLAIN(row) for row in rows], inside

    key = f"base:{mark_of_reading(upload)}:{state}:{exceeding}:{start}:{end}".replace(" ", "_")
    plain, inside = recomputable(key, read, seconds=60 * MINUTES)
    return BaseTable([BaseRow(*row) for row in plain], inside)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class YearTables:
    """`rows[year]`: the base table of a calendar year; `months`: as `aggregation.months_reported`."""

    rows: dict[int, list[BaseRow]]
    months: dict[int, dict[int, int]]


def year_tables(upload: Upload, state: str, *, exceeding: str) -> YearTables:
    """Return the base tables of all years of one state, the same for every level and age group."""

    def read() -> tuple[dict[int, list[tuple[object, ...]]], dict[int, dict[int, int]]]:
        by_year = base_rows_by("year", upload_id=upload.pk, state=state, exceeding=exceeding)
        plain = {year: [_PLAIN(row) for row in rows] for year, rows in by_year.items()}
        return plain, months_reported(upload_id=upload.pk, state=state)

    key = f"base-years:{mark_of_reading(upload)}:{state}:{exceeding}".replace(" ", "_")
    plain, months = recomputable(key, read, seconds=60 * MINUTES)
    rows = {year: [BaseRow(*row) for row in found] for year, found in plain.items()}  # type: ignore[arg-type]
    return YearTables(rows, months)
