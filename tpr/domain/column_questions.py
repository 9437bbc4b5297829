"""Unsure columns: used, passed over, or asked about (domain/inputs.md section 8)."""

from __future__ import annotations

from collections.abc import Sequence

from tpr.domain import fields
from tpr.domain.columns import SURE, Column
from tpr.domain.families import AMBIGUOUS
from tpr.domain.field_map import FieldMap, Note
from tpr.domain.questions import Answers, Choice, Question, column_code


def ask_unsure(result: FieldMap, answers: Answers) -> None:
    """Turn each unsure column into a sure one, an unused one, or a question."""
    sure = {c.field for c in result.columns if c.sure}
    needed = _needed_negatives(result.columns)
    for i, column in enumerate(result.columns):
        name = column.field
        if not column.unsure or name is None:
            continue
        spare = name in fields.SPARE_FIELDS and name not in needed
        # A certain period code makes the name of the period a remark (inputs.md section 5.4).
        dated = name == "period_name" and "period_code" in sure
        if name in sure or spare or dated:
            result.columns[i] = column._replace(field=None, reason=f"not needed: {column.reason}")
            continue
        if column.reason == AMBIGUOUS:
            _ask_age_group(result, i, answers)
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
                "certainty": "please check",
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


def _needed_negatives(columns: Sequence[Column]) -> set[str]:
    """Negative columns that stand beside positives without a tested column."""
    possible = {c.field for c in columns if c.sure or c.unsure}
    return {
        f"negative_{method}_{group}"
        for method in (*fields.METHODS, fields.UNSTATED)
        for group in fields.GROUPS
        if f"positive_{method}_{group}" in possible and f"tested_{method}_{group}" not in possible
    }


def _ask_age_group(result: FieldMap, index: int, answers: Answers) -> None:
    """Ask which age group a column is that lost its sign beside another; order says nothing."""
    column = result.columns[index]
    stem = str(column.field).rpartition("_")[0]
    question = Question(
        column_code(column.position),
        f"Column {column.position}, '{column.header}', has lost its sign (< or ≥), and another "
        "column differs from it only in dots. Which age group is it?",
        (
            *(Choice(f"{stem}_{group}", fields.words(f"{stem}_{group}")) for group in ("u5", "o5")),
            Choice("ignore", "Do not use this column"),
        ),
        None,
        {
            "header": column.header,
            "field": column.field,
            "score": column.score,
            "reason": column.reason,
            "samples": list(column.samples),
        },
    )
    answer = answers.ask(question)
    if answer is None:
        return
    chosen = fields.IGNORED if answer == "ignore" else answer
    result.columns[index] = column._replace(field=chosen, score=1.0, reason="decided by a person")
    result.notes.append(
        Note("COLUMN_DECIDED", column.header, fields.words(chosen), "used as decided")
    )
