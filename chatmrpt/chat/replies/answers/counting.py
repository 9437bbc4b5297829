"""How many there are, which they are, and whether something is there at all."""

from collections.abc import Iterable
from typing import Any

from chatmrpt.chat.replies.answers.holdings import NAMES_SHOWN, covered_period, overview, unfiltered
from chatmrpt.chat.replies.answers.scope import Unanswerable, scope_of, state_counts
from chatmrpt.chat.replies.reply import Reply
from chatmrpt.chat.words import (
    AGE_LABELS,
    LEVEL_LABELS,
    count,
    join,
    plural,
    share,
)
from chatmrpt.common.language import Words, say
from tpr.models import FacilityReport, Workflow
from tpr.models.facility import TEST_COLUMNS
from tpr.selectors.slices import filled

_COUNTED = Words({
    "states": "states", "lgas": "LGAs", "wards": "wards", "facilities": "facilities",
    "rows": "rows", "tests": "tests", "positives": "positives", "periods": "periods",
})  # fmt: skip


def count_things(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """A distinct count or a sum, with its filter and the blank cells beside it."""
    of = str(slots.get("of") or "facilities")
    if of in ("tests", "positives"):
        return _sum_of(workflow, slots, of)
    if of in ("llin_pw", "llin_u5"):
        from chatmrpt.chat.replies.answers.onward import handed_out

        return handed_out(workflow, slots, of)
    if of == "periods":
        return covered_period(workflow, slots)
    scope = unfiltered(workflow, slots)
    if of == "states":
        states = sorted(state_counts(workflow))
        return Reply(
            text=say(
                "The file holds {states}: {states_2}.\n\n{file}",
                states=plural(len(states), "state"),
                states_2=few(states),
                file=scope.file,
            )
        )
    rows = scope.facility_rows
    where = scope.place + (
        "" if scope.level == "all" else f" ({LEVEL_LABELS[scope.level].lower()})"
    )
    if of == "unknown_wards":
        facilities = rows.filter(ward_key="")
        reports = FacilityReport.objects.filter(facility__in=facilities).count()
        whole = FacilityReport.objects.filter(facility__in=rows).count()
        return Reply(
            text=say(
                "{reports} rows of {where} have no ward or the ward 'Unknown', in "
                "{count}. They count for the LGA and the state, not for any ward.\n\n{file}",
                reports=share(reports, whole),
                where=where,
                count=plural(facilities.count(), "facility", "facilities"),
                file=scope.file,
            )
        )
    if of == "rows":
        reports = FacilityReport.objects.filter(facility__in=rows)
        number = reports.count()
        return Reply(
            text=say(
                "{number} rows of {where} are used, one per facility and period (the "
                "file had {rows_read} rows in all).\n\n{file}",
                number=count(number),
                where=where,
                rows_read=count(scope.upload.counts.get("rows_read")),
                file=scope.file,
            )
        )
    if of == "lgas":
        number = rows.exclude(lga_key="").values("state", "lga_key").distinct().count()
        said = say("distinct names")
    elif of == "wards":
        stored = rows.exclude(ward_key="").values_list("state", "lga_key", "ward_key").distinct()
        number = len({scope.names.ward_of[key] for key in stored})
        unknown = rows.filter(ward_key="").count()
        said = say(
            "distinct by LGA and name; {unknown} without a ward",
            unknown=plural(unknown, "facility", "facilities"),
        )
    else:
        of, number = "facilities", rows.count()
        blank = number - rows.filter(reports__isnull=False).distinct().count()
        unknown = rows.filter(level__isnull=True).count()
        said = say(
            "distinct facilities, not rows{unknown}",
            unknown=say("; level not known for {unknown}", unknown=unknown) if unknown else "",
        )
        said += say("; {blank} without a row", blank=blank) if blank else ""
    name = {"lgas": say("LGA"), "wards": "ward", "facilities": "facility"}[of]
    many = {"facility": "facilities"}.get(name, name + "s")
    return Reply(
        text=say(
            "{number} in {where} ({said}).\n\n{file}",
            number=plural(number, name, many),
            where=where,
            said=said,
            file=scope.file,
        )
    )


def few(names: Iterable[str], n: int = NAMES_SHOWN) -> str:
    names = list(names)
    return (
        join(names)
        if len(names) <= n
        else say(
            "{names} and {names_2} more", names=", ".join(names[:n]), names_2=count(len(names) - n)
        )
    )


def _sum_of(workflow: Workflow, slots: dict[str, Any], of: str) -> Reply:
    scope = scope_of(workflow, slots)
    if slots.get("age") and not slots.get("level") and slots.get("method"):
        scope = scope_of(workflow, slots, level="all")
    sums = scope.sums_by()[()]
    found = scope.figure_from(sums)
    number = found.tested if of == "tests" else found.positive
    blank = sums.blank_tested if of == "tests" else sums.blank_positive
    cells = sums.cells
    left = found.tests_without_result + found.positives_without_tests
    text = say(
        "{number} {of} in {place} ({said}), from complete pairs of tested and "
        "positive. Blank cells are not zeros: {blank} cells of '{tested}' are "
        "blank, and {left} {is_} not used.",
        number=count(number or 0),
        of=of,
        place=scope.place,
        said=scope.said,
        blank=share(blank, cells),
        tested="tested" if of == "tests" else "positive",
        left=plural(left, "half pair"),
        is_="is" if left == 1 else "are",
    )
    if found.excluded_cells:
        text += say(
            " {excluded_cells} with more positives than tests ({excluded_tested} "
            "tests, {excluded_positive} positives).",
            excluded_cells=plural(found.excluded_cells, "pair"),
            excluded_tested=count(found.excluded_tested),
            excluded_positive=count(found.excluded_positive),
        )
    return Reply(text=f"{text}\n\n{scope.source}")


def list_names(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    of = str(slots.get("of") or "states")
    scope = unfiltered(workflow, slots)
    if of == "states" or (of == "wards" and scope.state is None):
        states = sorted(state_counts(workflow))
        more = "" if of == "states" else say(" Choose one of them and I can list its wards.")
        return Reply(text=f"{plural(len(states), 'state')}: {few(states)}.{more}\n\n{scope.file}")
    if of == "lgas":
        names = sorted({n for n in scope.names.lgas.values() if n}, key=str.casefold)
    elif of == "wards":
        lga = scope.lga
        names = [
            shown if lga else f"{shown} ({scope.names.lgas[key[:2]]})"
            for key, shown in scope.names.wards.items()
            if key[2] and (lga is None or key[:2] == lga)
        ]
        names.sort(key=str.casefold)
    else:
        rows = scope.facility_rows
        names = sorted(filter(None, rows.values_list("name", flat=True)), key=str.casefold)
    label = _COUNTED.get(of, "names")
    return Reply(
        text=say(
            "{names} {label} of {place}: {names_2}.\n\n{file}",
            names=count(len(names)),
            label=label,
            place=scope.place,
            names_2=few(names),
            file=scope.file,
        )
    )


def presence(workflow: Workflow, slots: dict[str, Any]) -> Reply:
    """Yes or no, with rows and period; also for a level, an age group or a method."""
    try:
        scope = unfiltered(workflow, slots)
    except Unanswerable as error:
        return Reply(text=f"No: {error}")
    if not any(
        slots.get(k) for k in ("state", "lga", "ward", "facility", "level", "age", "method")
    ):
        return overview(workflow, slots)
    method = slots.get("method")
    names = [
        name for name in TEST_COLUMNS
        if (scope.age == "all" or name.endswith(f"_{scope.age}"))
        and (method not in ("rdt", "microscopy") or f"_{method}_" in name)
    ]  # fmt: skip
    sums = scope.sums_by()[()]
    cells = filled(scope.look, names)
    number = sum(n for name, (n, _) in cells.items() if name)
    what = [scope.place]
    what += [LEVEL_LABELS[scope.level].lower()] if scope.level != "all" else []
    what += [AGE_LABELS[scope.age].lower()] if scope.age != "all" else []
    what += [say("RDT") if method == "rdt" else str(method)] if method else []
    subject = ", ".join(what)
    if not sums.rows or not number:
        have = (
            say("{rows}, none with a test count", rows=plural(sums.rows, "row"))
            if sums.rows
            else say("no row")
        )
        return Reply(
            text=say(
                "No: {subject} has {have} in the file.\n\n{file}",
                subject=subject,
                have=have,
                file=scope.file,
            )
        )
    return Reply(
        text=say(
            "Yes: {subject} is in the file, with {rows} of {facilities}, {months}; "
            "{number} test cells are filled.\n\n{file}",
            subject=subject,
            rows=plural(sums.rows, "row"),
            facilities=plural(sums.facilities, "facility", "facilities"),
            months=scope.months,
            number=count(number),
            file=scope.file,
        )
    )
