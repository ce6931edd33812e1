"""FAULT9: clients that send their headers or bodies drop by drop, or read so; what others notice of it.

covers: FAULT9
"""

from __future__ import annotations

import asyncio
import re
import shutil
import statistics
import subprocess
import time
import urllib.request
from collections import Counter
from pathlib import Path

from launcher import Fault, Server, end, memory, open_files
from outcome import Outcome
from storms import ask, request_for

# Below this a ratio says more of the machine than of the server.
FLOOR = 0.010


async def p95(server: Server, request: bytes, seconds: float, found: Counter[str]) -> float:
    """What 95 of 100 of a few other clients wait at most, each with a connection of its own."""
    times: list[float] = []
    stop = time.monotonic() + seconds

    async def one() -> None:
        while time.monotonic() < stop:
            await ask(server, request, found, times)
            await asyncio.sleep(0.02)

    await asyncio.gather(*(one() for _ in range(4)))
    return statistics.quantiles(times, n=20)[-1]


def largest(server: Server) -> str:
    """What is large enough that it does not go out at once: the console's script."""
    with urllib.request.urlopen(f"{server.origin}/", timeout=10) as answer:
        found = re.search(r"/assets/[^\"']+\.js", answer.read().decode())
    return server.origin + (found[0] if found else "/")


async def slow_clients(program: str, folder: Path, sockets: int, seconds: int, slack: float) -> Outcome:
    """Each of the three kinds for so long, with so many sockets."""
    outcome = Outcome("FAULT9", f"slow headers, bodies, readers: {sockets} sockets", 3)
    tool = shutil.which("slowhttptest")
    if not tool:
        raise Fault("slowhttptest is missing")
    server = Server(program, folder / "slow")
    server.furnish()
    server.start()
    try:
        token = server.token()
        request = request_for(server, token)
        await p95(server, request, 2, Counter())
        usual = ["-c", str(sockets), "-r", str(max(200, sockets // 2)), "-l", str(seconds), "-i", "2", "-p", "5"]
        page = f"{server.origin}/graphql"
        kinds = {
            "headers": ["-H", "-u", page, "-t", "POST"],
            "bodies": ["-B", "-u", page, "-t", "POST", "-f", "application/json", "-s", "8192", "-x", "10"],
            "readers": ["-X", "-u", largest(server), "-w", "1", "-y", "2", "-n", "5", "-z", "1", "-k", "3"],
        }
        for name, arguments in kinds.items():
            # Before and after, because others use the machine too.
            found: Counter[str] = Counter()
            before = await p95(server, request, seconds / 4, found)
            attack = subprocess.Popen([tool, *usual, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            await asyncio.sleep(3 if seconds > 10 else 1.5)
            during = await p95(server, request, max(2, seconds - 6), found)
            peak, held = memory(server.pid), open_files(server.pid)
            end(attack, 10)
            await asyncio.sleep(1)
            after = await p95(server, request, seconds / 4, found)
            usually = max(before, after, FLOOR)
            outcome.longest = max(outcome.longest, during)
            outcome.expect(during <= 2 * slack * usually, f"{name}: p95 {during * 1000:.0f} ms, {before * 1000:.0f} before and {after * 1000:.0f} after")
            outcome.expect(set(found) == {"200"}, f"{name}: others are answered {dict(found)}")
            outcome.notes.append(f"{name}: p95 {during * 1000:.0f} ms, {before * 1000:.0f} before, {after * 1000:.0f} after; memory {peak:.0f} MiB, {held} files open")
            outcome.say(outcome.notes[-1])
    finally:
        server.stop()
    return outcome
