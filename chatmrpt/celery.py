"""The Celery application. Its settings live in `chatmrpt.conf.celery`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatmrpt.settings")

app = Celery("chatmrpt")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
