"""What one request costs in processor time: of the web process, of its PostgreSQL session; queries.

One process answers the walk of `chat_turn` for people one after the other, without a network and
without anybody else, so that the figures hold on a machine that others use too: processor time does
not grow when somebody else works. Environment: BENCH_PEOPLE (12), BENCH_ROUNDS (of the walk after
the first, 3), BENCH_PROFILE=1 (where the time goes, by cProfile, to stderr; slows everything down),
BENCH_QUERIES=1 (the statements of each turn of the second person, to stderr).
"""

import cProfile
import io
import os
import pstats
import re
import tempfile
import time
import uuid
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from kit.people import person, sample_upload
from kit.product import say, start
from kit.site import Answer, Person
from report import measured

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "12"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))


class Inside(Person):
    """A person whose requests are calls of the WSGI application in this process."""

    application: Any = None

    def ask(self, method: str, path: str, fields: Any = None, **headers: str) -> Answer:
        body = urlencode(fields).encode() if fields is not None else b""
        path, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "",
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1", "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
            "CONTENT_LENGTH": str(len(body)) if body else "", "HTTP_ACCEPT_ENCODING": "gzip",
            "HTTP_COOKIE": f"sessionid={self.session}; csrftoken={self.token}",
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }  # fmt: skip
        if body:
            environ |= {"HTTP_X_CSRFTOKEN": self.token,
                        "CONTENT_TYPE": "application/x-www-form-urlencoded"}  # fmt: skip
        told: list[Any] = []
        begun = time.perf_counter()
        result = Inside.application(environ, lambda *words: told.append(words))
        content = b"".join(result)
        result.close()
        status, sent = told[0][:2]
        return Answer(int(status[:3]), dict(sent), content, time.perf_counter() - begun)


def seconds_of(pid: int) -> float:
    """Processor time of a process, in nanosecond steps."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def backend() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        return int(cursor.fetchone()[0])


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="chatmrpt-bench-static-") as static:
        os.environ |= {"STATIC_ROOT": static, "LOG_LEVEL": "WARNING", "EXPOSE_WORKER": "1"}
        start()
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        measure()


def weigh(one: Inside, session: int, turn: Any, walk: list[tuple[str, str]]) -> None:
    """Say the statements of each turn, and what each kind of statement cost on both sides."""
    from django.db import connection

    cost: dict[str, list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
    told: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        here, there = time.process_time(), seconds_of(session)
        result = execute(sql, params, many, context)
        line = " ".join(re.sub(r'"s\d+_x\d+"', "", sql).split())
        line = re.sub(r"^SELECT (.{30}).* FROM", r"SELECT \1… FROM", line)[:230]
        told.append(line)
        for place, much in enumerate((1, time.process_time() - here, seconds_of(session) - there)):
            cost[line][place] += much
        return result

    with connection.execute_wrapper(note):
        for kind, what in walk:
            told.clear()
            turn(one, kind, what)
            say(f"== {kind} {what}: {len(told)}")
            for line in told:
                say(f"   {line}")
    say(f"== statements of {len(walk)} turns: times, ms here, ms in PostgreSQL")
    for line, (times, here, there) in sorted(cost.items(), key=lambda item: -sum(item[1][1:])):
        say(f"{times:4} {1000 * here:7.1f} {1000 * there:7.1f}  {line}")


def measure() -> None:
    from chat_turn import AGAIN, WALK, turn
    from django.core import signals
    from django.db import close_old_connections, connection

    from chatmrpt.wsgi import application

    Inside.application = staticmethod(application)
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    upload = sample_upload()
    people = [
        Inside(0, one.session, one.workflow, one.version)
        for one in (person(upload, n, 0) for n in range(PEOPLE + 2))
    ]
    for one in people:
        one.token = uuid.uuid4().hex
    sent: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        sent.append(sql)
        return execute(sql, params, many, context)

    costs: dict[str, list[float]] = defaultdict(list)
    queries: dict[str, list[int]] = defaultdict(list)
    sizes: dict[str, list[int]] = defaultdict(list)
    profile = cProfile.Profile(time.process_time) if os.environ.get("BENCH_PROFILE") else None

    def walk(one: Inside, rounds: int, *, count: bool) -> None:
        for kind, what in list(WALK) + list(WALK[AGAIN:]) * rounds:
            sent.clear()
            begun = time.process_time()
            answer = turn(one, kind, what)
            took = time.process_time() - begun
            assert answer.status == 200, (kind, what, answer.status, answer.body[:300])
            if count:
                name = f"{kind} {what}".strip()
                costs[name].append(1000 * took)
                queries[name].append(len(sent))
                sizes[name].append(len(answer.body))

    walk(people[0], ROUNDS, count=False)  # caches, templates, prepared plans
    session = backend()
    if os.environ.get("BENCH_QUERIES"):
        weigh(people[1], session, turn, list(WALK) + list(WALK[AGAIN:]))
    before = seconds_of(session)
    if profile:
        profile.enable()
    begun = time.process_time()
    for one in people[2:]:
        walk(one, ROUNDS, count=True)
    whole = time.process_time() - begun
    if profile:
        profile.disable()
        words = io.StringIO()
        stats = pstats.Stats(profile, stream=words)
        stats.sort_stats("cumulative").print_stats(110)
        stats.sort_stats("tottime").print_stats(60)
        if callers := os.environ.get("BENCH_CALLERS"):
            stats.print_callers(callers)
        say(words.getvalue())
    database = seconds_of(session) - before
    requests = sum(map(len, costs.values()))
    with connection.execute_wrapper(note):
        walk(people[1], 0, count=False)
        counted: Counter[str] = Counter()
        for kind, what in WALK[AGAIN:]:
            sent.clear()
            turn(people[1], kind, what)
            counted[f"{kind} {what}".strip()] = len(sent)
    for name, times in costs.items():
        say(f"{name:45} {sum(times) / len(times):6.1f} ms, {counted.get(name, 0):3} queries, "
            f"{sum(sizes[name]) / len(times) / 1000:5.1f} kB")  # fmt: skip
    measured(f"web process, of {requests} requests: each", 1000 * whole / requests, "ms")
    measured("PostgreSQL session: each", 1000 * database / requests, "ms",
             against="the web", against_value=1000 * whole / requests)  # fmt: skip
    measured("queries of a request", sum(counted.values()) / len(counted), "")


if __name__ == "__main__":
    main()
