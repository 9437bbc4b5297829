"""The net plan in words."""

from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import count, percent, plural
from itn import api as itn_api
from itn.models import ItnPlan
from tpr.models import Workflow


def ask_for_nets(workflow: Workflow) -> Reply:
    return Reply(
        text="How many nets are there to allot? For example “plan 200,000 nets”. Need is population "
        "÷ 1.8 unless you say otherwise, in whole bales of 50.",
        links=[{"href": "?tab=nets", "label": "Open the net plan form"}],
    )


def plan_summary(plan: ItnPlan) -> Reply:
    s = itn_api.plan_summary(plan)
    lines = [
        f"{count(plan.available)} nets available = {count(plan.allocated)} allotted + "
        f"{count(plan.remaining)} remaining.",
        f"{count(s['wards_served'])} of {count(plan.wards)} wards get nets; every ward has a reason.",
    ]
    if s["coverage_percent"] is not None:
        lines.append(f"They cover {percent(float(s['coverage_percent']))} of the people counted.")
    if s["wards_without_population"]:
        lines.append(
            f"{plural(s['wards_without_population'], 'ward')} without a population in the list "
            "used; nothing was filled in."
        )
    if not s["population_source"] and not plan.allocated:
        lines.append(
            "No population list is loaded for these wards, so no need is known and nothing was "
            "allotted. An administrator loads one with load_population."
        )
    if s["population_source"]:
        lines.append(f"Population: {s['population_source']}, {s['population_year'] or 'no year'}.")
    return Reply(lead=f"Net plan “{plan.name}” is made.", text=" ".join(lines),
                 links=[{"href": f"?tab=nets&plan={plan.pk}", "label": "Open the plan"}])  # fmt: skip
