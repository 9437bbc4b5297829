"""Celery: the message is a hint, the row is the truth (architecture §6).

time limit < lease < visibility timeout, so that a message is not delivered again while its
worker may still be alive and the row's lease has not run out.
"""

import os
from datetime import timedelta

TIME_LIMIT_SECONDS = 900
LEASE = timedelta(  # extended by every progress report
    seconds=float(os.environ.get("JOB_LEASE_SECONDS") or 120)
)
VISIBILITY_TIMEOUT_SECONDS = 3600

CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # the sweeper re-sends; the row knows the attempts
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_TIME_LIMIT = TIME_LIMIT_SECONDS
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "intake"
CELERY_TASK_ROUTES = {
    "tpr.*": {"queue": "intake"},
    "analysis.*": {"queue": "analysis"},
    "itn.*": {"queue": "exports"},
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False  # broker down: the row waits for the sweeper, the page does not
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": VISIBILITY_TIMEOUT_SECONDS,
    "socket_timeout": 10,
    "socket_connect_timeout": 2,
    # Kombu would try for six seconds while a person waits for the page; the sweeper sends it later.
    "max_retries": 1,
    "interval_start": 0.1,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
CELERY_TIMEZONE = "UTC"
