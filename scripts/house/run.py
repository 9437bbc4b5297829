"""`scripts/run`: the whole product on one machine, from nothing to an address in the browser."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from house import environment, paths, product
from house.say import Stop, step, warn
from house.services import Services
from house.supervisor import Program, Supervisor

START_LIMIT = 60.0
QUEUES = "intake,analysis,exports"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  (only where the caller asks for it by BIND)


def whole_number(name: str, default: int, lowest: int, highest: int) -> int:
    said = os.environ.get(name, "").strip() or str(default)
    if not said.isdigit() or not lowest <= int(said) <= highest:
        raise Stop(f"{name}={said!r} is not a whole number from {lowest} to {highest}.")
    return int(said)


def check_address(bind: str, port: int) -> None:
    """Refuses early, and in words, an address that cannot be listened on."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            line.bind((bind, port))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                raise Stop(
                    f"Port {port} on {bind} is taken by another program. "
                    f"Stop that one, or choose another port: PORT={port + 1} scripts/run"
                ) from None
            raise Stop(f"Cannot listen on {bind}:{port}: {problem.strerror}.") from None


def _static_state() -> str:
    """Fingerprint of the files that collectstatic gathers."""
    digest = hashlib.sha256((environment.REQUIREMENTS / "base.txt").read_bytes())
    for root in sorted(paths.PROJECT.glob("**/static")):
        if root.is_relative_to(environment.VENV):
            continue
        for file in sorted(each for each in root.rglob("*") if each.is_file()):
            digest.update(str(file.relative_to(paths.PROJECT)).encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def collect_static(told: Mapping[str, str]) -> None:
    """Gathers, hashes and compresses the static files, once per state of them."""
    target = Path(told["STATIC_ROOT"])
    mark = target / ".collected"
    state = _static_state()
    if not mark.exists() or mark.read_text() != state:
        step("gathering static files")
        product.must(told, "collectstatic", "--noinput", "--clear", "--verbosity", "0")
        target.mkdir(parents=True, exist_ok=True)
        mark.write_text(state)


def load_sample(data: Path, told: Mapping[str, str]) -> None:
    """Gives an empty database the generated sample. `load_sample` itself looks whether there is
    anything already.
    """
    mark = data / "sample" / ".loaded"
    database = hashlib.sha256(told["DATABASE_URL"].encode()).hexdigest()
    cluster = data / "postgres" / "chatmrpt.sample"
    done = cluster if cluster.parent.exists() else mark
    if done.exists() and done.read_text() == database:
        return
    known = product.must(told, "help", "--commands").split()
    if "make_sample" not in known or "load_sample" not in known:
        return
    step("making and loading the sample")
    try:
        product.must(told, "make_sample", str(data / "sample"))
        product.must(told, "load_sample", str(data / "sample"))
    except Stop as problem:  # of use without it; tried again at the next start
        warn(f"the sample could not be loaded: {problem}")
        return
    done.write_text(database)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}ping", timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _programs(data: Path, told: Mapping[str, str], workers: int) -> list[Program]:
    python, logs = str(environment.PYTHON), data / "logs"
    manage = str(paths.PROJECT / "manage.py")
    gunicorn = ["-m", "gunicorn", "-c", str(paths.PROJECT / "deploy" / "gunicorn.conf.py")]
    celery = ["-m", "celery", "--workdir", str(paths.PROJECT), "-A", "chatmrpt", "worker"]
    celery += ["-n", f"main-{os.getpid()}@%h", "-Q", QUEUES, "--concurrency", "2"]
    celery += ["--prefetch-multiplier", "1", "--without-gossip", "--without-mingle", "-l", "INFO"]
    web = dict(told) | {"WORKERS": str(workers), "GRACEFUL_TIMEOUT": "4"}
    # two children on two cores: a linear algebra library with threads of its own would only get in
    # their way
    worker = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"} | dict(told)
    return [
        Program("web", [python, *gunicorn, "chatmrpt.wsgi:application"], web, logs / "web.log"),
        Program("worker", [python, *celery], worker, logs / "worker.log"),
        Program(
            "sweeper", [python, manage, "sweep_jobs", "--every", "15"], told, logs / "sweeper.log"
        ),
    ]


def main(_words: list[str]) -> int:
    bind = os.environ.get("BIND", "").strip() or "127.0.0.1"
    port, workers = whole_number("PORT", 8000, 1, 65535), whole_number("WORKERS", 4, 1, 64)
    check_address(bind, port)
    data = paths.data_dir()
    environment.ensure("base")
    services = Services(data)

    def mend() -> None:
        try:
            services.mend()
        except Stop as problem:  # tried again at the next look
            warn(str(problem))

    with services.use() as connections:
        more = {"PORT": str(port), "BIND": bind}
        told = product.settings(data, connections, more)
        if "ALLOWED_HOSTS" not in os.environ and bind not in ("127.0.0.1", "::1", *EVERYWHERE):
            told["ALLOWED_HOSTS"] += f",{bind}"
        product.migrate(data, told, private=connections.private_database)
        collect_static(told)
        load_sample(data, told)
        step("starting web and worker")
        supervisor = Supervisor(_programs(data, told, workers), connections.holder, mend)

        def stop(_number: int, _frame: object) -> None:
            supervisor.stopping = True

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, stop)
        seen = "127.0.0.1" if bind in EVERYWHERE else bind
        address = f"http://{f'[{seen}]' if ':' in seen else seen}:{port}/"
        try:
            supervisor.start()
            web = supervisor.programs[0]
            supervisor.watch(START_LIMIT, until=lambda: web.failures > 2 or _answers(address))
            if not supervisor.stopping:
                if not _answers(address):
                    raise Stop(f"The web server does not answer. Its log: {web.log}")
                print(f"ChatMRPT is at {address}", flush=True)
                print(f"Data and logs: {data}. Ctrl-C stops everything.", flush=True)
            supervisor.watch()
            step("stopping")
        finally:
            supervisor.stop()
    return 0
