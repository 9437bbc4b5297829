"""Which steps of a migration the code of the release before it would not survive.

While a release replaces another both serve one database (docs/operations.md): the schema comes first
and may only expand. What takes something away from the code that still runs, or asks of it what it
does not know, is a contraction and comes one release later, in a migration that says so:
`CONTRACT = "since 1.4 nothing reads tpr_upload.kind_of_file"`.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.db import migrations
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, ManyToManyField

TAKEN_AWAY = (
    migrations.RemoveField, migrations.DeleteModel, migrations.RenameField, migrations.RenameModel,
    migrations.AlterModelTable,
)  # fmt: skip
IN_SQL = re.compile(r"\b(DROP\s+(COLUMN|TABLE|VIEW)|RENAME\s+(TO|COLUMN)|SET\s+NOT\s+NULL)\b", re.I)
SHORTEST_REASON = 20


def contraction(module: Any) -> str:
    """Return why a migration module may contract; empty when it does not say so."""
    said = getattr(module, "CONTRACT", "")
    return said if len(said) >= SHORTEST_REASON else ""


def breaks_running_code(migration: Any, before: ProjectState) -> list[str]:
    """Return in words what the code of the release before would not survive; empty: it expands."""
    state = before.clone()
    new: set[str] = set()
    found: list[str] = []
    for operation in migration.operations:
        found += _judged(operation, migration.app_label, state, new)
        operation.state_forwards(migration.app_label, state)
    return found


def _judged(operation: Any, app: str, state: ProjectState, new: set[str]) -> Iterator[str]:
    what = type(operation).__name__
    if isinstance(operation, migrations.CreateModel):
        new.add(operation.name_lower)
        return
    if isinstance(operation, migrations.RunSQL):
        text = operation.sql if isinstance(operation.sql, str) else str(operation.sql)
        if hit := IN_SQL.search(text):
            yield f"RunSQL: {hit[0]}"
        return
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        for inner in operation.database_operations:
            yield from _judged(inner, app, state, new)
        return
    name = getattr(operation, "model_name_lower", "") or getattr(operation, "name_lower", "")
    if name in new:
        return
    if isinstance(operation, TAKEN_AWAY):
        yield f"{what} {name} {getattr(operation, 'name', '')}".strip()
    elif isinstance(operation, migrations.AddField) and _asks(operation.field):
        yield f"{what} {name}.{operation.name}: not null and no db_default"
    elif isinstance(operation, migrations.AlterField) and _asks(operation.field):
        old = state.models[app, name].fields[operation.name]
        if old.null:
            yield f"{what} {name}.{operation.name}: becomes not null and has no db_default"


def _asks(field: Any) -> bool:
    """Whether an INSERT that does not name the column is refused. Django's own `default` is no help:
    it is dropped from the database as soon as the column is there.
    """
    if isinstance(field, ManyToManyField) or field.null or field.primary_key:
        return False
    return getattr(field, "db_default", NOT_PROVIDED) is NOT_PROVIDED
