"""Maps, charts, tables and downloads that are asked for in words."""

from typing import Any

from chatmrpt.chat.replies.answers.guidance import choices_here
from chatmrpt.chat.replies.reply import Reply
from tpr.models import Workflow
from tpr.selectors.results import current_result


def _needs_result(workflow: Workflow, what: str) -> Reply | None:
    if current_result(workflow) is not None:
        return None
    return Reply(text=f"{what} needs the ward TPR, which is ready after the open questions. "
                 + choices_here(workflow))  # fmt: skip


def show_map(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    if missing := _needs_result(workflow, "The map"):
        return missing
    return Reply(text="The map stands beside this conversation; the same wards are in the table.",
                 links=[{"href": "?tab=map", "label": "Open the map"}])  # fmt: skip


def chart(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    if missing := _needs_result(workflow, "A chart"):
        return missing
    return Reply(
        text="Charts are not drawn yet; the figures are in the table, with tests and intervals, "
        "and on the map.",
        links=[{"href": "?tab=table", "label": "Open the table"}],
    )


def filter_table(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    if missing := _needs_result(workflow, "The table"):
        return missing
    lga = slots.get("lga")
    href = f"?tab=table&lga={lga}" if isinstance(lga, str) else "?tab=table"
    return Reply(text="The table shows that part; the figures of the whole stay as they are.",
                 links=[{"href": href, "label": "Open the table"}])  # fmt: skip


def export(workflow: Workflow, slots: dict[str, Any], said: str) -> Reply:
    if missing := _needs_result(workflow, "A download"):
        return missing
    base = f"/workflows/{workflow.uuid}/"
    return Reply(
        text="Downloads of what is shown, with the definition in every row.",
        links=[
            {"href": f"{base}ward_tpr.csv", "label": "Ward TPR (CSV)"},
            {"href": f"{base}ward_tpr.geojson", "label": "Ward TPR (GeoJSON)"},
            {"href": f"{base}issues.csv", "label": "Issues of the file (CSV)"},
            {"href": f"{base}report/", "label": "Printable report"},
        ],
    )
