"""`python -m itn.reading.child INPUT OUTPUT`: one guarded table as JSON, or the words of a refusal."""

import json
import sys
from pathlib import Path
from typing import Any

from chatmrpt.common.errors import DomainError, InvalidInput
from chatmrpt.common.tables import read_table
from tpr.reading.envelope import check_workbook
from tpr.reading.limits import Limits
from tpr.reading.sniff import XLSX, ZIP, kind_of

LIMITS = Limits(expanded_bytes=64 << 20, rows=20_000, columns=200, cells=1_000_000)


def read(path: Path) -> dict[str, Any]:
    """Return columns and rows of the first sheet. Raises DomainError with what is wrong."""
    kind = kind_of(path)
    if kind == ZIP:
        raise InvalidInput(
            "NOT_A_TABLE", "This is a zip archive. Send the workbook or CSV that is inside it."
        )
    if kind == XLSX:
        check_workbook(path, LIMITS)
    table = read_table(path)
    if len(table.rows) > LIMITS.rows:
        raise InvalidInput(
            "TOO_MANY_CELLS",
            f"The table has {len(table.rows):,} lines; {LIMITS.rows:,} is the most.",
        )
    return {"columns": table.columns, "rows": table.rows}


def main(source: str, target: str) -> None:
    try:
        result = read(Path(source))
    except DomainError as error:
        told = {"code": error.code, "message": error.message, "facts": error.facts}
        result = {"error": told}
    Path(target).write_text(json.dumps(result, default=str), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:3])
