"""Reading tables: population lists, ranked wards, LGA quotas; and joining populations."""

from decimal import Decimal

import pytest

from chatmrpt.common.errors import InvalidInput
from itn.domain.population_join import join_population
from itn.domain.population_table import population_columns, population_rows
from itn.domain.wards_table import (
    Quota,
    quotas_from_rows,
    quotas_from_text,
    resolve_quotas,
    wards_from_rows,
)
from tpr.domain.matching import ListWard

WARDS = [
    ListWard(1, "KWSILR01", "Kwara", "Ilorin West", "Adewole"),
    ListWard(2, "KWSILR02", "Kwara", "Ilorin West", "Gambari I"),
    ListWard(3, "KWSILR03", "Kwara", "Ilorin West", "Gambari II"),
    ListWard(4, "KWSOFF01", "Kwara", "Offa", "Essa A"),
]


def joined(columns, *rows, year=2024):
    table = [dict(zip(columns, row, strict=True)) for row in rows]
    good, bad = population_rows(table, population_columns(columns, year))
    return join_population(good, WARDS), bad


def test_rows_join_by_code_and_other_states_are_counted_not_listed():
    join, bad = joined(
        ["ID", "tt_above60", "total"],
        ["KWSILR01", 5.0, 2216.08349609375],
        ["kwsoff01", 5.0, 0.0],
        ["NIEAGA01", 5.0, 900.0],
        ["110203", 5.0, 900.0],
        ["KWSXXX99", 5.0, 900.0],
        ["KWSILR02", 5.0, None],
    )
    assert join.persons == {1: Decimal("2216.08349609375"), 4: Decimal(0)}
    assert join.other_states == 2
    assert [row.label for row in join.unmatched] == ["KWSXXX99"]
    assert [ward.name for ward in join.missing] == ["Gambari I", "Gambari II"]
    assert [(row.number, row.reason) for row in bad] == [(7, "no figure")]


def test_rows_join_by_exact_or_normalised_names_and_never_by_similarity():
    join, _ = joined(
        ["State", "LGA", "Ward", "Population"],
        ["Kwara", "Ilorin West", "adewole ward", "1,200"],
        ["Kwara", "Ilorin West", "Gambari 2", "300"],
        ["Kwara", "Ilorin West", "Gambary", "999"],
        ["Niger", "Agaie", "Adewole", "999"],
    )
    assert join.persons == {1: Decimal(1200), 3: Decimal(300)}
    assert join.by_name == 2
    assert join.other_states == 1
    assert [row.number for row in join.unmatched] == [4]


def test_two_different_figures_for_one_ward_leave_it_without_any():
    join, _ = joined(
        ["ward_code", "persons"],
        ["KWSILR01", "10"], ["KWSILR01", "20"], ["KWSILR02", "7"], ["KWSILR02", "7"],
    )  # fmt: skip
    assert join.persons == {2: Decimal(7)}
    assert len(join.conflicts) == 2
    assert join.repeated == 2
    assert "Adewole" in [ward.name for ward in join.missing]


def test_text_that_is_no_number_is_rejected_with_its_row():
    _, bad = joined(
        ["ward_code", "population"],
        ["KWSILR01", "many"], ["KWSILR02", "-5"], ["KWSILR03", "inf"], ["KWSOFF01", "NA"],
    )  # fmt: skip
    assert [row.number for row in bad] == [2, 3, 4, 5]
    assert "many" in bad[0].reason


def test_population_column_of_the_year_asked_for_is_taken():
    columns = ["wardcode", "pop_2020", "pop_2025"]
    assert population_columns(columns, 2025).persons == "pop_2025"
    with pytest.raises(InvalidInput) as refusal:
        population_columns(columns, 2022)
    assert refusal.value.code == "NO_POPULATION_COLUMN"


