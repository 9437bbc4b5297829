"""Every combination from one fold, and how steady a ward's place is."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tpr.domain.definitions import AGES, LEVELS, POSITIVITY, counts, ranks, stability, sums_by_ward
from tpr.domain.positivity import DEFINITIONS, BaseRow, chosen, pair

PAIRS = st.one_of(
    st.just((None, None)),
    st.integers(0, 60).flatmap(lambda t: st.tuples(st.just(t), st.integers(0, t))),
)


@st.composite
def base_tables(draw: st.DrawFn) -> list[BaseRow]:
    rows = []
    for facility in range(draw(st.integers(1, 6))):
        ward, level = draw(st.sampled_from("ABC")), draw(st.sampled_from([*LEVELS[:3], None]))
        for age in AGES:
            (tr, pr), (tm, pm) = draw(PAIRS), draw(PAIRS)
            known = [(t, p) for t, p in ((tr, pr), (tm, pm)) if t is not None]
            biggest = max(known, default=(None, None), key=lambda pair: pair[0])
            rows.append(
                BaseRow(
                    facility, "L", ward, level, age,
                    max((t for t, _ in known), default=None),
                    max((p for _, p in known), default=None), tr, pr, tm, pm, *biggest,
                    opd=draw(st.one_of(st.none(), st.integers(0, 90))), fever=None,
                    periods=1 if known else 0, mixed_periods=0, rows=1, reported=1, excluded_rdt=0,
                    excluded_mic=0, excluded_tested=0, excluded_positive=0,
                    tests_without_result=0, positives_without_tests=0,
                )
            )  # fmt: skip
    return rows


@settings(max_examples=60, deadline=None)
@given(base_tables())
def test_the_one_fold_gives_what_a_fold_for_each_combination_gives(rows: list[BaseRow]) -> None:
    table = sums_by_ward(rows, {r.facility_id: (r.lga, r.ward) for r in rows})
    for level in LEVELS:
        for age in AGES:
            for ward in {r.ward for r in rows}:
                members = [r for r in chosen(rows, level, age) if r.ward == ward]
                sums = table[level, age].get(("L", ward))
                for definition in DEFINITIONS:
                    naive = pair(members, definition)
                    assert (counts(sums, definition) if sums else (None, None)) == naive


def table_with(rates: dict[str, tuple[float, float]]) -> dict:
    """Two wards and more that report microscopy and RDT alike, only under `all` and u5."""
    rows = []
    for n, (ward, (tested, positive)) in enumerate(rates.items()):
        rows.append(
            BaseRow(n, "L", ward, None, "u5", tested, positive, tested, positive, None, None,
                    tested, positive, None, None, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0)
        )  # fmt: skip
    return sums_by_ward(rows, {n: ("L", ward) for n, ward in enumerate(rates)})


def test_a_combination_without_half_of_the_wards_is_neither_agreement_nor_disagreement() -> None:
    table = table_with({"A": (100, 60), "B": (100, 40), "C": (100, 20)})
    found = stability(table, [("L", w) for w in "ABCDE"], k=1)
    # of 96: level all, age u5, and the four definitions that RDT alone can feed, and method_max
    assert {(c.level, c.age) for c in found.available} == {("all", "u5")}
    assert {c.definition for c in found.available} == set(POSITIVITY) - {"microscopy"}
    assert len(found.available) + len(found.not_available) == 96
    first, never = found.wards["L", "A"], found.wards["L", "D"]
    assert (first.in_top, first.of, first.best, first.worst) == (5, 5, 1, 1)
    assert (never.in_top, never.of, never.ranked, never.best) == (0, 5, 0, None)
    six = stability(table, [("L", w) for w in "ABCDEFG"], k=1)
    assert six.available == ()  # three of seven wards are fewer than half


def test_ties_are_broken_by_tests_then_by_name() -> None:
    table = table_with({"Z": (10, 5), "B": (100, 50), "A": (10, 5), "C": (10, 6)})
    order = ranks(table["all", "u5"], "rdt")
    assert [w for _, w in sorted(order, key=order.__getitem__)] == ["C", "B", "A", "Z"]


@given(st.integers(1, 6))
def test_the_first_k_of_every_combination_are_k_wards(k: int) -> None:
    rates = {name: (50.0, 5.0 * n) for n, name in enumerate("ABCDEF")}
    found = stability(table_with(rates), [("L", w) for w in rates], k=k)
    assert sum(w.in_top for w in found.wards.values()) == k * len(found.available)
