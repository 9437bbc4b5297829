"""The net plan in words."""

from typing import Any

from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import count, percent
from tpr.models import Workflow


def ask_for_nets(workflow: Workflow) -> Reply:
    return Reply(
        text="How many nets are there to allot? For example “plan 200,000 nets”. Need is population "
        "÷ 1.8 unless you say otherwise, in whole bales of 50.",
        links=[{"href": "?tab=nets", "label": "Open the net plan form"}],
    )


def plan_summary(plan: Any) -> Reply:
    t = plan.totals
    lines = [
        f"{count(plan.available)} nets available = {count(plan.allocated)} allotted + "
        f"{count(plan.remaining)} remaining.",
    ]
    served, wards = t.get("wards_served"), t.get("wards")
    if served is not None and wards is not None:
        lines.append(f"{count(served)} of {count(wards)} wards get nets; every ward has a reason.")
    if t.get("coverage_percent") is not None:
        lines.append(f"They cover {percent(float(t['coverage_percent']))} of the people counted.")
    if t.get("no_population"):
        lines.append(
            f"{count(t['no_population'])} wards have no population in the list used; nothing was "
            "filled in for them."
        )
    return Reply(lead=f"Net plan “{plan.name}” is made.", text=" ".join(lines),
                 links=[{"href": f"?tab=nets&plan={plan.pk}", "label": "Open the plan"}])  # fmt: skip
