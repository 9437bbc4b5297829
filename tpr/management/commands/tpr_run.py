import json
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from chatmrpt.common.commands import ServiceCommand
from chatmrpt.common.errors import InvalidInput
from tpr.domain.questions import KNOWN_CODES, SUBTOTALS, is_known
from tpr.domain.stages import AGE_GROUPS, DEFINITIONS, EXCEEDING, LEVELS, months_of
from tpr.exports import summary
from tpr.models import Upload
from tpr.selectors.issues import warnings_of
from tpr.selectors.places import boundary_list
from tpr.services.fill_wards import ward_tpr_filled_csv
from tpr.services.run_file import Request, intake, run_file
from tpr.services.write_files import write_files


def parse_period(text: str | None) -> str | None:
    """`2024-01..2024-06` as it is. Raises InvalidInput BAD_PERIOD."""
    if text and not (months_of(text) and re.fullmatch(r"\d{4}-\d{2}\.\.\d{4}-\d{2}", text)):
        raise InvalidInput(
            "BAD_PERIOD",
            f"'{text}' is not a period: write YYYY-MM..YYYY-MM, the first month not after the last.",
            {"period": text},
        )
    return text


def parse_reading(mapping: str | None, assume: list[str]) -> dict[str, Any]:
    """Answers for the reader from `--mapping` and `--assume CODE=CHOICE`."""
    reading: dict[str, Any] = {}
    if mapping:
        try:
            reading["mapping"] = json.loads(Path(mapping).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InvalidInput(
                "BAD_MAPPING", f"The mapping {mapping} could not be read as JSON: {error}."
            ) from error
    answers = {}
    for pair in assume:
        code, sign, choice = pair.partition("=")
        if not sign:
            raise InvalidInput("BAD_ASSUME", f"'{pair}' is not CODE=CHOICE.", {"assume": pair})
        if not is_known(code):
            raise InvalidInput(
                "UNKNOWN_ASSUME",
                f"The reader never asks '{code}', so it would be ignored. It may ask: "
                f"{', '.join(KNOWN_CODES)}.",
                {"code": code, "known": list(KNOWN_CODES)},
            )
        code = code.strip().upper()
        if code == SUBTOTALS and choice.strip().casefold() != "keep":
            raise InvalidInput(
                "BAD_ASSUME",
                f"'{pair}': {SUBTOTALS} takes 'keep' only; without it subtotals are left out.",
                {"assume": pair},
            )
        answers[code] = choice
    if answers:
        reading["assume"] = answers
    return reading


class Command(ServiceCommand):
    help = "Ward TPR of one file: the same rows that a person would make (channel 'command')."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--state")
        parser.add_argument("--level", choices=LEVELS, default="all")
        parser.add_argument("--age", choices=AGE_GROUPS, default="all")
        parser.add_argument("--definition", choices=DEFINITIONS, default="facility_max")
        parser.add_argument("--exceeding", choices=EXCEEDING, default="exclude")
        parser.add_argument("--period", help="YYYY-MM..YYYY-MM, both months included")
        parser.add_argument("--list", dest="ward_list", help="name of a loaded ward list")
        parser.add_argument("--mapping", help="JSON file: header -> field")
        parser.add_argument("--assume", action="append", default=[], metavar="CODE=CHOICE")
        parser.add_argument("--out", help="folder for ward_tpr.csv, issues.csv, summary.json, …")
        parser.add_argument(
            "--fill-neighbours", action="store_true",
            help="also write ward_tpr_filled.csv: gaps as the mean of queen neighbours",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", dest="as_json")

    def run(self, **options: Any) -> None:
        period = parse_period(options["period"])
        ward_list = boundary_list(options["ward_list"]) if options["ward_list"] else None
        assume = options["assume"]
        if options["definition"] == "opd":  # asking for the ratio answers the reader's question
            assume = ["NO_TESTED_COLUMNS=opd", *assume]
        reading = parse_reading(options["mapping"], assume)
        upload = intake(Path(options["file"]), reading=reading)
        self.say_warnings(upload)
        result = run_file(
            upload,
            Request(
                state=options["state"], level=options["level"], age_group=options["age"],
                definition=options["definition"], exceeding=options["exceeding"],
                period=period, ward_list=ward_list,
            ),
        )  # fmt: skip
        if options["out"]:
            write_files(result, Path(options["out"]))
            if options["fill_neighbours"]:
                text = ward_tpr_filled_csv(result)
                path = Path(options["out"]) / "ward_tpr_filled.csv"
                path.write_text(text, encoding="utf-8", newline="")
        if options["as_json"]:
            self.stdout.write(json.dumps(summary(result), ensure_ascii=False, indent=1))
            return
        totals = result.totals
        rate = "no rate" if totals["tpr"] is None else f"{totals['tpr']:.2f} %"
        counted = {"opd": "out-patients", "fever": "fever cases"}.get(result.definition, "tests")
        self.stdout.write(
            f"{result.state}, {result.level}, {result.age_group}, {result.definition}: TPR {rate} "
            f"({totals['positive'] or 0:,.0f} of {totals['tested'] or 0:,.0f} {counted}); wards "
            + ", ".join(f"{name} {n}" for name, n in sorted(totals["wards"].items()))
        )
        self.stdout.write(f"workflow {result.workflow_id}")

    def say_warnings(self, upload: Upload) -> None:
        for code, count, sentence in warnings_of(upload):
            self.warn(code, f"{sentence} ({count:,})")
