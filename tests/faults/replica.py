"""FAULT12, FAULT3: two servers that read from a streaming replica, which lags, is killed, and outlives its primary.

In part (nothing promotes a replica here): FAULT3
"""

from __future__ import annotations

import asyncio
import datetime
import random
import re
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp

from checker import check_all, check_the_whole
from launcher import Postgres, Server, free_port, wait_for
from outcome import Outcome
from recorder import Client, Desk, Recorder, code_of

READ = "query ($id: ID!) { node(id: $id) { ... on Person { version } ... on Organization { version } } }"
# The network of a moment is not a fault of the server's, an answer that says no is.
NOTICED_WITHIN, BACK_WITHIN = 4.0, 20.0


class Readers:
    """Ask one server for what was just written through any, and hold the answers against what they know."""

    def __init__(self, recorder: Recorder, origins: list[str]) -> None:
        self.recorder = recorder
        self.clients = [Client(origin) for origin in origins]
        self.answers: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.slowest = 0.0
        self.as_of: datetime.datetime | None = None

    async def read_until(self, stop: asyncio.Event) -> None:
        """One reader behind each writer."""
        await asyncio.gather(*(self._behind(desk, stop) for desk in self.recorder.desks))

    async def _behind(self, desk: Desk, stop: asyncio.Event) -> None:
        while not stop.is_set():
            kind = random.choice(["edit", "rename"])
            subject = desk.person if kind == "edit" else desk.organization
            known = desk.versions[kind]
            await self.read(desk.token, subject, known)
            await asyncio.sleep(0.005)

    async def read(self, token: str, subject: str, known: int) -> str:
        """Asks once: fresh, stale, or what went wrong."""
        client = random.choice(self.clients)
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            _, body = await client.post(token, READ, {"id": subject})
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            return self._note(type(error).__name__, f"no answer: {error!r}")
        finally:
            self.slowest = max(self.slowest, loop.time() - began)
        if code := code_of(body):
            return self._note(code, f"an error: {body}")
        version = ((body.get("data") or {}).get("node") or {}).get("version", 0)
        if stale := (body.get("extensions") or {}).get("stale"):
            self.as_of = datetime.datetime.fromisoformat(stale["asOf"].replace("Z", "+00:00"))
            return self._note("stale")
        return self._note("fresh", None if version >= known else f"version {version} of {subject} is read after {known} was acknowledged")

    def _note(self, what: str, wrong: str | None = None) -> str:
        self.answers[what] += 1
        if wrong:
            self.wrong.append(wrong)
        return what

    async def close(self) -> None:
        """Lets the connections go."""
        for client in self.clients:
            await client.close()


def sources(metrics: int) -> Counter[str]:
    """From where a server has read, by its figures."""
    with urllib.request.urlopen(f"http://127.0.0.1:{metrics}/metrics", timeout=5) as answer:
        text = answer.read().decode()
    found = re.findall(r'^banyan_queries_total\{source="(\w+)"\} (\d+)', text, re.MULTILINE)
    return Counter({source: int(count) for source, count in found})


async def read_replica(program: str, folder: Path, rounds: int, slack: float) -> Outcome:
    """Rounds of lag and loss, with writers and readers at work."""
    outcome = Outcome("FAULT3", "a read replica lags, is lost, outlives", rounds)
    quick = {"wal_retrieve_retry_interval": "200ms"}
    primary = Postgres(program, folder / "database", settings={"max_connections": "80"})
    replica: Postgres | None = None
    servers: list[Server] = []
    try:
        primary.start()
        replica = await asyncio.to_thread(lambda: Postgres(program, folder / "replica", settings={"max_connections": "80", **quick}, following=primary))
        replica.start()
        figures = [free_port(), free_port()]
        for name, port in zip("ab", figures):
            options = ["--connections", "10", "--replica-url", replica.url(), "--metrics-listen", f"127.0.0.1:{port}"]
            servers.append(Server(program, folder / name, database=primary.url(), options=options))
            await asyncio.to_thread(servers[-1].start)
        async with Recorder(servers[0], origins=[server.origin for server in servers]) as recorder:
            readers = Readers(recorder, [server.origin for server in servers])
            for number in range(rounds):
                await one_round(outcome, primary, replica, servers, recorder, readers)
                if number % 5 == 4:
                    outcome.say(f"{number + 1} rounds, {recorder.acknowledged()} writes, {dict(readers.answers)}")
            await readers.close()
            outcome.judge(recorder, check_all(servers[0], recorder))
            used = sources(figures[0]) + sources(figures[1])
            outcome.expect(all(used[source] for source in ("replica", "primary", "stale")), f"queries were read from {dict(used)} only")
            outcome.notes.append(f"queries read from {dict(used)}, the slowest after {readers.slowest:.2f} s; writes in trouble: {dict(recorder.trouble)}")
        check_the_whole(servers[0])
    finally:
        for server in servers:
            server.stop()
        for one in (replica, primary):
            if one:
                one.stop()
    return outcome


