"""FAULT4: the network between the server and its database is cut, one way and both, and mended.

The full form lets the kernel drop packets in a network namespace, as a dead switch would; the short
form stalls a proxy, which needs no rights.

covers: FAULT4
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
from pathlib import Path

from checker import check, check_all, check_the_whole
from launcher import Fault, Postgres, Server, wait_for
from outcome import Outcome
from proxy import Proxy
from recorder import Client, Recorder, code_of

CONNECTIONS, BESIDES = 8, 2
# Keepalives are sent after 15 s of silence, and a peer that closed refuses the first of them.
NOTICED = 25
# Of the server; it waits for a connection of the pool before, and may be a little late.
WAIT, LATE = 3, 1.0
READ = "{ viewer { roots { name } } }"


class Stalls:
    """A way through a proxy that can stall."""

    prefix: list[str] = []
    server_address = "127.0.0.1"
    database_address = "127.0.0.1"

    async def open(self, postgres: Postgres) -> str:
        """The address of the database, from the server's side."""
        self.proxy = await Proxy((postgres.address, postgres.port)).start()
        return postgres.url(port=self.proxy.port)

    def cut(self, way: str) -> None:
        """Cuts it."""
        self.proxy.cut(way)

    def mend(self) -> None:
        """Mends it."""
        self.proxy.mend()

    async def close(self) -> None:
        """Ends it."""
        await self.proxy.close()


class Drops:
    """A namespace with a wire to it, whose packets can be dropped."""

    def __init__(self) -> None:
        number = random.randrange(1, 250)
        self.name, net = f"banyan{number}", f"10.213.{number}"
        self.database_address, self.server_address = f"{net}.1", f"{net}.2"
        self.prefix = ["ip", "netns", "exec", self.name]
        if os.geteuid() != 0:
            raise Fault("only root can make a network namespace: run as root, or the short form")
        inside, outside = f"b{number}in", f"b{number}out"
        try:
            self._run(f"ip netns add {self.name}")
            self._run(f"ip link add {outside} type veth peer name {inside} netns {self.name}")
            self._run(f"ip address add {self.database_address}/24 dev {outside}")
            self._run(f"ip link set {outside} up")
            self._run(f"ip -n {self.name} address add {self.server_address}/24 dev {inside}")
            self._run(f"ip -n {self.name} link set {inside} up")
            self._run(f"ip -n {self.name} link set lo up")
        except Fault:
            self._run(f"ip netns delete {self.name}", must=False)
            raise

    def _run(self, command: str, must: bool = True, text: str | None = None) -> None:
        done = subprocess.run(command.split(), input=text, capture_output=True, text=True, check=False)
        if must and done.returncode != 0:
            raise Fault(f"{command}: {done.stderr}")

    async def open(self, postgres: Postgres) -> str:
        """The address of the database, from the server's side."""
        self.port = postgres.port
        return postgres.url()

    def cut(self, way: str) -> None:
        """Cuts it."""
        rules = "table ip cut {\n"
        if way in ("there", "both"):
            rules += f"chain there {{ type filter hook output priority 0; tcp dport {self.port} drop; }}\n"
        if way in ("back", "both"):
            rules += f"chain back {{ type filter hook input priority 0; tcp sport {self.port} drop; }}\n"
        self._run(f"ip netns exec {self.name} nft -f -", text=rules + "}\n")

    def mend(self) -> None:
        """Mends it."""
        self._run(f"ip netns exec {self.name} nft flush ruleset")

    async def close(self) -> None:
        """Ends it; the wire goes with it."""
        self._run(f"ip netns delete {self.name}", must=False)


