"""The Celery application. Its settings live in `chatmrpt.conf.celery`."""

import os
import sys

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatmrpt.settings")

_searched = list(sys.path)
app = Celery("chatmrpt")
sys.path[:] = (
    _searched  # its Django fixup put the caller's folder first: an http.py there is not ours
)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
