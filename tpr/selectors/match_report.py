"""How the ward names of a file stand to a boundary list: joined, open, and the three lists.

Unmatched names, wards unknown in the file, and wards of the list without data are three different
things (wards.md §1): the first two count in LGA and state totals, the last has nothing to count.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from chatmrpt.common.cache import recomputable
from chatmrpt.common.fingerprints import fingerprint
from tpr.aggregation import base_rows
from tpr.domain.likeness import WEAKEST
from tpr.domain.matching import ListWard, MatchOutcome, Suggestion
from tpr.domain.positivity import chosen
from tpr.models import BoundaryList, Upload, WardAlias, Workflow
from tpr.selectors.decisions import (
    aliases_for,
    decisions_for,
    list_wards_of,
    matched_places,
)
from tpr.selectors.file_places import Place, places_of
from tpr.selectors.places import newest_list_covering

LIKELY, POSSIBLE = 0.90, 0.70


@dataclass(slots=True)
class NameInFile:
    """One ward of the file: what it carries and how it stands to the list.

    `tests` is the sum over all levels, age groups and months, by the larger of the two methods in
    each facility-period; `share` its percentage of the state's, None when the state has none.
    """

    place: Place
    lga: str
    name: str
    spellings: tuple[str, ...]
    facilities: int
    rows: int
    tests: float
    share: float | None
    outcome: MatchOutcome | None = None
    alias: WardAlias | None = None

    @property
    def state_of_it(self) -> str:
        """`joined`, `open`, `not_on_list` or `unknown`."""
        if self.outcome is None:
            return "unknown"
        if self.outcome.ward is not None:
            return "joined"
        return "not_on_list" if _settled(self.outcome) else "open"

    @property
    def band(self) -> str:
        """`likely`, `possible`, `weak` or `none`: how far the first suggestion carries."""
        score = self.outcome.suggestions[0].score if self.suggestions and self.outcome else 0.0
        if score >= LIKELY and self.leads:
            return "likely"
        if score >= POSSIBLE:
            return "possible"
        return "weak" if score >= WEAKEST else "none"

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        return self.outcome.suggestions if self.outcome else ()

    @property
    def leads(self) -> bool:
        """Whether the first suggestion stands alone: the next is 0.05 or more behind."""
        scores = [s.score for s in self.suggestions[:2]]
        return len(scores) == 1 or (len(scores) == 2 and scores[0] - scores[1] >= 0.05)


def _settled(outcome: MatchOutcome) -> bool:
    return outcome.decision is not None and outcome.decision.kind == "not_on_list"


@dataclass(slots=True)
class MatchReport:
    """The names of one state of a file against one list, most tests first."""

    state: str
    ward_list: BoundaryList | None
    names: list[NameInFile]
    list_wards: list[ListWard]
    tests: float
    without_tests: list[tuple[ListWard, str]] = field(default_factory=list)
    """Wards of the list without any test in the file, with the reason."""

    def of(self, state_of_it: str) -> list[NameInFile]:
        return [name for name in self.names if name.state_of_it == state_of_it]

    def find(self, place: Place) -> NameInFile | None:
        return next((name for name in self.names if name.place == place), None)

    def holders(self) -> dict[int, NameInFile]:
        """Return ward id → the name that has it (the first of several)."""
        found: dict[int, NameInFile] = {}
        for name in self.names:
            if name.outcome is not None and name.outcome.ward is not None:
                found.setdefault(name.outcome.ward.id, name)
        return found

    def totals(self) -> dict[str, dict[str, float]]:
        """Return per class names, rows and tests; the classes add up to the state."""
        classes: dict[str, dict[str, float]] = {}
        for name in self.names:
            one = classes.setdefault(name.state_of_it, {"names": 0, "rows": 0, "tests": 0.0})
            one["names"] += 1
            one["rows"] += name.rows
            one["tests"] += name.tests
        return classes


def match_report(
    upload: Upload, state: str, ward_list: BoundaryList | None, owner: str
) -> MatchReport:
    """Match the file's names of a state with everything the owner decided. Writes nothing."""
    places = places_of(upload.pk, state)
    list_wards = list_wards_of(ward_list, state)
    aliases = aliases_for(owner, ward_list, state) if ward_list else []
    outcomes = matched_places(places, state, list_wards, [row.decision for row in aliases])
    said = {row.pk: row for row in aliases}
    tests: dict[Place, float] = defaultdict(float)
    rows: dict[Place, int] = defaultdict(int)
    for row in chosen(base_rows(upload_id=upload.pk, state=state, exceeding="keep"), "all", "all"):
        place = places.keys[row.facility_id]
        tests[place] += row.t_max or 0
        rows[place] += row.rows
    whole = sum(tests.values())
    names = []
    for place, (lga, name) in places.names.items():
        outcome = outcomes.get(place)
        decision = outcome.decision if outcome else None
        names.append(
            NameInFile(
                place=place, lga=lga, name=name, spellings=places.spellings[place],
                facilities=places.facilities.get((place, "all"), 0), rows=rows[place],
                tests=tests[place], share=100 * tests[place] / whole if whole else None,
                outcome=outcome, alias=said.get(decision.id) if decision else None,
            )
        )  # fmt: skip
    names.sort(key=lambda n: (-n.tests, n.lga.casefold(), n.name.casefold()))
    report = MatchReport(state, ward_list, names, list_wards, whole)
    report.without_tests = _without_tests(report)
    return report


