"""The choices of each question, with the facts that belong to them (workflow.md §1.1)."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from chatmrpt.common.cache import recomputable
from chatmrpt.common.once import once
from tpr.domain.positivity import BaseRow, chosen, figure
from tpr.domain.stages import AGE_GROUPS, LEVELS
from tpr.models import Facility, Upload, Workflow
from tpr.selectors.base_table import base_table, mark_of_reading

PRIMARY_SHARE = 70.0
"""Primary is recommended when at least this share of the state's reports is primary (§1.1)."""
UNSURE_LEVELS_SHARE = 30.0
"""Above this share of reports with unknown level, `all` is recommended (inputs.md §5.3)."""
LIMITED_PERCENT = 20.0


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a question. `facts` are raw numbers; pages and replies format them."""

    command: str
    value: str
    facts: dict[str, Any]
    recommended: bool = False
    note: str = ""


@once
def levels_present(upload: Upload, state: str) -> tuple[str, ...]:
    """Return the known levels of the state's facilities, in the usual order."""

    def read() -> list[str]:
        known = Facility.objects.filter(upload=upload, state=state, level__isnull=False)
        return list(known.values_list("level", flat=True).distinct())

    key = f"levels:{mark_of_reading(upload)}:{state}".replace(" ", "_")
    found = recomputable(key, read)
    return tuple(level for level in LEVELS if level in found)


def state_options(upload: Upload) -> list[Option]:
    """Return every state of the file, alphabetical; the one with most tests is recommended."""
    by_state = (upload.counts or {}).get("by_state", {})
    most = max(by_state, key=lambda s: by_state[s]["tests"], default=None)
    return [
        Option("select", state, by_state[state], recommended=state == most and len(by_state) > 1)
        for state in sorted(by_state)
    ]


def _share(part: float, whole: float) -> float | None:
    return 100 * part / whole if whole else None


def _facts(rows: Iterable[BaseRow], definition: str, all_rows: int) -> dict[str, Any]:
    found = figure(rows, definition)
    return {
        "facilities": found.facilities,
        "reports": found.rows,
        "reports_with_tests": found.facility_periods,
        "tested": found.tested,
        "positive": found.positive,
        "tpr": found.tpr,
        "complete": _share(found.facility_periods, found.rows),
        "share_of_reports": _share(found.rows, all_rows),
    }


def _summary(workflow: Workflow) -> dict[str, Any]:
    """Fold the base table of the workflow's state once into what both questions show."""
    upload, state = workflow.upload, workflow.state
    assert upload is not None and state is not None

    def fold() -> dict[str, Any]:
        rows = base_table(upload, state, exceeding=workflow.exceeding).rows
        everything = chosen(rows, "all", "all")
        total = sum(row.rows for row in everything)
        levels = {
            level: _facts(chosen(rows, level, "all"), workflow.definition, total)
            for level in LEVELS
        }
        ages = {
            level: {
                age: _facts(chosen(rows, level, age), workflow.definition, total)
                for age in AGE_GROUPS
            }
            for level in LEVELS
        }
        unknown = sum(row.rows for row in everything if row.level is None)
        inferred = Facility.objects.filter(upload=upload, state=state, level_source="inferred")
        return {"levels": levels, "ages": ages, "unknown_share": _share(unknown, total) or 0.0,
                "inferred": inferred.exists()}  # fmt: skip

    key = f"options:{upload.pk}:{upload.read_at:%s}:{state}:{workflow.exceeding}:{workflow.definition}"
    return recomputable(key.replace(" ", "_"), fold)


def level_options(workflow: Workflow) -> list[Option]:
    """Return the levels present and `all`, with distinct facilities, reports, tests and TPR."""
    summary = _summary(workflow)
    levels = summary["levels"]
    share = levels["primary"]["share_of_reports"] or 0.0
    unsure = summary["unknown_share"] > UNSURE_LEVELS_SHARE
    best = "primary" if share >= PRIMARY_SHARE and not unsure else "all"
    inferred = summary["inferred"]
    options = []
    for level in LEVELS:
        facts = levels[level]
        if level != "all" and not facts["facilities"]:
            continue
        options.append(
            Option(
                "select",
                level,
                facts,
                recommended=level == best,
                note="inferred" if inferred and level != "all" else "",
            )
        )
    return options


def age_options(workflow: Workflow) -> list[Option]:
    """Return the four age groups of the chosen level, by the definition of the result."""
    ages = _summary(workflow)["ages"][workflow.level or "all"]
    return [
        Option(
            "select",
            age,
            ages[age],
            recommended=age == "u5",
            note="limited" if (ages[age]["complete"] or 0) < LIMITED_PERCENT else "",
        )
        for age in AGE_GROUPS
    ]


def as_dicts(options: Iterable[Option]) -> list[dict[str, Any]]:
    return [asdict(option) for option in options]
