"""A person with a browser that keeps cookies and nothing else: every request is a new connection,
and goes to another server than the one before.
"""

import http.client
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

JSON = "application/json"
HTML = "text/html"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    text: str

    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """The code of the error."""
        return str(self.json()["error"]["code"])


class Person:
    """One person. `ports` may be changed between requests."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.ports = list(ports)
        self.turn = 0
        self.cookies: dict[str, str] = {}
        self.served: set[str] = set()

    def call(
        self, method: str, path: str, *, body: bytes = b"", kind: str = "", accept: str = JSON,
        port: int | None = None, **headers: str,
    ) -> Reply:  # fmt: skip
        if port is None:
            port = self.ports[self.turn % len(self.ports)]
            self.turn += 1
        sent = {"Accept": accept, "Connection": "close", **headers}
        if kind:
            sent["Content-Type"] = kind
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if method == "POST" and "csrftoken" in self.cookies:
            sent["X-CSRFToken"] = self.cookies["csrftoken"]
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            line.request(method, path, body=body or None, headers=sent)
            answer = line.getresponse()
            text = answer.read().decode("utf-8", "replace")
        finally:
            line.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {k: m.value for k, m in SimpleCookie(cookie).items()}
        if served := answer.headers.get("X-Served-By"):
            self.served.add(served)
        return Reply(answer.status, dict(answer.headers.items()), text)

    def get(self, path: str, **options: Any) -> Reply:
        return self.call("GET", path, **options)

    def page(self, path: str) -> str:
        reply = self.get(path, accept=HTML)
        assert reply.status == 200, reply.text
        return reply.text

    def post_json(self, path: str, fields: Mapping[str, Any], **options: Any) -> Reply:
        return self.call("POST", path, body=json.dumps(fields).encode(), kind=JSON, **options)

    def post_form(self, path: str, fields: Mapping[str, Any], **options: Any) -> Reply:
        return self.call(
            "POST", path, body=urlencode(fields).encode(), accept=HTML,
            kind="application/x-www-form-urlencoded", **options,
        )  # fmt: skip

    def upload(self, name: str, content: bytes, *, accept: str = JSON, key: str = "") -> str:
        """Send a file as the start page does; returns the uuid of the workflow."""
        self.page("/")
        edge = uuid.uuid4().hex
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="idempotency_key"\r\n\r\n'
            f"{key or uuid.uuid4().hex}\r\n--{edge}\r\n"
            f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        reply = self.call(
            "POST", "/workflows/", body=head.encode() + content + f"\r\n--{edge}--\r\n".encode(),
            kind=f"multipart/form-data; boundary={edge}", accept=accept,
        )  # fmt: skip
        assert reply.status == (201 if accept == JSON else 303), reply.text
        found = re.search(r"/workflows/([0-9a-f-]{36})/", reply.headers["Location"])
        assert found
        return found[1]

    def state(self, workflow: str) -> dict[str, Any]:
        reply = self.get(f"/workflows/{workflow}/state/")
        assert reply.status == 200, reply.text
        return dict(reply.json())

    def say(self, workflow: str, text: str, *, key: str = "", version: int | None = None) -> Reply:
        """Type a sentence, as an API client that reads the version first."""
        version = self.state(workflow)["version"] if version is None else version
        return self.post_json(
            f"/workflows/{workflow}/messages/",
            {"text": text, "version": version, "idempotency_key": key or uuid.uuid4().hex},
        )

    def press(self, workflow: str, action: str, **fields: Any) -> Reply:
        """Send a form of the page with the hidden fields that the page carries."""
        version = hidden(self.page(f"/workflows/{workflow}/"), "version")
        key = uuid.uuid4().hex
        return self.post_form(
            f"/workflows/{workflow}/{action}/",
            {"version": version, "idempotency_key": key,
             "csrfmiddlewaretoken": self.cookies["csrftoken"], **fields},
        )  # fmt: skip


def hidden(page: str, name: str) -> str:
    """Return the first hidden field of this name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"the page has no field {name}"
    return found[1]
