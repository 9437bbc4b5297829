"""Checking a planning sheet of others: kept, read in a guarded child by a worker, findings kept."""

import hashlib
import json
import tempfile
from pathlib import Path, PurePath
from typing import Any
from uuid import UUID

from django.db import transaction

from chatmrpt.common.actors import Actor, this_process
from chatmrpt.common.children import run_child
from chatmrpt.common.errors import Conflict, DomainError, InvalidInput, NotFound, TooLarge
from chatmrpt.common.jobs import LIVE, Claim, claimed
from itn import queue
from itn.domain.bales import DEFAULT_BALE
from itn.domain.numbers import MAX_COUNT, parse_count
from itn.domain.plan_sheet import Against, Sheet, read_sheet, sheet_checks, sheet_flags
from itn.models import PlanCheck, PopulationSource, WardPopulation
from tpr import api as tpr_api

LIMIT = 5 * 1024 * 1024
MOST_WAITING = 3
TIMEOUT, MEMORY_MB = 60.0, 1024


@transaction.atomic
def request_check(
    *, name: str, content: bytes, actor: Actor, bale: object = "", stock: object = "",
    population: str = "",
) -> PlanCheck:  # fmt: skip
    """Keep a sheet and queue its check.

    Parameters
    ----------
    bale : nets per bale the sheet counts with, 50 if empty. stock : nets there are, if known.
    population : name or id of the list that populations and ward count are compared with.

    Raises InvalidInput EMPTY_FILE, INVALID_NUMBER; TooLarge; NotFound POPULATION_SOURCE_UNKNOWN;
    Conflict CHECKS_WAITING.
    """
    if len(content) > LIMIT:
        raise TooLarge(
            "TOO_LARGE", f"The sheet has more than {LIMIT:,} bytes. A plan of 9,400 wards has "
            "fewer than 1,000,000: send only places, population, nets and bales.",
            {"size": len(content)},
        )  # fmt: skip
    if not content.strip():
        raise InvalidInput("EMPTY_FILE", "Choose the planning sheet (CSV or Excel) first.")
    waiting = PlanCheck.objects.filter(owner=actor.owner, status__in=LIVE).count()
    if waiting >= MOST_WAITING:
        raise Conflict(
            "CHECKS_WAITING",
            f"{waiting} sheets of yours are being checked. Send this one when they are done.",
            {"waiting": waiting},
        )
    size = parse_count(str(bale), what="nets per bale") if str(bale).strip() else DEFAULT_BALE
    if not 1 <= size <= 1_000:
        raise InvalidInput(
            "INVALID_NUMBER", f"{size:,} nets per bale is outside 1 to 1,000.", {"bale": size}
        )
    made = PlanCheck.objects.create(
        owner=actor.owner, file_name=PurePath(name).name[:255] or "sheet", size=len(content),
        file_hash=hashlib.sha256(content).hexdigest(), content=content, bale_size=size,
        stock=parse_count(str(stock), most=MAX_COUNT) if str(stock).strip() else None,
        population_source=_source(population),
    )  # fmt: skip
    queue.check_sheet(made.pk)
    return made


def check_of(owner: str, uuid: UUID | str) -> PlanCheck:
    """Return a check of this owner. Raises NotFound."""
    found = PlanCheck.objects.filter(pk=uuid, owner=owner).first() if owner else None
    if found is None:
        raise NotFound("NOT_FOUND", "This check does not exist, or it is not yours.")
    return found


def checks_of(owner: str) -> list[PlanCheck]:
    """Return the newest checks of this owner, without their bytes and lines."""
    if not owner:
        return []
    found = PlanCheck.objects.filter(owner=owner).defer("content", "lines")
    return list(found.order_by("-queued_at")[:20])


