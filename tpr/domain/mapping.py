"""From recognised columns to one decision per field (domain/inputs.md sections 6.4 and 8).

Order: what a person said (mapping, answers), what is sure, what must be asked. A field is held by
one header; copies of one header are combined later, from their figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from chatmrpt.common.errors import InvalidInput
from chatmrpt.common.names import tidy
from tpr.domain import fields
from tpr.domain.aliases import fold, repaired_field
from tpr.domain.columns import SURE, Column, base_header
from tpr.domain.questions import Answers, Choice, Question, column_code, field_code


class Note(NamedTuple):
    """A remark on a column: issue code, header, what was found, what was done."""

    code: str
    header: str
    value: str
    action: str


@dataclass
class FieldMap:
    """Which columns serve which field.

    Attributes
    ----------
    columns : all columns, with the fields as decided.
    used : field to 0-based positions; more than one position are copies of one header.
    notes : remarks for the issue list.
    """

    columns: list[Column]
    used: dict[str, tuple[int, ...]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def has(self, name: str) -> bool:
        return name in self.used

    def pairs(self) -> list[tuple[str, str]]:
        """Return (method, group) of every complete tested/positive pair."""
        return [
            (method, group)
            for method in (*fields.METHODS, fields.UNSTATED)
            for group in fields.GROUPS
            if self.has(f"tested_{method}_{group}") and self.has(f"positive_{method}_{group}")
        ]

    def any_of(self, role: str) -> list[str]:
        """Return the used fields of a role (``tested`` or ``positive``)."""
        return [name for name in self.used if name.startswith(f"{role}_")]


def decide(
    columns: Sequence[Column], answers: Answers, override: Mapping[str, str | None] | None = None
) -> FieldMap:
    """Decide which column serves which field; open points become questions.

    Parameters
    ----------
    columns : as recognised (`tpr.domain.columns.recognise`).
    answers : answers given; open questions are added to it.
    override : header as written to field, from a person; wins over everything. A header that
        occurs twice is named ``header#2`` for its second column.

    Raises
    ------
    InvalidInput
        ``UNKNOWN_FIELD`` when the override names a field that does not exist.
    """
    result = FieldMap(_overridden(columns, override or {}))
    for column in result.columns:
        if column.reason == "decided by a person":
            words = fields.words(column.field) if column.field else ""
            result.notes.append(Note("COLUMN_DECIDED", column.header, words, "used as decided"))
    _ask_unsure(result, answers)
    held: dict[str, list[Column]] = {}
    for column in result.columns:
        if column.sure and column.field not in (fields.IGNORED, fields.RATIO, None):
            held.setdefault(str(column.field), []).append(column)
    present = {" ".join(c.header.split()).casefold() for c in columns}
    for name, candidates in held.items():
        positions = _one_header(name, candidates, present, answers)
        if positions:
            result.used[name] = positions
    _periods(result)
    _note_the_rest(result)
    return result


def _overridden(columns: Sequence[Column], override: Mapping[str, str | None]) -> list[Column]:
    wanted: dict[int, str] = {}
    missing: set[str] = set()
    for header, name in override.items():
        name = name or fields.IGNORED
        if name not in fields.FIELDS:
            raise InvalidInput(
                "UNKNOWN_FIELD",
                f"The mapping gives '{header}' the field '{name}', which does not exist.",
                {"header": header, "field": name, "fields": sorted(fields.FIELDS)},
            )
        text, _, number = header.rpartition("#")
        copy = int(number) if text and number.isdigit() else 1
        text = text if text and number.isdigit() else header
        same = [c for c in columns if tidy(c.header) == tidy(text)]
        if len(same) < copy:
            missing.add(name)
        else:
            wanted[same[copy - 1].position] = name
    return [_as_wanted(column, wanted.get(column.position), missing) for column in columns]


def _as_wanted(column: Column, name: str | None, missing: set[str]) -> Column:
    """Apply the override to one column.

    A field whose named column is not in the sheet is missing: no other column steps in for it.
    """
    if name is not None:
        return column._replace(field=name, score=1.0, reason="decided by a person")
    if column.field in missing and column.field != fields.IGNORED:
        return column._replace(field=None, score=0.0, reason="the mapping names another column")
    return column


def _ask_unsure(result: FieldMap, answers: Answers) -> None:
    """Turn each unsure column into a sure one, an unused one, or a question."""
    sure = {c.field for c in result.columns if c.sure}
    for i, column in enumerate(result.columns):
        name = column.field
        if not column.unsure or name is None:
            continue
        if name in sure or name in fields.SPARE_FIELDS:
            result.columns[i] = column._replace(field=None, reason=f"not needed: {column.reason}")
            continue
        others = [f for f in (*fields.TEST_FIELDS, *fields.UNSTATED_FIELDS) if f != name]
        question = Question(
            column_code(column.position),
            f"I think '{column.header}' means {fields.words(name)}. Is that right?",
            (
                Choice("yes", f"Yes: {fields.words(name)}"),
                Choice("ignore", "Do not use this column"),
                *(Choice(f, fields.words(f)) for f in others),
                *(Choice(f, fields.words(f)) for f in fields.PLACES if f != name),
            ),
            "yes",
            {
                "header": column.header,
                "field": name,
                "score": column.score,
                "reason": column.reason,
                "samples": list(column.samples),
            },
        )
        answer = answers.ask(question)
        if answer is None:
            continue
        chosen = {"yes": name, "ignore": fields.IGNORED}.get(answer, answer)
        if answers.is_open(question.code):
            result.columns[i] = column._replace(field=chosen, score=SURE)
            continue
        result.columns[i] = column._replace(field=chosen, score=1.0, reason="decided by a person")
        result.notes.append(
            Note("COLUMN_DECIDED", column.header, fields.words(chosen), "used as decided")
        )


def _one_header(
    name: str, candidates: list[Column], present: set[str], answers: Answers
) -> tuple[int, ...]:
    """Return the positions that serve a field: one column, or the copies of one header."""
    by_header: dict[str, list[Column]] = {}
    for column in candidates:
        by_header.setdefault(fold(base_header(column.header, present)), []).append(column)
    decided = [c for c in candidates if c.reason == "decided by a person"]
    if len(decided) == 1 and len(by_header) > 1:
        return (decided[0].position - 1,)
    if len(by_header) == 1:
        return tuple(c.position - 1 for c in candidates)
    question = Question(
        field_code(name),
        f"{len(by_header)} columns could be {fields.words(name)}: "
        + ", ".join(f"'{group[0].header}'" for group in by_header.values())
        + ". Which one is to be used?",
        tuple(
            Choice(str(group[0].position), f"Column {group[0].position}: '{group[0].header}'")
            for group in by_header.values()
        ),
        str(max(candidates, key=lambda c: (c.score, -c.position)).position),
        {
            "field": name,
            "samples": {group[0].header: list(group[0].samples) for group in by_header.values()},
        },
    )
    answer = answers.ask(question)
    if answer is None:
        return ()
    for group in by_header.values():
        if str(group[0].position) == answer:
            return tuple(c.position - 1 for c in group)
    return ()


def _periods(result: FieldMap) -> None:
    """Month and year columns serve only where no period name or code stands."""
    if result.has("period_code") or result.has("period_name"):
        for name in ("period_month", "period_year"):
            result.used.pop(name, None)


def _note_the_rest(result: FieldMap) -> None:
    used = {position for positions in result.used.values() for position in positions}
    for i, column in enumerate(result.columns):
        repaired = repaired_field(column.header)
        if repaired:
            result.notes.append(
                Note("HEADER_REPAIRED", column.header, repaired[0], "read as the repaired header")
            )
        if column.field == fields.RATIO:
            result.notes.append(
                Note("RATIO_COLUMN_NOT_USED", column.header, "", "listed, never calculated with")
            )
        elif (
            i not in used
            and not column.unsure
            and tidy(column.header)
            and column.field not in fields.REMARKS
        ):
            known = column.field in fields.FIELDS and column.field != fields.IGNORED
            what = fields.words(str(column.field)) if known else ""
            result.notes.append(Note("COLUMN_NOT_USED", column.header, what, "not used"))
    for name in [*result.any_of("tested"), *result.any_of("positive")]:
        other = fields.partner(name)
        if other and not result.has(other):
            header = result.columns[result.used[name][0]].header
            result.notes.append(
                Note("INCOMPLETE_PAIR", header, fields.words(other), "cannot form a rate")
            )


__all__ = ["SURE", "FieldMap", "Note", "decide"]
