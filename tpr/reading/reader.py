"""One reading from bytes to rows: the order of the steps, and nothing else.

Deterministic: the same bytes and settings give the same files (domain/inputs.md, principle 3).
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from chatmrpt.common.errors import DomainError
from chatmrpt.common.names import tidy
from tpr.domain import fields
from tpr.domain.na_zero import KnownPlaces
from tpr.domain.questions import Answers
from tpr.domain.verdict import Refused
from tpr.reading import summary
from tpr.reading.columnar import Coded, Mask, load
from tpr.reading.counting import Where, read_counts, settle_swap
from tpr.reading.issue_log import IssueLog
from tpr.reading.layout import Layout, find_layout, open_file
from tpr.reading.leftovers import leave_out, name_remarks
from tpr.reading.limits import Limits
from tpr.reading.places import PlaceReader
from tpr.reading.reports import check_pairs, settle_duplicates
from tpr.reading.tables_out import write_facilities, write_reports
from tpr.reading.texts import text_columns
from tpr.reading.timing import Timing, read_periods
from tpr.reading.units import Places, Unit

READER_VERSION: Final = "1"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Settings:
    """Settings of one reading (SETTINGS.json of the child).

    Parameters
    ----------
    today : later periods are not used.
    original_name : as uploaded; display, and the state it may name.
    assume : answers to questions, ``{CODE: CHOICE}``.
    attended : a person can be asked; otherwise safe defaults are taken and listed.
    mapping : header as written to field, from a person.
    places : names of the loaded ward lists, see `tpr.domain.na_zero.KnownPlaces`.
    """

    today: dt.date
    original_name: str = ""
    assume: Mapping[str, str] = field(default_factory=dict)
    attended: bool = False
    mapping: Mapping[str, str | None] | None = None
    limits: Limits = field(default_factory=Limits)
    places: Mapping[str, Any] | None = None

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Settings:
        return cls(
            today=dt.date.fromisoformat(data["today"]),
            original_name=str(data.get("original_name") or ""),
            assume=data.get("assume") or {},
            attended=bool(data.get("attended", False)),
            mapping=data.get("mapping"),
            limits=Limits.from_settings(data.get("limits")),
            places=data.get("places"),
        )


class Reading:
    """Reads one file into a folder.

    Parameters
    ----------
    path : the uploaded bytes.
    folder : where ``facilities.tsv``, ``reports.tsv`` and ``issues.jsonl`` are written.
    progress : called with step, done, total.
    """

    def __init__(self, path: Path, folder: Path, settings: Settings, progress: Progress) -> None:
        self.path = path
        self.folder = folder
        self.settings = settings
        self.progress = progress
        self.answers = Answers(settings.assume, attended=settings.attended)
        self.log = IssueLog(settings.limits.listed)
        self.timings: dict[str, float] = {}
        self.kind = ""
        self.layout: Layout | None = None
        self.counts: dict[str, Any] = {}
        self._started = time.perf_counter()

    def run(self) -> dict[str, Any]:
        """Read the file and return the content of ``result.json``.

        A file that cannot be used is a result too, with status ``rejected``; nothing but the
        remarks is written then.
        """
        error: DomainError | None = None
        try:
            self._read()
        except DomainError as refused:
            # Past the columns, a refusal may rest on a recommended answer nobody confirmed.
            if self.layout is None or not self.answers.open:
                error = refused
        status = "rejected" if error else "review" if self.answers.open else "ok"
        self.log.write(self.folder / "issues.jsonl")
        return summary.result(self, status, error, READER_VERSION)

    def _step(self, name: str) -> None:
        now = time.perf_counter()
        self.timings[name] = round(now - self._started, 3)
        self._started = now

    def _read(self) -> None:
        limits = self.settings.limits
        name = self.settings.original_name or self.path.name
        self.progress("open", 0, 1)
        opened = open_file(self.path, name, self.folder, limits, self.log)
        self.kind = opened.kind
        self._step("open")
        self.layout = layout = find_layout(opened, self.answers, self.settings.mapping, self.log)
        self._step("recognise")
        columns, n_rows = self._load(layout)
        self._step("read")
        self.progress("clean", 0, 1)
        self._clean(layout, columns, n_rows, name)

    def _load(self, layout: Layout) -> tuple[dict[int, Coded], int]:
        wanted = sorted(
            position
            for name, positions in layout.mapping.used.items()
            for position in positions
            if layout.mapping.is_read(name)
        )
        skip = layout.header.row + 1
        total = max(layout.sheet.rows - skip, 1)
        columns, n_rows = load(
            layout.sheet, skip, wanted, lambda done: self.progress("read", done, total)
        )
        if n_rows > self.settings.limits.rows:
            raise Refused(
                "TOO_MANY_CELLS",
                f"The table has {n_rows:,} rows; at most {self.settings.limits.rows:,} are read. "
                "Please send one state per file.",
                {"rows": n_rows},
            )
        return columns, n_rows

    def _clean(self, layout: Layout, columns: dict[int, Coded], n_rows: int, name: str) -> None:
        mapping, log, answers = layout.mapping, self.log, self.answers
        texts = text_columns(columns, mapping, layout.header.row + 2, answers, log)
        filled = _filled(columns, n_rows)
        first_row = layout.header.row + 2
        places = PlaceReader(
            texts,
            n_rows,
            answers,
            log,
            cut=self.settings.limits.cell_text,
            file_name=name,
            known=KnownPlaces(self.settings.places),
            first_row=first_row,
        ).read()
        locate = _Locator(places, texts, first_row)
        used = leave_out(places, columns, mapping, filled, locate, log)
        _refuse_foreign(places, texts, used, filled)
        timing = read_periods(texts, n_rows, used, self.settings.today, answers, log)
        locate.timing = timing
        used &= self._usable_periods(timing, used, locate)
        self._step("places")
        counts = read_counts(columns, mapping, used, locate, answers, log)
        used = summary.drop_total_at_end(counts, used, locate, log)
        settle_swap(
            counts,
            mapping,
            # Subtotals and stores included, as somebody counts who opens the sheet.
            lambda: read_counts(columns, mapping, filled, locate, Answers({}), IssueLog(0)),
            answers,
            log,
        )
        if not used.any():
            raise Refused(
                "NO_ROWS",
                f"None of the {int(filled.sum()):,} rows of sheet '{layout.sheet.name}' is a "
                "report of a facility that can be used; the list of remarks says why.",
                {"rows": int(filled.sum()), "left_out": dict(log.counts)},
            )
        self._step("counts")
        ordinals, facility, units = _facilities(places, used)
        key = facility * (len(timing.periods) + 1) + timing.of_row + 1
        kept = settle_duplicates(key, counts, used, locate, answers, log)
        pairs = check_pairs(counts, kept, mapping, locate, log)
        name_remarks(places, texts, units, kept, locate, log)
        self._step("check")
        self.counts = summary.count(
            places, timing, counts, used, kept, facility, units, filled, pairs
        )
        if not answers.provisional:
            return
        self.progress("write", 0, 1)
        write_facilities(self.folder / "facilities.tsv", zip(ordinals, units, strict=True))
        rows = np.flatnonzero(kept)
        write_reports(
            self.folder / "reports.tsv",
            rows,
            facility,
            timing.of_row,
            timing.periods,
            counts,
            first_row,
        )
        self._step("write")

    def _usable_periods(self, timing: Timing, used: Mask, locate: _Locator) -> Mask:
        usable = np.ones(len(used), dtype=bool)
        for code, rows in timing.out.items():
            usable &= ~rows
            for row in np.flatnonzero(rows & used):
                if self.log.room(code) > 0:
                    where = locate(int(row))._asdict()
                    self.log.add(code, **where, value=locate.period_text(int(row)),
                                 action="row not used")  # fmt: skip
                else:
                    self.log.add_unlisted(code, 1)
        return usable


class _Locator:
    """Words for the place of a row: sheet row, facility, ward, period."""

    def __init__(self, places: Places, texts: Mapping[str, Coded], first_row: int) -> None:
        self._places = places
        self._texts = texts
        self._first_row = first_row
        self.timing: Timing | None = None

    def __call__(self, row: int) -> Where:
        unit = self._places.units[self._places.of_row[row]]
        period = ""
        if self.timing is not None and self.timing.of_row[row] >= 0:
            period = self.timing.periods[self.timing.of_row[row]].label
        return Where(row + self._first_row, unit.name, unit.ward, period)

    def period_text(self, row: int) -> str:
        return " / ".join(
            tidy(self._texts[name].cell(row)) for name in fields.PERIODS if name in self._texts
        )


def _filled(columns: dict[int, Coded], n_rows: int) -> Mask:
    """Rows with at least one filled cell."""
    filled = np.zeros(n_rows, dtype=bool)
    for column in columns.values():
        filled |= column.where(lambda value: value is not None and tidy(value) != "")
    return filled


def _refuse_foreign(places: Places, texts: Mapping[str, Coded], used: Mask, filled: Mask) -> None:
    """Refuse a file none of whose rows names a Nigerian state."""
    if used.any() or "state" not in texts:
        return
    named = [
        tidy(texts["state"].cell(int(row)))
        for unit, row in zip(places.units, places.first, strict=True)
        if unit.out == "STATE_UNKNOWN" and tidy(texts["state"].cell(int(row)))
    ]
    if named:
        shown = list(dict.fromkeys(named))[:5]
        raise Refused(
            "NOT_NIGERIA",
            f"None of the {int(filled.sum()):,} rows names one of the 36 states or the FCT; the "
            f"state column holds {', '.join(repr(s) for s in shown)}. Please send a file of "
            "Nigerian facilities, or correct the state column.",
            {"states": shown},
        )


def _facilities(places: Places, used: Mask) -> tuple[list[int], npt.NDArray[np.int64], list[Unit]]:
    """Number the facilities in order of first appearance; returns ordinals, per row, units."""
    ordinal_of: dict[tuple[Any, ...], int] = {}
    units: list[Unit] = []
    per_unit = np.full(len(places.units), -1, dtype=np.int64)
    in_use = np.bincount(places.of_row[used], minlength=len(places.units)) > 0
    for i, unit in enumerate(places.units):
        if not in_use[i]:
            continue
        ordinal = ordinal_of.setdefault(unit.identity(), len(ordinal_of))
        if ordinal == len(units):
            units.append(unit)
        per_unit[i] = ordinal
    facility = per_unit[places.of_row] + 1
    return list(range(1, len(units) + 1)), facility, units
