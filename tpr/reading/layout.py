"""Opening a file and finding its sheet, header row and columns."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from chatmrpt.common.names import repair_mojibake, tidy
from tpr.domain import questions
from tpr.domain.columns import personal_columns, recognise
from tpr.domain.families import settle_lost_signs
from tpr.domain.mapping import FieldMap, decide
from tpr.domain.questions import Answers, Choice, Question
from tpr.domain.sheet import SEARCHED_ROWS, Header, SheetHead, choose_sheet, find_header
from tpr.domain.verdict import Refused, judge
from tpr.reading import archive, delimited, envelope, sniff
from tpr.reading.issue_log import IssueLog
from tpr.reading.limits import Limits
from tpr.reading.sources import Row, Sheet, Source

_SAMPLE_ROWS = 400


class Opened(NamedTuple):
    """A file ready to be looked at.

    Attributes
    ----------
    source : its sheets.
    kind : ``xlsx``, ``xls`` or ``csv``.
    """

    source: Source
    kind: str


class Layout(NamedTuple):
    """Where the data stand and what the columns are.

    Attributes
    ----------
    sheet : the loaded sheet.
    header : its header row.
    mapping : fields to columns.
    kind : ``tpr`` or ``positives_only``.
    samples : the data rows that were looked at.
    """

    sheet: Sheet
    header: Header
    mapping: FieldMap
    kind: str
    samples: list[Row]


def open_file(path: Path, name: str, folder: Path, limits: Limits, log: IssueLog) -> Opened:
    """Open a file by its content, after the envelope checks.

    Raises
    ------
    Refused
        Every code of `sniff`, `envelope` and `archive`.
    """
    kind = sniff.kind_of(path)
    if kind == sniff.ZIP:
        path, inner = archive.take_only_file(path, folder, limits)
        log.add("ARCHIVE_OPENED", value=inner, action=f"'{inner}' was read")
        name, kind = inner, sniff.kind_of(path)
        if kind == sniff.ZIP:
            raise Refused(
                "ARCHIVE_CONTENT",
                "The archive holds another archive. Please upload the workbook itself.",
            )
    if sniff.name_differs(kind, name):
        words = sniff.KIND_WORDS[kind]
        log.add("EXTENSION_DIFFERS", value=name, action=f"read as {words}")
    if kind == sniff.TEXT:
        table = delimited.TextTable(path, name, limits)
        if table.encoding not in ("utf-8", "utf-8-sig"):
            log.add("ENCODING_ASSUMED", value=table.encoding, action="decoded")
        if table.had_nul:
            log.add("ENCODING_REPAIRED", value="NUL", action="NUL characters removed")
        return Opened(table, kind)
    # Imported here: a text table needs no spreadsheet library.
    from tpr.reading.workbook import Workbook

    if kind == sniff.XLSX:
        found = envelope.check_workbook(path, limits)
        if found.macros:
            log.add("MACROS_NOT_RUN", action="ignored")
        if found.links:
            log.add("EXTERNAL_LINKS_NOT_FOLLOWED", action="ignored")
        if found.formulas:
            log.add("FORMULA_CELLS", count=found.formulas, action="stored results used")
    return Opened(Workbook(path, limits), kind)


def find_layout(
    opened: Opened,
    answers: Answers,
    override: Mapping[str, str | None] | None,
    log: IssueLog,
) -> Layout:
    """Choose the sheet, find the header and decide the columns.

    Raises
    ------
    Refused
        ``EMPTY_FILE``, ``NO_HEADER``, ``NO_ROWS``, ``PERSONAL_DATA`` and the codes of `judge`.
    """
    sheet, header = _choose(opened.source, answers, log)
    log.sheet = sheet.name
    start = header.row + 1
    samples = [row for row in islice(sheet.iterate(), start, start + _SAMPLE_ROWS) if any(row)]
    names = list(header.names) + [""] * max((len(row) for row in samples), default=0)
    names = names[: max(len(header.names), sheet.columns)]
    personal = personal_columns(names)
    if personal:
        raise Refused(
            "PERSONAL_DATA",
            f"The columns {', '.join(repr(n) for n in personal[:5])} look like personal data of "
            "patients. Please remove them and send the file again; only counts are needed.",
            {"columns": personal[:20]},
        )
    mapping = decide(settle_lost_signs(recognise(names, samples)), answers, override)
    for note in mapping.notes:
        log.add(note.code, row=header.row + 1, column=note.header, value=note.value,
                action=note.action)  # fmt: skip
    for column in mapping.columns:
        if repair_mojibake(column.header) != column.header:
            log.add(
                "ENCODING_REPAIRED",
                row=header.row + 1,
                column=tidy(column.header),
                value=column.header,
                action="read as repaired",
            )
    if header.row + 1 > header.lines:
        log.add(
            "HEADER_ROW_MOVED",
            row=header.row + 1,
            action=f"the {header.row} rows above were passed over",
        )
    if header.lines > 1:
        log.add("HEADER_TWO_LINES", row=header.row + 1, action="joined")
    kind = judge(mapping, answers, sheet.name)
    if kind == "positives_only":
        log.add("POSITIVES_ONLY", action="read for positives per out-patient, a ratio")
    if not samples:
        raise Refused(
            "NO_ROWS",
            f"Sheet '{sheet.name}' has headers in row {header.row + 1} but no data rows. "
            "Please export it again with the data.",
            {"sheet": sheet.name, "header_row": header.row + 1},
        )
    return Layout(sheet, header, mapping, kind, samples)


def _choose(source: Source, answers: Answers, log: IssueLog) -> tuple[Sheet, Header]:
    heads: list[SheetHead] = []
    kept: tuple[int, Sheet] | None = None
    for index in range(source.sheet_count()):
        sheet = source.load(index)
        first = list(islice(sheet.iterate(), SEARCHED_ROWS))
        header = find_header(first)
        rows = max(sheet.rows - header.row - 1, 0) if header else sheet.rows
        # A sheet with headers only can still be named in the refusal.
        heads.append(SheetHead(sheet.name, sheet.hidden, rows, header))
        if kept is None or heads[-1].score > heads[kept[0]].score:
            kept = (index, sheet)
    if kept is None or (all(head.header is None for head in heads) and _bare(source)):
        raise Refused(
            "EMPTY_FILE",
            f"The file has no filled cell (sheets: {_names(heads)}). "
            "Please export it again and send the new file.",
            {"sheets": [head.name for head in heads]},
        )
    ranked = choose_sheet(heads) or [i for i, head in enumerate(heads) if head.header][:1]
    if not ranked:
        raise Refused(
            "NO_HEADER",
            f"No row with known headers was found in the first {SEARCHED_ROWS} rows of "
            f"{_names(heads)}. Looked for headers such as State, LGA, Ward and 'Persons tested "
            "positive for malaria by RDT <5yrs'. Please send the NMEP or DHIS2 export.",
            {"sheets": [head.name for head in heads]},
        )
    chosen = ranked[0]
    named = [heads[i].name for i in ranked]
    others = [head.name for head in heads]
    given = answers.given(questions.SHEET, others)
    if given is not None:
        chosen = others.index(given)
    elif len(ranked) > 1:
        question = Question(
            questions.SHEET,
            f"{len(ranked)} sheets look like data: "
            + ", ".join(f"'{heads[i].name}' ({heads[i].data_rows:,} rows)" for i in ranked)
            + ". Which one is to be used?",
            tuple(Choice(name, f"Sheet '{name}'") for name in named),
            named[0],
            {"sheets": {heads[i].name: heads[i].data_rows for i in ranked}},
        )
        answer = answers.ask(question)
        chosen = others.index(answer) if answer in others else chosen
    header = heads[chosen].header
    if header is None:
        raise Refused(
            "NO_HEADER",
            f"Sheet '{heads[chosen].name}' has no row with known headers.",
            {"sheet": heads[chosen].name},
        )
    sheet = kept[1] if kept[0] == chosen else source.load(chosen)
    unused = [
        f"'{head.name}'{' (hidden)' if head.hidden else ''} ({head.data_rows:,} rows)"
        for i, head in enumerate(heads)
        if i != chosen
    ]
    if unused:
        log.add(
            "SHEETS_NOT_USED",
            count=len(unused),
            value=", ".join(unused),
            action=f"read sheet '{sheet.name}' ({heads[chosen].data_rows:,} rows)",
        )
    return sheet, header


def _bare(source: Source) -> bool:
    return all(
        not any(any(cell not in ("", None) for cell in row) for row in source.load(i).iterate())
        for i in range(source.sheet_count())
    )


def _names(heads: list[SheetHead]) -> str:
    return ", ".join(f"'{head.name}'" for head in heads[:10]) or "none"
