"""What can be ranked, broken down and drawn besides a rate, each with its unit and denominator."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chatmrpt.chat.replies.answers.groups import Group, Groups
from chatmrpt.chat.replies.answers.scope import Scope, Unanswerable
from chatmrpt.chat.words import AGE_LABELS, count, percent
from chatmrpt.common.language import mark, say
from itn import api as itn_api
from tpr.domain.burden import PREGNANCIES_PERCENT
from tpr.domain.burden import burden as burden_of
from tpr.models import Ward

EXPECTED_PREGNANCIES = Decimal(str(PREGNANCIES_PERCENT)) / 100


@dataclass(frozen=True, slots=True)
class Measure:
    """How a class is measured: `label` heads the column, `of` says what it is."""

    label: str
    of: str


MEASURES: Mapping[str, Measure] = {
    "tpr": Measure(mark("TPR"), mark("positives ÷ tests")),
    "tests": Measure(mark("Tests"), mark("persons tested, from complete pairs")),
    "positives": Measure(mark("Positives"), mark("persons positive, from complete pairs")),
    "facilities": Measure(mark("Facilities"), mark("distinct facilities with a row in the file")),
    "missing": Measure(
        mark("Complete"), mark("facility-periods with a complete pair ÷ rows in the file")
    ),
    "completeness": Measure(
        mark("Complete"), mark("facility-periods with a complete pair ÷ rows in the file")
    ),
    "burden": Measure(mark("Per 1,000 a year"), mark("positives per 1,000 people and year")),
}


def value_of(measure: str, row: Group) -> float | None:
    """Return the value of a class by a measure other than burden; None = not defined."""
    f = row.figure
    if measure == "tpr":
        return f.tpr
    if measure == "tests":
        return f.tested or 0.0
    if measure == "positives":
        return f.positive or 0.0
    if measure == "facilities":
        return float(f.facilities)
    return 100 * f.facility_periods / f.rows if f.rows else None


def text_of(measure: str, row: Group, value: float | None) -> str:
    """Write a value with what stands behind it."""
    f = row.figure
    if measure in ("missing", "completeness"):
        return say(
            "{value} ({facility_periods} of {rows})",
            value=percent(value),
            facility_periods=count(f.facility_periods),
            rows=count(f.rows),
        )
    if measure == "tpr":
        return percent(value)
    if measure == "burden":
        return say("no population") if value is None else f"{value:.1f}"
    return count(value)


@dataclass(frozen=True, slots=True)
class Population:
    """Persons per place of the file, from one named list."""

    source: str
    year: int | None
    share: Decimal
    of: str
    by_place: Mapping[tuple[str, str, str], Decimal]
    by_lga: Mapping[tuple[str, str], Decimal]
    """Persons of every ward of the list in an LGA that the file names."""
    by_state: Mapping[str, Decimal]

    @property
    def said(self) -> str:
        return f"{self.of} of {self.source}" + (f", {self.year}" if self.year else "")


def population_of(scope: Scope) -> Population | str:
    """Return the population that is the denominator of the age group, or why there is none."""
    if scope.state is None:
        return say("Burden needs one state with a population list; choose the state first.")
    found = scope.ward_list
    sources = itn_api.population_sources(found) if found else []
    if found is None or not sources:
        return say(
            "No population list is loaded for the wards of {state}, so nothing can "
            "be given per 1,000 people. An administrator loads one with "
            "load_population.",
            state=scope.state,
        )
    if scope.age in ("u5", "o5"):
        return say(
            "{sources} counts whole populations, not {age_labels}, so there is no "
            "burden of that group; all ages and pregnant women can be given.",
            sources=sources[0].name,
            age_labels=AGE_LABELS[scope.age].lower(),
        )
    share = EXPECTED_PREGNANCIES if scope.age == "pw" else Decimal(1)
    of = (
        say("expected pregnancies ({share:.0%} of the people)", share=share)
        if scope.age == "pw"
        else "people"
    )
    persons = itn_api.population_by_code(sources[0], scope.state)
    codes = {
        pk: (code, lga)
        for pk, code, lga in Ward.objects.filter(list=found, state=scope.state).values_list(
            "id", "code", "lga"
        )
    }
    places: dict[tuple[str, str, str], Decimal] = {}
    lga_of: dict[str, set[tuple[str, str]]] = {}
    for place, pk in scope.names.listed.items():
        code, lga = codes[pk]
        lga_of.setdefault(lga, set()).add(place[:2])
        if code in persons:
            places[place] = persons[code] * share
    by_lga: dict[tuple[str, str], Decimal] = {}
    for code, lga in codes.values():
        for key in lga_of.get(lga, ()):
            by_lga[key] = by_lga.get(key, Decimal(0)) + persons.get(code, Decimal(0)) * share
    state = sum(persons.values(), Decimal(0)) * share
    return Population(sources[0].name, sources[0].year, share, of, places, by_lga,
                      {scope.state: state})  # fmt: skip


def burden(positive: float | None, people: Decimal | None, months: int) -> float | None:
    """Return positives per 1,000 people and year; None without positives, people or months."""
    return burden_of(positive, None if people is None else float(people), months).rate


def people_of(scope: Scope, people: Population, unit: str = "", key: Any = None) -> Decimal | None:
    """Return the persons of a class; a class that is no place is of the place asked about."""
    ward = key if unit == "ward" else scope.ward
    if ward is not None:
        return people.by_place.get(ward)
    lga = key if unit == "lga" else scope.lga
    if lga is not None:
        return people.by_lga.get(lga)
    return people.by_state.get(scope.state or "")


def values(scope: Scope, groups: Groups, measure: str) -> tuple[dict[Any, float | None], str]:
    """Return the value of each class, and what must be said about the denominator.

    Raises Unanswerable when the measure has no denominator here.
    """
    if measure != "burden":
        return {row.key: value_of(measure, row) for row in groups.rows}, say(MEASURES[measure].of)
    if groups.unit not in ("ward", "lga", "state", "month", "year"):
        raise Unanswerable(
            say(
                "Burden is given by ward, LGA, month or year, not by {unit}: a "
                "population has no such parts. Positives and tests can be given.",
                unit=groups.unit,
            )
        )
    people = population_of(scope)
    if isinstance(people, str):
        raise Unanswerable(people)
    found = {
        row.key: burden(
            row.figure.positive, people_of(scope, people, groups.unit, row.key), row.sums.months
        )
        for row in groups.rows
    }
    complete = scope.figure()
    return found, (
        say(
            "positives per 1,000 {said}, per year; reports are {filled} complete, so "
            "it is a lower bound",
            said=people.said,
            filled=_filled(complete),
        )
    )


def _filled(figure: Any) -> str:
    return percent(100 * figure.facility_periods / figure.rows if figure.rows else None)
