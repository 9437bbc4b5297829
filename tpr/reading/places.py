"""From raw place columns to units: one per distinct facility, with cleaned names and level."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from chatmrpt.common import names
from chatmrpt.common.states import STATES, canonical_state, state_by_name, state_by_prefix
from tpr.domain import questions
from tpr.domain.levels import infer_level, read_level
from tpr.domain.na_zero import KnownPlaces, with_prefix_restored
from tpr.domain.questions import Answers, Choice, Question
from tpr.domain.rows import is_store, is_subtotal, is_total_word
from tpr.reading.columnar import Coded, distinct
from tpr.reading.formats import LONGEST
from tpr.reading.issue_log import IssueLog
from tpr.reading.units import GIVEN, INFERRED, MISSING, Places, Unit
from tpr.reading.zero_damage import ZeroRepair

_COLUMNS = (
    *("state", "lga", "ward", "ward_code", "facility", "level", "ownership"),
    *("ward_original", "ward_other"),
)
# "De Clinic" alone is no prefix of Delta.
_FEWEST_FACILITIES = 3
_DASHES = frozenset({"-", "--", ".", "–", "—"})
_FORMULA_SIGNS = ("=", "+", "-", "@")


class PlaceReader:
    """Cleans the place columns of one file.

    Parameters
    ----------
    columns : field to coded column; absent fields are missing.
    cut : longest text kept.
    known : names that a damaged name may be repaired to.
    first_row : 1-based row of the sheet of row 0.
    """

    def __init__(
        self,
        columns: Mapping[str, Coded],
        n_rows: int,
        answers: Answers,
        log: IssueLog,
        *,
        cut: int,
        file_name: str,
        known: KnownPlaces | None = None,
        first_row: int = 1,
    ) -> None:
        self._columns = {name: columns[name] for name in _COLUMNS if name in columns}
        self._n_rows = n_rows
        self._answers = answers
        self._log = log
        self._cut = cut
        self._file_name = file_name
        self._first_row = first_row
        self._zeros = ZeroRepair(known or KnownPlaces(None), log)

    def read(self) -> Places:
        """Return the units of the file; remarks go to the log."""
        texts = {name: self._texts(name) for name in self._columns}
        first, of_row = distinct([column.codes for column in self._columns.values()])
        counts = np.bincount(of_row, minlength=len(first))
        raws = [
            {name: texts[name][self._columns[name].codes[row]] for name in self._columns}
            for row in first
        ]
        default = self._state_without_column(raws)
        units = [self._place(raw, default) for raw in raws]
        self._shared_prefixes(units, raws)
        for unit, raw, rows, row in zip(units, raws, counts, first, strict=True):
            repaired = self._zeros.apply(unit, raw, int(rows), int(row) + self._first_row)
            self._clean(unit, repaired, raw)
        self._zeros.report()
        self._one_spelling(units, counts)
        facilities = "facility" in self._columns
        for unit, raw in zip(units, raws, strict=True):
            unit.out = self._left_out(unit, raw, facilities)
        self._subtotals(units, first)
        self._levels(units, raws)
        return Places(units, of_row, counts, first)

    def _texts(self, name: str) -> list[str]:
        """Tidied text per distinct cell, with remarks on damage and length."""
        result = []
        longest = min(LONGEST.get(name, self._cut), self._cut)
        for value in self._columns[name].values:
            text = names.tidy(value)
            if isinstance(value, float) and value.is_integer():
                text = str(int(value))
            if len(text) > longest:
                self._log.add("CELL_CUT", column=name, value=text[:60],
                              action=f"cut to {longest:,} characters")  # fmt: skip
                text = text[:longest].rstrip()
            if isinstance(value, str) and names.repair_mojibake(value) != value:
                self._log.add("ENCODING_REPAIRED", column=name, value=value,
                              action=f"read as '{text}'")  # fmt: skip
            result.append("" if text in _DASHES else text)
        return result

    def _state_without_column(self, raws: list[dict[str, str]]) -> str | None:
        """Return the state of a file without state column: by prefix, or by asking."""
        if "state" in self._columns:
            return None
        found = {
            prefix
            for raw in raws
            if (prefix := names.row_prefix(None, raw.get("lga", ""))) is not None
        }
        if not found:
            found = _shared_prefix([raw["ward"] for raw in raws if raw["ward"]])
        if not found:
            found = _shared_prefix(
                [name for raw in raws if (name := raw.get("facility", ""))],
                fewest=_FEWEST_FACILITIES,
            )
        if len(found) == 1:
            state = state_by_prefix(found.pop())
            if state is not None:
                self._log.add("STATE_FROM_PREFIX", count=self._n_rows, value=state.name,
                              action=f"all rows are {state.name}")  # fmt: skip
                return state.name
        if found:
            return None  # each row has its own prefix
        recommended = _state_in_name(self._file_name)
        question = Question(
            questions.STATE,
            "No state column was found. Which state is this file about?",
            tuple(Choice(state.name, state.name) for state in STATES),
            recommended,
            {"file_name": self._file_name},
        )
        answer = self._answers.ask(question)
        if answer is not None and not self._answers.is_open(questions.STATE):
            self._log.add("STATE_DECIDED", value=answer, action=f"all rows are {answer}")
        return answer

    def _place(self, raw: dict[str, str], default: str | None) -> Unit:
        state_raw, lga_raw = raw.get("state", ""), raw.get("lga", "")
        prefix = names.row_prefix(state_raw, lga_raw)
        restored = with_prefix_restored(state_raw)
        state = (canonical_state(state_raw) or canonical_state(restored)) if state_raw else default
        if state is None and not state_raw and prefix is not None:
            known = state_by_prefix(prefix)
            state = known.name if known else None
        return Unit(state or "", "", "", "", "", "", "", prefix=prefix)

    def _shared_prefixes(self, units: list[Unit], raws: list[dict[str, str]]) -> None:
        """Give units without prefix the one that every ward, or every facility, carries."""
        shared: dict[str, str] = {}
        for column in ("ward", "facility"):
            written: dict[str, set[str]] = {}
            for unit, raw in zip(units, raws, strict=True):
                text = raw.get(column, "")
                if unit.prefix is None and unit.state and not names.is_unknown_ward(text):
                    written.setdefault(unit.state, set()).add(text)
            for state, texts in written.items():
                known = state_by_name(state)
                fewest = 1 if column == "ward" else _FEWEST_FACILITIES
                prefix = _shared_prefix(sorted(texts), fewest=fewest)
                if known is not None and len(prefix) == 1 and prefix <= set(known.prefixes):
                    shared.setdefault(state, next(iter(prefix)))
        for unit in units:
            if unit.prefix is None:
                unit.prefix = shared.get(unit.state)

    def _clean(self, unit: Unit, raw: dict[str, str], written: dict[str, str]) -> None:
        """Fill in the cleaned names; `written` are the names before any repair."""
        lga_raw, ward_raw = raw.get("lga", ""), raw["ward"]
        unit.lga = names.clean_lga(lga_raw, unit.prefix)
        key = names.lga_key(lga_raw, unit.prefix) if lga_raw else ""
        unit.lga_key = key[: LONGEST["lga"]]
        original = raw.get("ward_original", "")
        unit.ward_raw = original or written["ward"]
        known_as = ward_raw if not names.is_unknown_ward(ward_raw) else original
        prefix = unit.prefix
        if known_as == original and original != ward_raw:
            prefix = prefix or _own_prefix(unit.state)
        if not names.is_unknown_ward(known_as):
            # Beside an original name, WardName has been cleaned by somebody: only tidied here.
            cleaned = known_as is ward_raw and "ward_original" in self._columns
            unit.ward = (
                names.strip_prefix(known_as, prefix)
                if cleaned
                else names.clean_ward(known_as, prefix, lga_raw)
            )
            key = names.ward_key(unit.ward, lga=unit.lga or None)
            unit.ward_key = key[: LONGEST["ward"]]
            if not key:  # signs only, no letter and no digit: no name to go by
                unit.ward = ""
        unit.name = names.clean_facility(raw.get("facility", ""), unit.prefix)
        unit.ownership = raw.get("ownership", "") or None
        unit.ward_code = raw.get("ward_code", "")

    def _one_spelling(self, units: list[Unit], counts: npt.NDArray[np.intp]) -> None:
        """Give wards with one key one display name: the spelling with most rows."""
        spellings: dict[tuple[str, str, str], dict[str, int]] = {}
        lgas: dict[tuple[str, str], dict[str, int]] = {}
        for unit, rows in zip(units, counts, strict=True):
            lga = lgas.setdefault((unit.state, unit.lga_key), {})
            lga[unit.lga] = lga.get(unit.lga, 0) + int(rows)
            if unit.ward_key:
                place = (unit.state, unit.lga_key, unit.ward_key)
                seen = spellings.setdefault(place, {})
                seen[unit.ward] = seen.get(unit.ward, 0) + int(rows)
        for (_, lga_key, _), seen in spellings.items():
            if len(seen) > 1:
                best = max(seen, key=lambda name: seen[name])
                others = ", ".join(f"'{name}'" for name in seen if name != best)
                self._log.add("WARD_SPELLINGS_JOINED", ward=best, value=others,
                              action=f"taken as '{best}' in LGA {lga_key}",
                              count=sum(seen.values()) - seen[best])  # fmt: skip
        for unit in units:
            lga = lgas[unit.state, unit.lga_key]
            unit.lga = max(lga, key=lambda name: lga[name])
            if unit.ward_key:
                seen = spellings[unit.state, unit.lga_key, unit.ward_key]
                unit.ward = max(seen, key=lambda name: seen[name])

    def _left_out(self, unit: Unit, raw: dict[str, str], facilities: bool) -> str | None:
        shown = [raw.get(name, "") for name in ("state", "lga", "ward", "facility")]
        blank = not raw.get("state") and not raw["ward"] and not raw.get("facility")
        first = next((text for text in shown if text), "")
        if blank or is_total_word(first):
            return "GRAND_TOTAL_LEFT_OUT"
        if not unit.state and not self._answers.is_open(questions.STATE):
            return "STATE_UNKNOWN"
        if facilities and not raw.get("facility") and names.is_unknown_ward(raw["ward"]):
            return "SUBTOTAL_LEFT_OUT"
        if is_store(unit.name, unit.ward):
            return "STORE_LEFT_OUT"
        wards = [
            names.clean_ward(text, unit.prefix)
            for text in (raw["ward"], raw.get("ward_other", ""))
            if text
        ]
        if is_subtotal(unit.name, unit.ward, *wards):
            unit.subtotal = True
        elif is_subtotal(unit.name, unit.lga, unit.state):
            return "SUBTOTAL_LEFT_OUT"
        return None

    def _subtotals(self, units: list[Unit], first: npt.NDArray[np.intp]) -> None:
        """A subtotal stays only where its ward has nothing else."""
        real = {
            (u.state, u.lga_key, u.ward_key)
            for u in units
            if not u.subtotal and u.out is None and u.name
        }
        kept = self._answers.given(questions.SUBTOTALS, ["keep"]) is not None
        for unit, found in zip(units, first, strict=True):
            if not unit.subtotal or unit.out:
                continue
            row = int(found) + self._first_row
            if kept:
                self._log.add("SUBTOTALS_KEPT", row=row, facility=unit.name, ward=unit.ward,
                              action="kept as one more reporting unit")  # fmt: skip
            elif (unit.state, unit.lga_key, unit.ward_key) in real:
                unit.out = "SUBTOTAL_LEFT_OUT"
            else:
                self._log.add("SUBTOTAL_ONLY", row=row, facility=unit.name, ward=unit.ward,
                              action="kept as one reporting unit")  # fmt: skip

    def _levels(self, units: list[Unit], raws: list[dict[str, str]]) -> None:
        given = "level" in self._columns
        for unit, raw in zip(units, raws, strict=True):
            if given:
                unit.level = read_level(raw["level"])
                unit.level_source = GIVEN if unit.level else MISSING
                continue
            found = infer_level(unit.name)
            unit.level, unit.rule, unit.confidence = found.level, found.rule, found.confidence
            unit.level_source = INFERRED if found.level else MISSING


def looks_like_formula(text: str) -> bool:
    """Say whether a spreadsheet would calculate this text."""
    return text.startswith(_FORMULA_SIGNS)


def _own_prefix(state: str) -> str | None:
    known = state_by_name(state)
    return known.prefixes[0] if known else None


def _shared_prefix(texts: list[str], *, fewest: int = 1) -> set[str]:
    """Return the prefixes that the names carry, or nothing when one name carries none."""
    found, different = set(), set()
    for text in texts:
        if names.is_unknown_ward(text):
            continue
        state = state_by_prefix(text[:2]) if text[2:3] == " " else None
        if state is None:
            return set()
        found.add(state.prefixes[0])
        different.add(text)
    return found if len(different) >= fewest else set()


def _state_in_name(file_name: str) -> str | None:
    """Return the one state that a file name mentions, or None."""
    words = "".join(ch if ch.isalpha() else " " for ch in file_name.rpartition(".")[0]).split()
    found = {
        state
        for size in (1, 2, 3)
        for i in range(len(words) - size + 1)
        if (state := canonical_state(" ".join(words[i : i + size]))) is not None
    }
    return found.pop() if len(found) == 1 else None
