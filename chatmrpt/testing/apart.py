"""Loaded by pytest before the settings: test processes that run at once share no Redis database.

Django gives each a PostgreSQL database of its own; `PYTEST_XDIST_WORKER` says which it is.
"""

import os
import re

DATABASES = 2  # cache and broker


def _apart(url: str, number: int) -> str:
    return re.sub(
        r"(?<=\bdb=)\d+|(?<=\bvirtual_host=)\d+",
        lambda found: str(int(found[0]) + DATABASES * number),
        url,
    )


if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    for name in ("REDIS_URL", "CELERY_BROKER_URL"):
        os.environ[name] = _apart(os.environ[name], int(worker.removeprefix("gw")))
