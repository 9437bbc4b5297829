"""itn_check FILE: what is odd in a planning sheet of others (nets.md §12, P1 to P10)."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from chatmrpt.common.actors import command_actor
from chatmrpt.common.commands import ServiceCommand
from chatmrpt.common.errors import DomainError, InvalidInput
from itn.services.check_sheet import LIMIT, check_sheet, request_check


class Command(ServiceCommand):
    help = (
        "Check a planning sheet (CSV or Excel: state, lga or ward, population, nets, bales) for "
        "copied figures, impossible bales, sums that do not add up and the like. Errors and "
        "warnings go to stderr, the lines with their flags to stdout."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--bale", default="", help="nets per bale, default 50")
        parser.add_argument("--stock", default="", help="nets there are")
        parser.add_argument("--population", default="", help="population list to compare with")
        parser.add_argument("--json", action="store_true", help="print findings and lines as JSON")

    def run(self, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise InvalidInput("NO_FILE", f"There is no file {path}.", {"file": str(path)})
        with path.open("rb") as file:
            content = file.read(LIMIT + 1)
        made = request_check(
            name=path.name, content=content, actor=command_actor("itn_check"),
            bale=options["bale"], stock=options["stock"], population=options["population"],
        )  # fmt: skip
        check_sheet(made.pk)
        made.refresh_from_db()
        if made.status != "done":
            raise DomainError(made.error_code, made.error_message, made.error_facts)
        if options["json"]:
            found = {"level": made.level, "checks": made.checks, "lines": made.lines,
                     "unread": made.unread}  # fmt: skip
            self.stdout.write(json.dumps(found, ensure_ascii=False))
            return
        for line in made.lines:
            self.stdout.write(f"{line['place']}: {', '.join(line['flags']) or 'nothing odd'}")
        for text in made.unread:
            self.warn("CELL_INVALID", text)
        for check in made.checks:
            places = f" First: {', '.join(check['places'][:5])}." if check["places"] else ""
            self.warn(check["id"], f"{check['level']}: {check['sentence']}{places}")
        self.stdout.write(f"{len(made.lines):,} lines checked by {made.level}.")
