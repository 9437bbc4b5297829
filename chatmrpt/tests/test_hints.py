"""A hint that is sent arrives, also when everything Redis held has just been lost."""

import pytest
import redis
from celery import current_app
from django.conf import settings

from chatmrpt.common.hints import send_hint

QUEUE = "exports"
TASK = "itn.nobody_knows_this_task"


@pytest.fixture
def broker() -> redis.Redis:
    with current_app.connection_for_write() as connection:
        client: redis.Redis = connection.default_channel.client
        client.flushdb()
        yield client
        client.flushdb()


def test_hints_of_one_process_arrive_before_and_after_the_broker_was_emptied(
    broker: redis.Redis,
) -> None:
    """A queue's binding is itself a key in Redis; without it a message goes nowhere and no error is
    raised. A process that has sent before must not believe that it still stands.
    """
    assert settings.CELERY_BROKER_URL
    for number in (1, 2, 3):
        broker.flushdb()
        assert send_hint(TASK, number)
        assert broker.llen(QUEUE) == 1, f"hint {number} went nowhere"
