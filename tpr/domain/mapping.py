"""From recognised columns to one decision per field (domain/inputs.md sections 6.4 and 8).

Order: what a person said (mapping, answers), what is sure, what must be asked. A field is held by
one header; copies of one header are combined later, from their figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chatmrpt.common.errors import InvalidInput
from chatmrpt.common.names import tidy
from tpr.domain import fields
from tpr.domain.aliases import fold, repaired_field
from tpr.domain.column_questions import ask_unsure
from tpr.domain.columns import SURE, Column, base_header
from tpr.domain.families import SIGN_LOST
from tpr.domain.field_map import FieldMap, Note
from tpr.domain.questions import Answers, Choice, Question, field_code


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
    ask_unsure(result, answers)
    held: dict[str, list[Column]] = {}
    for column in result.columns:
        if column.sure and column.field not in (fields.IGNORED, fields.RATIO, None):
            held.setdefault(str(column.field), []).append(column)
    present = {" ".join(c.header.split()).casefold() for c in columns}
    for name, candidates in held.items():
        positions = _one_header(name, candidates, present, answers)
        if positions:
            result.used[name] = positions
        if name == "ward" and positions:
            # The column that was not chosen still shows which rows are subtotals of their ward.
            others = [c for c in candidates if c.position - 1 not in positions]
            if others:
                result.used["ward_other"] = (others[0].position - 1,)
    _periods(result)
    _form_tested(result)
    _note_the_rest(result)
    return result


def _form_tested(result: FieldMap) -> None:
    """Where only positive and negative stand, tested is their sum (inputs.md section 2)."""
    for method in (*fields.METHODS, fields.UNSTATED):
        for group in fields.GROUPS:
            tested, positive, negative = (
                f"{role}_{method}_{group}" for role in ("tested", "positive", "negative")
            )
            if tested not in result.used and positive in result.used and negative in result.used:
                result.formed[tested] = (positive, negative)


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
        if column.reason == SIGN_LOST and column.sure:
            what = fields.words(str(column.field))
            result.notes.append(
                Note("HEADER_SIGN_LOST", column.header, what, f"read as {what}; {SIGN_LOST}")
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
