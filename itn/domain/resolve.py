"""Options that are tables: from text, CSV or rows to values by ward or LGA of the plan."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chatmrpt.common.errors import InvalidInput
from chatmrpt.common.tables import Table, csv_table
from itn.domain.ward_inputs import ExistingNets, WardBuffer, existing_nets_from, ward_buffers_from
from itn.domain.wards import WardInput
from itn.domain.wards_table import Quota, quotas_from_rows, quotas_from_text, resolve_quotas

MOST_ROWS = 20_000


def resolved(options: Mapping[str, Any], wards: Iterable[WardInput]) -> dict[str, Any]:
    """Return the options with every table read and joined to the wards of the plan.

    Parameters
    ----------
    options : a table is CSV text, a `Table`, a list of rows, or already resolved; quotas of LGAs
        also "L1 = 40; L2 = 60", {"L1": 40} or a list of `Quota`.

    Raises
    ------
    InvalidInput : `TABLE_FORMAT` and those of the readers, naming line and value.
    """
    listed = list(wards)
    found = {name: value for name, value in options.items() if value not in (None, "")}
    for name in ("lga_min", "lga_max"):
        if name in found:
            found[name] = resolve_quotas(_quotas(found[name], name), listed)
    existing = found.get("existing_nets")
    if existing is not None and not isinstance(existing, ExistingNets):
        found["existing_nets"] = existing_nets_from(
            rows_of(existing, "existing_nets"), listed,
            source=found.get("existing_nets_source"), year=found.get("existing_nets_year"),
        )  # fmt: skip
    buffers = found.get("ward_buffers")
    if buffers is not None and not _are_buffers(buffers):
        found["ward_buffers"] = ward_buffers_from(rows_of(buffers, "ward_buffers"), listed)
    if "costs" in found:
        found["costs"] = rows_of(found["costs"], "costs")
    return found


def _are_buffers(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(b, WardBuffer) for b in value.values())


def rows_of(value: object, name: str) -> Sequence[Mapping[str, Any]]:
    """Return the rows of a table option. Raises InvalidInput TABLE_FORMAT, those of `csv_table`."""
    if isinstance(value, Table):
        rows: Sequence[Mapping[str, Any]] = value.rows
    elif isinstance(value, str):
        rows = csv_table(value.encode(), name.replace("_", " ")).rows
    elif isinstance(value, list | tuple) and all(isinstance(row, Mapping) for row in value):
        rows = value
    else:
        raise InvalidInput(
            "TABLE_FORMAT",
            f"{name.replace('_', ' ')} is a table: CSV text with a header, or a list of rows with "
            "named fields.",
            {"option": name},
        )
    if len(rows) > MOST_ROWS:
        raise InvalidInput(
            "TABLE_FORMAT", f"{name.replace('_', ' ')} has {len(rows):,} rows; {MOST_ROWS:,} is "
            "the most.", {"option": name, "rows": len(rows)},
        )  # fmt: skip
    return rows


def _quotas(value: object, name: str) -> list[Quota]:
    if isinstance(value, str):
        return quotas_from_text(value)
    if isinstance(value, Mapping):
        return quotas_from_text("\n".join(f"{lga} = {bales}" for lga, bales in value.items()))
    if isinstance(value, list) and all(isinstance(quota, Quota) for quota in value):
        return value
    rows = rows_of(value, name)
    return quotas_from_rows(list(rows[0]) if rows else [], rows)
