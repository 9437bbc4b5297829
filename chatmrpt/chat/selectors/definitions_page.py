"""A place by every definition, and in how many of them each ward stays among the first k."""

from collections.abc import Mapping
from typing import Any

from chatmrpt.chat.selectors.places_form import number_in, place_form
from chatmrpt.chat.selectors.results import summary_of
from chatmrpt.chat.words import (
    AGE_LABELS,
    DEFINITION_LABELS,
    EXCEEDING_LABELS,
    LEVEL_LABELS,
    REASON_LABELS,
    count,
    interval,
    percent,
)
from chatmrpt.common.language import say
from tpr.domain.definitions import AGES, LEVELS, Steadiness
from tpr.domain.positivity import Figure
from tpr.models import TprResult, Workflow
from tpr.selectors.definitions import side_by_side, stability_of

SHOWN = 50
DEFAULT_K = 10


def definitions_page(
    workflow: Workflow, result: TprResult, params: Mapping[str, str]
) -> dict[str, Any]:
    """Return the page. `place=`: an LGA or LGA|ward; `k=`: size of the top; `all=1`: every ward."""
    place = place_form(result, params)
    found = side_by_side(result, place["lga"], place["ward"])
    k = number_in(params, "k", DEFAULT_K)
    positivity, ratios = stability_of(result, k)
    wards = sorted(
        positivity.wards.items(), key=lambda item: (-item[1].share, item[1].middle or 1e9, item[0])
    )
    whole = bool(params.get("all"))
    return {
        "workflow": workflow,
        "result": result,
        "summary": summary_of(result),
        "place": place,
        "definitions": [
            {"label": DEFINITION_LABELS[d], "chosen": d == result.definition, **_figure(f)}
            for d, f in found.by_definition.items()
        ],
        "matrix": [
            {
                "label": LEVEL_LABELS[level],
                "cells": [
                    {
                        "chosen": (level, age) == (result.level, result.age_group),
                        **_figure(found.by_combination[level, age]),
                    }
                    for age in AGES
                ],
            }
            for level in LEVELS
        ],
        "ages": [AGE_LABELS[age] for age in AGES],
        "treatments": [
            {
                "label": say(
                    "Pairs with more positives than tests are {exceeding_labels}",
                    exceeding_labels=EXCEEDING_LABELS[e],
                ),
                "chosen": e == result.exceeding,
                **_figure(f),
            }
            for e, f in found.by_treatment.items()
        ],
        "k": k,
        "available": len(positivity.available),
        "missing": len(positivity.not_available),
        "ratios": len(ratios.available),
        "whole": whole,
        "wards": len(wards),
        "steady": [
            {"lga": lga, "ward": ward, **_steady(s), "ratio": _share(ratios.wards[lga, ward])}
            for (lga, ward), s in (wards if whole else wards[:SHOWN])
        ],
    }


def _figure(f: Figure) -> dict[str, str]:
    return {
        "tested": "" if f.tested is None else count(f.tested),
        "positive": "" if f.positive is None else count(f.positive),
        "tpr": percent(f.tpr) if f.tpr is not None else REASON_LABELS.get(f.reason or "", "no rate"),
        "interval": interval(*f.shown), "missing": "1" if f.tpr is None else "",
    }  # fmt: skip


def _share(s: Steadiness) -> str:
    return f"{s.in_top} of {s.of}" if s.of else say("not available")


def _steady(s: Steadiness) -> dict[str, str]:
    return {
        "top": _share(s), "percent": f"{100 * s.share:.0f} %" if s.of else "",
        "best": str(s.best or ""), "middle": f"{s.middle:g}" if s.middle else "",
        "worst": str(s.worst or ""), "ranked": f"{s.ranked} of {s.of}",
    }  # fmt: skip
