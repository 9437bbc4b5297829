"""What Chromium sends and receives on a shaped line, from its own network events."""

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RATE = 230_000 / 8
"""Bytes per second, each way: the line that programmes have."""
LATENCY = 0.4
"""Seconds of a round trip."""
HEAD = 600
"""Bytes of the head of a static file, rounded up."""


@dataclass
class Exchange:
    address: str
    kind: str
    began: float
    ended: float = 0.0
    bytes: int = 0
    status: int = 0

    @property
    def looks_again(self) -> bool:
        """By the page's script, while a job is under way."""
        return self.kind == "Fetch GET"


class Wire:
    """Shapes a page's line and counts its exchanges.

    Parameters
    ----------
    packed_as : the folder of the project, when the server is that of the tests, which sends static
        files as they are: they count as the product sends them, packed by gzip, and a head.
    """

    def __init__(self, page: Any, *, packed_as: Path | None = None) -> None:
        self.packed_as = packed_as
        self.found: dict[str, Exchange] = {}
        self.before: list[Exchange] = []
        line = page.context.new_cdp_session(page)
        line.on("Network.requestWillBeSent", self._sent)
        line.on("Network.responseReceived", self._answered)
        line.on("Network.loadingFinished", self._ended)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", {
            "offline": False, "latency": 1000 * LATENCY, "downloadThroughput": RATE,
            "uploadThroughput": RATE,
        })  # fmt: skip

    def _sent(self, event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("http"):
            return
        if moved := event.get("redirectResponse"):  # the same id goes on at the new address
            first = self.found[event["requestId"]]
            first.ended, first.status = event["timestamp"], moved["status"]
            first.bytes = int(moved["encodedDataLength"])
            self.before.append(first)
        self.found[event["requestId"]] = Exchange(
            event["request"]["url"], f"{event.get('type')} {event['request']['method']}",
            event["timestamp"],
        )  # fmt: skip

    def _answered(self, event: dict[str, Any]) -> None:
        if entry := self.found.get(event["requestId"]):
            entry.status = event["response"]["status"]
            if event["response"].get("fromDiskCache"):
                entry.status = 0

    def _ended(self, event: dict[str, Any]) -> None:
        if entry := self.found.get(event["requestId"]):
            entry.ended, entry.bytes = event["timestamp"], int(event["encodedDataLength"])
            name = entry.address.partition("/static/")[2]
            if self.packed_as and name and entry.bytes:
                packed = gzip.compress((self.packed_as / "static" / name).read_bytes())
                entry.bytes = HEAD + len(packed)

    def exchanges(self) -> list[Exchange]:
        """In order. Of the looks at a job under way only the last two count, the one that finds its
        end and the one that brings the page: how many there were before is a matter of the machine
        that does the job, not of the line. A static file counts once: the tests' server gives it
        no digest in its name, so that it comes again; the product's is kept for a year.
        """
        done = [e for e in (*self.before, *self.found.values()) if e.ended and e.bytes]
        done.sort(key=lambda e: e.began)
        first = {e.address: e for e in reversed(done)}
        done = [e for e in done if "/static/" not in e.address or e is first[e.address]]
        looks = [e for e in done if e.looks_again]
        return [e for e in done if not e.looks_again or e in looks[-2:]]

    def waves(self) -> int:
        """Round trips that follow one another: what is under way together is one."""
        count, until = 0, 0.0
        for entry in self.exchanges():
            if entry.began >= until:
                count += 1
            until = max(until, entry.ended)
        return count

    def seconds(self) -> float:
        """Every byte at the rate of the line, and a round trip for each wave and to connect."""
        return sum(e.bytes for e in self.exchanges()) / RATE + LATENCY * (1 + self.waves())

    def seconds_one_by_one(self) -> float:
        """The same if nothing were fetched beside something else."""
        found = self.exchanges()
        return sum(e.bytes for e in found) / RATE + LATENCY * len(found)
