"""The closed list of what the reader may remark on a file, with severity and sentence.

Source: domain/inputs.md sections 7, 10 and 11. A code is stored with every remark
(`tpr.UploadIssue`) and the database refuses any other. Nothing heavy may be imported here: the
models read this list.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

INFO: Final = "info"
WARNING: Final = "warning"
ERROR: Final = "error"
SEVERITIES: Final = (INFO, WARNING, ERROR)


@dataclass(frozen=True, slots=True)
class IssueKind:
    """One kind of remark.

    Parameters
    ----------
    code : stable upper-case word, also used in ``issues.csv``.
    severity : ``info`` (done, nothing to decide), ``warning`` (a figure may depend on it),
        ``error`` (data could not be used).
    sentence : what it means, for a person; the row of the remark says where.
    """

    code: str
    severity: str
    sentence: str


_KINDS: Final = (
    # The container and the sheet.
    IssueKind(
        "EXTENSION_DIFFERS", WARNING, "The file's name and its content differ; the content decided."
    ),
    IssueKind("ARCHIVE_OPENED", WARNING, "The archive held one readable file; that one was read."),
    IssueKind("MACROS_NOT_RUN", WARNING, "The workbook holds macros. They were not run."),
    IssueKind(
        "EXTERNAL_LINKS_NOT_FOLLOWED",
        WARNING,
        "The workbook refers to other files. They were not opened.",
    ),
    IssueKind(
        "FORMULA_CELLS",
        WARNING,
        "Cells are formulas; the stored result was used and nothing was calculated.",
    ),
    IssueKind("ENCODING_ASSUMED", INFO, "The text is not UTF-8; the named encoding was used."),
    IssueKind("ENCODING_REPAIRED", INFO, "Damaged characters were repaired by the fixed table."),
    IssueKind("SHEETS_NOT_USED", INFO, "Other sheets look like summaries and were not used."),
    IssueKind("HEADER_ROW_MOVED", INFO, "The headers are not in the first row."),
    IssueKind("HEADER_TWO_LINES", INFO, "The headers stand in two rows, which were joined."),
    # Columns.
    IssueKind("HEADER_REPAIRED", INFO, "A damaged header was repaired from the fixed list."),
    IssueKind(
        "HEADER_SIGN_LOST",
        INFO,
        "A header lost its sign for the age group; its sister columns leave one group only.",
    ),
    IssueKind("COLUMN_NOT_USED", INFO, "A column has no meaning here and was not used."),
    IssueKind(
        "RATIO_COLUMN_NOT_USED",
        INFO,
        "A ready-made rate is listed but never used in a calculation.",
    ),
    IssueKind("COLUMN_DECIDED", INFO, "The meaning of a column was decided by a person."),
    IssueKind("INCOMPLETE_PAIR", WARNING, "Tested or positive has no partner column."),
    IssueKind("METHOD_NOT_STATED", WARNING, "The file names no test method for these columns."),
    IssueKind("DUPLICATE_HEADER_COMBINED", WARNING, "Columns with one header were combined."),
    IssueKind(
        "NEGATIVE_FORMED",
        WARNING,
        "There is no tested column; tested was formed as positive + negative.",
    ),
    IssueKind("SWAPPED_DECIDED", WARNING, "Tested and positive were exchanged, as decided."),
    IssueKind(
        "LOOKS_SWAPPED",
        WARNING,
        "Positives exceed tests in most rows; kept as labelled.",
    ),
    IssueKind("POSITIVES_ONLY", WARNING, "The file has positives but no tested column."),
    # Rows.
    IssueKind("GRAND_TOTAL_LEFT_OUT", INFO, "A grand-total row was left out."),
    IssueKind("SUBTOTAL_LEFT_OUT", INFO, "A subtotal row was left out; its facilities are used."),
    IssueKind("SUBTOTAL_ONLY", WARNING, "A ward has a subtotal only; it counts as one unit."),
    IssueKind(
        "SUBTOTALS_KEPT",
        WARNING,
        "Subtotal rows were kept beside their facilities, as decided; tests count twice.",
    ),
    IssueKind("STORE_LEFT_OUT", INFO, "A store or office was left out."),
    IssueKind("REPEATED_HEADER_LEFT_OUT", INFO, "A repeated header row was left out."),
    IssueKind("STATE_UNKNOWN", ERROR, "Rows name no Nigerian state and were left out."),
    IssueKind("STATE_FROM_PREFIX", WARNING, "The state was read from the prefix of the names."),
    IssueKind("STATE_DECIDED", INFO, "The state was given by a person."),
    IssueKind("DUPLICATE_IDENTICAL", INFO, "A facility-period appears twice alike; one is kept."),
    IssueKind("DUPLICATE_MERGED", INFO, "Two rows of a facility-period complete each other."),
    IssueKind(
        "DUPLICATE_CONFLICT",
        WARNING,
        "A facility-period appears twice with different figures; one row is kept, the fuller one "
        "unless a person decided otherwise.",
    ),
    IssueKind("ROWS_WITHOUT_FACILITY", WARNING, "Rows name no facility."),
    # Names.
    IssueKind("PREFIX_STRIPPED", INFO, "The DHIS2 prefix was removed from names."),
    IssueKind("GLUED_PREFIX", INFO, "A name begins with the prefix twice; one was removed."),
    IssueKind(
        "NA_ZERO_REPAIRED",
        INFO,
        "A name in which 'na' became '0' was repaired; it equals one name of the ward list.",
    ),
    IssueKind(
        "NA_ZERO_KEPT",
        WARNING,
        "A name in which 'na' became '0' fits no single listed name; it is kept as written.",
    ),
    IssueKind(
        "NA_ZERO_IN_FACILITY",
        INFO,
        "Facility names hold '0' for 'na'. There is no list to compare with; kept as written.",
    ),
    IssueKind("FORMULA_LIKE_TEXT", WARNING, "A name looks like a formula; it is kept as text."),
    IssueKind("CELL_CUT", WARNING, "A text is longer than can be kept and was cut."),
    IssueKind(
        "UNKNOWN_WARD", WARNING, "Rows have no ward. They count for the LGA and state, not a ward."
    ),
    IssueKind("WARD_NAMES_DIFFER", INFO, "The cleaned ward name and the original one differ."),
    IssueKind("WARD_SPELLINGS_JOINED", INFO, "Spellings of one ward were taken as one."),
    IssueKind("LGA_MISSING", WARNING, "Rows name no LGA."),
    # Levels.
    IssueKind("LEVEL_UNKNOWN", WARNING, "A facility level is not known; it counts only under all."),
    IssueKind("LEVEL_MISSING", WARNING, "Facilities have no level; they count only under all."),
    IssueKind("LEVEL_INFERRED", WARNING, "The level was read from the facility name."),
    # Periods.
    IssueKind("PERIOD_CODE_USED", WARNING, "Period name and code disagree; the code was used."),
    IssueKind("PERIOD_UNREADABLE", ERROR, "Rows have a period that could not be read."),
    IssueKind("PERIOD_WEEKLY", ERROR, "Weekly periods are not used."),
    IssueKind("PERIOD_FUTURE", WARNING, "Rows are dated in the future and are not used."),
    IssueKind("PERIOD_MISSING", WARNING, "The file has no period; all rows are one period."),
    IssueKind(
        "PERIODS_ANNUAL",
        INFO,
        "The periods are whole years: completeness by month cannot be given.",
    ),
    IssueKind("PERIOD_MIXED", WARNING, "Periods of different length appear in one file."),
    IssueKind("DATE_TRAP_DECIDED", WARNING, "Dates were read as month and year, as decided."),
    # Cells.
    IssueKind("TEXT_IN_COUNT", WARNING, "A cell is not a number and is treated as missing."),
    IssueKind("ERROR_IN_COUNT", WARNING, "A cell holds a spreadsheet error; treated as missing."),
    IssueKind("NEGATIVE_COUNT", WARNING, "A count is below zero and is treated as missing."),
    IssueKind("FRACTION_COUNT", WARNING, "A count has a fraction; it is kept as written."),
    IssueKind("HUGE_COUNT", WARNING, "A count is impossibly large and is treated as missing."),
    # Several files in one data set.
    IssueKind(
        "FILES_OVERLAP", WARNING, "Facility-periods stand in more than one file; one was kept."
    ),
    # Pairs.
    IssueKind("POSITIVE_ABOVE_TESTED", WARNING, "A row reports more positives than tests."),
    IssueKind("POSITIVE_WITHOUT_TESTED", WARNING, "A row reports positives, tests are blank."),
    IssueKind("TESTED_WITHOUT_RESULT", INFO, "A row reports tests, positives are blank."),
)

ISSUE_CODES: Final[dict[str, IssueKind]] = {kind.code: kind for kind in _KINDS}
