"""A migration may only expand what the release before it still reads (docs/operations.md)."""

from importlib import import_module
from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from chatmrpt.testing.expansion import breaks_running_code, contraction

OURS = ("chatmrpt", "accounts", "tpr", "analysis", "itn", "chat")
FIRST_RELEASE = {
    "chatmrpt": "0001",
    "tpr": "0017",
    "analysis": "0008",
    "itn": "0006",
    "chat": "0002",
}
"""The last migrations before anybody could have an older release running."""


def later_ones() -> list[tuple[str, str]]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return sorted(
        (app, name) for app, name in loader.disk_migrations
        if app in OURS and name[:4] > FIRST_RELEASE.get(app, "0000")
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("app", "name"), later_ones(), ids=".".join)
def test_a_migration_expands_or_says_that_it_contracts(app: str, name: str) -> None:
    loader = MigrationLoader(connection)
    migration = loader.get_migration(app, name)
    broken = breaks_running_code(migration, loader.project_state((app, name), at_end=False))
    module = import_module(type(migration).__module__)
    assert not broken or contraction(module), (
        f"{app}.{name}: {broken}. The release before serves while this runs: give the column a "
        "db_default or null=True, or take it away one release later and say so in CONTRACT."
    )


def judged(*operations: Any) -> list[str]:
    state = ProjectState()
    state.add_model(ModelState("x", "Ward", [
        ("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=9)),
        ("code", models.CharField(max_length=9, null=True)),
    ]))  # fmt: skip
    migration = migrations.Migration("0002", "x")
    migration.operations = list(operations)
    return breaks_running_code(migration, state)


CHAR = models.CharField(max_length=9, default="")


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("ward", "name"),
        migrations.RenameField("ward", "name", "title"),
        migrations.DeleteModel("Ward"),
        migrations.RenameModel("Ward", "Place"),
        migrations.AlterModelTable("ward", "places"),
        migrations.AddField("ward", "kind", CHAR),
        migrations.AlterField("ward", "code", CHAR),
        migrations.RunSQL("ALTER TABLE x_ward  drop  column name"),
        migrations.RunSQL("ALTER TABLE x_ward ALTER name SET NOT NULL"),
        migrations.SeparateDatabaseAndState([migrations.RunSQL("DROP TABLE x_ward")], []),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_breaks_running_code_is_found(operation: Any) -> None:
    assert judged(operation)


def test_what_expands_is_let_through() -> None:
    kinds = (
        models.CharField(max_length=9, null=True),
        models.CharField(max_length=9, default="", db_default=""),
    )
    added = [migrations.AddField("ward", f"kind{n}", kind) for n, kind in enumerate(kinds)]
    table = migrations.CreateModel("Village", [("id", models.BigAutoField(primary_key=True))])
    asked = migrations.AddField("village", "name", CHAR)
    assert judged(*added, table, asked, migrations.RunSQL("CREATE INDEX ON x_ward (name)")) == []


def test_a_contraction_needs_a_reason() -> None:
    class Said:
        CONTRACT = "since 1.4 nothing reads x_ward.name"

    class Unsaid:
        CONTRACT = "yes"

    assert contraction(Said)
    assert not contraction(Unsaid)
