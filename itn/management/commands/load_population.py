"""load_population FILE --source NAME --year Y: ward populations from CSV or XLSX."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chatmrpt.common.commands import ServiceCommand
from chatmrpt.common.errors import InvalidInput
from itn.domain.population_table import RejectedRow
from itn.services.load_population import ListLoad, load_population


class Command(ServiceCommand):
    help = (
        "Load ward populations from CSV or XLSX, joined by ward code or by state, LGA and ward "
        "name. Wards without a figure stay without one; rows that join to no ward are listed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True, help="name of the population list")
        parser.add_argument("--year", required=True, type=int, help="year the figures stand for")
        parser.add_argument("--list", dest="list_name", help="ward list; default: all that join")
        parser.add_argument("--code-field")
        parser.add_argument("--state-field")
        parser.add_argument("--lga-field")
        parser.add_argument("--ward-field")
        parser.add_argument("--population-field")

    def run(self, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise InvalidInput("NO_FILE", f"There is no file {path}.", {"file": str(path)})
        load = load_population(
            path,
            source=options["source"],
            year=options["year"],
            list_name=options["list_name"],
            fields={
                "code": options["code_field"],
                "state": options["state_field"],
                "lga": options["lga_field"],
                "ward": options["ward_field"],
                "persons": options["population_field"],
            },
        )
        self._rows("ROWS_WITHOUT_FIGURE", "have no usable figure", load.rejected)
        for loaded in load.lists:
            self._say(loaded)

    def _say(self, loaded: ListLoad) -> None:
        join, source = loaded.join, loaded.source
        self.stdout.write(
            f"{source.list.name}: {len(join.persons):,} of {loaded.wards:,} wards joined "
            f"({join.by_code:,} rows by code, {join.by_name:,} by name), {loaded.total:,} persons, "
            f"source {source.name}, {source.year}."
        )
        if join.other_states:
            self.stdout.write(f"{join.other_states:,} rows of other states were left out.")
        self._rows("ROWS_UNMATCHED", "join to no ward", join.unmatched)
        self._rows(
            "ROWS_IN_CONFLICT", "give one ward different figures; it has none", join.conflicts
        )
        if join.missing:
            names = ", ".join(f"{ward.name} ({ward.lga})" for ward in join.missing[:10])
            self.warn(
                "WARDS_WITHOUT_POPULATION",
                f"{len(join.missing):,} wards have no figure and are shown so: {names}"
                + (" and more" if len(join.missing) > 10 else ""),
            )
        for check in source.notes["checks"]:
            self.warn(check["id"], check["sentence"])

    def _rows(self, code: str, what: str, rows: Sequence[RejectedRow]) -> None:
        if rows:
            first = "; ".join(f"row {row.number} {row.label}: {row.reason}" for row in rows[:10])
            self.warn(code, f"{len(rows):,} rows {what}. First: {first}")
