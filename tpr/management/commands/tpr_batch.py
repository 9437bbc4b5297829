import csv
import re
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from chatmrpt.common.commands import ServiceCommand
from chatmrpt.common.errors import DomainError, InvalidInput
from chatmrpt.common.heartbeats import worker_is_running
from tpr.domain.stages import AGE_GROUPS, LEVELS
from tpr.models import BatchItem, Upload
from tpr.services.run_batch import plan_batch, run_combination
from tpr.services.run_file import intake, state_of_file
from tpr.services.write_files import write_files

SUFFIXES = {".xlsx", ".xls", ".csv", ".zip"}
MANIFEST = ("file", "state", "level", "age_group", "status", "tested", "positive", "tpr", "folder",
            "error", "message")  # fmt: skip
NOT_AVAILABLE = {"LEVEL_NOT_IN_STATE"}


def _chosen(text: str | None, known: tuple[str, ...], name: str) -> list[str]:
    if not text:
        return list(known)
    wanted = [part.strip() for part in text.split(",") if part.strip()]
    for value in wanted:
        if value not in known:
            raise InvalidInput("BAD_CHOICE", f"'{value}' is not a {name}: {', '.join(known)}.")
    return wanted


def files_of(paths: list[str]) -> list[Path]:
    """Files as given, and the table files of folders, in the order of their names."""
    found: list[Path] = []
    for text in paths:
        path = Path(text)
        if path.is_dir():
            found += sorted(p for p in path.iterdir() if p.suffix.lower() in SUFFIXES)
        else:
            found.append(path)
    return found


class Command(ServiceCommand):
    help = "Every file × state × level × age group; a second run does only what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH")
        parser.add_argument("--out", required=True)
        parser.add_argument("--states", default="all")
        parser.add_argument("--levels", help=f"of {','.join(LEVELS)}; default all four")
        parser.add_argument("--ages", help=f"of {','.join(AGE_GROUPS)}; default all four")
        parser.add_argument("--jobs", choices=["celery", "inline"], default="inline")

    def run(self, **options: Any) -> None:
        out = Path(options["out"])
        levels = _chosen(options["levels"], LEVELS, "facility level")
        ages = _chosen(options["ages"], AGE_GROUPS, "age group")
        send = options["jobs"] == "celery"
        if send and not worker_is_running():
            raise DomainError("NO_WORKER", "No worker is running; start one, or use --jobs inline.")
        out.mkdir(parents=True, exist_ok=True)
        lines: list[dict[str, Any]] = []
        work: list[tuple[Path, BatchItem]] = []
        for path in files_of(options["paths"]):
            try:
                upload = intake(path)
                states = self.states(upload, options["states"])
                items = plan_batch(upload, states=states, levels=levels, ages=ages, send=send)
                work += [(path, item) for item in items]
            except DomainError as error:
                self.warn(error.code, f"{path.name}: {error.message}")
                lines.append({"file": path.name, "status": "file_failed", "error": error.code,
                              "message": error.message})  # fmt: skip
        failed = bool(lines)
        for number, (path, item) in enumerate(work, 1):
            self.do(item, send=send)
            line = self.finish(path, item, out)
            lines.append(line)
            failed = failed or line["status"] == "failed"
            self.tell(number, len(work), line)
        with (out / "manifest.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, MANIFEST)
            writer.writeheader()
            writer.writerows(lines)
        self.stdout.write(f"{len(work)} combinations, manifest in {out / 'manifest.csv'}")
        if failed:
            raise DomainError(
                "NOT_ALL_DONE",
                "Not everything asked for was done; the manifest names each file and combination "
                "that failed, with its reason.",
            )

    def states(self, upload: Upload, wanted: str) -> list[str]:
        if wanted == "all":
            return sorted(upload.counts["by_state"])
        return [state_of_file(upload, name.strip()) for name in wanted.split(",")]

    def do(self, item: BatchItem, *, send: bool) -> None:
        item.refresh_from_db()
        while item.is_live:
            if not send or not worker_is_running():
                run_combination(item.pk)
            else:
                time.sleep(0.2)
            item.refresh_from_db()

    def finish(self, path: Path, item: BatchItem, out: Path) -> dict[str, Any]:
        line = {"file": path.name, "state": item.state, "level": item.level,
                "age_group": item.age_group, "status": item.status}  # fmt: skip
        if item.status != "done" or item.result is None:
            line["status"] = "not_available" if item.error_code in NOT_AVAILABLE else "failed"
            return {**line, "error": item.error_code, "message": item.error_message}
        # The digest keeps two files of one name, and two versions of one file, apart.
        digest = item.upload.sha256[:8]
        name = re.sub(r"[^A-Za-z0-9]+", "_", f"{path.stem}_{digest}_{item.state}").strip("_")
        folder = out / name / f"{item.level}_{item.age_group}"
        if not (folder / "summary.json").exists():
            write_files(item.result, folder)
        totals = item.result.totals
        return {**line, "tested": totals["tested"], "positive": totals["positive"],
                "tpr": totals["tpr"], "folder": str(folder.relative_to(out))}  # fmt: skip

    def tell(self, number: int, total: int, line: dict[str, Any]) -> None:
        text = f"{number}/{total} {line['state']} {line['level']} {line['age_group']}"
        if self.stderr.isatty():
            done = int(30 * number / total)
            self.stderr.write(f"\r[{'#' * done}{'.' * (30 - done)}] {text:60}", ending="")
            if number == total:
                self.stderr.write("")
        else:
            self.stderr.write(f"{text}: {line['status']}", style_func=str)
