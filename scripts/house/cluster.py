"""`scripts/cluster`: the topology of docker-compose.yml with plain processes of one machine.

nginx deals requests round robin to several web hosts, two workers, a sweeper, PostgreSQL, a Redis for
the cache and another for the broker. What dies is started again. `cluster.json` in the data directory
says where everything is; each program has a file `NAME.pid` beside its log.

Environment: PORT, BIND, DATA_DIR (default `var/cluster`), WEBS (3), CELERY_WORKERS (2), WORKERS
(processes of each web, 2), SWEEP_EVERY (15 seconds), FRONT=relay (no nginx), THROW_AWAY=1 (a fast
database that is removed at the end), UNTIL_EOF=1 (end when the input is closed).
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from house import environment, front, paths, product
from house.redis import Redis
from house.run import QUEUES, check_address, collect_static, whole_number
from house.say import Stop, step, warn
from house.services import Services
from house.supervisor import Program, Supervisor

START_LIMIT = 140.0
SHORT_PAUSE = 0.5  # a program that is killed again and again comes back at once


def free_ports(count: int) -> list[int]:
    doors = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return [int(door.getsockname()[1]) for door in doors]
    finally:
        for door in doors:
            door.close()


def _programs(data: Path, told: Mapping[str, str], bind: str, port: int) -> list[Program]:
    python, logs = str(environment.PYTHON), data / "logs"
    manage = str(paths.PROJECT / "manage.py")
    webs = free_ports(whole_number("WEBS", 3, 1, 16))
    gunicorn = [python, "-m", "gunicorn", "-c", str(paths.PROJECT / "deploy" / "gunicorn.conf.py")]
    found: list[Program] = []

    def add(name: str, command: list[str], more: Mapping[str, str]) -> None:
        found.append(Program(name, command, {**told, **more}, logs / f"{name}.log"))

    for place, web in enumerate(webs, 1):
        more = {"BIND": "127.0.0.1", "PORT": str(web), "WORKERS": str(whole_number("WORKERS", 2, 1, 16)),
                "GRACEFUL_TIMEOUT": "4"}  # fmt: skip
        add(f"web-{place}", [*gunicorn, "chatmrpt.wsgi:application"], more)
    for place in range(1, whole_number("CELERY_WORKERS", 2, 0, 16) + 1):
        celery = [python, "-m", "celery", "--workdir", str(paths.PROJECT), "-A", "chatmrpt",
                  "worker", "-n", f"worker-{place}-{os.getpid()}@%h", "-Q", QUEUES,
                  "--concurrency", "2", "--prefetch-multiplier", "1", "--without-gossip",
                  "--without-mingle", "-l", "WARNING"]  # fmt: skip
        add(f"worker-{place}", celery, {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"})
    every = os.environ.get("SWEEP_EVERY", "15")
    add("sweeper", [python, manage, "sweep_jobs", "--every", every], {})
    folder = paths.private_directory(data / "front")
    add("front", front.command(folder, bind, port, webs), {})
    return found


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/ping", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _input_is_closed() -> bool:
    ready, _, _ = select.select([0], [], [], 0)
    return bool(ready) and os.read(0, 1024) == b""


def main(_words: list[str]) -> int:
    bind = os.environ.get("BIND", "").strip() or "127.0.0.1"
    port = whole_number("PORT", 8000, 0, 65535) or free_ports(1)[0]
    check_address(bind, port)
    named = os.environ.get("DATA_DIR", "").strip()
    data = paths.data_dir() if named else paths.PROJECT / "var" / "cluster"
    throw_away = os.environ.get("THROW_AWAY") == "1"
    environment.ensure("base")
    services = Services(data, throw_away=throw_away)
    try:
        return _serve(services, data, bind, port)
    finally:
        if throw_away:
            shutil.rmtree(data, ignore_errors=True)


def _serve(services: Services, data: Path, bind: str, port: int) -> int:
    until_eof = os.environ.get("UNTIL_EOF") == "1"
    cache = Redis(services.sockets / "cache", data / "logs" / "cache.log", keeps_everything=False)

    def mend() -> None:
        try:
            services.mend()
        except Stop as problem:  # tried again at the next look
            warn(str(problem))

    with services.use() as connections:
        paths.private_directory(cache.sockets)
        more = {"REDIS_URL": cache.cache_url, "BEHIND_PROXY": "1"}
        told = product.settings(data, connections, more)
        product.migrate(data, told, private=connections.private_database)
        collect_static(told)
        programs = _programs(data, told, bind, port)
        programs.append(Program("cache", cache.command(), told, cache.log))
        for program in programs:
            program.longest_pause = SHORT_PAUSE
        supervisor = Supervisor(programs, connections.holder, mend)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: setattr(supervisor, "stopping", True))
        _run(supervisor, told, data, f"http://{bind}:{port}", until_eof=until_eof)
    return 0


def _run(
    supervisor: Supervisor, told: Mapping[str, str], data: Path, address: str, *, until_eof: bool
) -> None:
    webs = {
        each.name: f"http://127.0.0.1:{each.told['PORT']}"
        for each in supervisor.programs if each.name.startswith("web-")
    }  # fmt: skip
    step("starting the hosts")
    try:
        supervisor.start()
        everyone = [*webs.values(), address]
        supervisor.watch(START_LIMIT, until=lambda: all(map(_answers, everyone)))
        if not supervisor.stopping:
            if silent := [each for each in everyone if not _answers(each)]:
                raise Stop(f"No answer from {', '.join(silent)}. The logs: {data / 'logs'}")
            told = {name: told[name] for name in (
                "DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "SECRET_KEY_FILE")
                if name in told}  # fmt: skip
            state = {"front": address, "webs": webs, "logs": str(data / "logs"),
                     "programs": [each.name for each in supervisor.programs],
                     "environment": told}  # fmt: skip
            (data / "cluster.json").write_text(json.dumps(state, indent=1))
            print(f"ChatMRPT is at {address}/ on {len(webs)} hosts", flush=True)
        supervisor.watch(until=_input_is_closed if until_eof else lambda: False)
        step("stopping")
    finally:
        supervisor.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
