"""FAULT16: the answer is lost on its way, and the client sends the same again.

covers: FAULT16
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from checker import check, check_all, check_the_whole
from launcher import Server
from outcome import Outcome
from proxy import LossyProxy
from recorder import Client, Recorder

AT_ONCE = 8


async def lose_replies(program: str, folder: Path, count: int) -> Outcome:
    """So many writes, the answer of each lost once; every third is sent again while the first still runs."""
    outcome = Outcome("FAULT16", "lost replies, then the same again", count)
    server = Server(program, folder / "replies")
    server.furnish()
    server.start()
    proxy = await LossyProxy((server.address, server.port), lambda: True).start()
    lossy = Client(f"http://127.0.0.1:{proxy.port}")
    try:
        async with Recorder(server, writers=AT_ONCE) as recorder:
            done = 0

            async def work(number: int) -> None:
                nonlocal done
                desk = recorder.desks[number]
                while done < count:
                    done += 1
                    write = desk.draw()
                    if done % 3:
                        if await recorder.send(write, lossy):
                            outcome.expect(False, "an answer was not lost")
                    else:
                        # The client is impatient: the same request, twice at the same time, both answers lost.
                        await asyncio.gather(recorder.send(write, lossy), recorder.send(write, lossy))
                    while not await recorder.send(write):
                        write.again += 1
                        await asyncio.sleep(0.01)
                    # Once more: the stored answer.
                    if not done % 5 and not await recorder.send(write):
                        outcome.expect(False, "a stored answer did not come")
                    desk.catch_up()
                    if done % 1000 == 0:
                        outcome.say(f"{done} writes")

            await asyncio.gather(*(work(number) for number in range(AT_ONCE)))
            outcome.doubtful = proxy.dropped
            outcome.expect(proxy.dropped >= count, f"only {proxy.dropped} answers were lost")
            outcome.judge(recorder, check(server, recorder, recorder.writes))
            outcome.judge(recorder, check_all(server, recorder))
            check_the_whole(server)
    finally:
        await lossy.close()
        await proxy.close()
        server.stop()
    return outcome
