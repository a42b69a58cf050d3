"""A platform's address, at which there may be nobody: refused while shut, passed on while open."""

import asyncio
import contextlib
import socket
from typing import Self


class Door:
    """A port of our own in front of somebody's. It keeps its number while it is shut."""

    def __init__(self, behind: int) -> None:
        self._behind = behind
        self._held: socket.socket | None = None
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.StreamWriter] = set()
        # Bound and not listening: nobody else gets the port, and whoever knocks is refused.
        self._held = _bound(0)
        self.port: int = self._held.getsockname()[1]
        self.knocks = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.shuts()
        if self._held is not None:
            self._held.close()

    async def opens(self) -> None:
        """From now on everything arrives."""
        held, self._held = self._held, None
        assert held is not None, "it is open"
        self._server = await asyncio.start_server(self._passes, sock=held)

    async def shuts(self) -> None:
        """Cut who is inside and refuse who comes."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.close()
        for writer in list(self._passing):
            writer.close()
        await server.wait_closed()
        self._held = _bound(self.port)

    async def _passes(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.knocks += 1
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", self._behind)
        self._passing |= {writer, inner_writer}
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_pipes(reader, inner_writer))
                group.create_task(_pipes(inner_reader, writer))
        finally:
            self._passing -= {writer, inner_writer}


async def _pipes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


def _bound(port: int) -> socket.socket:
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", port))
    return held
