"""FAULT1: kill -9 of the server during writes. The full form asserts all that the row says but its number of kills.

covers: SEC-F03
"""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

from checker import check, check_all, check_the_whole
from launcher import Server
from outcome import Outcome
from recorder import Recorder


async def kill_server(program: str, folder: Path, rounds: int, slack: float) -> Outcome:
    """Kills it so many times, each time a moment after the writers began."""
    outcome = Outcome("FAULT1", "kill -9 of the server", rounds)
    server = Server(program, folder / "kills")
    server.furnish()
    server.start()
    try:
        async with Recorder(server) as recorder:
            for number in range(rounds):
                before = len(recorder.writes)
                stop = asyncio.Event()
                writing = asyncio.create_task(recorder.write_until(stop))
                await asyncio.sleep(random.uniform(0.02, 0.5))
                server.kill()
                stop.set()
                await writing
                outcome.readied(await asyncio.to_thread(server.start), 2 * slack)
                new = recorder.writes[before:]
                doubtful = [write for write in new if not write.acknowledged]
                verdict = check(server, recorder, [write for write in new if write.acknowledged])
                verdict += check(server, recorder, doubtful, doubtful=True)
                outcome.doubtful += await recorder.settle()
                outcome.judge(recorder, verdict)
                if number % 20 == 19:
                    outcome.say(f"{number + 1} kills, {recorder.acknowledged()} writes")
            outcome.judge(recorder, check_all(server, recorder))
            check_the_whole(server)
            server.stop()
            # Started once more in order, as after any maintenance.
            server.start()
            check_the_whole(server)
    finally:
        server.stop()
    return outcome
