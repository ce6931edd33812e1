"""A way between two programs that can stall, break, or lose answers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable


class Proxy:
    """Passes bytes on, from a port of its own to another."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.target = target
        self.port = 0
        self.open: dict[str, asyncio.Event] = {"there": asyncio.Event(), "back": asyncio.Event()}
        for gate in self.open.values():
            gate.set()
        self.server: asyncio.Server | None = None
        self.tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> Proxy:
        """Listens."""
        self.server = await asyncio.start_server(self._pass, "127.0.0.1", 0, backlog=1024)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    def cut(self, way: str) -> None:
        """From here on nothing passes that way ("there", "back" or "both"), and nobody is told."""
        for name, gate in self.open.items():
            if way in (name, "both"):
                gate.clear()

    def mend(self) -> None:
        """Everything passes again."""
        for gate in self.open.values():
            gate.set()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            their_reader, their_writer = await asyncio.open_connection(*self.target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(
            self._pump(reader, their_writer, self.open["there"]), self._pump(their_reader, writer, self.open["back"])
        )

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gate: asyncio.Event) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while data := await reader.read(65_536):
                await gate.wait()
                writer.write(data)
                await writer.drain()
        await gate.wait()
        with contextlib.suppress(OSError):
            writer.close()

    async def close(self) -> None:
        """Ends."""
        self.mend()
        if self.server:
            self.server.close()


class LossyProxy:
    """Passes requests of HTTP on, and drops answers that the server gave in whole."""

    def __init__(self, target: tuple[str, int], drops: Callable[[], bool]) -> None:
        self.target, self.drops = target, drops
        self.port = self.dropped = 0
        self.server: asyncio.Server | None = None

    async def start(self) -> LossyProxy:
        """Listens."""
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        their_writer = None
        try:
            their_reader, their_writer = await asyncio.open_connection(*self.target)
            while True:
                their_writer.write(await message(reader))
                answer = await message(their_reader)
                if self.drops():
                    self.dropped += 1
                    break
                writer.write(answer)
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            for one in (writer, their_writer):
                if one:
                    one.transport.abort()

    async def close(self) -> None:
        """Ends."""
        if self.server:
            self.server.close()


async def message(reader: asyncio.StreamReader) -> bytes:
    """One message of HTTP/1.1 whose length is told or whose body comes in chunks."""
    head = await reader.readuntil(b"\r\n\r\n")
    fields = head.lower().split(b"\r\n")
    for field in fields:
        if field.startswith(b"content-length:"):
            return head + await reader.readexactly(int(field.split(b":")[1]))
    if any(field.startswith(b"transfer-encoding:") for field in fields):
        body = b""
        while True:
            line = await reader.readuntil(b"\r\n")
            body += line + await reader.readexactly(int(line, 16) + 2)
            if int(line, 16) == 0:
                return head + body
    return head