@pytest.mark.parametrize(
    ("columns", "chosen", "code"),
    [
        (["wardcode", "rainfall"], {}, "NO_POPULATION_COLUMN"),
        (["name", "population"], {}, "NO_WARD_COLUMN"),
        (["lga", "ward", "population"], {}, "NO_WARD_COLUMN"),
        (["wardcode", "population"], {"persons": "people"}, "COLUMN_MISSING"),
    ],
)
def test_a_table_that_cannot_be_joined_says_what_it_has(columns, chosen, code):
    with pytest.raises(InvalidInput) as refusal:
        population_columns(columns, 2024, chosen)
    assert refusal.value.code == code
    assert columns[0] in refusal.value.message


def ranked(columns, *rows):
    return wards_from_rows(columns, [dict(zip(columns, row, strict=True)) for row in rows])


def test_ranked_wards_are_read_exactly_and_blanks_stay_unknown():
    table = ranked(
        ["ward", "rank", "population", "urban_percentage", "lga", "tpr"],
        ["A", 1.0, 18000.0, 10.0, "L1", 22.5],
        ["B", "2", "9,001", "", "L1", ""],
        ["C", None, "", "0", "L2", "12"],
        [None, None, None, None, None, None],
    )
    a, b, c = table.wards
    assert (a.rank, a.population, a.urban_percentage, a.rate) == (1, 18000, 10, Decimal("225"))
    assert (b.rank, b.population, b.urban_percentage, b.rate) == (2, 9001, None, None)
    assert (c.rank, c.population, c.urban_percentage) == (None, None, 0)
    assert table.rate_is_tpr


def test_reported_burden_goes_before_tpr():
    table = ranked(["ward", "rank", "population", "tpr", "burden"], ["A", 1, 10, 50, 220])
    assert table.wards[0].rate == 220
    assert not table.rate_is_tpr


def test_text_ranks_are_numbers_not_words():
    texts = ["1", "10", "100", "2", "20", "3"]
    table = ranked(["ward", "rank", "population"], *[[f"w{t}", t, 1] for t in texts])
    assert sorted(w.rank for w in table.wards) == [1, 2, 3, 10, 20, 100]


@pytest.mark.parametrize(
    ("columns", "row", "code"),
    [
        (["ward", "population"], ["A", 1], "COLUMN_MISSING"),
        (["ward", "rank", "population"], ["", 1, 1], "WARD_NAME_MISSING"),
        (["ward", "rank", "population"], ["A", "1.5", 1], "CELL_INVALID"),
        (["ward", "rank", "population"], ["A", 1, "many"], "CELL_INVALID"),
        (["ward", "rank", "population"], ["A", 1, -1.0], "CELL_INVALID"),
    ],
)
def test_a_bad_cell_is_refused_with_row_and_column(columns, row, code):
    with pytest.raises(InvalidInput) as refusal:
        ranked(columns, row)
    assert refusal.value.code == code


def test_quotas_find_their_state_or_ask_for_it():
    wards = ranked(
        ["ward", "rank", "population", "lga", "state"],
        ["A", 1, 1, "Obi", "Benue"], ["B", 2, 1, "Obi", "Nasarawa"], ["C", 3, 1, "Oju", "Benue"],
    ).wards  # fmt: skip
    assert resolve_quotas(quotas_from_text("oju = 40"), wards) == {("Benue", "Oju"): 40}
    rows = quotas_from_rows(
        ["lga", "bales", "state"], [{"lga": "Obi", "bales": 3.0, "state": "Benue"}]
    )
    assert resolve_quotas(rows, wards) == {("Benue", "Obi"): 3}
    for quotas, code in (
        ([Quota("", "Obi", 1)], "LGA_AMBIGUOUS"),
        ([Quota("", "Abc", 1)], "LGA_UNKNOWN"),
        ([Quota("", "Oju", 1), Quota("", "Oju", 2)], "LGA_QUOTA_TWICE"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            resolve_quotas(quotas, wards)
        assert refusal.value.code == code
    with pytest.raises(InvalidInput) as refusal:
        quotas_from_text("Oju 40")
    assert refusal.value.code == "LGA_QUOTA_FORMAT"
