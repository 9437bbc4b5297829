"""Answers that reach beyond the file: ward list, populations, nets handed out, risk, clustering."""

from collections.abc import Callable
from typing import Any

from chatmrpt.chat.replies.answers.groups import Group, grouped
from chatmrpt.chat.replies.answers.measures import people_of, population_of
from chatmrpt.chat.replies.answers.scope import Scope, scope_of
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import count, percent, plural, share, table
from chatmrpt.common.language import Words, say
from itn import api as itn_api
from tpr.models import Ward, Workflow
from tpr.selectors.results import current_result
from tpr.selectors.slices import filled

BALE = 50


def wards_of(scope: Scope) -> list[Group]:
    return [g for g in grouped(scope, "ward").rows if g.key[2]]


def unmatched(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Wards of the file that are not on the ward list: names, LGA, tests."""
    scope = scope_of(workflow, slots)
    if scope.state is None:
        return Reply(
            text=say(
                "Names are joined to the ward list of one state. Choose a state and I "
                "can say which of its wards are not on the list."
            )
        )
    found = scope.ward_list
    if found is None:
        return Reply(
            text=say(
                "No ward list is loaded for {state}, so no ward can be off it: the table "
                "holds every ward of the file. An administrator loads a list with "
                "load_wards.\n\n{file}",
                state=scope.state,
                file=scope.file,
            )
        )
    joined = scope.names.listed
    wards = wards_of(scope)
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
    text = say(
        "{rest} of {joined} in {place} {is_} not on the ward list '{found}', "
        "with {tests} of the tests of named wards ({said}). They count for their "
        "LGA and the state, and have no place on the map. Nothing was guessed. "
        "Wards without data are another list: ask “which wards have no data?”.",
        rest=plural(len(rest), "name"),
        joined=count(len(joined) + len(rest)),
        place=scope.place,
        is_="is" if len(rest) == 1 else "are",
        found=found.name,
        tests=share(tests, whole),
        said=scope.said,
    )
    return Reply(
        text=f"{text}\n\n{scope.source}",
        links=[{"href": "?tab=quality", "label": say("Open Quality")}],
        figures=[_places(say("Not on the list, most tests first"), cells)] if cells else [],
    )


def _inside(scope: Scope, key: tuple[str, str, str]) -> bool:
    return scope.lga is None or key[:2] == scope.lga


def _places(caption: str, cells: list[list[str]], shown: int = 12) -> dict[str, Any]:
    left = (
        say("{cells} more are under Quality.", cells=count(len(cells) - shown))
        if len(cells) > shown
        else ""
    )
    heads = [(say("Ward"), False), (say("LGA"), False), (say("Tests"), True)]
    return table(caption, heads, cells[:shown], note=left)


def no_data(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Wards of the file without a rate, and wards of the list that the file never names."""
    scope = scope_of(workflow, slots)
    groups = {g.key: g for g in wards_of(scope)}
    empty = []
    for key, name in scope.names.wards.items():
        if key[2] and _inside(scope, key):
            group = groups.get(key)
            if group is None or group.figure.tpr is None:
                why = str(group.figure.reason if group else "no_level_match").replace("_", " ")
                empty.append([name, scope.names.lgas[key[:2]], why])
    empty.sort(key=lambda c: (c[1].casefold(), c[0].casefold()))
    inside = sum(bool(k[2]) and _inside(scope, k) for k in scope.names.wards)
    text = say(
        "{empty} of {inside} of {place} in the file have no rate ({said}): unknown, not zero.",
        empty=len(empty),
        inside=plural(inside, "ward"),
        place=scope.place,
        said=scope.said,
    )
    heads = [(say("Ward"), False), (say("LGA"), False), (say("Why"), False)]
    figures = []
    if empty:
        left = (
            say("{empty} more are under Quality.", empty=count(len(empty) - 10))
            if len(empty) > 10
            else ""
        )
        figures.append(table(say("In the file, without a rate"), heads, empty[:10], note=left))
    found = scope.ward_list if scope.state else None
    if found is not None and scope.lga is None:
        taken = set(scope.names.listed.values())
        absent = [[name, lga, say("not in the file")] for pk, name, lga in
                  Ward.objects.filter(list=found, state=scope.state).order_by("lga", "name")
                  .values_list("id", "name", "lga") if pk not in taken]  # fmt: skip
        text += say(
            " {absent} of the list '{found}' {is_} not named in the file.",
            absent=plural(len(absent), "ward"),
            found=found.name,
            is_="is" if len(absent) == 1 else "are",
        )
        if absent:
            left = (
                say("{absent} more are under Quality.", absent=count(len(absent) - 10))
                if len(absent) > 10
                else ""
            )
            figures.append(
                table(say("On the list, not in the file"), heads, absent[:10], note=left)
            )
    text += say(
        " Names that are not on the list are another matter: ask “which wards did not match?”."
    )
    return Reply(text=f"{text}\n\n{scope.source}", figures=figures,
                 links=[{"href": "?tab=quality", "label": say("Open Quality")}])  # fmt: skip


NET_WORDS = Words({"llin_pw": "pregnant women", "llin_u5": "children under five"})


def handed_out(workflow: Workflow, slots: dict[str, Any], of: str) -> Reply:
    """Nets handed out to a group, with the blank cells beside the sum."""
    scope = scope_of(workflow, slots, level="all", age="all")
    cells = filled(scope.look, [of])
    rows, (n, total) = cells[""][0], cells[of]
    if not n:
        return Reply(
            text=say(
                "The file has no count of nets given to {net_words}. Nearest: tests and "
                "positives of the group.\n\n{file}",
                net_words=NET_WORDS[of],
                file=scope.file,
            )
        )
    return Reply(
        text=say(
            "{total} nets (LLIN) were given to {net_words} in {place} ({said}). {n} "
            "rows hold a number; the others are blank, which is not zero, so it is a "
            "lower bound.\n\n{file}",
            total=count(total),
            net_words=NET_WORDS[of],
            place=scope.place,
            said=scope.said,
            n=share(n, rows),
            file=scope.file,
        )
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
        lines.append(
            say("A coverage needs the number of people it should reach. {people}", people=people)
        )
    else:
        total = people_of(scope, people)
        for kind in kinds:
            given = filled(scope.look, [kind])[kind][1]
            if given is None or not total:
                continue
            if kind == "llin_pw" and scope.age == "pw":
                lines.append(
                    say(
                        "Of {float} {said}, that is {given}: handed out ÷ expected, not nets in "
                        "use.",
                        float=count(round(float(total))),
                        said=people.said,
                        given=percent(100 * given / float(total)),
                    )
                )
            else:
                lines.append(
                    say(
                        "That is {given:.1f} nets per 1,000 {said}; a coverage of {net_words} "
                        "needs their own number, which is not loaded.",
                        given=1000 * given / float(total),
                        said=people.said,
                        net_words=NET_WORDS[kind],
                    )
                )
    return Reply(text="\n\n".join([*lines, scope.file]))


def nets_needed(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Population, ratio, buffer, nets and bales for everybody; also at the other ratios."""
    scope = scope_of(workflow, slots)
    if scope.state is None:
        return Reply(
            text=say(
                "Nets for full coverage are counted for one state with a ward list and a "
                "population. Choose a state first."
            )
        )
    found = scope.ward_list
    needed = itn_api.nets_needed(found, scope.state) if found else None
    if needed is None or not needed.population:
        what = say("ward population") if found else say("ward list")
        return Reply(
            text=say(
                "No {what} is loaded for {state}, so the need is not known. Nearest: the "
                "need is population ÷ 1.8, each ward rounded up, in bales of 50; an "
                "administrator loads a population with load_population.\n\n{file}",
                what=what,
                state=scope.state,
                file=scope.file,
            )
        )
    order = sorted(needed.by_ratio, key=lambda r: (float(r) != 1.8, float(r)))
    rows = [[f"{float(r):g}", count(needed.by_ratio[r]), count(-(-needed.by_ratio[r] // BALE))]
            for r in order]  # fmt: skip
    main = needed.by_ratio[order[0]]
    text = say(
        "Full coverage of {state} needs {main} nets ({main_2} bales of {bale}): "
        "{population} people ÷ {float:g} persons per net, each of {wards} "
        "rounded up, buffer 0 %.{wards_without_population} Population: {source}, "
        "{year}; ward list '{found}'.",
        state=scope.state,
        main=count(main),
        main_2=count(-(-main // BALE)),
        bale=BALE,
        population=count(needed.population),
        float=float(order[0]),
        wards=plural(needed.wards - needed.wards_without_population, "ward"),
        wards_without_population=say(
            " {wards_without_population} without a population add nothing.",
            wards_without_population=plural(needed.wards_without_population, "ward"),
        )
        if needed.wards_without_population
        else "",
        source=needed.source,
        year=needed.year,
        found=found.name if found else "",
    )
    heads = [(say("Persons per net"), True), (say("Nets"), True), (say("Bales"), True)]
    return Reply(
        text=text,
        figures=[table(say("Nets needed by persons per net"), heads, rows)],
        links=[{"href": "?tab=nets", "label": say("Plan nets")}]
        if current_result(workflow)
        else [],
    )


Answer = Callable[[Workflow, dict[str, Any]], Reply]
