"""How long the scripts take to start and stop once they are set up, beside manage.py alone."""

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from report import measured

PROJECT = Path(__file__).resolve().parents[1]
ROUNDS = 5


def surroundings(data: Path) -> dict[str, str]:
    """An installation of its own, not the one that runs this benchmark."""
    own = {"DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "SECRET_KEY_FILE", "STATIC_ROOT"}
    kept = {name: value for name, value in os.environ.items() if name not in own}
    return kept | {"DATA_DIR": str(data)}


def seconds(command: list[str], told: dict[str, str]) -> float:
    """Median wall time of `command` over the rounds."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        subprocess.run(command, env=told, check=True, capture_output=True)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def main() -> None:
    python, manage = sys.executable, str(PROJECT / "manage.py")
    alone = seconds([python, manage, "showmigrations"], dict(os.environ))
    with tempfile.TemporaryDirectory(prefix="chatmrpt-startup-") as folder:
        data = Path(folder) / "var"
        told = surroundings(data)
        script = [str(PROJECT / "scripts" / "manage"), "showmigrations"]
        begun = time.perf_counter()
        subprocess.run(script, env=told, check=True, capture_output=True)
        measured("manage: first, makes the database", time.perf_counter() - begun, "s")
        cold = seconds(script, told)
        measured(
            "manage: starts and stops the services",
            cold,
            "s",
            against="manage.py",
            against_value=alone,
        )
        port = free_port()
        told["PORT"] = str(port)
        for turn in ("first, with the sample", "second"):
            begun = time.perf_counter()
            run = subprocess.Popen(
                [str(PROJECT / "scripts" / "run")], env=told, stdout=subprocess.PIPE
            )
            try:
                assert run.stdout is not None
                if not run.stdout.readline():
                    raise SystemExit("scripts/run ended before it answered")
                measured(f"run: {turn}", time.perf_counter() - begun, "s")
                if turn == "second":
                    assert answers(f"http://127.0.0.1:{port}/ping")
                    warm = seconds(script, told)
                    measured(
                        "manage: beside run", warm, "s", against="manage.py", against_value=alone
                    )
            finally:
                begun = time.perf_counter()
                run.send_signal(signal.SIGTERM)
                run.wait()
            if turn == "second":
                measured("run: stops", time.perf_counter() - begun, "s", budget=10)


if __name__ == "__main__":
    main()
