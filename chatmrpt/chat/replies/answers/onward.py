"""Answers that reach beyond the file: ward list, populations, nets handed out, risk, clustering."""

from collections.abc import Callable
from typing import Any

from analysis import api as analysis_api
from chatmrpt.chat.replies.answers.groups import Group, grouped
from chatmrpt.chat.replies.answers.measures import people_of, population_of
from chatmrpt.chat.replies.answers.ranking import by_risk
from chatmrpt.chat.replies.answers.rates import rate_sentence
from chatmrpt.chat.replies.answers.scope import Scope, scope_of
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import bars, count, join, percent, plural, share, table
from chatmrpt.common.cache import recomputable
from itn import api as itn_api
from tpr.domain.autocorrelation import moran, touching
from tpr.models import BoundaryList, Ward, Workflow
from tpr.selectors.results import current_result
from tpr.selectors.slices import filled

PERMUTATIONS, SEED = 499, 20240101
BALE = 50


def _wards(scope: Scope) -> list[Group]:
    return [g for g in grouped(scope, "ward").rows if g.key[2]]


def unmatched(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Wards of the file that are not on the ward list: names, LGA, tests."""
    scope = scope_of(workflow, slots)
    if scope.state is None:
        return Reply(text="Names are joined to the ward list of one state. Choose a state and I can say "
                     "which of its wards are not on the list.")  # fmt: skip
    found = scope.ward_list
    if found is None:
        return Reply(text=f"No ward list is loaded for {scope.state}, so no ward can be off it: the table "
                     "holds every ward of the file. An administrator loads a list with load_wards."
                     f"\n\n{scope.file}")  # fmt: skip
    joined = scope.names.listed
    wards = _wards(scope)
    known = {g.key for g in wards}
    # A ward without a facility of the level is off the list all the same.
    rest = [
        key for key in scope.names.wards if key[2] and key not in joined and _inside(scope, key)
    ]
    figures = {g.key: g.figure for g in wards}
    cells = [
        [scope.names.wards[key], scope.names.lgas[key[:2]],
         count(figures[key].tested or 0) if key in known else "0"]
        for key in rest
    ]  # fmt: skip
    cells.sort(key=lambda c: (-float(c[2].replace(",", "")), c[0]))
    tests = sum(figures[key].tested or 0 for key in rest if key in known)
    whole = sum(g.figure.tested or 0 for g in wards)
    text = (
        f"{plural(len(rest), 'name')} of {count(len(joined) + len(rest))} in {scope.place} "
        f"{'is' if len(rest) == 1 else 'are'} not on the ward list '{found.name}', with "
        f"{share(tests, whole)} of the tests of named wards ({scope.said}). They count for their LGA and "
        "the state, and have no place on the map. Nothing was guessed. Wards without data are another "
        "list: ask “which wards have no data?”."
    )
    return Reply(text=f"{text}\n\n{scope.source}",
                 links=[{"href": "?tab=quality", "label": "Open Quality"}],
                 figures=[_places("Not on the list, most tests first", cells)] if cells else [])  # fmt: skip


def _inside(scope: Scope, key: tuple[str, str, str]) -> bool:
    return scope.lga is None or key[:2] == scope.lga


def _places(caption: str, cells: list[list[str]], shown: int = 12) -> dict[str, Any]:
    left = f"{count(len(cells) - shown)} more are under Quality." if len(cells) > shown else ""
    heads = [("Ward", False), ("LGA", False), ("Tests", True)]
    return table(caption, heads, cells[:shown], note=left)


def no_data(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Wards of the file without a rate, and wards of the list that the file never names."""
    scope = scope_of(workflow, slots)
    groups = {g.key: g for g in _wards(scope)}
    empty = []
    for key, name in scope.names.wards.items():
        if key[2] and _inside(scope, key):
            group = groups.get(key)
            if group is None or group.figure.tpr is None:
                why = str(group.figure.reason if group else "no_level_match").replace("_", " ")
                empty.append([name, scope.names.lgas[key[:2]], why])
    empty.sort(key=lambda c: (c[1].casefold(), c[0].casefold()))
    inside = sum(bool(k[2]) and _inside(scope, k) for k in scope.names.wards)
    text = (
        f"{len(empty)} of {plural(inside, 'ward')} of {scope.place} in the file have no rate "
        f"({scope.said}): unknown, not zero."
    )
    heads = [("Ward", False), ("LGA", False), ("Why", False)]
    figures = []
    if empty:
        left = f"{count(len(empty) - 10)} more are under Quality." if len(empty) > 10 else ""
        figures.append(table("In the file, without a rate", heads, empty[:10], note=left))
    found = scope.ward_list if scope.state else None
    if found is not None and scope.lga is None:
        taken = set(scope.names.listed.values())
        absent = [[name, lga, "not in the file"] for pk, name, lga in
                  Ward.objects.filter(list=found, state=scope.state).order_by("lga", "name")
                  .values_list("id", "name", "lga") if pk not in taken]  # fmt: skip
        text += (
            f" {plural(len(absent), 'ward')} of the list '{found.name}' "
            f"{'is' if len(absent) == 1 else 'are'} not named in the file."
        )
        if absent:
            left = f"{count(len(absent) - 10)} more are under Quality." if len(absent) > 10 else ""
            figures.append(table("On the list, not in the file", heads, absent[:10], note=left))
    text += " Names that are not on the list are another matter: ask “which wards did not match?”."
    return Reply(text=f"{text}\n\n{scope.source}", figures=figures,
                 links=[{"href": "?tab=quality", "label": "Open Quality"}])  # fmt: skip


NET_WORDS = {"llin_pw": "pregnant women", "llin_u5": "children under five"}


def handed_out(workflow: Workflow, slots: dict[str, Any], of: str) -> Reply:
    """Nets handed out to a group, with the blank cells beside the sum."""
    scope = scope_of(workflow, slots, level="all", age="all")
    cells = filled(scope.look, [of])
    rows, (n, total) = cells[""][0], cells[of]
    if not n:
        return Reply(text=f"The file has no count of nets given to {NET_WORDS[of]}. Nearest: tests and "
                     f"positives of the group.\n\n{scope.file}")  # fmt: skip
    return Reply(
        text=f"{count(total)} nets (LLIN) were given to {NET_WORDS[of]} in {scope.place} ({scope.said}). "
        f"{share(n, rows)} rows hold a number; the others are blank, which is not zero, so it is a lower "
        f"bound.\n\n{scope.file}"
    )


def coverage(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """The sum handed out; a coverage only with a population of that group."""
    of = str(slots.get("of") or "")
    kinds = (of,) if of in NET_WORDS else tuple(NET_WORDS)
    lines = []
    for kind in kinds:
        lines.append(handed_out(workflow, slots, kind).text.split("\n\n")[0])
    scope = scope_of(workflow, slots, level="all", age="pw" if of == "llin_pw" else "all")
    people = population_of(scope)
    if isinstance(people, str):
        lines.append(f"A coverage needs the number of people it should reach. {people}")
    else:
        total = people_of(scope, people)
        for kind in kinds:
            given = filled(scope.look, [kind])[kind][1]
            if given is None or not total:
                continue
            if kind == "llin_pw" and scope.age == "pw":
                lines.append(
                    f"Of {count(round(float(total)))} {people.said}, that is "
                    f"{percent(100 * given / float(total))}: handed out ÷ expected, not nets in use."
                )
            else:
                lines.append(
                    f"That is {1000 * given / float(total):.1f} nets per 1,000 {people.said}; a coverage "
                    f"of {NET_WORDS[kind]} needs their own number, which is not loaded."
                )
    return Reply(text="\n\n".join([*lines, scope.file]))


def nets_needed(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Population, ratio, buffer, nets and bales for everybody; also at the other ratios."""
    scope = scope_of(workflow, slots)
    if scope.state is None:
        return Reply(text="Nets for full coverage are counted for one state with a ward list and a "
                     "population. Choose a state first.")  # fmt: skip
    found = scope.ward_list
    needed = itn_api.nets_needed(found, scope.state) if found else None
    if needed is None or not needed.population:
        what = "ward population" if found else "ward list"
        return Reply(text=f"No {what} is loaded for {scope.state}, so the need is not known. Nearest: the "
                     "need is population ÷ 1.8, each ward rounded up, in bales of 50; an administrator "
                     f"loads a population with load_population.\n\n{scope.file}")  # fmt: skip
    order = sorted(needed.by_ratio, key=lambda r: (float(r) != 1.8, float(r)))
    rows = [[f"{float(r):g}", count(needed.by_ratio[r]), count(-(-needed.by_ratio[r] // BALE))]
            for r in order]  # fmt: skip
    main = needed.by_ratio[order[0]]
    text = (
        f"Full coverage of {scope.state} needs {count(main)} nets ({count(-(-main // BALE))} bales of "
        f"{BALE}): {count(needed.population)} people ÷ {float(order[0]):g} persons per net, each of "
        f"{plural(needed.wards - needed.wards_without_population, 'ward')} rounded up, buffer 0 %."
        + (f" {plural(needed.wards_without_population, 'ward')} without a population add nothing."
           if needed.wards_without_population else "")
        + f" Population: {needed.source}, {needed.year}; ward list '{found.name if found else ''}'."
    )  # fmt: skip
    heads = [("Persons per net", True), ("Nets", True), ("Bales", True)]
    return Reply(
        text=text,
        figures=[table("Nets needed by persons per net", heads, rows)],
        links=[{"href": "?tab=nets", "label": "Plan nets"}] if current_result(workflow) else [],
    )


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
            text=f"{place} There is no finished risk analysis of the present choices, so what else speaks "
            "for or against it is not known; say “run the risk analysis” when the ward TPR is there."
            f"\n\n{scope.source}"
        )
    labels = {use.name: use.label for use in analysis_api.variable_uses(run)}
    names = _names_in_run(scope)
    rows = [
        s for s in analysis_api.scores(run) if (s.lga.casefold(), s.ward_name.casefold()) in names
    ]
    if not rows:
        return Reply(text=f"{place} {scope.place} is not among the {run.n_wards} wards that were ranked: "
                     f"without a rate, or not on the ward list.\n\n{scope.source}")  # fmt: skip
    s = rows[0]
    parts = sorted(
        ((labels.get(name, name), facts["contribution"]) for name, facts in s.variables.items()
         if facts.get("contribution") is not None),
        key=lambda c: -abs(c[1]),
    )  # fmt: skip
    rest = (
        f" It is the first of {len(rows)} ranked wards of {scope.place}."
        if scope.ward is None
        else ""
    )
    between = f", 90 % of the draws between {s.rank_low} and {s.rank_high}" if s.rank_low else ""
    text = (
        f"{s.ward_name} ({s.lga}) has risk rank {s.rank} of {run.n_wards}{between}; third: {s.category}."
        f"{rest} What counts most: {join([f'{n} ({v:+.3f})' for n, v in parts[:3]])}. {place}"
    )
    figure = bars(
        "Contribution to the score", "Variable",
        [{"label": n, "value": abs(v), "text": f"{v:+.3f}"} for n, v in parts[:8]], unit="",
        note=f"Profile {run.profile}; score {s.score:.3f}. A minus lowers the rank.",
    )  # fmt: skip
    return Reply(text=f"{text}\n\n{scope.source}", figures=[figure],
                 links=[{"href": "?tab=risk", "label": "Open the ranking"}])  # fmt: skip


def _place_among(scope: Scope, whole: Scope) -> str:
    unit = "ward" if scope.ward else "lga"
    groups = [g for g in grouped(whole, unit).rows if g.figure.tpr is not None]
    groups.sort(key=lambda g: -(g.figure.tpr or 0))
    wanted = scope.ward or scope.lga
    at = next((i for i, g in enumerate(groups, 1) if g.key == wanted), None)
    rate = rate_sentence(scope, scope.figure())
    word = "wards" if unit == "ward" else "LGAs"
    among = f" That is place {at} of {len(groups)} {word} with a rate, highest first." if at else ""
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
        return Reply(text="Clustering is computed within one state. Choose a state first.")
    found = scope.ward_list
    pairs = _touching(found, scope.state) if found else set()
    if found is None or not pairs:
        return Reply(text=f"No ward boundaries are loaded for {scope.state}, so it is not known which wards "
                     "are neighbours. Nearest: positivity by LGA, “compare the LGAs”."
                     f"\n\n{scope.file}")  # fmt: skip
    joined = scope.names.listed
    rates = {joined[g.key]: g.figure.tpr for g in _wards(scope)
             if g.key in joined and g.figure.tpr is not None}  # fmt: skip
    m = moran(rates, pairs, permutations=PERMUTATIONS, seed=SEED)
    if m.index is None:
        return Reply(text=f"Moran's I needs three wards with a rate that touch and differ; {scope.place} has "
                     f"{plural(m.wards, 'such ward')} ({scope.said}).\n\n{scope.source}")  # fmt: skip
    p = m.p if m.p is not None else 1.0
    words = (
        "wards with similar rates lie together" if p < 0.05 and m.index > m.expected
        else "neighbours differ more than by chance" if p < 0.05
        else "no clustering can be told from chance"
    )  # fmt: skip
    text = (
        f"Moran's I of the ward TPR is {m.index:.3f} ({m.expected:.3f} expected by chance), p = {p:.3f}: "
        f"{words}. {m.wards} wards of {scope.place} with a rate and a neighbour ({scope.said}), "
        f"{plural(m.pairs, 'pair')} of neighbours; neighbours are wards whose borders touch on the list "
        f"'{found.name}'; {m.permutations} permutations, seed {SEED}, two-sided."
        + (f" {plural(m.islands, 'ward')} without a neighbour took no part." if m.islands else "")
    )
    return Reply(text=f"{text}\n\n{scope.source}")


def _touching(found: BoundaryList, state: str) -> set[tuple[int, int]]:
    def read() -> set[tuple[int, int]]:
        paths = Ward.objects.filter(list=found, state=state, display__isnull=False)
        return touching({pk: display["d"] for pk, display in paths.values_list("id", "display")})

    return recomputable(
        f"touching:{found.pk}:{found.loaded_at:%s.%f}:{state}".replace(" ", "_"), read
    )


Answer = Callable[[Workflow, dict[str, Any]], Reply]
