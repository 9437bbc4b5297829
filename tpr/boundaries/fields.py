"""Finding the state, LGA, ward and code columns of a ward list by their usual names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chatmrpt.common.errors import InvalidInput

CODE = ("wardcode", "ward_code", "admin3pcod", "adm3_pcode", "ward_id", "wardid", "globalwardcode")
NAME = ("wardname", "ward_name", "ward", "adm3_en", "admin3", "admin3name", "name_3", "adm3_02")
LGA = ("lganame", "lga_name", "lga", "adm2_en", "admin2", "admin2name", "name_2",
       "local_government_area")  # fmt: skip
LGA_CODE = ("lgacode", "lga_code", "adm2_pcode", "admin2pcod", "lgaid")
STATE = ("statename", "state_name", "state", "adm1_en", "admin1", "admin1name", "name_1")
STATE_CODE = ("statecode", "state_code", "adm1_pcode", "admin1pcod")
URBAN = ("urban", "isurban", "urban_rural")


@dataclass(frozen=True, slots=True)
class Fields:
    """Column names of a ward list; None when the list has no such column."""

    code: str | None
    name: str
    lga: str | None
    lga_code: str | None
    state: str | None
    state_code: str | None
    urban: str | None


def _plain(text: str) -> str:
    return re.sub(r"[\s.-]+", "_", text.strip()).casefold()


PERSONAL = re.compile(
    r"(?:^|_)(?:editor|creator|created_?by|edited_?by|last_edited_user|created_user|phone|telephone|"
    r"gsm|mobile|e_?mail|contact|enumerator|respondent)(?:$|_)"
)


def personal_columns(columns: Sequence[str]) -> list[str]:
    """Return a sentence about columns that look like data of persons: none of them is kept."""
    found = [column for column in columns if PERSONAL.search(_plain(column))]
    if not found:
        return []
    named = ", ".join(f"'{column}'" for column in found)
    return [f"Left out as data about persons: {named}."]


def find_fields(
    columns: Sequence[str], chosen: Mapping[str, str | None], *, need_code: bool = True
) -> Fields:
    """Return the columns to use; those named by the person win.

    A shapefile cuts column names to ten characters; cut names are known too.

    Raises
    ------
    InvalidInput : COLUMN_MISSING for a chosen column that is not there; NO_CODE_COLUMN and
        NO_NAME_COLUMN with the columns that were found.
    """
    for what, column in chosen.items():
        if column and column not in columns:
            raise InvalidInput(
                "COLUMN_MISSING",
                f"The file has no column '{column}' for the {what}. It has: {', '.join(columns)}.",
                {"column": column, "columns": list(columns)},
            )
    by_name = {_plain(column): column for column in columns}

    def pick(what: str, names: Sequence[str]) -> str | None:
        known = (*names, *(n[:10] for n in names if len(n) > 10))
        return chosen.get(what) or next((by_name[n] for n in known if n in by_name), None)

    code, name = pick("code", CODE), pick("name", NAME)
    if code is None and need_code:
        raise InvalidInput(
            "NO_CODE_COLUMN",
            "No ward code column was found (such as WardCode or ADM3_PCODE). The columns are: "
            f"{', '.join(columns)}. Name it with --code-field, or let codes be made of state, LGA and "
            "name with --make-codes.",
            {"columns": list(columns)},
        )
    if name is None:
        raise InvalidInput(
            "NO_NAME_COLUMN",
            "No ward name column was found (such as WardName or ADM3_EN). The columns are: "
            f"{', '.join(columns)}. Name it with --name-field.",
            {"columns": list(columns)},
        )
    return Fields(
        code, name, pick("lga", LGA), pick("lga_code", LGA_CODE), pick("state", STATE),
        pick("state_code", STATE_CODE), pick("urban", URBAN),
    )  # fmt: skip
