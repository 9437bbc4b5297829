"""Two years named in a comparison are two periods, not a span and not a list number."""

import pytest

from chatmrpt.chat.understand import Context, understand

COMPLETE = Context(stage="complete", states=("Adamawa",), last_year=2024)


@pytest.mark.parametrize(
    "said",
    ["compare 2022 and 2023", "Compare 2022 with 2023 abeg", "compare the years 2022 and 2023"],
)
def test_two_years_are_compared(said):
    reading = understand(said, COMPLETE)
    assert (reading.command, dict(reading.slots)) == ("compare", {"period": ["2022", "2023"]})


def test_one_year_is_no_comparison_of_years():
    assert dict(understand("compare levels in 2023", COMPLETE).slots).get("period") != ["2023"]