def check_sheet(check_id: Any, *, worker: str = "") -> bool:
    """Check one sheet if it can be claimed; True when this call finished it.

    Writes: PlanCheck. Idempotent by: the claim.
    """
    finished = False
    with claimed(PlanCheck, check_id, worker=worker or this_process()) as claim:
        if claim is not None:
            _check(claim)
            finished = True
    return finished


def _check(claim: Claim[PlanCheck]) -> None:
    job = claim.load()
    claim.progress(0, 2, "Reading the sheet")
    table = _table(bytes(job.content or b""), claim)
    sheet = read_sheet(table["columns"], table["rows"])
    claim.progress(1, 2, "Checking it")
    against = _against(job.population_source, sheet) if job.population_source else None
    checks = sheet_checks(sheet, bale=job.bale_size, stock=job.stock, against=against)
    lines = sheet_flags(sheet, bale=job.bale_size)
    with claim.finish() as row:
        row.content, row.level = None, sheet.level
        row.unread = list(sheet.unread[:200])
        row.checks = [
            {
                "id": c.id,
                "level": c.level,
                "count": c.count,
                "places": list(c.places),
                "sentence": c.sentence,
            }
            for c in checks
        ]
        row.lines = [
            {"line": line.number, "place": line.place, "population": _plain(line.population),
             "nets": _plain(line.nets), "bales": _plain(line.bales),
             "flags": [flag.value for flag in flags]}
            for line, flags in lines
        ]  # fmt: skip


def _table(content: bytes, claim: Claim[PlanCheck]) -> dict[str, Any]:
    """Read the bytes in a child with limits. Raises what the child refuses, UNREADABLE_FILE."""
    with tempfile.TemporaryDirectory(prefix="chatmrpt-sheet-") as folder:
        path, out = Path(folder) / "the sheet", Path(folder) / "table.json"
        path.write_bytes(content)
        code = run_child(
            "itn.reading.child", [str(path), str(out)], Path(folder) / "errors",
            on_progress=lambda step, done, total: claim.progress(0, 2, "Reading the sheet"),
            timeout=TIMEOUT, memory_mb=MEMORY_MB,
        )  # fmt: skip
        if code != 0 or not out.exists():
            raise InvalidInput(
                "UNREADABLE_FILE",
                "The sheet could not be read: it is damaged, or needs too much memory or time. Save "
                "the table as CSV UTF-8 and send that.",
                {"exit_code": code},
            )
        told: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    if error := told.get("error"):
        raise DomainError(error["code"], error["message"], error["facts"])
    return told


def _source(name: str) -> PopulationSource | None:
    if not str(name).strip():
        return None
    known = PopulationSource.objects.filter(superseded_at__isnull=True).select_related("list")
    text = str(name).strip()
    found = known.filter(pk=int(text)) if text.isdecimal() and len(text) < 10 else known.none()
    chosen = found.first() or known.filter(name=text).first()
    if chosen is None:
        names = sorted({source.name for source in known})
        raise NotFound(
            "POPULATION_SOURCE_UNKNOWN",
            f"There is no population list '{text[:80]}'. Loaded are: {', '.join(names) or 'none'}.",
            {"sources": names},
        )
    return chosen


def _against(source: PopulationSource, sheet: Sheet) -> Against:
    """Return the figures of a list for the states of the sheet (all of it where none is named)."""
    states = {line.state.casefold() for line in sheet.lines if line.state}
    rows = WardPopulation.objects.filter(source=source).values_list(
        "ward__code", "ward__state", "ward__lga", "ward__name", "persons"
    )
    by_code, by_name = {}, {}
    for code, state, lga, ward, persons in rows:
        if not states or state.casefold() in states:
            by_code[code.casefold()] = persons
            by_name[(lga.casefold(), ward.casefold())] = persons
    wards = [
        ward for ward in tpr_api.wards_of(source.list)
        if not states or ward.state.casefold() in states
    ]  # fmt: skip
    return Against(f"{source.name} ({source.year})", by_code, by_name, len(wards) or None)


def _plain(value: Any) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
