"""Periods of an utterance: ``2024``, ``2024-01``, ``2023-01..2023-12``."""

from __future__ import annotations

import re

from .vocabulary.wordlist import wordset

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier",
            "february feb fevrier",
            "march mar mars",
            "april apr avril",
            "may mai",
            "june jun juin",
            "july jul juillet",
            "august aug aout",
            "september sept sep septembre",
            "october oct octobre",
            "november nov novembre",
            "december dec decembre",
        ),
        start=1,
    )
    for name in names.split()
}
YEAR = re.compile(r"(?:19|20)\d\d")
_JOIN = wordset("to until till through - and a upto")


def period_of(tokens: tuple[str, ...], last_year: int | None = None) -> str | None:
    """The period named in the text, or ``None``.

    A month without a year takes the year of its neighbour ("January to June 2024"). "last year"
    is the last year of the file when the caller knows it, else the words ``last_year``.
    """
    points: list[tuple[int, int | None, int | None]] = []  # position, year, month
    for i, token in enumerate(tokens):
        if YEAR.fullmatch(token):
            if points and points[-1][1] is None and points[-1][0] >= i - 2:
                points[-1] = (i, int(token), points[-1][2])
            elif tokens[i + 1 : i + 2] == ("-",) and re.fullmatch(
                r"0[1-9]|1[0-2]", tokens[i + 2] if len(tokens) > i + 2 else ""
            ):
                points.append((i, int(token), int(tokens[i + 2])))
            else:
                points.append((i, int(token), None))
        elif token in _MONTHS and (
            token not in ("may", "mar", "mars", "mai", "march") or _near_date(tokens, i)
        ):
            points.append((i, None, _MONTHS[token]))
    if not points:
        joined = " ".join(tokens)
        if "last year" in joined and "last years" not in joined:
            return str(last_year) if last_year else "last_year"
        return None
    year = next((y for _, y, _ in reversed(points) if y), None)
    if year is None:
        return None
    filled = [(at, y or year, m) for at, y, m in points]
    if len(filled) >= 2 and any(token in _JOIN for token in tokens[filled[0][0] : filled[1][0]]):
        (_, y1, m1), (_, y2, m2) = filled[0], filled[1]
        if (y1, m1 or 0) > (y2, m2 or 13):
            return None
        return f"{y1}-{m1 or 1:02d}..{y2}-{m2 or 12:02d}"
    _, y, m = filled[0]
    return f"{y}-{m:02d}" if m else str(y)


def _near_date(tokens: tuple[str, ...], i: int) -> bool:
    near = tokens[max(0, i - 2) : i] + tokens[i + 1 : i + 3]
    return any(YEAR.fullmatch(token) or (token in _MONTHS and token != tokens[i]) for token in near)
