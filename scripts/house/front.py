"""A door in front of several web hosts, for `scripts/cluster`: nginx as in deploy/nginx.conf, else a
relay that deals connections round robin. Neither keeps a person at one host.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from house import paths
from house.say import Stop

CONF = paths.PROJECT / "deploy" / "nginx.conf"
BLOCK = 65536


def nginx() -> str | None:
    """The machine's nginx, unless `FRONT=relay` asks for the relay."""
    if os.environ.get("FRONT") == "relay":
        return None
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def configuration(text: str, folder: Path, bind: str, port: int, webs: Sequence[int]) -> str:
    """deploy/nginx.conf for processes of one machine: its own addresses and folder, nothing else."""
    servers = re.compile(r"^( *)server web-1:8000 (.*);\n(?: *server web-\d:8000 .*;\n)*", re.M)
    listen = re.compile(r"^( *)listen 8080;", re.M)
    if not servers.search(text) or not listen.search(text):
        raise Stop(f"{CONF} names no hosts or no door as scripts/cluster knows them.")
    text = servers.sub(
        lambda found: "".join(f"{found[1]}server 127.0.0.1:{web} {found[2]};\n" for web in webs),
        text,
    )
    text = listen.sub(lambda found: f"{found[1]}listen {bind}:{port};", text)
    text = text.replace("/tmp/", f"{folder}/").replace("/dev/stdout", f"{folder}/access.log")
    # A master that is root gives its workers to a user that cannot enter our folder.
    return ("user root;\n" if os.getuid() == 0 else "") + text


def command(folder: Path, bind: str, port: int, webs: Sequence[int]) -> list[str]:
    """The program to run, its configuration written below `folder`."""
    if not (found := nginx()):
        addresses = [f"{bind}:{port}", *(f"127.0.0.1:{web}" for web in webs)]
        return [sys.executable, str(Path(__file__).resolve()), *addresses]
    conf = folder / "nginx.conf"
    conf.write_text(configuration(CONF.read_text(), folder, bind, port, webs))
    return [found, "-c", str(conf), "-e", "stderr", "-g", "daemon off;"]


class Relay:
    """Each new connection goes to the next host that takes it."""

    def __init__(self, webs: Sequence[tuple[str, int]]) -> None:
        self.webs, self.turn = list(webs), 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found = await self._host()
        if found is None:
            writer.close()
            return
        back_reader, back_writer = found
        await asyncio.gather(
            _pass_on(reader, back_writer), _pass_on(back_reader, writer), return_exceptions=True
        )

    async def _host(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in self.webs:
            host, port = self.webs[self.turn % len(self.webs)]
            self.turn += 1
            try:
                return await asyncio.open_connection(host, port)
            except OSError:
                continue
        return None


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while block := await reader.read(BLOCK):
            writer.write(block)
            await writer.drain()
    finally:
        writer.close()


async def _main(bind: str, webs: Sequence[str]) -> None:
    def pair(address: str) -> tuple[str, int]:
        host, _, port = address.rpartition(":")
        return host, int(port)

    relay = Relay([pair(web) for web in webs])
    server = await asyncio.start_server(relay.serve, *pair(bind))
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], sys.argv[2:]))
