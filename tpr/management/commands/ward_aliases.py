from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from chatmrpt.common.actors import command_actor
from chatmrpt.common.commands import ServiceCommand
from chatmrpt.common.exports import csv_text
from chatmrpt.common.tables import read_table
from tpr.exports_matches import ALIAS_COLUMNS, alias_rows
from tpr.models import SHARED
from tpr.selectors.places import boundary_list
from tpr.services.import_aliases import import_aliases


class Command(ServiceCommand):
    help = "Export or import remembered decisions about ward names; imported ones serve everybody."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["export", "import"])
        parser.add_argument("file", nargs="?", help="CSV or Excel to import")
        parser.add_argument("--list", dest="ward_list", required=True)
        parser.add_argument("--owner", default=SHARED, help="default: shared by everybody")

    def run(self, **options: Any) -> None:
        ward_list = boundary_list(options["ward_list"])
        if options["action"] == "export":
            rows = alias_rows(options["owner"], ward_list)
            self.stdout.write(csv_text(ALIAS_COLUMNS, rows, bom=False), ending="")
            return
        table = read_table(Path(options["file"] or ""))
        found = import_aliases(
            table.columns, table.rows, ward_list=ward_list, owner=options["owner"],
            actor=command_actor("ward_aliases"),
        )  # fmt: skip
        for row, reason in found.refused:
            self.warn("ALIAS_REFUSED", f"row {row}: {reason}")
        self.stdout.write(
            f"list '{ward_list.name}': {len(found.made)} decisions brought in, {found.known} known "
            f"already, {len(found.refused)} refused"
        )
