"""docker-compose.yml and the Dockerfile, held against the project: no container engine is needed."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from chatmrpt.conf import celery as celery_settings

ROOT = Path(settings.BASE_DIR)
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if one.get("image") == "chatmrpt"}
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")


def environment() -> dict[str, str]:
    return {k: str(v) for one in OURS.values() for k, v in one.get("environment", {}).items()}


def test_the_topology_is_the_one_of_the_issue() -> None:
    webs = [name for name in OURS if name.startswith("web-")]
    assert len(webs) == 3
    assert OURS["worker"]["deploy"]["replicas"] == 2
    assert {"sweeper", "migrate"} <= set(OURS)
    assert {"postgres", "cache", "broker", "nginx"} <= set(SERVICES)
    assert [one for one in SERVICES.values() if "ports" in one] == [SERVICES["nginx"]]


def test_every_service_waits_for_services_that_exist() -> None:
    for name, one in SERVICES.items():
        for other, wanted in one.get("depends_on", {}).items():
            assert other in SERVICES, f"{name} waits for {other}"
            if wanted["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other], f"{other} has no health check"


def test_addresses_name_services_and_the_two_redis_differ() -> None:
    told = environment()
    for name in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"):
        host = re.search(r"(?:@|://)(\w+):\d+/", told[name])
        assert host, told[name]
        assert host[1] in SERVICES, name
    assert told["REDIS_URL"] != told["CELERY_BROKER_URL"]
    assert "noeviction" in SERVICES["broker"]["command"]
    assert "allkeys-lru" in SERVICES["cache"]["command"]


def known_names() -> set[str]:
    """Every variable that the settings, gunicorn or the tools read."""
    files = [*ROOT.glob("chatmrpt/conf/*.py"), ROOT / "chatmrpt/settings.py",
             ROOT / "deploy/gunicorn.conf.py", ROOT / "deploy/healthcheck.py"]  # fmt: skip
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    return set(re.findall(r'(?:env\.\w+\(|environ\.get\(|environ\[)\s*["\']([A-Z_]+)["\']', text))


def test_every_variable_that_is_set_is_read_and_stands_in_the_example() -> None:
    told = set(environment())
    outside = {"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"}  # of numpy
    assert told - outside - known_names() == set()
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    wanted = set(re.findall(r"\$\{([A-Z_]+)", text))
    assert {name for name in wanted if not re.search(rf"^#?{name}=", EXAMPLE, re.M)} == set()


def test_what_cannot_be_guessed_is_demanded() -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD"):
        assert f"${{{name}:?" in text
        assert not re.search(rf"\$\{{{name}:-", text)


def words_of(service: dict[str, Any]) -> list[str]:
    return [str(word) for word in service["command"]]


def test_the_commands_exist_and_the_worker_takes_every_queue() -> None:
    worker = words_of(OURS["worker"])
    queues = {route["queue"] for route in celery_settings.CELERY_TASK_ROUTES.values()}
    assert set(worker[worker.index("-Q") + 1].split(",")) == queues | {"intake"}
    for name in ("sweeper", "migrate"):
        assert words_of(OURS[name])[:2] == ["python", "manage.py"]
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), words_of(OURS[name])[2], "--help"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        for flag in (word for word in words_of(OURS[name]) if word.startswith("--")):
            assert flag in done.stdout, flag


def test_containers_hold_nothing_and_may_little() -> None:
    for name, one in OURS.items():
        assert one["read_only"] is True, name
        assert one["cap_drop"] == ["ALL"], name
        assert "volumes" not in one, f"{name} keeps a file"
    assert list(COMPOSE["volumes"]) == ["database"]


def test_nginx_knows_the_hosts_of_compose() -> None:
    conf = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    assert set(re.findall(r"server (web-\d):8000", conf)) == {n for n in OURS if n[:4] == "web-"}
    assert f"listen {SERVICES['nginx']['ports'][0].rpartition(':')[2]};" in conf
    limit = re.search(r"client_max_body_size (\d+)m", conf)
    assert limit and int(limit[1]) > settings.UPLOAD_MAX_MB
    gunicorn = (ROOT / "deploy/gunicorn.conf.py").read_text(encoding="utf-8")
    kept = {
        "nginx": re.search(r"^\s+keepalive_timeout (\d+)s", conf, re.M),
        "gunicorn": re.search(r"^keepalive = (\d+)", gunicorn, re.M),
    }
    assert kept["nginx"] and kept["gunicorn"]
    assert int(kept["nginx"][1]) < int(kept["gunicorn"][1]), "nginx lets go first"


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, continued lines joined."""
    text = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line.strip() for line in text.splitlines() if line.strip() and line[0] != "#"]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def test_what_the_dockerfile_copies_and_starts_exists() -> None:
    for name, rest in instructions():
        if name == "COPY" and "--from" not in rest:
            *sources, _ = rest.split()
            assert [source for source in sources if not (ROOT / source).exists()] == []
    (start,) = [rest for name, rest in instructions() if name == "CMD"]
    assert all(word in start for word in ("gunicorn", "deploy/gunicorn.conf.py", "chatmrpt.wsgi"))
    users = [rest for name, rest in instructions() if name == "USER"]
    assert users, "containers do not run as root"
    assert users[-1].strip() not in ("root", "0")


def test_the_build_context_leaves_out_secrets_data_and_the_environment() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", ".env", "var"} <= set(ignored)


@pytest.mark.processes
def test_the_second_stage_of_the_dockerfile_builds_in_an_empty_folder(tmp_path: Path) -> None:
    """Its RUN lines, on the files that COPY would bring, with the packages of this environment.

    Only the base image and the installation of the packages are not made here; `scripts/test` makes
    the latter from the same hashed pins.
    """
    app = tmp_path / "app"
    ignored = [part for line in (ROOT / ".dockerignore").read_text().split()
               for part in ("--exclude", line.removeprefix("**/"))]  # fmt: skip
    app.mkdir()
    pack = subprocess.run(
        ["tar", "-c", *ignored, "-C", str(ROOT), "."], capture_output=True, check=True
    )
    subprocess.run(["tar", "-x", "-C", str(app)], input=pack.stdout, check=True)
    runs = [rest for name, rest in instructions() if name == "RUN"]
    (build,) = [rest for rest in runs if "collectstatic" in rest]
    env = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "STATIC_ROOT": str(app / "staticfiles"),
        "DJANGO_SETTINGS_MODULE": "chatmrpt.settings",
    }  # fmt: skip
    done = subprocess.run(
        ["sh", "-ec", build], cwd=app, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert (app / "staticfiles" / "staticfiles.json").exists()
    check = f"{shlex.quote(sys.executable)} -c 'import chatmrpt.wsgi'"
    missing = subprocess.run(
        ["sh", "-c", check], cwd=app, env=env, capture_output=True, text=True, check=False
    )
    assert "Set SECRET_KEY or SECRET_KEY_FILE" in missing.stderr, "an image holds no secret"
