"""Live streams by the thousand: how soon they tell, whom they tell nothing, when they end, what they cost.

covers: API31, BEYOND14
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import socket
import statistics
import time
from pathlib import Path
from typing import Any

import aiohttp

from checker import key_of
from launcher import Fault, Postgres, Server, memory
from outcome import Outcome
from recorder import CREATE, Client, Json

DOCUMENT = "subscription ($id: ID!) { changes(under: $id) { kind subjectId subject { id ... on Organization { name address } } } }"
EDIT = "mutation ($i: OrganizationEditInput!) { organizationEdit(input: $i) { organization { version } userErrors { code path } } }"
ENDS_WITHIN, TELLS_WITHIN = 5.0, 1.0
# Fewer than the pool has connections, so that we can go on looking when each keeps one.
STUCK = 12


class Stream:
    """One subscriber over server-sent events."""

    def __init__(self, session: aiohttp.ClientSession, origin: str, token: str, under: str) -> None:
        self.session, self.origin, self.token, self.under = session, origin, token, under
        self.events: list[tuple[float, Json]] = []
        self.opened = asyncio.Event()
        self.ended: float | None = None
        self.trouble = ""
        self.task = asyncio.create_task(self._listen())

    async def _listen(self) -> None:
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "text/event-stream"}
        body = {"query": DOCUMENT, "variables": {"id": self.under}}
        try:
            async with self.session.post(f"{self.origin}/graphql/stream", json=body, headers=headers) as answer:
                self.opened.set()
                async for line in answer.content:
                    if line.startswith(b"data:") and (data := line[5:].strip()):
                        self.events.append((time.monotonic(), json.loads(data)))
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            self.trouble = repr(error)
        finally:
            self.opened.set()
            self.ended = time.monotonic()

    async def close(self) -> None:
        """Stops listening."""
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task


async def make(client: Client, token: str, parent: str, kind: str, name: str) -> str:
    """A new organization."""
    made = await client.ask(token, CREATE, i={"parentId": parent, "kind": kind, "name": name, "code": f"S{abs(hash((name, time.monotonic()))) % 10**12}"})
    if made["organizationCreate"]["userErrors"]:
        raise Fault(str(made))
    return made["organizationCreate"]["organization"]["id"]


async def change(client: Client, token: str, organization: str, address: str) -> None:
    """One change that streams tell."""
    version = (await client.ask(token, "query ($id: ID!) { node(id: $id) { ... on Organization { version } } }", id=organization))["node"]["version"]
    done = await client.ask(token, EDIT, i={"id": organization, "version": version, "address": address})
    if done["organizationEdit"]["userErrors"]:
        raise Fault(str(done))


def told(stream: Stream, address: str) -> float | None:
    """When a stream was told of a change."""
    return next((at for at, event in stream.events if (((event.get("data") or {}).get("changes") or {}).get("subject") or {}).get("address") == address), None)


async def live_streams(program: str, folder: Path, count: int, changes: int, slack: float) -> Outcome:
    """So many streams, half of them over one county and half over another, and changes in both."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, count + 1_000), most))
    outcome = Outcome("API31", f"{count} live streams", changes)
    postgres = Postgres(program, folder / "database")
    server = Server(program, folder / "server", database=postgres.url())
    session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, sock_connect=60), connector=aiohttp.TCPConnector(limit=0))
    streams: list[Stream] = []
    try:
        postgres.start()
        server.start()
        client = Client(server.origin)
        top = server.token()
        counties = (await client.ask(top, "{ viewer { roots { children(first: 20) { nodes { id code } } } } }"))["viewer"]["roots"][0]["children"]["nodes"]
        here, there = counties[0], counties[1]
        viewers = {county["code"]: [server.token(county["code"], "auditor", write=False) for _ in range(4)] for county in (here, there)}
        under = "query ($id: ID!) { organizations(under: $id, reach: CHILDREN, first: 5) { nodes { id } } }"
        township = (await client.ask(top, under, id=here["id"]))["organizations"]["nodes"][0]["id"]
        committee = await make(client, top, township, "611", f"流{time.monotonic()}")
        before = memory(server.pid)
        for number in range(count):
            county = (here, there)[number % 2]
            streams.append(Stream(session, server.origin, viewers[county["code"]][number // 2 % 4], county["id"]))
            if number % 100 == 99:
                await asyncio.gather(*(stream.opened.wait() for stream in streams[-100:]))
        await asyncio.gather(*(stream.opened.wait() for stream in streams))
        # A stream listens from when its first transaction is over.
        await asyncio.sleep(5)
        each = (memory(server.pid) - before) / count * 1024
        outcome.notes.append(f"memory {each:.0f} KiB a stream")
        outcome.expect(all(stream.ended is None for stream in streams), f"{sum(stream.ended is not None for stream in streams)} streams ended at once: {next((stream.trouble or stream.events for stream in streams if stream.ended), '')}")
        inside, outside = streams[0::2], streams[1::2]

        times: list[float] = []
        for number in range(changes):
            address = f"山路{number}号"
            await change(client, top, committee, address)
            began = time.monotonic()
            missing: list[Stream] = list(inside)
            while missing and time.monotonic() - began < 15:
                await asyncio.sleep(0.1)
                missing = [stream for stream in missing if told(stream, address) is None]
            outcome.expect(not missing, f"{len(missing)} of {len(inside)} streams are not told within 15 s")
            times += [max(0.0, at - began) for stream in inside if (at := told(stream, address)) is not None]
            outcome.expect(not any(stream.events for stream in outside), "a stream tells what is out of its scope")
        mean = statistics.fmean(times) if times else 99.0
        outcome.longest = max(times, default=99.0)
        outcome.expect(mean <= TELLS_WITHIN * slack, f"a change is told after {mean:.2f} s on average")
        outcome.notes.append(f"told after {mean:.2f} s on average, {outcome.longest:.2f} at most")

        stop = asyncio.Event()
        elsewhere = asyncio.create_task(busy_elsewhere(client, top, there["id"], stop))
        await the_right_ends(outcome, server, streams, inside[0].token, slack)
        stop.set()
        await elsewhere
        await moved_away(outcome, server, client, session, top, here, there, slack)
        await one_reads_nothing(outcome, server, client, top, viewers[here["code"]][1], here["id"], committee)
        await client.close()
    finally:
        for stream in streams:
            stream.task.cancel()
        await asyncio.gather(*(stream.task for stream in streams), return_exceptions=True)
        await session.close()
        server.stop()
        postgres.stop()
    return outcome


async def end_in_time(outcome: Outcome, what: str, streams: list[Stream], slack: float) -> None:
    """Waits for the ends of streams."""
    began = time.monotonic()
    while any(stream.ended is None for stream in streams) and time.monotonic() - began < ENDS_WITHIN * slack + 5:
        await asyncio.sleep(0.05)
    late = [stream for stream in streams if stream.ended is None or stream.ended - began > ENDS_WITHIN * slack]
    last = max((stream.ended - began for stream in streams if stream.ended), default=99.0)
    outcome.expect(not late, f"{what}: {len(late)} of {len(streams)} streams go on after {ENDS_WITHIN * slack:g} s")
    outcome.notes.append(f"{what}: the last of {len(streams)} ended after {last:.1f} s")


async def busy_elsewhere(client: Client, top: str, county: str, stop: asyncio.Event) -> None:
    """Changes that do not concern the streams, twice a second: they must not keep anyone from looking."""
    under = "query ($id: ID!) { organizations(under: $id, reach: CHILDREN, first: 5) { nodes { id } } }"
    township = (await client.ask(top, under, id=county))["organizations"]["nodes"][0]["id"]
    while not stop.is_set():
        await change(client, top, township, f"别处{time.monotonic()}")
        await asyncio.sleep(0.5)


async def the_right_ends(outcome: Outcome, server: Server, streams: list[Stream], token: str, slack: float) -> None:
    """The grant behind a quarter of one county's streams ends, while there is much to do elsewhere."""
    with server.connect() as database:
        database.execute(
            "UPDATE grants SET ended_at = now() WHERE account_id = (SELECT account_id FROM sessions WHERE token_hash = sha256(convert_to(%s, 'UTF8')))", [token]
        )
    await end_in_time(outcome, "a lost right", [stream for stream in streams if stream.token == token], slack)


async def moved_away(outcome: Outcome, server: Server, client: Client, session: aiohttp.ClientSession, top: str, here: Json, there: Json, slack: float) -> None:
    """A committee is moved to another county: who watched it from the old one is told nothing any more."""
    under = "query ($id: ID!) { organizations(under: $id, reach: CHILDREN, first: 5) { nodes { id } } }"
    townships = [(await client.ask(top, under, id=county["id"]))["organizations"]["nodes"][0]["id"] for county in (here, there)]
    moving = await make(client, top, townships[0], "611", f"迁{time.monotonic()}")
    watcher = server.token(here["code"], "auditor", write=False)
    watching = [Stream(session, server.origin, watcher, moving) for _ in range(4)]
    await asyncio.gather(*(stream.opened.wait() for stream in watching))
    await asyncio.sleep(1)
    with server.connect() as database:
        relocate(database, moving, townships[1])
    await end_in_time(outcome, "a subtree that moved away", watching, slack)
    await change(client, top, moving, "新址")
    await asyncio.sleep(1)
    outcome.expect(not any(told(stream, "新址") for stream in watching), "a stream tells of what moved away")


def relocate(database: Any, moving: str, superior: str) -> None:
    """As the mutation does, which a machine's token may not: it is confirmed with a key."""
    with database.transaction():
        [tenant, old] = database.execute("SELECT tenant_id, path FROM organizations WHERE id = %s", [key_of(moving)]).fetchone()
        [new] = database.execute("SELECT path FROM organizations WHERE id = %s", [key_of(superior)]).fetchone()
        database.execute(f"SET LOCAL app.scope = '{{[{old[:3]},{old[:3]}~)}}'")
        label = "zz" + old[-1]
        database.execute(
            "SELECT relocate_subtree(%s, %s, %s, %s, %s, %s, 0)", [tenant, key_of(moving), old, key_of(superior), label, new + label]
        )


async def one_reads_nothing(outcome: Outcome, server: Server, client: Client, top: str, token: str, under: str, committee: str) -> None:
    """Subscribers that stop reading must not keep connections of the pool, each in a transaction."""
    # Large events, so that few of them fill what lies between server and client.
    wide = "subscription ($id: ID!) { changes(under: $id) { subject { ... on Organization { " + " ".join(f"a{n}{'x' * 1_400}: address" for n in range(38)) + " } } } }"
    body = json.dumps({"query": wide, "variables": {"id": under}}).encode()
    head = f"POST /graphql/stream HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    stuck = []
    for _ in range(STUCK):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        one.connect((server.address, server.port))
        one.sendall(head.encode() + body)
        stuck.append(one)
    await asyncio.sleep(3)
    try:
        for number in range(100):
            await change(client, top, committee, "长" * 100 + str(number))
        await asyncio.sleep(2)
        with server.connect() as database:
            [idle] = database.execute("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' AND now() - state_change > interval '1 second'").fetchone() or [0]
        outcome.expect(idle == 0, f"{idle} connections stay in a transaction for subscribers who do not read")
        answer = await client.ask(top, "{ viewer { readOnly } }")
        outcome.expect("viewer" in answer, str(answer))
    finally:
        for one in stuck:
            one.close()