async def cut_network(program: str, folder: Path, lengths: list[float], ways: list[str], deadline: int, packets: bool, slack: float) -> Outcome:
    """Cuts of these lengths, each in these ways."""
    outcome = Outcome("FAULT4", "network cut, packets dropped" if packets else "network cut, a stalled proxy", len(ways) * len(lengths))
    link: Drops | Stalls = Drops() if packets else Stalls()
    postgres = Postgres(program, folder / "database", address=link.database_address)
    if packets:
        with open(folder / "database" / "pg_hba.conf", "a", encoding="ascii") as rules:
            rules.write("host all all 10.213.0.0/16 trust\n")
    postgres.start()
    server = Server(
        program,
        folder / "server",
        database=await link.open(postgres),
        prefix=link.prefix,
        address=link.server_address,
        options=["--connections", str(CONNECTIONS), "--deadline", str(deadline)],
    )
    # Its other commands, and our looks, go to the database directly.
    aside = Server(program, folder / "server", database=postgres.url())
    aside.port, aside.address = server.port, server.address
    try:
        await asyncio.to_thread(server.start)
        async with Recorder(aside, patience=60) as recorder:
            for length in lengths:
                for way in ways:
                    await one_cut(outcome, link, server, aside, recorder, way, length, deadline + WAIT + LATE * min(slack, 2))
            outcome.notes.append(f"answers in trouble: {dict(recorder.trouble)}, the slowest after {recorder.slowest:.1f} s")
            outcome.judge(recorder, check_all(aside, recorder))
            check_the_whole(aside)
        await few_backends(outcome, postgres)
    finally:
        link.mend()
        await asyncio.to_thread(server.stop)
        postgres.stop()
        await link.close()
    return outcome


async def few_backends(outcome: Outcome, postgres: Postgres) -> None:
    """The database has no more connections than the server, as soon as it can know that the others are over."""
    looking = postgres.connect()
    counted = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    until = asyncio.get_running_loop().time() + NOTICED
    while (backends := (looking.execute(counted).fetchone() or [0])[0]) > CONNECTIONS + BESIDES and asyncio.get_running_loop().time() < until:
        await asyncio.sleep(1)
    outcome.expect(backends <= CONNECTIONS + BESIDES, f"{backends} connections to the database after all")


async def one_cut(outcome: Outcome, link: Drops | Stalls, server: Server, aside: Server, recorder: Recorder, way: str, length: float, at_most: float) -> None:
    """Writers and readers through one cut."""
    before = len(recorder.writes)
    stop = asyncio.Event()
    slowest = [0.0]
    tokens = [desk.token for desk in recorder.desks]
    reader = Client(server.origin, patience=60)

    async def read_on() -> None:
        """Asks all the while, so that requests begin at every moment of the cut."""
        asked: set[asyncio.Task[None]] = set()

        async def ask() -> None:
            began = asyncio.get_running_loop().time()
            try:
                _, body = await reader.post(random.choice(tokens), READ, {})
                code = code_of(body)
                if code not in (None, "UNAVAILABLE", "DEADLINE"):
                    outcome.expect(False, f"a reader is told {code}")
            except Exception as error:  # noqa: BLE001, every kind of it is a failure
                outcome.expect(False, f"a reader gets {error!r}")
            slowest[0] = max(slowest[0], asyncio.get_running_loop().time() - began)

        while not stop.is_set():
            asked.add(asyncio.create_task(ask()))
            await asyncio.sleep(0.25)
        await asyncio.gather(*asked)

    recorder.slowest = 0.0
    writing = asyncio.create_task(recorder.write_until(stop))
    reading = asyncio.create_task(read_on())
    await asyncio.sleep(random.uniform(0.1, 0.4))
    link.cut(way)
    await asyncio.sleep(length)
    link.mend()
    began = asyncio.get_running_loop().time()
    try:
        await asyncio.to_thread(wait_for, "ready after the cut", 30, server.ready, 0.1)
        outcome.readied(asyncio.get_running_loop().time() - began, 10)
    except Fault as fault:
        outcome.expect(False, f"{way} {length:g} s: {fault}")
    stop.set()
    await asyncio.gather(writing, reading)
    longest = max(slowest[0], recorder.slowest)
    outcome.expect(longest <= at_most, f"{way} {length:g} s: an answer took {longest:.1f} s, more than {at_most:g}")
    new = recorder.writes[before:]
    verdict = check(aside, recorder, [write for write in new if write.acknowledged])
    verdict += check(aside, recorder, [write for write in new if not write.acknowledged], doubtful=True)
    outcome.doubtful += await recorder.settle(90)
    # All connections of the pool work again.
    answers = await asyncio.gather(*(reader.post(random.choice(tokens), READ, {}) for _ in range(3 * CONNECTIONS)))
    troubled = [body for _, body in answers if body.get("errors")]
    outcome.expect(not troubled, f"{way} {length:g} s: {len(troubled)} of {len(answers)} answers after it are errors: {troubled[:1]}")
    await reader.close()
    outcome.judge(recorder, verdict)
    outcome.say(f"{way} {length:g} s: slowest answer {longest:.1f} s, {len(new)} writes")
