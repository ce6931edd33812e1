"""Makes faults happen to running servers and prints what came of it; see README.md.

    python faults.py PROGRAM short|full [NAME...]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Coroutine
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from database_kills import kill_database, kill_private_database
from launcher import Fault, template
from lost_replies import lose_replies
from network_cuts import cut_network
from outcome import HEAD, Outcome
from oversized import oversized
from replica import read_replica
from server_kills import kill_server
from slow_clients import slow_clients
from storms import storm
from streams import live_streams
from two_servers import behind_pooler, two_servers

Made = Callable[[str, Path], Coroutine[Any, Any, Outcome]]


def number(name: str, full: int, short: int, is_full: bool) -> int:
    """How often, from the environment or by the form."""
    return int(os.environ.get(name) or (full if is_full else short))


def everything(full: bool, slack: float) -> dict[str, Made]:
    """All faults by name, in the order in which they are made."""

    def count(name: str, in_full: int, in_short: int) -> int:
        return number(name, in_full, in_short, full)

    cuts = [float(length) for length in (os.environ.get("CUTS") or ("1,5,20,60" if full else "9")).split(",")]
    ways, deadline = (["there", "back", "both"], 5) if full else (["both"], 1)
    older = os.environ.get("OLDER")
    made: dict[str, Made] = {
        "two-servers": lambda program, folder: two_servers(program, folder, count("RESTARTS", 20, 2), count("MIGRATIONS", 50, 5), older, slack),
        "slow-clients": lambda program, folder: slow_clients(program, folder, count("SOCKETS", 1_000, 500), count("SLOW_SECONDS", 30, 4), slack),
        "streams": lambda program, folder: live_streams(program, folder, count("STREAMS", 2_000, 60), count("CHANGES", 10, 2), slack),
        "stalls": lambda program, folder: cut_network(program, folder, cuts, ways, deadline, False, slack),
        "server-kills": lambda program, folder: kill_server(program, folder, count("KILLS", 200, 4), slack),
        "database-kills": lambda program, folder: kill_database(program, folder, count("DATABASE_KILLS", 50, 2), slack),
        "private-database-kills": lambda program, folder: kill_private_database(program, folder, count("DATABASE_KILLS", 50, 2), slack),
        "replica": lambda program, folder: read_replica(program, folder, count("ROUNDS", 10, 1), slack),
        "storms": lambda program, folder: storm(program, folder, count("CONNECTS", 5_000, 1_500), slack),
        "oversized": lambda program, folder: oversized(program, folder, count("TRIES", 5, 1), slack),
        "lost-replies": lambda program, folder: lose_replies(program, folder, count("REPLIES", 10_000, 200)),
    }
    if full:
        made["cuts"] = lambda program, folder: cut_network(program, folder, cuts, ways, deadline, True, slack)
        made["pooler"] = lambda program, folder: behind_pooler(program, folder, count("RESTARTS", 20, 2), slack)
    return made


def end_in_order(*_: object) -> None:
    """So that what was started is stopped."""
    raise SystemExit(143)


def make(name: str, form: str, program: str, work: str) -> Outcome:
    """One fault in a folder of its own, within a time."""
    signal.signal(signal.SIGTERM, end_in_order)
    full = form == "full"
    folder = Path(work) / name
    folder.mkdir(mode=0o711)
    began = time.monotonic()
    # Budgets of time are those of a release build on a machine of its own.
    slack = float(os.environ.get("SLACK") or (1 if full else 5))

    async def within() -> Outcome:
        async with asyncio.timeout(3_600 if full else 75):
            return await everything(full, slack)[name](program, folder)

    try:
        outcome = asyncio.run(within())
    except Exception as error:  # noqa: BLE001, whatever it is, the other faults go on
        outcome = Outcome("?", name, 0)
        said = str(error) if isinstance(error, Fault) else traceback.format_exc()
        outcome.expect(False, "not within its time" if isinstance(error, TimeoutError) else said)
    outcome.seconds = time.monotonic() - began
    print(outcome.line(), file=sys.stderr, flush=True)
    return outcome


def main() -> int:
    signal.signal(signal.SIGTERM, end_in_order)
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("form", choices=["short", "full"])
    arguments.add_argument("names", nargs="*")
    wanted = arguments.parse_args()
    names = list(everything(wanted.form == "full", 1))
    if unknown := [name for name in wanted.names if name not in names]:
        arguments.error(f"{' '.join(unknown)}: choose from {' '.join(names)}")
    program = os.path.abspath(wanted.program)
    work = Path(tempfile.mkdtemp(prefix="banyan-faults-"))
    # The database's user has to pass through.
    work.chmod(0o711)
    try:
        template(program, work)
        # The short form looks for right and wrong, the full one for figures as well.
        at_once = int(os.environ.get("AT_ONCE") or (1 if wanted.form == "full" else 4))
        with ProcessPoolExecutor(at_once) as pool:
            waiting = [pool.submit(make, name, wanted.form, program, str(work)) for name in wanted.names or names]
            outcomes = [one.result() for one in waiting]
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(HEAD)
    for outcome in outcomes:
        print(outcome.line())
    for outcome in outcomes:
        for note in outcome.notes:
            print(f"{outcome.row}: {note}")
    for outcome in outcomes:
        for failure in outcome.failures:
            print(f"FAILED {outcome.row} {outcome.title}: {failure}")
    failed = sum(bool(outcome.failures) for outcome in outcomes)
    print(f"{len(outcomes) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
