"""The Nets tab."""

from collections.abc import Mapping
from typing import Any

from analysis import api as analysis_api
from chatmrpt.chat.words import count, percent
from chatmrpt.common.errors import Conflict
from chatmrpt.common.language import say
from itn import api as itn_api
from itn.models import ItnPlan
from tpr.api import wards_of
from tpr.models import TprResult, Workflow
from tpr.selectors.results import current_result


def nets_tab(workflow: Workflow, params: Mapping[str, str]) -> dict[str, Any]:
    """Return the plans, the one that is shown, and the form, or what is missing for one."""
    plans = itn_api.plans_of(workflow)
    wanted = params.get("plan", "")
    shown = next((p for p in plans if str(p.pk) == wanted), plans[0] if plans else None)
    result = current_result(workflow)
    sources = itn_api.population_sources(result.ward_list) if result and result.ward_list else []
    return {
        "plans": [{"uuid": p.pk, "name": p.name, "current": p is shown} for p in plans],
        "plan": plan_view(shown) if shown else None,
        "missing": _missing(workflow),
        "ratios": _ratios(result) if result and result.ward_list else None,
        "warning": ""
        if sources
        else say(
            "No ward population is loaded for these wards, so a plan allots nothing: "
            "every ward stands in it with that reason, and nothing is filled in. An "
            "administrator loads one with load_population."
        ),
        "form": {
            "defaults": {
                "persons_per_net": "1.8",
                "buffer": "0",
                "bale": "50",
                "urban_threshold": "75",
            },
            "strategies": itn_api.strategy_choices(),
            "sources": sources,
        },
    }


def _ratios(result: TprResult) -> dict[str, Any] | None:
    """Return the total need by each published ratio, before one is chosen."""
    needed = itn_api.nets_needed(result.ward_list, result.state) if result.ward_list else None
    if needed is None:
        return None
    return {
        "source": needed.source, "year": needed.year, "population": count(needed.population),
        "without": needed.wards_without_population,
        "lines": [
            {"ratio": ratio.persons_per_net, "use": ratio.use, "source": ratio.source,
             "nets": count(needed.by_ratio[ratio.persons_per_net])}
            for ratio in itn_api.RATIOS.values()
        ],
    }  # fmt: skip


def _missing(workflow: Workflow) -> str:
    result = current_result(workflow)
    if result is None:
        return say("The ward TPR must be ready first.")
    if analysis_api.latest_done_run(result) is None:
        return say("A net plan follows a finished risk analysis of the present choices.")
    return ""


def plan_view(plan: ItnPlan) -> dict[str, Any]:
    """Return a plan with totals that visibly add up and a reason for every ward."""
    s = itn_api.plan_summary(plan)
    labels = {choice.id: choice.label for choice in itn_api.strategy_choices()}
    return {
        "uuid": plan.pk, "name": plan.name, "strategy_label": labels.get(plan.strategy, plan.strategy),
        "available": count(plan.available), "allocated": count(plan.allocated),
        "remaining": count(plan.remaining), "stock": count(plan.stock),
        "source": s["population_source"] or "", "year": s["population_year"] or "",
        "covered": count(float(s["people_covered"])) if s["people_covered"] is not None else "",
        "coverage": percent(float(s["coverage_percent"])) if s["coverage_percent"] is not None
        else say("no rate"),
        "need": count(s["need_nets"]), "wards_served": count(s["wards_served"]),
        "wards_total": count(plan.wards), "no_population": s["wards_without_population"],
        "stale": s["stale"], "stale_because": s["stale_because"], "parameters": plan.parameters,
        "rows": [
            {
                "rank": r.rank if r.rank is not None else "", "ward": r.ward_name, "lga": r.lga,
                "code": r.ward_code,
                "population": count(float(r.population)) if r.population is not None
                else say("no population"),
                "need": count(r.need) if r.need is not None else "", "nets": count(r.nets),
                "bales": count(r.bales),
                "coverage": percent(float(r.coverage) * 100) if r.coverage is not None else "",
                "reason_text": r.reason_text, "status": r.status,
            }
            for r in itn_api.rows_of(plan)
        ],
    }  # fmt: skip


def populations_page(workflow: Workflow, params: Mapping[str, str]) -> dict[str, Any]:
    """Return two population lists side by side; raises Conflict TPR_NOT_READY, NO_WARD_LIST."""
    result = current_result(workflow)
    if result is None:
        raise Conflict("TPR_NOT_READY", say("The ward TPR must be ready first."))
    if result.ward_list is None:
        raise Conflict(
            "NO_WARD_LIST", say("No ward list is loaded for {state}.", state=result.state)
        )
    sources = itn_api.population_sources(result.ward_list)
    context: dict[str, Any] = {"workflow": workflow, "state": result.state, "sources": sources}
    if len(sources) < 2:
        return context
    first = params.get("first") or sources[-1].name
    second = params.get("second") or next(s.name for s in sources if s.name != first)
    one, two, found = itn_api.populations_side_by_side(
        result.ward_list, result.state, first, second
    )
    names = {w.code: (w.name, w.lga) for w in wards_of(result.ward_list, result.state)}
    return context | {
        "first": one, "second": two, "found": found,
        "r": None if found.correlation is None else f"{found.correlation:.2f}",
        "wards": [
            {"name": names[pair.code][0], "lga": names[pair.code][1],
             "first": count(float(pair.first)), "second": count(float(pair.second)),
             "ratio": "" if pair.ratio is None else f"{pair.ratio:.2f}"}
            for pair in found.far_apart if pair.code in names
        ],
        "sums": (count(float(found.sum_first)), count(float(found.sum_second))),
    }  # fmt: skip
