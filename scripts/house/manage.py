"""`scripts/manage`: manage.py inside the environment and database of `scripts/run`."""

from __future__ import annotations

from house import child, environment, paths, product
from house.services import Services

# These look at or change the schema themselves, or need none.
WITHOUT_SCHEMA = {
    "migrate", "makemigrations", "showmigrations", "sqlmigrate", "squashmigrations",
    "optimizemigration", "help", "--help", "-h", "version", "--version", "check", "diffsettings",
    "startapp", "collectstatic",
}  # fmt: skip


WITHOUT_SERVICES = {"chat_interpret"}  # reads words, knows no rows


def main(words: list[str]) -> int:
    data = paths.data_dir()
    environment.ensure("base")
    command = [str(environment.PYTHON), str(paths.PROJECT / "manage.py"), *words]
    if words and words[0] in WITHOUT_SERVICES:
        told = product.surroundings(data, {"CHATMRPT_NO_SERVICES": "1"})
        return child.run(command, told)
    with Services(data).use() as connections:
        told = product.settings(data, connections)
        if words and words[0] not in WITHOUT_SCHEMA:
            product.migrate(data, told, private=connections.private_database)
        return child.run(command, told, connections.holder)
