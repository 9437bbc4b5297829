"""Totals of each facility behind a result: what a design effect needs (uncertainty.md §2)."""

from tpr.aggregation import base_rows
from tpr.domain.periods import month_after
from tpr.domain.positivity import chosen, figures_by
from tpr.models import TprResult
from tpr.selectors.decisions import places_in


def facility_totals(result: TprResult) -> dict[tuple[str, str], tuple[tuple[float, float], ...]]:
    """Return (LGA, ward) as in the result's rows to (positive, tested) of each facility.

    The periods of a facility are added first; facilities without tests are left out. Read from the
    stored reports with the result's choices; empty when the workflow has no upload.
    """
    upload = result.workflow.upload
    if upload is None:
        return {}
    everything = base_rows(
        upload_id=upload.pk, state=result.state, exceeding=result.exceeding,
        start=result.period_start, end=month_after(result.period_end),
    )  # fmt: skip
    places = places_in(result)
    rows = chosen(everything, result.level, result.age_group)
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for pk, figure in figures_by(rows, lambda row: row.facility_id, result.definition).items():
        if figure.tested and figure.positive is not None:
            place = places.names[places.keys[pk]]
            found.setdefault(place, []).append((figure.positive, figure.tested))
    return {place: tuple(sorted(totals)) for place, totals in found.items()}
