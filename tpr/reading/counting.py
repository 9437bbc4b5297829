"""From raw count columns to one array per field, with a remark for every cell not used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import numpy as np

from tpr.domain import fields, questions
from tpr.domain.copies import RULES, Counts, combine_counts
from tpr.domain.mapping import FieldMap
from tpr.domain.numbers import read_count
from tpr.domain.pair_columns import swap_evidence
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
        stored = name in fields.STORED_COUNTS or name in fields.UNSTATED_FIELDS
        if not mapping.is_read(name) or not (stored or name.startswith("negative_")):
            continue
        copies = [
            _numbers(columns[position], mapping, position, used, locate, answers, log)
            for position in positions
        ]
        if len(copies) == 1:
            result[name] = copies[0]
        else:
            result[name] = _combine(name, copies, positions, mapping, locate, answers, log)
    _form_tested(result, mapping, log)
    _place_unstated(result, log)
    return result


def _form_tested(counts: dict[str, Counts], mapping: FieldMap, log: IssueLog) -> None:
    """Form tested as positive + negative where both are filled; the negatives end here."""
    for tested, (positive, negative) in mapping.formed.items():
        p, n = counts[positive], counts.pop(negative)
        counts[tested] = p + n
        both = ~np.isnan(counts[tested])
        sums = [f"{np.nansum(v[both]):,.0f}" for v in (p, n, counts[tested])]
        log.add(
            "NEGATIVE_FORMED",
            column=mapping.columns[mapping.used[negative][0]].header,
            value=fields.words(tested),
            action=f"tested = positive + negative: {sums[0]} + {sums[1]} = {sums[2]}",
            count=int(both.sum()),
        )


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
                (
                    f"'{header}' holds {texts:,} texts and {filled:,} numbers. Is it the right "
                    "column?"
                    if filled
                    else f"'{header}' contains text only ({texts:,} cells). Please check the column."
                ),
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


def settle_swap(
    counts: dict[str, Counts],
    mapping: FieldMap,
    whole: Callable[[], Mapping[str, Counts]],
    answers: Answers,
    log: IssueLog,
) -> None:
    """Ask when positives exceed tests in most rows of a pair; exchange only when told to.

    Parameters
    ----------
    counts : field to figures of the rows in use; exchanged in place.
    whole : gives the figures of all rows of the sheet, subtotals included; for the question only.
    """
    present = [
        (f"tested_{method}_{group}", f"positive_{method}_{group}")
        for method in fields.METHODS
        for group in fields.GROUPS
        if f"tested_{method}_{group}" in counts and f"positive_{method}_{group}" in counts
    ]
    found = {pair: swap_evidence([(counts[pair[0]], counts[pair[1]])]) for pair in present}
    suspected = [pair for pair, evidence in found.items() if evidence.suspected]
    if not suspected and swap_evidence((counts[t], counts[p]) for t, p in present).suspected:
        suspected = present  # each pair has too few rows to show it
    if not suspected:
        return
    everywhere = whole()
    inside = swap_evidence((counts[t], counts[p]) for t, p in suspected)
    outside = swap_evidence((everywhere[t], everywhere[p]) for t, p in suspected)
    names = ", ".join(_pair_words(pair, mapping) for pair in suspected)
    facilities = (
        f" ({inside.above:,} of the {inside.pairs:,} without subtotals and stores)"
        if outside != inside
        else ""
    )
    others = [pair for pair in present if pair not in suspected]
    unit = "rows" if len(suspected) == 1 else "pairs of figures"
    question = Question(
        questions.SWAPPED,
        f"In {outside.above:,} of {outside.pairs:,} {unit}{facilities} positives exceed tests "
        f"({names}); tests exceed positives in {outside.below:,}. The columns for tested and "
        "positive may be swapped. Swap them?",
        (
            Choice("swap", f"Yes: exchange tested and positive ({names})"),
            *(
                [Choice("swap_all", "Yes: exchange tested and positive of every age group")]
                if others
                else []
            ),
            Choice("keep", "No: the headers are right"),
        ),
        None,
        {
            "pairs": outside.pairs,
            "above": outside.above,
            "below": outside.below,
            "facility_rows": inside._asdict(),
            "columns": [_pair_words(pair, mapping) for pair in suspected],
            "not_suspected": {_pair_words(pair, mapping): found[pair]._asdict() for pair in others},
        },
    )
    answer = answers.ask(question)
    if answer in ("swap", "swap_all"):
        exchanged = present if answer == "swap_all" else suspected
        for tested, positive in exchanged:
            counts[tested], counts[positive] = counts[positive], counts[tested]
        log.add("SWAPPED_DECIDED", count=len(exchanged),
                value=", ".join(_pair_words(pair, mapping) for pair in exchanged),
                action="tested and positive exchanged")  # fmt: skip
    elif answer == "keep":
        log.add("LOOKS_SWAPPED", count=inside.above, value=names, action="kept as labelled")


def _pair_words(pair: tuple[str, str], mapping: FieldMap) -> str:
    """The two headers of a pair, as written."""
    headers = []
    for name in pair:
        positions = mapping.used.get(name) or mapping.used.get(
            name.replace("_rdt_", f"_{fields.UNSTATED}_")
        )
        headers.append(mapping.columns[positions[0]].header if positions else fields.words(name))
    return " and ".join(f"'{header}'" for header in headers)
