"""From raw count columns to one array per field, with a remark for every cell not used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import numpy as np

from tpr.domain import fields, questions
from tpr.domain.copies import RULES, Counts, combine_counts
from tpr.domain.mapping import FieldMap
from tpr.domain.numbers import read_count
from tpr.domain.quality import swap_evidence
from tpr.domain.questions import Answers, Choice, Question
from tpr.reading.columnar import Coded, Mask
from tpr.reading.issue_log import IssueLog

_FEWEST_TEXTS: Final = 10


class Where(NamedTuple):
    """Words for the place of a row, for remarks."""

    row: int
    facility: str
    ward: str
    period: str


Locate = Callable[[int], Where]


def read_counts(
    columns: Mapping[int, Coded],
    mapping: FieldMap,
    used: Mask,
    locate: Locate,
    answers: Answers,
    log: IssueLog,
) -> dict[str, Counts]:
    """Read every count field.

    Parameters
    ----------
    columns : position to coded column.
    mapping : fields to positions; copies of one header are combined here.
    used : array (n_rows,), rows that are reports; only they are remarked on.
    locate : place of a row.

    Returns
    -------
    dict of field to array (n_rows,)
        Persons, >= 0, NaN is blank; rows not used are blank.
    """
    result: dict[str, Counts] = {}
    for name, positions in mapping.used.items():
        if name not in fields.STORED_COUNTS and name not in fields.UNSTATED_FIELDS:
            continue
        copies = [
            _numbers(columns[position], mapping, position, used, locate, answers, log)
            for position in positions
        ]
        if len(copies) == 1:
            result[name] = copies[0]
        else:
            result[name] = _combine(name, copies, positions, mapping, locate, answers, log)
    _place_unstated(result, log)
    return result


def _numbers(
    column: Coded,
    mapping: FieldMap,
    position: int,
    used: Mask,
    locate: Locate,
    answers: Answers,
    log: IssueLog,
) -> Counts:
    read = [read_count(value) for value in column.values]
    values = np.array([np.nan if c.value is None else c.value for c in read])
    header = mapping.columns[position].header
    result = np.where(used, values[column.codes], np.nan) if len(values) else np.array([])
    bad = {code: count.problem for code, count in enumerate(read) if count.problem}
    if not bad:
        return result
    flags = np.zeros(len(read), dtype=bool)
    flags[list(bad)] = True
    rows = np.flatnonzero(flags[column.codes] & used)
    texts = 0
    for row in rows:
        code = column.codes[row]
        problem = str(bad[int(code)])
        texts += problem == "TEXT_IN_COUNT"
        if log.room(problem) > 0:
            where = locate(int(row))
            action = "kept as written" if problem == "FRACTION_COUNT" else "treated as missing"
            log.add(problem, **where._asdict(), column=header, value=column.values[code],
                    action=action)  # fmt: skip
        else:
            log.add_unlisted(problem, 1)
    filled = int((~np.isnan(result)).sum())
    if texts >= _FEWEST_TEXTS and texts > filled:
        answers.ask(
            Question(
                questions.numeric_code(position + 1),
                f"'{header}' holds {texts:,} texts and {filled:,} numbers. Is it the right column?",
                (Choice("missing", "Yes: treat the texts as missing"),),
                None,
                {"header": header, "texts": texts, "numbers": filled},
            )
        )
    return result


def _combine(
    name: str,
    copies: list[Counts],
    positions: tuple[int, ...],
    mapping: FieldMap,
    locate: Locate,
    answers: Answers,
    log: IssueLog,
) -> Counts:
    header = mapping.columns[positions[0]].header
    combined = combine_counts(copies)
    sums = " + ".join(f"{np.nansum(copy):,.0f}" for copy in copies)
    if combined.rule == 6:
        code = questions.copies_code(positions[0] + 1)
        question = Question(
            code,
            f"In {len(combined.conflicts):,} rows the copies of '{header}' have different figures "
            f"(sums {sums}). Add them, keep the first, or keep the second?",
            (
                Choice("add", "Add them"),
                Choice("first", "Keep the first"),
                Choice("second", "Keep the second"),
            ),
            combined.recommended,
            {
                "header": header,
                "rows": len(combined.conflicts),
                "examples": [locate(int(row)).row for row in combined.conflicts[:5]],
            },
        )
        combined = combine_counts(copies, answers.ask(question))
    log.add(
        "DUPLICATE_HEADER_COMBINED",
        column=header,
        value=f"{len(copies)} columns of {fields.words(name)}",
        action=f"{RULES[combined.rule]}; {sums} = {np.nansum(combined.values):,.0f}",
        count=len(copies),
    )
    return combined.values


def _place_unstated(counts: dict[str, Counts], log: IssueLog) -> None:
    """Hold columns without a method under RDT: with one method all definitions agree."""
    unstated = [name for name in counts if name in fields.UNSTATED_FIELDS]
    stated = [name for name in counts if name in fields.TEST_FIELDS]
    for name in unstated:
        values = counts.pop(name)
        if stated:
            continue
        counts[name.replace(f"_{fields.UNSTATED}_", "_rdt_")] = values
    if unstated:
        log.add(
            "METHOD_NOT_STATED",
            value=", ".join(unstated),
            action="not used beside columns with a method" if stated else "held under RDT",
            count=len(unstated),
        )


def settle_swap(counts: dict[str, Counts], answers: Answers, log: IssueLog) -> None:
    """Ask when positives exceed tests in most pairs; exchange the columns only when told to."""
    pairs = [
        (f"tested_{method}_{group}", f"positive_{method}_{group}")
        for method in fields.METHODS
        for group in fields.GROUPS
    ]
    present = [(t, p) for t, p in pairs if t in counts and p in counts]
    found = swap_evidence((counts[t], counts[p]) for t, p in present)
    if not found.suspected:
        return
    question = Question(
        questions.SWAPPED,
        f"In {found.above:,} of {found.pairs:,} reports positives exceed tests. The columns for "
        "tested and positive may be swapped. Swap them?",
        (
            Choice("swap", "Yes: exchange tested and positive"),
            Choice("keep", "No: the headers are right"),
        ),
        None,
        {"pairs": found.pairs, "above": found.above, "below": found.below},
    )
    answer = answers.ask(question)
    if answer == "swap":
        for tested, positive in present:
            counts[tested], counts[positive] = counts[positive], counts[tested]
        log.add("SWAPPED_DECIDED", count=len(present), action="tested and positive exchanged")
    elif answer == "keep":
        log.add("LOOKS_SWAPPED", count=found.above, action="kept as labelled")
