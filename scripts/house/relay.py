"""A small door in front of several web hosts, for machines without nginx: deals connections round robin
and keeps nobody at one host. A program of its own: `relay.py BIND:PORT HOST:PORT …`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence

BLOCK = 65536


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
