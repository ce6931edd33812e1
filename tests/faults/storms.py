"""FAULT8: a storm of connections, and a database that takes no more.

covers: FAULT8
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import resource
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg

from launcher import Postgres, Server, memory, wait_for
from outcome import Outcome

READ = "{ viewer { roots { name childCount } } }"
MAX_CONNECTIONS, CONNECTIONS = 20, 14
# The wait for a connection of the pool, the deadline, and what a busy machine adds.
LONGEST = 3 + 10 + 7


def request_for(server: Server, token: str) -> bytes:
    """A query as it goes over the wire."""
    body = json.dumps({"query": READ}).encode()
    head = f"POST /graphql HTTP/1.1\r\nHost: {server.address}\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def ask(server: Server, request: bytes, found: Counter[str], times: list[float], late: float = 0.0) -> None:
    """One connection with one question: what came of it."""
    await asyncio.sleep(late)
    began = time.monotonic()
    try:
        async with asyncio.timeout(60):
            reader, writer = await asyncio.open_connection(server.address, server.port)
            writer.write(request)
            answer = await reader.read()
            writer.transport.abort()
        status = answer.split(b" ", 2)[1].decode() if answer else "nothing"
        if status in ("200", "503"):
            body: Any = json.loads(answer.split(b"\r\n\r\n", 1)[1] or b"{}")
            codes = [error["extensions"]["code"] for error in body.get("errors", [])]
            status = f"{status} {' '.join(codes)}".strip()
        found[status] += 1
    except (OSError, asyncio.TimeoutError, ValueError) as error:
        found[type(error).__name__] += 1
    times.append(time.monotonic() - began)


async def storm(program: str, folder: Path, connects: int, slack: float) -> Outcome:
    """So many connects in a second, then all connections of the database taken by others."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, connects + 1_000), most))
    outcome = Outcome("FAULT8", f"{connects} connects in 1 s; database full", 2)
    postgres = Postgres(program, folder / "database", settings={"max_connections": str(MAX_CONNECTIONS)})
    server = Server(program, folder / "server", database=postgres.url(), options=["--connections", str(CONNECTIONS)])
    try:
        postgres.start()
        server.start()
        token = server.token()
        request = request_for(server, token)
        warm: Counter[str] = Counter()
        await asyncio.gather(*(ask(server, request, warm, []) for _ in range(50)))
        before = memory(server.pid)
        await connect_all(outcome, server, request, connects, slack)
        outcome.notes.append(f"memory {before:.0f} MiB, after the storm {memory(server.pid):.0f}, at most {memory(server.pid, 'VmHWM'):.0f}")
        outcome.expect(memory(server.pid, "VmHWM") - before <= 256, f"memory went from {before:.0f} to {memory(server.pid, 'VmHWM'):.0f} MiB")
        await fill_database(outcome, postgres, server, request, slack)
    finally:
        server.stop()
        postgres.stop()
    return outcome


async def connect_all(outcome: Outcome, server: Server, request: bytes, connects: int, slack: float) -> None:
    """The storm: every connection is answered, with an answer or with 503, and soon all is as before."""
    found: Counter[str] = Counter()
    times: list[float] = []
    await asyncio.gather(*(ask(server, request, found, times, random.random()) for _ in range(connects)))
    began = time.monotonic()
    outcome.expect(set(found) <= {"200", "503 UNAVAILABLE"}, f"a storm is answered {dict(found)}")
    outcome.expect(max(times) <= LONGEST * slack, f"an answer in the storm took {max(times):.1f} s")
    await asyncio.to_thread(wait_for, "ready after the storm", 30, server.ready)
    after: Counter[str] = Counter()
    await asyncio.gather(*(ask(server, request, after, []) for _ in range(20)))
    outcome.readied(time.monotonic() - began, 5 * slack)
    outcome.expect(set(after) == {"200"}, f"after the storm {dict(after)}")
    full = server.log.read_text(encoding="utf-8", errors="replace").count("Too many open files")
    outcome.expect(not full, f"the server stopped accepting {full} times: it opens no more files than at its start")
    outcome.notes.append(f"storm: {dict(found)}, the slowest after {max(times):.1f} s")


async def fill_database(outcome: Outcome, postgres: Postgres, server: Server, request: bytes, slack: float) -> None:
    """Others take every connection that the database has."""
    hogs: list[psycopg.Connection[Any]] = []
    first = postgres.connect()
    first.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")
    with contextlib.suppress(psycopg.OperationalError):
        while True:
            hogs.append(postgres.connect())
    found: Counter[str] = Counter()
    times: list[float] = []
    await asyncio.gather(*(ask(server, request, found, times, random.random()) for _ in range(200)))
    outcome.expect(set(found) <= {"200", "503 UNAVAILABLE"}, f"a full database is answered {dict(found)}")
    outcome.expect(found["503 UNAVAILABLE"] > 0, f"a full database was not full: {dict(found)}")
    outcome.expect(max(times) <= LONGEST * slack, f"an answer with a full database took {max(times):.1f} s")
    outcome.expect(not server.ready() or found["200"] > 0, "a server without a connection says that it is ready")
    for hog in [first, *hogs]:
        hog.close()
    began = time.monotonic()
    await asyncio.to_thread(wait_for, "ready after the database was full", 30, server.ready)
    after: Counter[str] = Counter()
    await asyncio.gather(*(ask(server, request, after, []) for _ in range(100)))
    outcome.readied(time.monotonic() - began, 5 * slack)
    outcome.expect(set(after) == {"200"}, f"after the database was full {dict(after)}")
    outcome.notes.append(f"full database: {dict(found)}, the slowest after {max(times):.1f} s")
