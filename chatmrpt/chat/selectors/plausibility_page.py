"""What the pages of a checked planning sheet show."""

from decimal import Decimal
from typing import Any

from chatmrpt.common.exports import csv_text
from chatmrpt.common.language import Words
from itn import api as itn_api
from itn.models import PlanCheck

LISTED = 500
COLUMNS = ("line", "place", "population", "nets", "bales", "persons_per_net", "flags")
CHECK_WORDS = Words({
    "P1": "Persons per net", "P2": "Copied figure", "P3": "Bale size", "P4": "Whole bales",
    "P5": "Sum of bales", "P6": "Totals", "P7": "Population", "P8": "Number of wards",
    "P9": "More nets than people", "P10": "Same population twice",
})  # fmt: skip


def start_page(owner: str) -> dict[str, Any]:
    """Return the context of the form, with this owner's newest checks."""
    return {
        "checks": itn_api.checks_of(owner), "sources": itn_api.current_population_sources(),
        "limit_mb": itn_api.SHEET_LIMIT // (1024 * 1024), "words": CHECK_WORDS.items(),
    }  # fmt: skip


def check_page(found: PlanCheck) -> dict[str, Any]:
    """Return findings with their names, and the lines, those with a flag first."""
    lines = [_line(line) for line in found.lines]
    odd = [line for line in lines if line["flags"]]
    plain = [line for line in lines if not line["flags"]]
    return {
        "check": found, "lines": [*odd, *plain][:LISTED], "odd": len(odd), "all": len(lines),
        "more": max(0, len(lines) - LISTED),
        "findings": [{**item, "name": CHECK_WORDS[item["id"]]} for item in found.checks],
        "errors": sum(item["level"] == "error" for item in found.checks),
    }  # fmt: skip


def check_state(found: PlanCheck) -> dict[str, Any]:
    """Return a check for JSON: where it stands, findings and lines with their flags."""
    done = found.status == "done"
    return {
        "uuid": str(found.pk), "status": found.status, "file": found.file_name,
        "level": found.level or None, "checks": found.checks if done else [],
        "lines": found.lines if done else [], "unread": found.unread,
        "error": {"code": found.error_code, "message": found.error_message}
        if found.error_code else None,
    }  # fmt: skip


def flags_csv(found: PlanCheck) -> str:
    """Return every line with its flags: UTF-8 with BOM, formula-safe."""
    return csv_text(COLUMNS, (
        {**line, "persons_per_net": _ratio(line), "flags": ";".join(line["flags"])}
        for line in found.lines
    ))  # fmt: skip


def _line(line: dict[str, Any]) -> dict[str, Any]:
    ratio = _ratio(line)
    return {
        **line, "ratio": "" if ratio is None else f"{ratio:.2f}",
        "words": [itn_api.FLAG_WORDS[flag] for flag in line["flags"]],
        "figures": [_shown(line[name]) for name in ("population", "nets", "bales")],
    }  # fmt: skip


def _shown(value: float | int | None) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{Decimal(repr(value)):,f}"


def _ratio(line: dict[str, Any]) -> float | None:
    if line["population"] is None or not line["nets"]:
        return None
    return float(line["population"]) / float(line["nets"])
