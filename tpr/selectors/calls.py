"""What calls to facilities found so far, by facility and period as the file names them."""

from datetime import date

from tpr.domain.quality.records import Facility
from tpr.models import CallAnswer, Workflow

CallKey = tuple[str, str, str, date | None]


def key_of(facility: Facility, start: date | None) -> CallKey:
    return facility.lga, facility.ward, facility.name, start


def call_answers(workflow: Workflow, state: str) -> dict[CallKey, list[CallAnswer]]:
    """Return the answers of one state, the latest first under each key."""
    found: dict[CallKey, list[CallAnswer]] = {}
    rows = CallAnswer.objects.filter(workflow=workflow, state=state)
    for row in rows.order_by("-called_on", "-recorded_at", "-pk"):
        key = (row.lga, row.ward, row.facility, row.period_start)
        found.setdefault(key, []).append(row)
    return found
