"""Change a row of the registry or of the zone table, with a reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from analysis.domain.variables import DIRECTIONS
from analysis.models import RegistryChange, Variable, ZoneDefault
from chatmrpt.common.errors import InvalidInput

VARIABLE_FIELDS = (
    "label", "aliases", "unit", "direction", "plausible_min", "plausible_max", "group", "source",
    "year", "note",
)  # fmt: skip


@transaction.atomic
def change_variable(code: str, fields: Mapping[str, Any], *, reason: str, by: str) -> Variable:
    """Change fields of one variable, or add a variable that is not there yet.

    Locks: the row. Writes: Variable, one RegistryChange per changed field. Finished runs keep what
    they used and are marked out of date.

    Raises
    ------
    InvalidInput
        ``REASON_MISSING``, ``UNKNOWN_DIRECTION``, ``RANGE_OUT_OF_ORDER``, ``ALIAS_TAKEN``.
    """
    _need(reason)
    row = Variable.objects.select_for_update().filter(code=code).first()
    new = row is None
    row = row or Variable(code=code, direction="undecided", label=code)
    changes = _changed(row, {k: fields[k] for k in VARIABLE_FIELDS if k in fields})
    if row.direction not in DIRECTIONS:
        raise InvalidInput(
            "UNKNOWN_DIRECTION", f"'{row.direction}' is not one of {', '.join(DIRECTIONS)}.", {}
        )
    low, high = row.plausible_min, row.plausible_max
    if low is not None and high is not None and low >= high:
        raise InvalidInput(
            "RANGE_OUT_OF_ORDER", f"The range {low:g} to {high:g} has no room between its ends.", {}
        )
    _aliases_free(row)
    row.save()
    if new:
        changes.append(("code", "", code))
    _write("variable", code, changes, reason, by)
    return row


@transaction.atomic
def change_zone(state: str, variables: list[str], *, reason: str, by: str) -> ZoneDefault:
    """Change the variables proposed in a state; they must be codes of the registry.

    Raises
    ------
    InvalidInput
        ``REASON_MISSING``, ``UNKNOWN_VARIABLE`` naming the codes that are not registered.
    """
    _need(reason)
    row = ZoneDefault.objects.select_for_update().get(state=state)
    known = set(Variable.objects.values_list("code", flat=True))
    unknown = [v for v in variables if v not in known]
    if unknown or len(set(variables)) != len(variables):
        raise InvalidInput(
            "UNKNOWN_VARIABLE",
            f"Not in the registry, or named twice: {', '.join(unknown) or 'a repeated code'}.",
            {"unknown": unknown},
        )
    changes = _changed(row, {"variables": variables})
    row.save()
    _write("zone", state, changes, reason, by)
    return row


def _need(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput(
            "REASON_MISSING", "Say why: a change of the registry changes rankings.", {}
        )


def _changed(row: Any, fields: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    changes = []
    for name, value in fields.items():
        before = _text(getattr(row, name))
        setattr(row, name, value)
        if before != _text(value):
            changes.append((name, before, _text(value)))
    return changes


def _aliases_free(row: Variable) -> None:
    """Refuse a name that already binds to another variable: one column, one meaning."""
    wanted = {name.strip().casefold() for name in (row.code, *row.aliases)}
    for other in Variable.objects.exclude(code=row.code):
        taken = wanted & {name.casefold() for name in (other.code, *other.aliases)}
        if taken:
            raise InvalidInput(
                "ALIAS_TAKEN",
                f"'{sorted(taken)[0]}' already means {other.code}; a name binds to one variable.",
                {"alias": sorted(taken)[0], "code": other.code},
            )


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _write(table: str, key: str, changes: list[tuple[str, str, str]], reason: str, by: str) -> None:
    RegistryChange.objects.bulk_create(
        RegistryChange(
            table=table, key=key, field=field, before=before, after=after,
            reason=reason.strip()[:500], changed_by=by[:200],
        )
        for field, before, after in changes
    )  # fmt: skip
