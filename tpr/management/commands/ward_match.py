from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from chatmrpt.common.commands import ServiceCommand
from chatmrpt.common.errors import InvalidInput
from chatmrpt.common.exports import csv_text
from chatmrpt.common.tables import read_table
from tpr.selectors.places import boundary_list
from tpr.services.match_wards import match_names

COLUMNS = ("state", "lga", "ward")
ADDED = ("ward_code", "method", "score", "suggestions")


class Command(ServiceCommand):
    help = "Join ward names (columns state, lga, ward) to a loaded list; CSV on stdout."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--list", dest="ward_list", required=True)

    def run(self, **options: Any) -> None:
        table = read_table(Path(options["file"]))
        by_name = {column.casefold(): column for column in table.columns}
        missing = [name for name in COLUMNS if name not in by_name]
        if missing:
            raise InvalidInput(
                "COLUMN_MISSING",
                f"The file has no column {' and no column '.join(missing)}; it has: "
                f"{', '.join(table.columns)}.",
                {"missing": missing},
            )
        places = [tuple(str(row[by_name[name]] or "") for name in COLUMNS) for row in table.rows]
        matched = match_names(boundary_list(options["ward_list"]), places)
        rows = [{**row, **found} for row, found in zip(table.rows, matched, strict=True)]
        self.stdout.write(csv_text([*table.columns, *ADDED], rows, bom=False), ending="")