def match_in_short(workflow: Workflow) -> tuple[str, int, int] | None:
    """Return the list, how many ward names of the state join it, and how many there are.

    None without a list that covers the state. Without tests, so without reading any report.
    """
    upload, state = workflow.upload, workflow.state
    if upload is None or not state:
        return None
    ward_list = workflow.ward_list or newest_list_covering(state)
    if ward_list is None:
        return None
    decisions = decisions_for(workflow.owner, ward_list, state)

    def read() -> tuple[int, int]:
        places = places_of(upload.pk, state)
        found = matched_places(places, state, list_wards_of(ward_list, state), decisions)
        return sum(outcome.ward is not None for outcome in found.values()), len(found)

    mark = fingerprint([d.mark for d in decisions])[:16]
    key = f"match:{upload.pk}:{upload.read_at:%s}:{state}:{ward_list.pk}:{mark}".replace(" ", "_")
    joined, names = recomputable(key, read)
    return ward_list.name, joined, names


def _without_tests(report: MatchReport) -> list[tuple[ListWard, str]]:
    holders: dict[int, float] = defaultdict(float)
    for name in report.of("joined"):
        assert name.outcome is not None and name.outcome.ward is not None
        holders[name.outcome.ward.id] += name.tests
    found = []
    for ward in sorted(report.list_wards, key=lambda w: (w.lga.casefold(), w.name.casefold())):
        if ward.id not in holders:
            found.append((ward, "no_facility"))
        elif not holders[ward.id]:
            found.append((ward, "no_tests"))
    return found


REPORT_COLUMNS = (
    "class", "state", "lga", "ward", "ward_list", "ward_code", "ward_in_list", "lga_in_list",
    "method", "score", "reason", "rows", "facilities", "tests", "share_of_state_tests",
    "decided_by", "decided_at", "suggestions",
)  # fmt: skip
CLASSES = {"joined": "matched", "open": "unmatched", "not_on_list": "unmatched",
           "unknown": "unknown_ward"}  # fmt: skip


def report_rows(report: MatchReport) -> list[dict[str, Any]]:
    """Return the match report as rows: every name of the file, then list wards without tests."""
    of_list = report.ward_list.name if report.ward_list else ""
    rows = [_name_row(report, name, of_list) for name in report.names]
    rows += [
        {"class": "no_data", "state": report.state, "lga": ward.lga, "ward": "",
         "ward_list": of_list, "ward_code": ward.code, "ward_in_list": ward.name,
         "lga_in_list": ward.lga, "method": "", "reason": why}
        for ward, why in report.without_tests
    ]  # fmt: skip
    return rows


def _name_row(report: MatchReport, name: NameInFile, of_list: str) -> dict[str, Any]:
    outcome, alias = name.outcome, name.alias
    ward = outcome.ward if outcome else None
    return {
        "class": CLASSES[name.state_of_it], "state": report.state, "lga": name.lga,
        "ward": name.name or "Unknown", "ward_list": of_list,
        "ward_code": ward.code if ward else "", "ward_in_list": ward.name if ward else "",
        "lga_in_list": ward.lga if ward else "", "method": outcome.method if outcome else "none",
        "score": outcome.score if outcome else None,
        "reason": outcome.reason if outcome else "no ward stated", "rows": name.rows,
        "facilities": name.facilities, "tests": name.tests, "share_of_state_tests": name.share,
        "decided_by": (alias.decided_by_name or alias.decided_by.partition(":")[0])
        if alias else "",
        "decided_at": alias.decided_at.isoformat() if alias else "",
        "suggestions": " | ".join(
            f"{s.ward.code}:{s.ward.name}:{s.score:.2f}" for s in name.suggestions
        ),
    }  # fmt: skip
