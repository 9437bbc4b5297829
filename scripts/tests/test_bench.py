"""The table of the benchmarks."""

import pytest
from house import bench
from house.say import Stop


def test_the_table_shows_ratios_and_whether_budgets_are_kept() -> None:
    rows = [
        {"what": "slow", "value": 3.0, "unit": "s", "against": "bound", "against_value": 1.5},
        {"what": "late", "value": 120.0, "unit": "ms", "budget": 100},
        {"what": "people", "value": 1200, "unit": "", "budget": 1000, "more_is_better": True},
    ]
    drawn = bench.table(bench.cells("turns", row) for row in rows).splitlines()
    assert drawn[0].split()[:3] == ["benchmark", "figure", "value"]
    assert "bound 1.5" in drawn[2]
    assert "2.00×" in drawn[2]
    assert drawn[3].endswith("NO")
    assert drawn[4].endswith("yes")
    assert "1,200" in drawn[4]


def test_an_unknown_benchmark_is_named_beside_the_known_ones() -> None:
    with pytest.raises(Stop, match=r"No benchmark nonsense\. There are: .*startup"):
        bench.chosen(["nonsense"])
