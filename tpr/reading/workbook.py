"""xlsx and xls through python-calamine. The envelope must have been checked before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import python_calamine as calamine

from tpr.domain.verdict import Refused
from tpr.reading.limits import Limits
from tpr.reading.sniff import encrypted


class WorkbookSheet:
    """A loaded worksheet; the values are dropped with it."""

    def __init__(self, name: str, hidden: bool, sheet: Any) -> None:
        self.name = name
        self.hidden = hidden
        self._sheet = sheet
        end = sheet.end
        self.rows = end[0] + 1 if end else 0
        self.columns = int(sheet.width)

    def iterate(self) -> Iterator[list[Any]]:
        return iter(self._sheet.iter_rows())


class Workbook:
    """An xlsx or xls; sheets are parsed when loaded."""

    def __init__(self, path: Path, limits: Limits) -> None:
        try:
            self._book = calamine.CalamineWorkbook.from_path(str(path))
        except calamine.PasswordError as error:
            raise encrypted() from error
        except (calamine.CalamineError, OSError) as error:
            raise _damaged(str(error)) from error
        kinds = (calamine.SheetTypeEnum.WorkSheet,)
        self._sheets = [
            (i, meta) for i, meta in enumerate(self._book.sheets_metadata) if meta.typ in kinds
        ]
        if len(self._sheets) > limits.sheets:
            raise Refused(
                "TOO_MANY_CELLS",
                f"The workbook has {len(self._sheets)} sheets; at most {limits.sheets} are read. "
                "Please send the sheet with the facility data only.",
                {"sheets": len(self._sheets)},
            )

    def sheet_count(self) -> int:
        return len(self._sheets)

    def load(self, index: int) -> WorkbookSheet:
        number, meta = self._sheets[index]
        try:
            sheet = self._book.get_sheet_by_index(number)
        except (calamine.CalamineError, OSError) as error:
            raise _damaged(str(error), meta.name) from error
        hidden = meta.visible != calamine.SheetVisibleEnum.Visible
        return WorkbookSheet(meta.name, hidden, sheet)


def _damaged(detail: str, sheet: str = "") -> Refused:
    where = f" (sheet '{sheet}')" if sheet else ""
    return Refused(
        "UNREADABLE_FILE",
        f"The workbook is damaged and cannot be read{where}. "
        "Please open it in Excel, save it again and send the new file.",
        {"detail": detail[:200], "sheet": sheet},
    )
