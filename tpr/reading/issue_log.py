"""Remarks of one reading: at most 1,000 rows per code, the full count always kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tpr.domain.issues import ISSUE_CODES

_TEXT_LENGTH = 300


class IssueLog:
    """Collects remarks in the order they are found.

    Parameters
    ----------
    limit : rows kept per code; beyond it only the count grows.
    """

    def __init__(self, limit: int) -> None:
        self.sheet = ""
        self.counts: dict[str, int] = {}
        self._limit = limit
        self._rows: dict[str, list[dict[str, Any]]] = {}

    def add(self, code: str, *, count: int = 1, **where: Any) -> None:
        """Note a remark.

        Parameters
        ----------
        code : one of `ISSUE_CODES`.
        count : cells or rows it stands for.
        where : ``row``, ``column``, ``facility``, ``ward``, ``period``, ``value``, ``action``.
        """
        kind = ISSUE_CODES[code]
        self.counts[code] = self.counts.get(code, 0) + count
        rows = self._rows.setdefault(code, [])
        if len(rows) >= self._limit:
            return
        row: dict[str, Any] = {"code": code, "severity": kind.severity, "sheet": self.sheet}
        for name in ("row", "column", "facility", "ward", "period", "value", "action"):
            value = where.get(name)
            row[name] = value if value is None or name == "row" else _clean(value)
        row["count"] = count
        rows.append(row)

    def room(self, code: str) -> int:
        """Return how many more rows of a code will be listed."""
        return self._limit - len(self._rows.get(code, ()))

    def add_unlisted(self, code: str, count: int) -> None:
        """Count remarks that are not listed one by one, once `room` is used up."""
        if count > 0:
            self.counts[code] = self.counts.get(code, 0) + count

    def remarks(self) -> list[dict[str, Any]]:
        """Return the listed rows of all codes, without summary rows."""
        return [row for rows in self._rows.values() for row in rows]

    def write(self, path: Path) -> None:
        """Write ``issues.jsonl``: the rows, and for a cut code one summary row with the count."""
        with path.open("w", encoding="utf-8") as file:
            for code, rows in self._rows.items():
                for row in rows:
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
                listed = sum(row["count"] for row in rows)
                if listed < self.counts[code]:
                    summary = dict.fromkeys(rows[0], None) if rows else {}
                    summary |= {
                        "code": code,
                        "severity": ISSUE_CODES[code].severity,
                        "sheet": self.sheet,
                        "action": f"{self.counts[code]:,} in all; the first {len(rows):,} listed",
                        "count": self.counts[code],
                    }
                    file.write(json.dumps(summary, ensure_ascii=False) + "\n")


def _clean(value: object) -> str:
    text = str(value).replace("\0", "")
    return text if len(text) <= _TEXT_LENGTH else text[: _TEXT_LENGTH - 1] + "…"
