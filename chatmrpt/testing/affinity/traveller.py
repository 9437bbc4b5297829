"""A person who goes through the whole job, each request to another process, and repeats what was
lost as the page does: the same fields, the same key.
"""

import base64
import contextlib
import hashlib
import http.client
import json
import os
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from chatmrpt.testing.affinity.journey import JOURNEY, PART, Step
from chatmrpt.tests.e2e.person import Person, Reply

TUS = {"Tus-Resumable": "1.0.0"}
AGAIN = (500, 502, 503, 504)
PATIENCE = float(os.environ.get("AFFINITY_PATIENCE", "240"))
LOST = (OSError, http.client.HTTPException)


class Astray(Exception):
    """Something that no fault excuses."""


class Traveller:
    """One person.

    Parameters
    ----------
    faults : chance of each deliberate fault of a decision: its answer is dropped, it is sent twice
        at once, a stale version comes before it. 0 in a calm run.
    steps : how many steps of the journey.
    """

    def __init__(
        self, number: int, ports: Sequence[int], content: bytes, *, faults: float,
        steps: int = len(JOURNEY),
    ) -> None:  # fmt: skip
        self.number, self.content, self.faults, self.steps = number, content, faults, steps
        self.person = Person(ports)
        self.person.turn = number
        self.chance = random.Random(number)
        self.counts: Counter[str] = Counter()
        self.statuses: Counter[int] = Counter()
        self.keys: list[str] = []
        self.replies: list[tuple[str, str]] = []
        self.uuid = self.upload = ""
        self.last_served = ""
        self.problem = self.ended = ""

    def travel(self) -> None:
        """The whole job. What goes wrong for good stands in `problem`."""
        try:
            self._session()
            self._send_file()
            self._begin()
            self._wait("reading")
            for number, step in enumerate(JOURNEY[: self.steps]):
                self._step(number, step)
        except Astray as astray:
            self.problem = str(astray)
        except Exception as error:  # a fault of the harness must not look like a good run
            self.problem = f"{type(error).__name__}: {error}"
        self.ended = f"{datetime.now(UTC):%H:%M:%S}"

    # -- requests --------------------------------------------------------------------------------

    def _once(self, method: str, path: str, **options: Any) -> Reply:
        self.counts["requests"] += 1
        reply = self.person.call(method, path, **options)
        self.statuses[reply.status] += 1
        served = reply.headers.get("X-Served-By", "")
        if served:
            self.counts["another process" if served != self.last_served else "same process"] += 1
            self.last_served = served
        return reply

    def _until_answered(self, method: str, path: str, **options: Any) -> Reply:
        """Repeat what got no answer. A refusal for a while must come with words."""
        end = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(*LOST):
                reply = self._once(method, path, **options)
                if reply.status not in AGAIN and not _is_busy(reply):
                    return reply
                if reply.status == 503 and "X-Request-ID" in reply.headers:
                    self.counts["503 in words"] += "Nothing that was saved is lost" in reply.text
                    self.counts["503 without words"] += method != "HEAD" and not reply.text
                if reply.status == 500:
                    self.counts["500"] += 1
            if time.monotonic() > end:
                raise Astray(f"{method} {path} had no answer for {PATIENCE:.0f} s")
            self.counts["repeated"] += 1
            time.sleep(0.1 + 0.3 * self.chance.random())

    def _post(self, path: str, fields: dict[str, object]) -> Reply:
        return self._until_answered(
            "POST", path, body=json.dumps(fields).encode(), kind="application/json"
        )

    # -- the file --------------------------------------------------------------------------------

    def _session(self) -> None:
        """A session and a CSRF token, before anything that counts."""
        self._until_answered("GET", "/", accept="text/html")
        made = self._until_answered("POST", "/uploads/", **TUS, **{"Upload-Length": "1"})
        self._until_answered("DELETE", made.headers["Location"], **TUS)

    def _announced(self) -> str:
        """The upload of this file, asked for before it is announced (again)."""
        end = time.monotonic() + PATIENCE
        path = f"/uploads/?name=state.csv&size={len(self.content)}"
        name = base64.b64encode(b"state.csv").decode()
        while time.monotonic() < end:
            found = self._until_answered("GET", path).json()["uploads"]
            if found:
                return str(found[0]["location"])
            with contextlib.suppress(*LOST):
                made = self._once(
                    "POST", "/uploads/", **TUS,
                    **{"Upload-Length": str(len(self.content)),
                       "Upload-Metadata": f"filename {name}"},
                )  # fmt: skip
                if made.status == 201 and not self._drops():
                    return made.headers["Location"]
            self.counts["repeated"] += 1
        raise Astray("the file could not be announced")

    def _send_file(self) -> None:
        url = self._announced()
        self.upload = url.split("/")[2]
        offset, end = 0, time.monotonic() + PATIENCE
        while offset < len(self.content):
            if time.monotonic() > end:
                raise Astray("the file did not arrive")
            part = self.content[offset : offset + PART]
            digest = base64.b64encode(hashlib.sha1(part, usedforsecurity=False).digest()).decode()
            headers = {**TUS, "Upload-Offset": str(offset), "Upload-Checksum": f"sha1 {digest}"}
            with contextlib.suppress(*LOST):
                sent = self._once(
                    "PATCH", url, body=part, kind="application/offset+octet-stream", **headers
                )
                if sent.status == 204 and not self._drops():
                    offset = int(sent.headers["Upload-Offset"])
                    self.counts["steps"] += 1
                    continue
            self.counts["repeated"] += 1
            offset = int(self._until_answered("HEAD", url, **TUS).headers["Upload-Offset"])

    def _begin(self) -> None:
        fields = {"upload": self.upload, "idempotency_key": f"begin-{self.number}"}
        made = self._post("/workflows/", fields)
        if self._drops():
            made = self._post("/workflows/", fields)
        if made.status != 201:
            raise Astray(f"no workflow: {made.status} {made.text[:300]}")
        self.uuid = str(made.json()["uuid"])
        self.counts["steps"] += 1

    # -- the conversation ------------------------------------------------------------------------

    def _state(self) -> dict[str, Any]:
        reply = self._until_answered("GET", f"/workflows/{self.uuid}/state/")
        if reply.status != 200:
            raise Astray(f"state: {reply.status} {reply.text[:300]}")
        return dict(reply.json())

    def _wait(self, what: str) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            state = self._state()
            if what == "reading" and state["stage"] != "reading_upload":
                return
            if what == "run" and (run := state["analysis"]) and run["status"] != "queued":
                if run["status"] == "done":
                    return
                if run["status"] != "running":
                    raise Astray(f"the run is {run['status']}")
            time.sleep(0.3)
        raise Astray(
            f"{what} took longer than {PATIENCE:.0f} s: {state['stage']}, {state['analysis']}"
        )

    def _step(self, number: int, step: Step) -> None:
        version = self._state()["version"]
        key = f"step-{self.number}-{number}"
        path = f"/workflows/{self.uuid}/{step.door}/"
        fields = {**step.fields, "version": version, "idempotency_key": key}
        if step.door == "choices" and version > 1 and self.chance.random() < self.faults:
            self._stale(path, fields)
        if self.chance.random() < self.faults:
            reply = self._twice(path, fields)
        else:
            reply = self._post(path, fields)
            if self._drops():
                reply = self._post(path, fields)
        if reply.status not in (200, 201, 202):
            raise Astray(f"step {number}: {reply.status} {reply.text[:300]}")
        self.keys.append(key)
        self.counts["steps"] += 1
        told = reply.json()
        self.replies.append((told["stage"], told["reply"]["text"]))
        if step.waits_for:
            self._wait(step.waits_for)

    def _drops(self) -> bool:
        """The server acted, and its answer was lost on the way."""
        if self.chance.random() >= self.faults:
            return False
        self.counts["answers dropped"] += 1
        return True

    def _stale(self, path: str, fields: dict[str, object]) -> None:
        old = {**fields, "version": 1, "idempotency_key": f"stale-{fields['idempotency_key']}"}
        refused = self._post(path, old)
        self.counts["stale versions"] += 1
        if (refused.status, refused.code) != (409, "STALE_VERSION"):
            raise Astray(f"a stale version was taken: {refused.status} {refused.text[:300]}")

    def _twice(self, path: str, fields: dict[str, object]) -> Reply:
        """The same POST to two processes at once; both are told the same."""
        self.counts["sent twice"] += 1
        twin = Traveller(self.number, self.person.ports, b"", faults=0)
        twin.person.cookies = dict(self.person.cookies)
        twin.person.turn = self.person.turn + 1
        answers: list[Reply] = []

        def send() -> None:
            with contextlib.suppress(Astray):
                answers.append(twin._post(path, fields))

        thread = threading.Thread(target=send)
        thread.start()
        mine = self._post(path, fields)
        thread.join()
        self.counts.update(twin.counts)
        self.statuses.update(twin.statuses)
        for other in answers:
            if other.status != mine.status or _told(other, mine) != _told(mine, other):
                raise Astray(f"two answers to one request: {mine.text[:200]} | {other.text[:200]}")
        return mine


def _told(reply: Reply, other: Reply) -> dict[str, Any]:
    """What was said. The options are those that are open now: a run that ended between the two
    answers opens others.
    """
    runs = [(each.json().get("analysis") or {}).get("status") for each in (reply, other)]
    said = dict(reply.json()["reply"])
    return said if runs[0] == runs[1] else {**said, "options": None}


def _is_busy(reply: Reply) -> bool:
    return reply.status == 409 and '"BUSY"' in reply.text
