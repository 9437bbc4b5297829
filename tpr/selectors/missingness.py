"""Completeness of each listed ward, for the map of what is missing."""

from tpr.domain.quality.completeness import Share
from tpr.models import BoundaryList
from tpr.selectors.decisions import decisions_for, list_wards_of, matched_places
from tpr.selectors.file_places import Place, places_of
from tpr.selectors.quality_report import QualityReport


def by_listed_ward(
    report: QualityReport, upload_id: object, ward_list: BoundaryList, *, owner: str = ""
) -> dict[int, Share]:
    """Return id of a listed ward → its share; wards that no name of the file joins are absent."""
    shares: dict[Place, Share] = {
        share.group[0]: share  # type: ignore[index]
        for share in report.by["ward"]
        if share.group[0]  # type: ignore[index]
    }
    places = places_of(upload_id, report.state)
    outcomes = matched_places(
        places, report.state, list_wards_of(ward_list, report.state),
        decisions_for(owner, ward_list, report.state),
    )  # fmt: skip
    found: dict[int, Share] = {}
    for place, outcome in outcomes.items():
        if outcome.ward is not None and place in shares:
            found.setdefault(outcome.ward.id, shares[place])
    return found
