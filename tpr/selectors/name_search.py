"""Finding the name of a file and the ward of a list that a person speaks of."""

import re

from chatmrpt.common.names import clean_state, lga_key, ward_key
from tpr.domain.likeness import WEAKEST, score, wording
from tpr.domain.matching import ListWard
from tpr.domain.wardlists import memory_key
from tpr.selectors.match_report import MatchReport, NameInFile

FOUND_AT_MOST = 20
_IN = re.compile(r"^(?P<name>.+?)(?:\s+in\s+|\s*\()(?P<lga>[^()]+?)(?:\s+lga)?\)?$", re.IGNORECASE)


def _key(text: str) -> str:
    return memory_key(ward_key(text))


def names_called(report: MatchReport, text: str) -> list[NameInFile]:
    """Return the file's names that are written so, or have the same key, in any LGA."""
    said, key = text.strip().casefold(), _key(text)
    exact = [n for n in report.names if said and said in (s.casefold() for s in n.spellings)]
    return exact or [n for n in report.names if key and n.place[1] == key]


def wards_called(report: MatchReport, text: str) -> list[ListWard]:
    """Return the list's wards that are called so, or have the same key, or this code."""
    said, key = text.strip().casefold(), _key(text)
    exact = [
        w for w in report.list_wards if said and said in (w.name.casefold(), w.code.casefold())
    ]
    return exact or [w for w in report.list_wards if key and _key(w.name) == key]


def pairs_of(report: MatchReport, one: str, other: str) -> list[tuple[NameInFile, ListWard]]:
    """Return what "one is other" can mean: a name of the file and a ward of the list.

    Either may stand first. A ward in the LGA of the name goes before wards elsewhere, an open name
    before one that is joined already.
    """
    found = [(n, w) for n in names_called(report, one) for w in wards_called(report, other)]
    found = found or [
        (n, w) for n in names_called(report, other) for w in wards_called(report, one)
    ]
    for keep in (
        lambda n, w: n.place[0] == lga_key(w.lga),
        lambda n, w: n.state_of_it in ("open", "not_on_list"),
    ):
        kept = [(n, w) for n, w in found if keep(n, w)]
        found = kept or found
    return found


def search(report: MatchReport, text: str, lga: str = "") -> list[ListWard]:
    """Search the list of the whole state by name, LGA or code; the LGA of the name first."""
    words = text.casefold().split()
    if not words:
        return []
    form = wording(text, state=report.state, lga=lga)
    ranked = []
    for ward in report.list_wards:
        whole = f"{ward.name} {ward.lga} {ward.code}".casefold()
        listed = wording(ward.name, state=clean_state(ward.state), lga=lga_key(ward.lga))
        value = 1.0 if all(word in whole for word in words) else score(form, listed)[0]
        if value >= WEAKEST:
            ranked.append((lga_key(ward.lga) != lga, -value, ward.name, ward))
    if any(item[1] <= -1.0 for item in ranked):  # what holds every word goes alone
        ranked = [item for item in ranked if item[1] <= -1.0]
    ranked.sort(key=lambda item: item[:3])
    return [ward for *_rest, ward in ranked[:FOUND_AT_MOST]]
