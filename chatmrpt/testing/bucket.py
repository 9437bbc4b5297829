"""A small local stand-in for S3: one bucket in memory, spoken to over HTTP by the real client.

It knows what the byte store asks for: PUT, GET, HEAD, DELETE of an object and lists by prefix. Every
request must be signed (its key is looked at, not its signature).
"""

import contextlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

ACCESS_KEY = "stand-in"


class Bucket(ThreadingHTTPServer):
    """Attributes: `objects` (key → bytes), `changed` (key → when), `away` (answer 503 to all)."""

    daemon_threads = True

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.changed: dict[str, datetime] = {}
        self.unsigned = 0
        self.away = False
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Bucket
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).lstrip("/").partition("/")[2]

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _refused(self) -> bool:
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        signed = f"Credential={ACCESS_KEY}/" in self.headers.get("Authorization", "")
        self.server.unsigned += not signed
        if self.server.away:
            self._answer(503, b"<Error><Code>SlowDown</Code></Error>")
        elif not signed:
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        return self.server.away or not signed

    def do_PUT(self) -> None:
        if not self._refused():
            self.server.objects[self._key()] = self.body
            self.server.changed[self._key()] = datetime.now(UTC)
            self._answer(200, ETag='"x"')

    def do_DELETE(self) -> None:
        if not self._refused():
            self.server.objects.pop(self._key(), None)
            self._answer(204)

    def do_HEAD(self) -> None:
        if not self._refused():
            self._object()

    def do_GET(self) -> None:
        if self._refused():
            return
        if self._key():
            self._object()
        else:
            self._list()

    def _object(self) -> None:
        found = self.server.objects.get(self._key())
        if found is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        when = self.server.changed[self._key()].strftime("%a, %d %b %Y %H:%M:%S GMT")
        self._answer(200, found, Last_Modified=when, ETag='"x"', Content_Length=str(len(found)))

    def _list(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        prefix = asked.get("prefix", [""])[0]
        keys = sorted(key for key in self.server.objects if key.startswith(prefix))
        folders = sorted({f"{prefix}{key[len(prefix):].partition('/')[0]}/" for key in keys
                          if "/" in key[len(prefix):]})  # fmt: skip
        files = [key for key in keys if "/" not in key[len(prefix) :]]
        body = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(self.server.objects[key])}</Size>"
            "<LastModified>2026-01-01T00:00:00Z</LastModified></Contents>" for key in files
        ) + "".join(
            f"<CommonPrefixes><Prefix>{escape(each)}</Prefix></CommonPrefixes>" for each in folders
        )  # fmt: skip
        text = f"<ListBucketResult><IsTruncated>false</IsTruncated>{body}</ListBucketResult>"
        self._answer(200, text.encode(), Content_Type="application/xml")


@contextlib.contextmanager
def bucket() -> Iterator[Bucket]:
    found = Bucket()
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield found
    finally:
        found.shutdown()
        thread.join()
        found.server_close()
