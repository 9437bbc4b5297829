"""How a benchmark says its figures: one JSON line each; `scripts/bench` makes a table of them."""

import json


def measured(
    what: str,
    value: float,
    unit: str,
    *,
    against: str | None = None,
    against_value: float | None = None,
    budget: float | None = None,
    more_is_better: bool = False,
) -> None:
    """Reports one figure.

    Parameters
    ----------
    what: the figure's name.
    value, unit: the figure.
    against, against_value: what it is compared with, measured in the same run and unit; the table
        shows the ratio.
    budget: the most that is allowed (the least with `more_is_better`).
    """
    row = {
        "what": what,
        "value": value,
        "unit": unit,
        "against": against,
        "against_value": against_value,
        "budget": budget,
        "more_is_better": more_is_better,
    }
    print(json.dumps(row), flush=True)
