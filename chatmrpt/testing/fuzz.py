"""Senseless requests at the doors of messages and of uploads, the same ones for the same seed.

Nothing of it may end in a 5xx, in a reply that could stand anywhere, or in a ledger that no longer
gives the row. Used by a small test and, with many more, by `scripts/bench fuzz`.
"""

import base64
import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.test import Client

from tpr.byte_store import contents
from tpr.models import Upload, Workflow
from tpr.services.replay import replay

WORDS = (
    *(
        "Adamawa",
        "Kwara",
        "yes",
        "no",
        "primary",
        "secondary",
        "all",
        "under five",
        "pregnant women",
    ),
    *(
        "back",
        "undo",
        "skip",
        "top",
        "bottom",
        "10",
        "200,000",
        "nets",
        "TPR",
        "rate",
        "ward",
        "LGA",
    ),
    *("Fufore", "Girei", "2024", "January", "%", "not", "only", "without", "compare", "explain"),
    *(
        "map",
        "chart",
        "export",
        "restart",
        "exit",
        "why",
        "what",
        "how many",
        "plan",
        "risk",
        "0.5",
    ),
    *("-3", "1e9", "½", "«oui»", "نعم", "日本", "🙂", "Ọ̀yọ́", "=SUM(A1)", "<script>", "'", '"', ";"),
    *("--", "\\", "%s", "{x}", "{{", "}}", "${y}", "../", "\u202e", "\u0301", "\ufeff", "\u2028"),
)
JUNK: tuple[Any, ...] = (
    None, True, False, 0, -1, 10**30, 1.5, 1e308, "", " ", "\x00", "\ud800", "x" * 70, "é" * 3000, [],
    {}, [[]], {"a": {"b": [1]}}, ["select", "Adamawa"], "NaN", "1e999", "-0", "٣", "0x10",
)  # fmt: skip
FIELDS = ("text", "version", "idempotency_key", "command", "value", "choice", "nets", "strategy",
          "profile", "variables", "weights", "seed", "answer:SWAPPED", "tab")  # fmt: skip
DOORS = ("messages/", "messages/", "messages/", "choices/", "choices/", "analysis/", "plans/")
BROKEN = (b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b'{"text": "\xc3("}', b"{" * 4000, b"text=%ff%00",
          b'{"text": 1e400}', b'{"version": ' + b"9" * 5000 + b"}")  # fmt: skip
KINDS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
         "text/plain", "application/json; charset=utf-7", "")  # fmt: skip
TUS = {"HTTP_TUS_RESUMABLE": "1.0.0", "HTTP_ACCEPT": "application/json"}
BYTES = "application/offset+octet-stream"
ODD_NUMBERS = ("", "-1", "+3", "1.5", "1e3", "٣", "9" * 18, "9" * 40, "0x1", "\x00", "12 ", "null")


class Wrong(AssertionError):
    """What must never happen, with the request that made it happen."""


