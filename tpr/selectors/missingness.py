"""Completeness of each listed ward, for the map of what is missing."""

from tpr.domain.matching import MATCHED, DataWard, ListWard, match
from tpr.domain.quality.completeness import Share
from tpr.models import BoundaryList, Ward
from tpr.selectors.file_places import Place, places_of
from tpr.selectors.quality_report import QualityReport


def by_listed_ward(
    report: QualityReport, upload_id: object, ward_list: BoundaryList
) -> dict[int, Share]:
    """Return id of a listed ward → its share; wards that no name of the file joins are absent."""
    shares: dict[Place, Share] = {
        share.group[0]: share  # type: ignore[index]
        for share in report.by["ward"]
        if share.group[0]  # type: ignore[index]
    }
    names = {place: n for place, n in places_of(upload_id, report.state).names.items() if place[1]}
    list_wards = [
        ListWard(id=pk, code=code, state=state, lga=lga, name=name)
        for pk, code, state, lga, name in Ward.objects.filter(
            list=ward_list, state=report.state
        ).values_list("id", "code", "state", "lga", "name")
    ]
    outcomes = match([DataWard(report.state, *name) for name in names.values()], list_wards)
    found: dict[int, Share] = {}
    for place, outcome in zip(names, outcomes, strict=True):
        if outcome.ward is not None and outcome.method in MATCHED and place in shares:
            found.setdefault(outcome.ward.id, shares[place])
    return found
