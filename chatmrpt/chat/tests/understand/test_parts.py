"""Numbers, periods, negation and spelling on their own; other tables handed in."""

from __future__ import annotations

import pytest

from chatmrpt.chat.understand import Vocabulary, understand
from chatmrpt.chat.understand.defaults import default_context
from chatmrpt.chat.understand.negation import negation_of
from chatmrpt.chat.understand.normalise import Utterance, clean, tokens_of
from chatmrpt.chat.understand.numbers import numbers_of
from chatmrpt.chat.understand.periods import period_of
from chatmrpt.chat.understand.spelling import distance
from chatmrpt.chat.understand.vocabulary import options
from chatmrpt.chat.understand.vocabulary.lgas import known_lgas


def tokens(text: str) -> tuple[str, ...]:
    return tuple(tokens_of(clean(text)))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("14", [14]),
        ("fourteen", [14]),
        ("top ten", [10]),
        ("2 million", [2_000_000]),
        ("500k", [500_000]),
        ("1.2m", [1_200_000]),
        ("900 000", [900_000]),
        ("1,250,000 nets", [1_250_000]),
        ("two hundred and fifty thousand", [250_000]),
        ("half a million", [500_000]),
        ("a hundred thousand", [100_000]),
        ("twenty five", [25]),
        ("minus 100", [-100]),
        ("the second one", [2]),
        ("1.8 persons and 10%", [1.8, 10]),
        ("2 and 3", [2, 3]),
        ("one thousand two hundred", [1_200]),
        ("none", []),
    ],
)
def test_numbers_are_read_as_people_write_them(text, values):
    assert [number.value for number in numbers_of(tokens(text))] == values


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("recalculate with 2024 only", "2024"),
        ("Jan 2023 to Dec 2023", "2023-01..2023-12"),
        ("from January to June 2024", "2024-01..2024-06"),
        ("2022 to 2024", "2022-01..2024-12"),
        ("March 2021", "2021-03"),
        ("2023-05", "2023-05"),
        ("last year", "last_year"),
        ("you may march on", None),
        ("nothing", None),
    ],
)
def test_periods_are_read(text, period):
    assert period_of(tokens(text)) == period


def test_last_year_is_the_last_year_of_the_file():
    assert period_of(tokens("last year"), 2025) == "2025"


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("not kano use kaduna", {"kano"}),
        ("not kano, kaduna", {"kano"}),
        ("don't use primary, use secondary", {"use", "primary"}),
        ("anything but tertiary", {"tertiary"}),
        ("no, kaduna", set()),
        ("no I want kaduna", set()),
        ("no problem kaduna", set()),
        ("tertiary excluded", {"tertiary"}),
    ],
)
def test_negation_covers_up_to_the_next_turn(text, negated):
    said = Utterance.of(text)
    found = negation_of(said, Vocabulary.default())
    assert {said.tokens[i] for i in found.covered} == negated


@pytest.mark.parametrize(
    ("left", "right", "far"),
    [
        ("kwara", "kwara", 0),
        ("kwra", "kwara", 1),
        ("bakc", "back", 1),
        ("kitten", "sitting", 3),
        ("a", "abcdefgh", 4),
    ],
)
def test_distance_counts_edits_and_swaps(left, right, far):
    assert distance(left, right) == far
    assert distance(right, left) == far


def test_distance_agrees_with_the_plain_recursion():
    def plain(a: str, b: str) -> int:
        if not a or not b:
            return len(a) + len(b)
        best = min(plain(a[1:], b) + 1, plain(a, b[1:]) + 1, plain(a[1:], b[1:]) + (a[0] != b[0]))
        if len(a) > 1 and len(b) > 1 and a[0] == b[1] and a[1] == b[0]:
            best = min(best, plain(a[2:], b[2:]) + 1)
        return best

    words = ["oyo", "osun", "ogun", "ondo", "edo", "kano", "kogi", "yobe"]
    for left in words:
        for right in words:
            assert distance(left, right, 9) == plain(left, right)


def test_other_tables_can_be_handed_in():
    rows = [*options.rows(), ("level", "primary", "ile iwosan kekere")]
    own = Vocabulary.of(rows)
    context = default_context("facility_selection")
    assert understand("ile iwosan kekere", context).command != "select"
    assert dict(understand("ile iwosan kekere", context, own).slots) == {"level": "primary"}


def test_known_lgas_name_every_state_and_repeat_where_names_repeat():
    lgas = known_lgas()
    assert lgas["Surulere"] == ("Lagos", "Oyo")
    assert len({state for states in lgas.values() for state in states}) == 37
    assert sum(map(len, lgas.values())) == 776  # 774 and the two old names in Ogun


@pytest.mark.parametrize(
    ("text", "opd"),
    [
        ("turn off the urban rule", False),
        ("do not use the outpatient ratio", False),
        ("without the opd ratio", False),
        ("use outpatient as denominator in urban wards", True),
        ("apply the urban rule", True),
        ("do not turn off the urban rule", None),
    ],
)
def test_the_outpatient_ratio_is_switched_only_when_it_is_what_is_refused(text, opd):
    reading = understand(text, default_context("complete"))
    assert reading.slots.get("opd") is opd
    assert reading.acting == (opd is not None)
