"""Why a ward stands where it stands, and whether neighbours resemble each other."""

from typing import Any

from analysis import api as analysis_api
from chatmrpt.chat.replies.answers.groups import grouped
from chatmrpt.chat.replies.answers.onward import wards_of
from chatmrpt.chat.replies.answers.ranking import by_risk
from chatmrpt.chat.replies.answers.rates import rate_sentence
from chatmrpt.chat.replies.answers.scope import Scope, scope_of
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import bars, join, percent, plural
from chatmrpt.common.cache import recomputable
from chatmrpt.common.language import say
from tpr.domain.autocorrelation import moran, touching
from tpr.models import BoundaryList, Ward, Workflow
from tpr.selectors.results import current_result

PERMUTATIONS, SEED = 499, 20240101


def why_rank(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Variable contributions and rank interval of a ward; without a run, its rate among the wards."""
    named = {k: v for k, v in slots.items() if k in ("ward", "lga", "state", "facility")}
    scope = scope_of(workflow, named)
    run = analysis_api.latest_done_run(current_result(workflow))
    if scope.ward is None and scope.lga is None:
        if run is None:
            return by_risk(workflow, {"n": 5}, "ward")
        first = analysis_api.ranked_wards(run)[0]
        named = {"ward": first.ward, "lga": first.lga}
        scope = scope_of(workflow, named)
    whole = scope.but(lga=None, ward=None)
    place = _place_among(scope, whole)
    if run is None:
        return Reply(
            text=say(
                "{place} There is no finished risk analysis of the present choices, so "
                "what else speaks for or against it is not known; say “run the risk "
                "analysis” when the ward TPR is there.\n\n{source}",
                place=place,
                source=scope.source,
            )
        )
    labels = {use.name: use.label for use in analysis_api.variable_uses(run)}
    names = _names_in_run(scope)
    rows = [
        s for s in analysis_api.scores(run) if (s.lga.casefold(), s.ward_name.casefold()) in names
    ]
    if not rows:
        return Reply(
            text=say(
                "{place} {place_2} is not among the {n_wards} wards that were ranked: "
                "without a rate, or not on the ward list.\n\n{source}",
                place=place,
                place_2=scope.place,
                n_wards=run.n_wards,
                source=scope.source,
            )
        )
    s = rows[0]
    parts = sorted(
        ((labels.get(name, name), facts["contribution"]) for name, facts in s.variables.items()
         if facts.get("contribution") is not None),
        key=lambda c: -abs(c[1]),
    )  # fmt: skip
    rest = (
        say(
            " It is the first of {rows} ranked wards of {place}.", rows=len(rows), place=scope.place
        )
        if scope.ward is None
        else ""
    )
    between = (
        say(
            ", 90 % of the draws between {rank_low} and {rank_high}",
            rank_low=s.rank_low,
            rank_high=s.rank_high,
        )
        if s.rank_low
        else ""
    )
    text = say(
        "{ward_name} ({lga}) has risk rank {rank} of {n_wards}{between}; third: "
        "{category}.{rest} What counts most: {n}. {place}",
        ward_name=s.ward_name,
        lga=s.lga,
        rank=s.rank,
        n_wards=run.n_wards,
        between=between,
        category=s.category,
        rest=rest,
        n=join([f"{n} ({v:+.3f})" for n, v in parts[:3]]),
        place=place,
    )
    figure = bars(
        say("Contribution to the score"),
        say("Variable"),
        [{"label": n, "value": abs(v), "text": f"{v:+.3f}"} for n, v in parts[:8]],
        unit="",
        note=say(
            "Profile {profile}; score {score:.3f}. A minus lowers the rank.",
            profile=run.profile,
            score=s.score,
        ),
    )
    return Reply(text=f"{text}\n\n{scope.source}", figures=[figure],
                 links=[{"href": "?tab=risk", "label": say("Open the ranking")}])  # fmt: skip


def _place_among(scope: Scope, whole: Scope) -> str:
    unit = "ward" if scope.ward else "lga"
    groups = [g for g in grouped(whole, unit).rows if g.figure.tpr is not None]
    groups.sort(key=lambda g: -(g.figure.tpr or 0))
    wanted = scope.ward or scope.lga
    at = next((i for i, g in enumerate(groups, 1) if g.key == wanted), None)
    rate = rate_sentence(scope, scope.figure())
    word = "wards" if unit == "ward" else say("LGAs")
    among = (
        say(
            " That is place {at} of {groups} {word} with a rate, highest first.",
            at=at,
            groups=len(groups),
            word=word,
        )
        if at
        else ""
    )
    mean = whole.figure()
    return f"{rate}{among} {whole.place}: {percent(mean.tpr)}."


def _names_in_run(scope: Scope) -> set[tuple[str, str]]:
    return {
        (scope.names.lgas[key[:2]].casefold(), name.casefold())
        for key, name in scope.names.wards.items()
        if key[2] and (key == scope.ward if scope.ward else key[:2] == scope.lga)
    }


def autocorrelation(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Moran's I of the ward rates: the neighbours' rule, permutations and p."""
    scope = scope_of(workflow, slots)
    if scope.state is None:
        return Reply(text=say("Clustering is computed within one state. Choose a state first."))
    found = scope.ward_list
    pairs = _touching(found, scope.state) if found else set()
    if found is None or not pairs:
        return Reply(
            text=say(
                "No ward boundaries are loaded for {state}, so it is not known which "
                "wards are neighbours. Nearest: positivity by LGA, “compare the LGAs”.\n\n"
                "{file}",
                state=scope.state,
                file=scope.file,
            )
        )
    joined = scope.names.listed
    rates = {joined[g.key]: g.figure.tpr for g in wards_of(scope)
             if g.key in joined and g.figure.tpr is not None}  # fmt: skip
    m = moran(rates, pairs, permutations=PERMUTATIONS, seed=SEED)
    if m.index is None:
        return Reply(
            text=say(
                "Moran's I needs three wards with a rate that touch and differ; {place} "
                "has {wards} ({said}).\n\n{source}",
                place=scope.place,
                wards=plural(m.wards, "such ward"),
                said=scope.said,
                source=scope.source,
            )
        )
    p = m.p if m.p is not None else 1.0
    words = (
        say("wards with similar rates lie together") if p < 0.05 and m.index > m.expected
        else say("neighbours differ more than by chance") if p < 0.05
        else say("no clustering can be told from chance")
    )  # fmt: skip
    text = say(
        "Moran's I of the ward TPR is {index:.3f} ({expected:.3f} expected by "
        "chance), p = {p:.3f}: {words}. {wards} wards of {place} with a rate and "
        "a neighbour ({said}), {pairs} of neighbours; neighbours are wards whose "
        "borders touch on the list '{found}'; {permutations} permutations, seed "
        "{seed}, two-sided.{islands}",
        index=m.index,
        expected=m.expected,
        p=p,
        words=words,
        wards=m.wards,
        place=scope.place,
        said=scope.said,
        pairs=plural(m.pairs, "pair"),
        found=found.name,
        permutations=m.permutations,
        seed=SEED,
        islands=say(
            " {islands} without a neighbour took no part.", islands=plural(m.islands, "ward")
        )
        if m.islands
        else "",
    )
    return Reply(text=f"{text}\n\n{scope.source}")


def _touching(found: BoundaryList, state: str) -> set[tuple[int, int]]:
    def read() -> set[tuple[int, int]]:
        paths = Ward.objects.filter(list=found, state=state, display__isnull=False)
        return touching({pk: display["d"] for pk, display in paths.values_list("id", "display")})

    return recomputable(
        f"touching:{found.pk}:{found.loaded_at:%s.%f}:{state}".replace(" ", "_"), read
    )