async def one_round(outcome: Outcome, primary: Postgres, replica: Postgres, servers: list[Server], recorder: Recorder, readers: Readers) -> None:
    """A lag, a dead replica and a dead primary, in this order; the round ends as it began."""
    stop, no_more_writes = asyncio.Event(), asyncio.Event()
    reading = asyncio.create_task(readers.read_until(stop))
    writing = asyncio.create_task(recorder.write_until(no_more_writes, pause=0.02))
    await asyncio.sleep(0.5)
    with replica.connect() as database:
        database.execute("SELECT pg_wal_replay_pause()")
        await asyncio.sleep(random.uniform(0.5, 1.5))
        database.execute("SELECT pg_wal_replay_resume()")
    await asyncio.sleep(random.uniform(0.5, 1.0))
    await asyncio.to_thread(replica.kill)
    await asyncio.sleep(random.uniform(0.2, 1.0))
    await asyncio.to_thread(replica.start)
    # Until it is read from again.
    await asyncio.sleep(1.5)
    outcome.expect(not recorder.trouble, f"writes failed while only the replica was in trouble: {dict(recorder.trouble)}")
    await asyncio.to_thread(primary.kill)
    gone_at = datetime.datetime.now(datetime.timezone.utc)
    desk = recorder.desks[0]
    await until(readers, desk, "stale", NOTICED_WITHIN)
    before = readers.answers["stale"]
    refused = await refusal(servers, desk)
    outcome.expect(refused == {"UNAVAILABLE"}, f"writes without a primary are answered {refused}")
    for server in servers:
        outcome.expect(await asyncio.to_thread(server.ready), "a server that can read is not ready")
    await asyncio.sleep(random.uniform(0.5, 1.5))
    outcome.expect(readers.answers["stale"] > before, "nothing is read without a primary")
    if readers.as_of:
        outcome.expect(abs((gone_at - readers.as_of).total_seconds()) < 5, f"the primary was killed at {gone_at}, and the answers are as of {readers.as_of}")
    no_more_writes.set()
    await writing
    await asyncio.to_thread(primary.start)
    back = await until(readers, desk, "fresh", BACK_WITHIN)
    outcome.longest = max(outcome.longest, back)
    stop.set()
    await reading
    outcome.doubtful += await recorder.settle()
    recorder.trouble.clear()
    outcome.expect(not readers.wrong, f"{len(readers.wrong)} answers of {sum(readers.answers.values())} to readers: {readers.wrong[:2]}")
    readers.wrong.clear()
    # The replica has to find its primary again before the next round.
    await asyncio.to_thread(wait_for, "the replica follows again", 30, lambda: follows(primary))


async def until(readers: Readers, desk: Desk, wanted: str, patience: float) -> float:
    """Seconds until an answer is fresh, or stale."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while await readers.read(desk.token, desk.person, 0) != wanted:
        if loop.time() - began > patience:
            readers.wrong.append(f"answers are not {wanted} within {patience:g} s")
            break
        await asyncio.sleep(0.02)
    return loop.time() - began


async def refusal(servers: list[Server], desk: Desk) -> set[Any]:
    """With what both servers refuse a write; nobody looks for this one again, so it has no key."""
    codes = set()
    for server in servers:
        client = Client(server.origin)
        edit = "mutation ($i: PersonEditInput!) { personEdit(input: $i) { userErrors { code } } }"
        _, body = await client.post(desk.token, edit, {"i": {"id": desk.person, "version": desk.versions["edit"], "name": "不该写下"}})
        codes.add(code_of(body))
        await client.close()
    return codes


def follows(primary: Postgres) -> bool:
    """Whether a replica has what the primary wrote."""
    with primary.connect() as database:
        row = database.execute("SELECT count(*) FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_flush_lsn() OR replay_lag < '1 s'").fetchone()
    return bool(row and row[0])
