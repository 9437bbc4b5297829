import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatmrpt.common.errors import InvalidInput
from itn.domain.numbers import parse_count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("200000", 200_000), ("200,000", 200_000), ("200 000", 200_000), ("900 000", 900_000),
        ("2 million", 2_000_000), ("2million", 2_000_000), ("500k", 500_000), ("500 K", 500_000),
        ("1.2m", 1_200_000), ("1.2 M", 1_200_000), ("1,250,000", 1_250_000),
        ("1.250.000", 1_250_000), ("2,5 million", 2_500_000), ("1.250 million", 1_250_000),
        ("two million", 2_000_000), ("two hundred and fifty thousand", 250_000),
        ("a hundred thousand", 100_000), ("twenty-five thousand", 25_000), ("0", 0), ("+5", 5),
        ("15,000 nets", 15_000), ("1'000", 1000), ("900\u00a0000", 900_000), ("3.0", 3),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(text, count):
    assert parse_count(text) == count


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "-100", "minus 100 nets", "−5", "many", "1.5", "1.200", "20,00,000", "1,2,3",
        "12 34", "5 dozen", "1,250 million", "2 billions of", "1e6", "two and", "2000000000",
        "NaN", "Infinity", "١٢",
    ],
)  # fmt: skip
def test_what_cannot_be_one_number_is_refused_with_the_text(text):
    with pytest.raises(InvalidInput) as refusal:
        parse_count(text)
    assert refusal.value.code == "INVALID_NUMBER"
    assert refusal.value.facts["given"] == text


@given(st.integers(0, 10**9))
def test_grouping_never_changes_the_number(count):
    assert parse_count(f"{count:,}") == parse_count(f"{count:,}".replace(",", " ")) == count


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_a_refusal(text):
    try:
        assert 0 <= parse_count(text) <= 10**9
    except InvalidInput as refusal:
        assert refusal.code == "INVALID_NUMBER"
