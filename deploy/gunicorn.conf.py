"""Web server processes, the same in the embedded start and in a container. Every value may come
from the environment.
"""

import gc
import os
from pathlib import Path
from typing import Any

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WORKERS", "4"))


# Threads let one process read a slow upload and answer others at the same time.
worker_class = "gthread"
threads = int(os.environ.get("THREADS", "2"))

# The application is loaded once and its memory is shared: 6 workers take half of what they take
# apart.
preload_app = True

# A worker lives for a while and is replaced; the jitter keeps them from going all at once.
max_requests = int(os.environ.get("MAX_REQUESTS", "2000"))
max_requests_jitter = max_requests // 5

timeout = 60
graceful_timeout = int(os.environ.get("GRACEFUL_TIMEOUT", "10"))
keepalive = 5

# The heartbeat files of the workers: never on a slow disk.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108

# No second door: the control socket lies in the home directory and nobody here uses it.
control_socket_disable = True

# Whose X-Forwarded-* headers are believed.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")

accesslog = "-" if os.environ.get("ACCESS_LOG", "1") == "1" else None
access_log_format = '%(h)s %(t)s "%(m)s %(U)s" %(s)s %(b)s %(L)s s %({x-request-id}o)s pid %(p)s'
errorlog = "-"
chdir = str(Path(__file__).resolve().parent.parent)
proc_name = "chatmrpt-web"


def when_ready(server: Any) -> None:
    """After the application is loaded and before workers are forked: nothing that stays shared is
    written to again.
    """
    gc.collect()
    gc.freeze()


def post_fork(server: Any, worker: Any) -> None:
    """A connection opened while loading belongs to the master; sharing its socket would mix up
    answers.
    """
    from django.core.cache import caches
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.connection = (
            None  # forget, do not close: closing would say goodbye for the master
        )
    caches.close_all()
