"""Reading results."""

from chatmrpt.common.once import once
from tpr.contracts import WardFigure
from tpr.domain.stages import Stage
from tpr.models import TprResult, WardTpr, Workflow
from tpr.selectors.decisions import marks_now


@once
def current_result(workflow: Workflow) -> TprResult | None:
    """Return the result of the workflow's present choices; None until they are complete.

    This is the one answer to "is the TPR there?". A result of earlier choices stays readable
    through `workflow.results`, but it is not current. Of several with these choices, the one made
    with the present decisions about ward names is; without one, the newest, which is then out of
    date (`selectors.decisions.changes_since`).
    """
    if workflow.stage != Stage.COMPLETE:
        return None
    rows = workflow.results.filter(
        state=workflow.state, level=workflow.level, age_group=workflow.age_group,
        definition=workflow.definition, exceeding=workflow.exceeding,
        period_start=workflow.period_start, period_end=workflow.period_end,
    )  # fmt: skip
    if workflow.ward_list_id:
        rows = rows.filter(ward_list_id=workflow.ward_list_id)
    found = list(rows.select_related("ward_list").order_by("-number"))
    if len({result.ward_list_id for result in found}) > 1:
        # The same choices on several ward lists: the ledger says which of them was reached last.
        line = workflow.events.filter(payload__has_key="result").order_by("-sequence").first()
        number = line.payload["result"] if line else None
        found.sort(key=lambda result: result.number != number)
    if len(found) < 2:
        return found[0] if found else None
    newest = found[0]
    now = marks_now(workflow, newest.ward_list, newest.state)
    same_list = [result for result in found if result.ward_list_id == newest.ward_list_id]
    return next((result for result in same_list if result.decisions == now), newest)


@once
def ward_rows(result: TprResult) -> list[WardTpr]:
    return list(result.rows.select_related("ward").order_by("lga", "ward_name", "pk"))


def ward_figures(result: TprResult) -> list[WardFigure]:
    """Return every row of a result as plain values, ordered by LGA and ward."""
    return [
        WardFigure(
            ward_id=row.ward_id,
            ward_code=row.ward.code if row.ward else "",
            state=row.state,
            lga=row.lga,
            ward=row.ward_name,
            ward_in_list=row.ward.name if row.ward else "",
            tested=row.tested,
            positive=row.positive,
            tpr=row.tpr,
            tpr_low=row.tpr_low,
            tpr_high=row.tpr_high,
            status=row.status,
            facilities=row.facilities,
            flags=tuple(row.flags),
            wide_low=row.wide_low,
            wide_high=row.wide_high,
        )
        for row in ward_rows(result)
    ]
