"""The net plan in words."""

from typing import Any

from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import count, percent, plural, table
from chatmrpt.common.language import say
from itn import api as itn_api
from itn.models import ItnPlan
from tpr.models import Workflow


def ask_for_nets(workflow: Workflow) -> Reply:
    return Reply(
        text=say(
            "How many nets are there to allot? For example “plan 200,000 nets”. Need "
            "is population ÷ 1.8 unless you say otherwise, in whole bales of 50."
        ),
        links=[{"href": "?tab=nets", "label": say("Open the net plan form")}],
    )


def plan_summary(plan: ItnPlan, earlier: ItnPlan | None = None) -> Reply:
    """Say a plan's sums, and beside an earlier plan what is different now."""
    s = itn_api.plan_summary(plan)
    lines = [
        say(
            "{available} nets available = {allocated} allotted + {remaining} remaining.",
            available=count(plan.available),
            allocated=count(plan.allocated),
            remaining=count(plan.remaining),
        ),
        say(
            "{wards_served} of {wards} wards get nets; every ward has a reason.",
            wards_served=count(s["wards_served"]),
            wards=count(plan.wards),
        ),
    ]
    if s["coverage_percent"] is not None:
        lines.append(
            say(
                "They cover {float} of the people counted.",
                float=percent(float(s["coverage_percent"])),
            )
        )
    if s["wards_without_population"]:
        lines.append(
            say(
                "{wards_without_population} without a population in the list used; "
                "nothing was filled in.",
                wards_without_population=plural(s["wards_without_population"], "ward"),
            )
        )
    if not s["population_source"] and not plan.allocated:
        lines.append(
            say(
                "No population list is loaded for these wards, so no need is known and "
                "nothing was allotted. An administrator loads one with load_population."
            )
        )
    if s["population_source"]:
        lines.append(
            say(
                "Population: {population_source}, {population_year}.",
                population_source=s["population_source"],
                population_year=s["population_year"] or say("no year"),
            )
        )
    links = [{"href": plan_url(plan), "label": say("Open the plan")}]
    if earlier is not None and earlier.pk != plan.pk:
        found = itn_api.compare_plans(earlier, plan)
        lines.append(_difference(earlier, found))
        links.append({"href": f"{plan_url(plan)}?against={earlier.pk}#comparison",
                      "label": say("Compare with {earlier}", earlier=earlier.name)})  # fmt: skip
    return Reply(
        lead=say("Net plan “{plan}” is made.", plan=plan.name), text=" ".join(lines), links=links
    )


def plan_url(plan: ItnPlan) -> str:
    return f"/workflows/{plan.workflow_id}/plans/{plan.pk}/"


def _difference(earlier: ItnPlan, found: itn_api.Comparison) -> str:
    changed = len(found.served_now) + len(found.served_no_more) + len(found.changed)
    if not changed:
        return say("Every ward gets the same as in “{earlier}”.", earlier=earlier.name)
    return say(
        "Against “{earlier}”: {served_now} served that was not, {served_no_more} "
        "no longer, {changed} with more or fewer nets.",
        earlier=earlier.name,
        served_now=plural(len(found.served_now), "ward"),
        served_no_more=plural(len(found.served_no_more), "ward"),
        changed=plural(len(found.changed), "ward"),
    )


def compare_plans(workflow: Workflow) -> Reply:
    """Compare the two newest plans: sums beside each other, and the wards that change."""
    plans = itn_api.plans_of(workflow)
    if len(plans) < 2:
        what = (
            say("Only “{plans}” is there", plans=plans[0].name)
            if plans
            else say("There is no net plan yet")
        )
        return Reply(
            text=say(
                "{what}. Make another one, for example by “what if the buffer is 10 %”, "
                "and I compare the two.",
                what=what,
            )
        )
    new, old = plans[0], plans[1]
    found = itn_api.compare_plans(old, new)
    rows = [
        [label, _amount(before, unit), _amount(after, unit), _amount(change, unit)]
        for label, unit, before, after, change in found.sums
    ]
    figure = table(
        f"{old.name} and {new.name}",
        [(say("Sum"), False), (old.name, True), (new.name, True), (say("Difference"), True)], rows,
    )  # fmt: skip
    return Reply(
        text=" ".join([*found.warnings, _difference(old, found)]), figures=[figure],
        links=[{"href": f"{plan_url(new)}?against={old.pk}#comparison",
                "label": say("Ward by ward, with the reasons")}],
    )  # fmt: skip


def _amount(value: Any, unit: str) -> str:
    if value is None:
        return say("not known")
    if unit == "share":
        return f"{value * 100:.1f} %"
    return f"{value:.3f}" if unit == "number" else f"{value:,}"
