"""A bad line for tests: deals connections over servers in turn, cuts them, makes them slow."""

import contextlib
import queue
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

BLOCK = 4096
BUFFER = 64 * 1024  # a line takes no more than this ahead; the kernel alone would take megabytes
RESET = struct.pack("ii", 1, 0)  # closing sends RST, as a line that breaks does


class Line:
    """A TCP relay in front of several servers, without stickiness.

    Parameters
    ----------
    ports : servers, dealt in turn, a new one for every connection; may be changed meanwhile.
    cuts : for each connection the bytes from the client after which it breaks; None: it holds.
        After the last one all hold.
    rate : bytes per second from the client; None: as fast as it goes.
    latency : seconds of a round trip: half of it each way, and once whole to connect.

    A test that clears `may_break` makes a line hang at its next cut, until it is set again: a reset
    throws away what the server has not read yet, and how much that is depends on the machine.
    """

    def __init__(
        self, ports: Sequence[int], *, cuts: Iterable[int | None] = (), rate: float | None = None,
        latency: float = 0.0,
    ) -> None:  # fmt: skip
        self.ports, self.cuts, self.rate = list(ports), iter(cuts), rate
        self.latency = latency
        self.used: Counter[int] = Counter()
        self.may_break = threading.Event()
        self.may_break.set()
        self.broken = 0
        self.sent = 0
        self.turn = 0
        self.relays: list[threading.Thread] = []
        self.lock = threading.Lock()
        self.door = socket.socket()
        self.door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        self.door.bind(("127.0.0.1", 0))
        self.door.listen(128)
        self.url = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        self.listening = threading.Thread(target=self._listen, daemon=True)
        self.listening.start()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.door.shutdown(socket.SHUT_RDWR)
        self.door.close()
        for thread in (self.listening, *self.relays):
            thread.join(5)

    def _listen(self) -> None:
        with contextlib.suppress(OSError):  # the door was closed: the end
            while True:
                client, _ = self.door.accept()
                relay = threading.Thread(target=self._relay, args=[client], daemon=True)
                self.relays.append(relay)
                relay.start()

    def _relay(self, client: socket.socket) -> None:
        with self.lock:
            port = self.ports[self.turn % len(self.ports)]
            self.turn += 1
            limit = next(self.cuts, None)
        with client:
            try:
                server = socket.create_connection(("127.0.0.1", port), timeout=60)
            except OSError:  # that server was killed: the client sees a line that breaks
                self._break(client)
                return
            self.used[port] += 1
            time.sleep(self.latency)
            with server:
                back = threading.Thread(target=self._back, args=[server, client], daemon=True)
                back.start()
                if not self._forth(client, server, limit):
                    self._break(client, server)
                back.join()

    def _forth(self, client: socket.socket, server: socket.socket, limit: int | None) -> bool:
        """Pass on what the client sends. False when the line broke."""
        passed = 0
        try:
            with under_way(server, self.latency / 2) as send:
                while block := client.recv(BLOCK):
                    if limit is not None and passed + len(block) >= limit:
                        send(block[: limit - passed])
                        time.sleep(0.02)  # what was sent arrives before the line breaks
                        self.may_break.wait(120)
                        self.broken += 1
                        return False
                    send(block)
                    passed += len(block)
                    self.sent += len(block)
                    if self.rate:
                        time.sleep(len(block) / self.rate)
        except OSError:
            return False
        return True

    def _back(self, server: socket.socket, client: socket.socket) -> None:
        try:
            with under_way(client, self.latency / 2) as send:
                while block := server.recv(65536):
                    send(block)
            client.shutdown(socket.SHUT_RDWR)
        except OSError:  # the server was killed, or the line is cut already
            self._break(client)

    @staticmethod
    def _break(*ends: socket.socket) -> None:
        """Wake whoever waits at an end; closing it then resets the connection."""
        for end in ends:
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def under_way(to: socket.socket, delay: float) -> Iterator[Callable[[bytes], None]]:
    """Give a way to send that takes `delay` seconds and holds as much as is on its way; on leaving,
    everything has arrived. An error of the other end shows at the next block.
    """
    if not delay:
        yield to.sendall
        return
    waiting: queue.SimpleQueue[tuple[float, bytes] | None] = queue.SimpleQueue()
    problems: list[OSError] = []

    def deliver() -> None:
        while entry := waiting.get():
            due, block = entry
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                to.sendall(block)
            except OSError as problem:
                problems.append(problem)
                return

    def send(block: bytes) -> None:
        if problems:
            raise problems[0]
        waiting.put((time.monotonic() + delay, block))

    deliverer = threading.Thread(target=deliver, daemon=True)
    deliverer.start()
    try:
        yield send
    finally:
        waiting.put(None)
        deliverer.join(5 + delay)


@contextlib.contextmanager
def line(
    ports: Sequence[int], *, cuts: Iterable[int | None] = (), rate: float | None = None,
    latency: float = 0.0,
) -> Iterator[Line]:  # fmt: skip
    found = Line(ports, cuts=cuts, rate=rate, latency=latency)
    try:
        yield found
    finally:
        found.close()
