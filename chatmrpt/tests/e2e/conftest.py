from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from chatmrpt.testing.processes import Web, Worker, running


@pytest.fixture(scope="module")
def webs(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[list[Web]]:  # fmt: skip
    """Two gunicorns with two workers each. A test may replace them in the list."""
    folder = tmp_path_factory.mktemp("webs")
    with django_db_blocker.unblock():
        found = [Web(folder), Web(folder)]
    yield found
    for web in found:
        web.stop()


@pytest.fixture(scope="module")
def worker(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Worker]:  # fmt: skip
    """One Celery worker for all queues."""
    found = Worker(tmp_path_factory.mktemp("worker"))
    with running(found):
        with django_db_blocker.unblock():
            found.wait_ready()
        yield found
