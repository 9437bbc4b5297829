"""What a question is about: state, place, level, age group, method and period; said or chosen."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from chatmrpt.chat.words import (
    AGE_LABELS,
    DEFINITION_LABELS,
    EXCEEDING_LABELS,
    LEVEL_LABELS,
    join,
    period,
)
from chatmrpt.common.cache import recomputable
from chatmrpt.common.fingerprints import fingerprint
from chatmrpt.common.language import say
from tpr.domain.periods import month_after
from tpr.domain.positivity import Figure
from tpr.domain.stages import AGE_GROUPS, DEFINITIONS, LEVELS, months_of
from tpr.domain.sums import Sums, add, figure_of
from tpr.models import BoundaryList, Facility, Upload, Workflow
from tpr.selectors.options import levels_present
from tpr.selectors.place_names import PlaceNames, place_names
from tpr.selectors.places import newest_list_covering
from tpr.selectors.results import current_result
from tpr.selectors.slices import Filter, sums_by


class Unanswerable(Exception):
    """The question cannot be answered as asked; the text says why and what is nearest."""


class Places:
    """Names and ward list of the asked states, read when they are first needed."""

    def __init__(self, workflow: Workflow, upload: Upload, states: tuple[str, ...]) -> None:
        self.workflow, self.upload, self.states = workflow, upload, states
        self._names: PlaceNames | None = None
        self._lists: list[BoundaryList | None] | None = None

    @property
    def names(self) -> PlaceNames:
        if self._names is None:
            self._names = place_names(
                self.upload.pk, self.states, self.ward_list, self.workflow.owner
            )
        return self._names

    @property
    def ward_list(self) -> BoundaryList | None:
        if self._lists is None:
            self._lists = [self._read_list()]
        return self._lists[0]

    def _read_list(self) -> BoundaryList | None:
        if len(self.states) != 1:
            return None
        result = current_result(self.workflow)
        if result is not None and result.state == self.states[0] and result.ward_list:
            return result.ward_list
        return self.workflow.ward_list or newest_list_covering(self.states[0])


@dataclass(frozen=True)
class Scope:
    """The filter of one question, resolved against the file.

    `lga` is (state, key), `ward` (state, LGA key, ward key), `facilities` ids; `start`, `end` first
    and last month used, None = all.
    """

    workflow: Workflow
    upload: Upload
    states: tuple[str, ...]
    places: Places
    lga: tuple[str, str] | None = None
    ward: tuple[str, str, str] | None = None
    facilities: tuple[int, ...] = ()
    facility: str = ""
    level: str = "all"
    age: str = "all"
    definition: str = "facility_max"
    exceeding: str = "exclude"
    start: date | None = None
    end: date | None = None

    @property
    def state(self) -> str | None:
        """The one state asked about; None when several are."""
        return self.states[0] if len(self.states) == 1 else None

    @property
    def counts(self) -> dict[str, dict[str, Any]]:
        """What the reader counted, for the asked states."""
        known = self.upload.counts["by_state"]
        return {state: known[state] for state in self.states}

    @property
    def names(self) -> PlaceNames:
        return self.places.names

    @property
    def ward_list(self) -> BoundaryList | None:
        """The list of the current result, else the one chosen, else the newest of the state."""
        return self.places.ward_list

    @property
    def look(self) -> Filter:
        return Filter(
            upload=self.upload.pk,
            # No condition where it would name every state of the file.
            states=self.states if len(self.states) < len(self.upload.counts["by_state"]) else (),
            lga=self.lga[1] if self.lga and not self.ward else None,
            wards=tuple(self.names.stored_keys(self.ward)) if self.ward else (),
            facilities=self.facilities,
            level=self.level, age=self.age, exceeding=self.exceeding, start=self.start,
            end=month_after(self.end),
            method=self.definition if self.definition in ("rdt", "microscopy") else "",
        )  # fmt: skip

    @property
    def facility_rows(self) -> QuerySet[Facility]:
        """The facilities of the place and level, whether they report or not."""
        rows = Facility.objects.filter(upload=self.upload, state__in=self.states)
        if self.ward:
            either = Q()
            for lga, ward in self.names.stored_keys(self.ward):
                either |= Q(lga_key=lga, ward_key=ward)
            rows = rows.filter(either)
        elif self.lga:
            rows = rows.filter(lga_key=self.lga[1])
        if self.facilities:
            rows = rows.filter(pk__in=self.facilities)
        return rows if self.level == "all" else rows.filter(level=self.level)

    def but(self, **changes: Any) -> say("Scope"):
        states = changes.get("states", self.states)
        if states != self.states:
            changes["places"] = Places(self.workflow, self.upload, states)
        return replace(self, **changes)

    def sums_by(self, *by: str) -> dict[tuple[Any, ...], Sums]:
        """Return the sums by keys (`tpr.selectors.slices.KEYS`)."""
        mark = fingerprint([asdict(self.look), by, f"{self.upload.read_at:%s.%f}"])
        return recomputable(f"slice:{mark}", lambda: sums_by(self.look, *by))

    def figure(self) -> Figure:
        return self.figure_from(self.sums_by()[()])

    def figure_from(self, sums: Sums) -> Figure:
        return figure_of(sums, self.definition)

    def wards(self) -> dict[tuple[str, str, str], Sums]:
        """Return the sums ward by ward; rows without a ward stand together, LGA by LGA."""
        parts: dict[tuple[str, str, str], list[Sums]] = {}
        for key, sums in self.sums_by("state", "lga", "ward").items():
            stored = (key[0], key[1], key[2])
            parts.setdefault(self.names.ward_of.get(stored, stored), []).append(sums)
        return {key: found[0] if len(found) == 1 else add(found) for key, found in parts.items()}

    def figures_by(self, *by: str) -> dict[tuple[Any, ...], Figure]:
        return {key: self.figure_from(sums) for key, sums in self.sums_by(*by).items()}

    # In words.

    @property
    def place(self) -> str:
        where = self.state or (
            say("the whole file") if len(self.states) == len(self.upload.counts["by_state"])
            else join(list(self.states))
        )  # fmt: skip
        if self.ward:
            return f"{self.names.wards[self.ward]}, {self.names.lgas[self.ward[:2]]}, {where}"
        if self.lga:
            return f"{self.names.lgas[self.lga]}, {where}"
        return f"{self.facility}, {where}" if self.facility else where

    @property
    def months(self) -> str:
        counts = self.counts.values()
        first = min((c["first_period"] for c in counts if c["first_period"]), default=None)
        last = max((c["last_period"] for c in counts if c["last_period"]), default=None)
        return period(self.start or first, self.end or last)

    @property
    def said(self) -> str:
        """The filter in words, without the place."""
        level = say("all facilities") if self.level == "all" else f"{self.level} facilities"
        return f"{level}, {AGE_LABELS[self.age].lower()}, {self.months}"

    @property
    def source(self) -> str:
        """File and definition: what every answer ends with."""
        return say(
            "Source: {original_name}. {definition_labels}; rows with more positives "
            "than tests are {exceeding_labels}.",
            original_name=self.upload.original_name,
            definition_labels=DEFINITION_LABELS[self.definition],
            exceeding_labels=EXCEEDING_LABELS[self.exceeding],
        )

    @property
    def file(self) -> str:
        """The source of what is no rate: the file alone."""
        return say("Source: {original_name}.", original_name=self.upload.original_name)


def state_counts(workflow: Workflow) -> dict[str, dict[str, Any]]:
    assert workflow.upload is not None
    counts: dict[str, dict[str, Any]] = workflow.upload.counts["by_state"]
    return counts


def scope_of(
    workflow: Workflow, slots: dict[str, Any], *, level: str | None = None, age: str | None = None
) -> Scope:
    """Resolve the slots of a question; what is not said is what was chosen so far.

    `level`, `age` replace the choices made so far for questions that are not about them.
    Raises Unanswerable with words for a place, level or period that is not in the file.
    """
    upload = workflow.upload
    assert upload is not None
    states = _states(workflow, slots)
    first, last = _period(workflow, slots, states)
    scope = Scope(
        workflow=workflow, upload=upload, states=states,
        places=Places(workflow, upload, states),
        level=_text(slots, "level", LEVELS) or level or workflow.level or "all",
        age=_text(slots, "age", AGE_GROUPS) or age or workflow.age_group or "all",
        definition=_text(slots, "method", DEFINITIONS) or workflow.definition,
        exceeding=workflow.exceeding, start=first, end=last,
    )  # fmt: skip
    scope = _placed(scope, slots)
    if scope.level != "all" and isinstance(slots.get("level"), str) and scope.state:
        present = levels_present(upload, scope.state)
        if scope.level not in present:
            labels = [LEVEL_LABELS[v].lower() for v in (*present, "all")]
            raise Unanswerable(
                say(
                    "There are no {level} facilities in {state}. Available: {labels}.",
                    level=scope.level,
                    state=scope.state,
                    labels=join(labels, "or"),
                )
            )
    return scope


def _text(slots: dict[str, Any], name: str, known: tuple[str, ...]) -> str | None:
    value = slots.get(name)
    return value if isinstance(value, str) and value in known else None


def _states(workflow: Workflow, slots: dict[str, Any]) -> tuple[str, ...]:
    known = state_counts(workflow)
    named = slots.get("state")
    if isinstance(named, str):
        found = next((s for s in known if s.casefold() == named.casefold()), None)
        if found is None:
            raise Unanswerable(
                say(
                    "{named} is not in this file. It has: {few}.",
                    named=named,
                    few=_few(sorted(known)),
                )
            )
        return (found,)
    if workflow.state in known:
        return (str(workflow.state),)
    return tuple(known)


def _few(names: list[str], n: int = 8) -> str:
    return (
        join(names)
        if len(names) <= n
        else say("{names} and {names_2} more", names=", ".join(names[:n]), names_2=len(names) - n)
    )


def _period(
    workflow: Workflow, slots: dict[str, Any], states: tuple[str, ...]
) -> tuple[date | None, date | None]:
    counts = [state_counts(workflow)[state] for state in states]
    last = max((c["last_period"] for c in counts if c["last_period"]), default=None)
    said = slots.get("period")
    if not isinstance(said, str) or not said:
        return workflow.period_start, workflow.period_end
    if said == "last_year":
        said = str(last)[:4]
    months = months_of(said)
    if months is None:
        raise Unanswerable(
            say("'{said}' is not a period. Say for example 2024, or Jan to Jun 2024.", said=said)
        )
    if not months:
        return None, None
    begin, end = (date.fromisoformat(f"{part}-01") for part in months.split(".."))
    first = min((c["first_period"] for c in counts if c["first_period"]), default=None)
    if first is None or last is None:
        raise Unanswerable(
            say(
                "The file has no period column, so no part of the time can be chosen. "
                "The figures of the whole file can be asked for."
            )
        )
    if end < date.fromisoformat(first) or begin > date.fromisoformat(last):
        raise Unanswerable(
            say(
                "{begin} is not in the file. It covers {first}.",
                begin=period(begin, end),
                first=period(first, last),
            )
        )
    return begin, end


def _placed(scope: Scope, slots: dict[str, Any]) -> Scope:
    """Resolve LGA, ward and facility; a name of another kind than said is found all the same."""
    for kind in ("lga", "ward", "facility"):
        name = slots.get(kind)
        if isinstance(name, str) and name.strip():
            scope = _at(scope, kind, name.strip(), "state" in slots)
    return scope


_ORDER = {"lga": ("lga", "ward", "facility"), "ward": ("ward", "lga", "facility"),
          "facility": ("facility", "ward", "lga")}  # fmt: skip


def _at(scope: Scope, kind: str, name: str, state_said: bool) -> Scope:
    for sort in _ORDER[kind]:
        found = _looked_up(scope, sort, name)
        if found:
            return found
    others = tuple(s for s in scope.upload.counts["by_state"] if s not in scope.states)
    if others and not state_said:
        elsewhere = scope.but(states=others)
        for sort in _ORDER[kind]:
            if found := _looked_up(elsewhere, sort, name):
                return found
    near = scope.names.nearest(name)
    raise Unanswerable(
        say(
            "I do not find '{name}' in {place}. {near}",
            name=name,
            place=scope.place,
            near=say("Near it: {near}.", near=join(near, "or"))
            if near
            else say("It has the LGAs {few}.", few=_few(sorted(set(scope.names.lgas.values())))),
        )
    )


def _looked_up(scope: Scope, kind: str, name: str) -> Scope | None:
    if kind == "lga":
        lgas = scope.names.lga(name)
        if len(lgas) > 1:
            raise Unanswerable(
                say(
                    "{name} is an LGA in {s}. Which one do you mean?",
                    name=name,
                    s=join([s for s, _ in lgas]),
                )
            )
        return scope.but(states=(lgas[0][0],), lga=lgas[0]) if lgas else None
    if kind == "ward":
        wards = scope.names.ward(name, scope.lga)
        if len(wards) > 1:
            where = [f"{scope.names.lgas[w[:2]]}" for w in wards]
            raise Unanswerable(
                say(
                    "{name} is a ward in {where}. Which one do you mean?",
                    name=name,
                    where=join(where),
                )
            )
        return scope.but(states=(wards[0][0],), ward=wards[0]) if wards else None
    rows = Facility.objects.filter(
        upload=scope.upload, state__in=scope.states, name__iexact=name
    ).values_list("id", "state")
    found = list(rows)
    if not found:
        return None
    states = tuple(sorted({state for _, state in found}))
    return scope.but(states=states, facilities=tuple(pk for pk, _ in found), facility=name)
