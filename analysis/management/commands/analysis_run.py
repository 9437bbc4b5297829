"""`analysis_run`: rank the wards of a workflow or of a ward table."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from chatmrpt.common.actors import command_actor
from chatmrpt.common.commands import BadArguments, ServiceCommand

_PLAIN = ("prior", "deff_pooled", "tpr_unit", "legacy_rule", "legacy_relative_classes")
"""Notes that explain the method; they are in run.json and are no warnings."""


class Command(ServiceCommand):
    help = "Rank wards by risk. Rank 1 = highest risk. Writes ward_scores.csv and run.json."

    def add_arguments(self, parser: ArgumentParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--workflow", metavar="UUID")
        source.add_argument("--wards", type=Path, metavar="CSV")
        parser.add_argument("--boundaries", type=Path, metavar="FILE")
        parser.add_argument("--variables", metavar="a:+,b:-")
        parser.add_argument("--profile", default="sound", help="sound (default) or legacy")
        parser.add_argument("--weights", metavar="a=2,b=1", help="or the word groups")
        parser.add_argument("--normalisation", help="winsor (default), minmax or rank")
        parser.add_argument("--draws", help="rank draws, 1,000 by default")
        parser.add_argument("--seed")
        parser.add_argument("--top", help="k of p_top, 10 by default")
        parser.add_argument("--tpr-unit", default="", choices=["", "percent", "share"])
        parser.add_argument("--out", type=Path, metavar="DIR")
        parser.add_argument("--json", action="store_true", help="print run.json and nothing else")

    def run(self, **options: Any) -> None:
        from analysis.api import run_json
        from analysis.services.await_run import await_run

        requested = self._request(options)
        finished = await_run(requested.pk)
        card = run_json(finished)
        if options["out"]:
            self._write(options["out"], finished, card)
        for note in finished.notes:
            if note["code"] in _PLAIN:
                continue
            self.warn(note["code"].upper(), note["message"])
        if options["json"]:
            self.stdout.write(json.dumps(card, ensure_ascii=False, indent=1))
            return
        used = ", ".join(v["name"] for v in card["variables"]["used"])
        self.stdout.write(f"run {finished.pk}")
        self.stdout.write(
            f"{finished.n_wards:,} wards ranked, profile {finished.profile}, variables: {used}"
        )
        if options["out"]:
            self.stdout.write(f"written: {options['out']}/ward_scores.csv, run.json")

    def _request(self, options: dict[str, Any]) -> Any:
        common = {
            name: options[name]
            for name in (
                "profile", "variables", "weights", "normalisation", "draws", "seed", "top"
            )
        }  # fmt: skip
        actor = command_actor("analysis_run")
        if options["workflow"]:
            if options["boundaries"] or options["tpr_unit"]:
                raise BadArguments(
                    "INVALID_ARGUMENTS",
                    "--boundaries and --tpr-unit belong to --wards; a workflow has its own ward "
                    "list and counts.",
                )
            from analysis.api import request_run

            return request_run(_uuid(options["workflow"]), actor=actor, **common)
        from analysis.services.run_wards_file import run_wards_file

        return run_wards_file(
            options["wards"],
            boundaries=options["boundaries"],
            tpr_unit=options["tpr_unit"],
            actor=actor,
            **common,
        )

    def _write(self, folder: Path, run: Any, card: dict[str, Any]) -> None:
        from analysis.api import ward_scores_csv

        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ward_scores.csv").write_text(ward_scores_csv(run), encoding="utf-8", newline="")
        text = json.dumps(card, ensure_ascii=False, indent=1)
        (folder / "run.json").write_text(text + "\n", encoding="utf-8")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise BadArguments(
            "INVALID_ARGUMENTS", f"'{text}' is not the id of a workflow.", {"workflow": text}
        ) from None