class Fuzz:
    """Senseless requests of one browser.

    Attributes
    ----------
    counts : what was sent and what came back.
    """

    def __init__(self, client: Client, seed: int) -> None:
        self.client = client
        client.raise_request_exception = False
        self.chance = random.Random(seed)
        self.counts: Counter[str] = Counter()

    # -- messages --------------------------------------------------------------------------------

    def sentence(self) -> str:
        draw = self.chance.random()
        if draw < 0.15:
            length = self.chance.randrange(60)
            return "".join(chr(self.chance.randrange(1, 0xD7FF)) for _ in range(length))
        words = self.chance.choices(WORDS, k=self.chance.randrange(1, 9))
        return self.chance.choice((" ", "  ", ", ", "", "\n")).join(words)

    def message(self, workflow: Workflow) -> None:
        """One request at a door of a workflow: a sentence, fields of wrong shapes, or no body."""
        version = Workflow.objects.only("version").get(pk=workflow.pk).version
        if self.chance.random() < 0.5:
            text = self.sentence()
            self._say(workflow, text, version)
            return
        door = f"/workflows/{workflow.pk}/{self.chance.choice(DOORS)}"
        if self.chance.random() < 0.3:
            body, kind = self.chance.choice(BROKEN), self.chance.choice(KINDS)
            if self.chance.random() < 0.3:
                body = self.chance.randbytes(self.chance.randrange(200))
            sent: Any = (body[:80], kind)
            answer = self.client.generic("POST", door, body, kind, HTTP_ACCEPT="application/json")
        else:
            sent = {
                name: self.chance.choice((*JUNK, self.sentence(), version, str(version)))
                for name in self.chance.sample(FIELDS, self.chance.randrange(1, 6))
            }
            body = json.dumps(sent).encode()
            answer = self.client.generic(
                "POST", door, body, "application/json", HTTP_ACCEPT="application/json"
            )
        self._judge(answer, door, sent)

    def _say(self, workflow: Workflow, text: str, version: int) -> None:
        fields = {"text": text, "version": version, "idempotency_key": uuid4().hex}
        door = f"/workflows/{workflow.pk}/messages/"
        answer = self.client.post(
            door, json.dumps(fields), "application/json", HTTP_ACCEPT="application/json"
        )
        self._judge(answer, door, fields)
        if answer.status_code != 200:
            return
        told = answer.json()
        reply, understood = told["reply"]["text"], told["understood"]["command"]
        self.counts[f"understood as {understood}"] += 1
        if not reply.strip():
            raise Wrong(f"an empty reply to {text!r}")
        if understood in ("unknown", "clarify", "error") and not _speaks_of(reply, text, told):
            raise Wrong(f"a generic reply to {text!r}: {reply!r}")

    def _judge(self, answer: Any, door: str, sent: Any) -> None:
        self.counts["requests"] += 1
        self.counts[f"answered {answer.status_code}"] += 1
        if answer.status_code >= 500:
            raise Wrong(f"{answer.status_code} for {door} {str(sent)[:600]!r}")
        if answer.status_code >= 400 and "json" in answer.headers.get("Content-Type", ""):
            error = answer.json()["error"]
            if not (error["code"] and error["message"].strip()):
                raise Wrong(f"a refusal without words for {door} {str(sent)[:600]!r}")

    # -- uploads ---------------------------------------------------------------------------------

    def upload(self) -> None:
        """One file announced and sent by a client that makes every mistake; what the server
        acknowledged is what it holds.
        """
        content = self.chance.randbytes(self.chance.randrange(1, 3000))
        made = self._tus("POST", "/uploads/", HTTP_UPLOAD_LENGTH=str(len(content)))
        if made.status_code != 201:
            raise Wrong(f"a good announcement got {made.status_code}")
        url, offset = made["Location"], 0
        for _ in range(self.chance.randrange(3, 12)):
            if offset == len(content):
                break
            at = self.chance.choice((offset, offset, offset, 0, offset + 1, len(content)))
            rest = len(content) - offset
            size = rest if self.chance.random() < 0.4 else self.chance.randrange(rest + 1)
            part = content[offset : offset + size]
            answer = self._tus("PATCH", url, part, **self._headers(part, at))
            if answer.status_code == 204:
                offset = int(answer["Upload-Offset"])
            held = int(self._tus("HEAD", url)["Upload-Offset"])
            if held != offset:
                raise Wrong(f"{offset} bytes were acknowledged, {held} are held")
        row = Upload.objects.get(pk=url.split("/")[2])
        stored = b"".join(contents(row))
        if stored != content[:offset]:
            raise Wrong("what is stored is not the beginning of the file")
        self.counts["uploads"] += 1
        self.counts["uploads that became whole"] += offset == len(content)
        if offset < len(content):
            self._tus("DELETE", url)

    def _headers(self, part: bytes, at: int) -> dict[str, str]:
        sha1 = base64.b64encode(hashlib.sha1(part, usedforsecurity=False).digest()).decode()
        headers = {"HTTP_UPLOAD_OFFSET": str(at)}
        odd: tuple[Callable[[], dict[str, str]], ...] = (
            lambda: {"HTTP_UPLOAD_OFFSET": self.chance.choice(ODD_NUMBERS)},
            lambda: {"HTTP_UPLOAD_CHECKSUM": f"sha1 {sha1}"},
            lambda: {"HTTP_UPLOAD_CHECKSUM": "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA="},
            lambda: {"HTTP_UPLOAD_CHECKSUM": self.chance.choice(("md9 x", "sha1", "sha1 %%", " "))},
            lambda: {"HTTP_TUS_RESUMABLE": self.chance.choice(("", "0.2.2", "2.0.0", "é"))},
            lambda: {"CONTENT_TYPE": self.chance.choice(KINDS)},
            lambda: {"HTTP_X_HTTP_METHOD_OVERRIDE": self.chance.choice(("PUT", "", "patch", "GET"))},
        )  # fmt: skip
        if self.chance.random() < 0.5:
            headers |= self.chance.choice(odd)()
        return headers

    def announce(self) -> None:
        """One announcement that should not have been made."""
        value = self.chance.choice((*ODD_NUMBERS, "0", str(10**12)))
        metadata = self.chance.choice(("", "filename", "filename %%", "a b,c d,,", "filename /w==",
                                       "filename " + base64.b64encode(b"a\x00b").decode()))  # fmt: skip
        self._tus("POST", "/uploads/", HTTP_UPLOAD_LENGTH=value, HTTP_UPLOAD_METADATA=metadata)

    def _tus(self, method: str, url: str, body: bytes = b"", **headers: str) -> Any:
        told = {**TUS, **headers}
        kind = told.pop("CONTENT_TYPE", BYTES if method == "PATCH" else "")
        answer = self.client.generic(method, url, body, kind, **told)
        self.counts["requests"] += 1
        self.counts[f"answered {answer.status_code}"] += 1
        if answer.status_code >= 500:
            raise Wrong(f"{answer.status_code} for {method} {url} {headers}")
        return answer


def check_ledger(workflow: Workflow) -> None:
    """Raise Wrong unless the ledger gives the row."""
    told = replay(Workflow.objects.get(pk=workflow.pk))
    if not told["identical"]:
        raise Wrong(f"the ledger of {workflow.pk} does not replay: {told['differs']}")


def _speaks_of(reply: str, text: str, told: dict[str, Any]) -> bool:
    """Whether a reply quotes what was typed or names what can be answered here."""
    typed = re.findall(r"\w+", text)
    if any(word in reply for word in typed):
        return True
    return any(option["label"] in reply for option in told["options"]) or not typed
