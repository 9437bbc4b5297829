"""`scripts/test`: the whole suite on a throw-away PostgreSQL and Redis, with a browser and Node
where they can be had.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from house import browser, child, environment, node, paths, product
from house.services import Services

WHOLE = ["-n", "2", "--dist", "loadgroup"]
"""The whole suite takes two cores; each process has a database and a Redis of its own."""


def main(words: list[str]) -> int:
    environment.ensure("dev")
    for name in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"):
        os.environ.pop(name, None)  # tests never touch a database that is not theirs
    data = Path(tempfile.mkdtemp(prefix="chatmrpt-test-"))
    try:
        with Services(data, throw_away=True).use() as connections:
            told = product.settings(data, connections, browser.environment() | node.environment())
            # Pages are tested as the templates name their files; nothing is collected first.
            told["STATICFILES_BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
            told["READING_NICE"] = "0"  # a test waits for the file and for nobody else
            return child.run(
                [str(environment.PYTHON), "-m", "pytest", *(words or WHOLE)],
                told,
                connections.holder,
                cwd=str(paths.PROJECT),
            )
    finally:
        shutil.rmtree(data, ignore_errors=True)
