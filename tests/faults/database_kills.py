"""FAULT2: kill -9 and immediate shutdowns of PostgreSQL during writes, its own and the private one.

covers: FAULT2
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from pathlib import Path

from checker import check, check_all, check_the_whole
from launcher import Fault, Postgres, Server, living_in, open_files, wait_for
from outcome import Outcome
from recorder import Recorder

# The server's connections, and those that it has besides: the listener.
CONNECTIONS, BESIDES = 10, 2
READY_WITHIN = 5.0


async def kill_database(program: str, folder: Path, rounds: int, slack: float) -> Outcome:
    """A PostgreSQL beside the server, which comes back after a moment."""
    outcome = Outcome("FAULT2", "kill -9, immediate shutdown of PostgreSQL", rounds)
    postgres = Postgres(program, folder / "database")
    server = Server(program, folder / "server", database=postgres.url(), options=["--connections", str(CONNECTIONS)])
    try:
        postgres.start()
        server.start()

        async def strike(number: int) -> None:
            (postgres.kill if number % 2 else postgres.shut_down_at_once)()
            await asyncio.sleep(random.choice([0.0, 0.5, 1.5]))
            postgres.start()

        await rounds_of(outcome, server, rounds, strike, slack)
        [backends] = postgres.connect().execute("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()").fetchone() or [0]
        outcome.expect(backends <= CONNECTIONS + BESIDES, f"{backends} connections to the database after all")
        check_the_whole(server)
    finally:
        server.stop()
        postgres.stop()
    return outcome


async def kill_private_database(program: str, folder: Path, rounds: int, slack: float) -> Outcome:
    """The private cluster, which nobody but the server can bring back."""
    outcome = Outcome("FAULT2", "kill -9, immediate shutdown of the private one", rounds)
    server = Server(program, folder / "private", options=["--connections", str(CONNECTIONS)])
    server.furnish()
    server.start()
    try:

        async def strike(number: int) -> None:
            postmaster = server.postmaster
            os.kill(postmaster, signal.SIGKILL if number % 2 else signal.SIGQUIT)
            await asyncio.to_thread(wait_for, "the postmaster is gone", 10, lambda: postmaster not in living_in(server.data / "postgres"))

        await rounds_of(outcome, server, rounds, strike, slack)
        check_the_whole(server)
    finally:
        server.stop()
    return outcome


async def rounds_of(outcome: Outcome, server: Server, rounds: int, strike: object, slack: float) -> None:
    """Writes, strikes, waits until the server is ready by itself, and looks."""
    async with Recorder(server) as recorder:
        files = 0
        for number in range(rounds):
            before = len(recorder.writes)
            stop = asyncio.Event()
            writing = asyncio.create_task(recorder.write_until(stop))
            await asyncio.sleep(random.uniform(0.05, 0.5))
            await strike(number)  # type: ignore[operator]
            stop.set()
            await writing
            try:
                outcome.readied(await asyncio.to_thread(wait_for, "ready again by itself", 30, server.ready), READY_WITHIN * slack)
            except Fault as fault:
                raise Fault(f"{outcome.title}, round {number + 1}: {fault}") from fault
            outcome.expect(server.process is not None and server.process.poll() is None, "the server ended")
            new = recorder.writes[before:]
            verdict = check(server, recorder, [write for write in new if write.acknowledged])
            verdict += check(server, recorder, [write for write in new if not write.acknowledged], doubtful=True)
            outcome.doubtful += await recorder.settle()
            outcome.judge(recorder, verdict)
            # After the first rounds the pool has all that it will ever have.
            if number == 2:
                files = open_files(server.pid)
            if number % 10 == 9:
                outcome.say(f"{number + 1} rounds, {recorder.acknowledged()} writes, {dict(recorder.trouble)}")
        outcome.judge(recorder, check_all(server, recorder))
        outcome.expect(not files or open_files(server.pid) <= files + CONNECTIONS + BESIDES, f"{open_files(server.pid)} files open, {files} at first")
        outcome.expect(not recorder.trouble["INTERNAL"], f"{recorder.trouble['INTERNAL']} answers called the loss of the database a fault of the server")
        outcome.expect(recorder.slowest <= 13, f"an answer took {recorder.slowest:.1f} s")
        outcome.notes.append(f"answers in trouble: {dict(recorder.trouble)}, the slowest after {recorder.slowest:.1f} s")
