"""FAULT12: two servers on one database behind haproxy, and behind PgBouncer.

A database that is one migration ahead is made here; with a program of an earlier release as OLDER the
upgrade from one to the next is a real one.

covers: FAULT12 (in full, with OLDER)
"""

from __future__ import annotations

import asyncio
import http.client
import json
import pwd
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import psycopg

from checker import check_all, check_the_whole
from launcher import Fault, Postgres, Server, end, free_port, wait_for
from outcome import Outcome
from recorder import Client, Recorder
from streams import Stream, change, make, told

sys.path.append(str(Path(__file__).parent.parent / "suites"))
from security_keys.device import Device  # noqa: E402

BALANCER = """
defaults
  mode http
  timeout connect 2s
  timeout client 90s
  timeout server 90s
  timeout queue 5s
  # A slow answer is none of a server that is gone.
  timeout check 3s
  option redispatch 1
  retries 5
  # Every write here has its key, so that it may be sent again.
  retry-on conn-failure empty-response
frontend all
  bind 127.0.0.1:{port}
  default_backend servers
backend servers
  balance roundrobin
  option httpchk GET /health/ready
  default-server check inter 300ms fall 1 rise 1
{servers}
"""

POOLER = """
[databases]
banyan = host=127.0.0.1 port={port} dbname=banyan user=banyan_owner
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 10
max_client_conn = 200
ignore_startup_parameters = extra_float_digits
{statements}
"""


class Balancer:
    """haproxy before servers."""

    def __init__(self, folder: Path, servers: list[Server], port: int) -> None:
        self.origin = f"http://localhost:{port}"
        lines = "\n".join(f"  server s{number} {server.address}:{server.port}" for number, server in enumerate(servers))
        config = folder / "haproxy.cfg"
        config.write_text(BALANCER.format(port=port, servers=lines), encoding="utf-8")
        self.process = subprocess.Popen([needed("haproxy"), "-db", "-f", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Pooler:
    """PgBouncer in transaction mode before a database."""

    def __init__(self, folder: Path, postgres: Postgres) -> None:
        self.port = free_port()
        version = re.search(r"(\d+)\.(\d+)", subprocess.run([needed("pgbouncer"), "--version"], capture_output=True, text=True, check=True).stdout)
        assert version
        follows = (int(version[1]), int(version[2])) >= (1, 21)
        # What is older does not follow prepared statements from one connection to the next.
        statements = "max_prepared_statements = 500" if follows else "server_reset_query = DEALLOCATE ALL\nserver_reset_query_always = 1"
        config = folder / "pgbouncer.ini"
        config.write_text(POOLER.format(port=postgres.port, listen=self.port, statements=statements), encoding="utf-8")
        # It refuses to be root as well.
        as_user = ["-u", pwd.getpwuid(postgres.user).pw_name] if postgres.user is not None else []
        with open(folder / "pgbouncer.log", "ab") as log:
            self.process = subprocess.Popen([needed("pgbouncer"), *as_user, str(config)], stdout=log, stderr=log)
        self.url = postgres.url(port=self.port)
        wait_for("PgBouncer answers", 10, self.answers)

    def answers(self) -> bool:
        """Whether it passes a question on."""
        try:
            with psycopg.connect(self.url, connect_timeout=2) as database:
                return database.execute("SELECT 1").fetchone() is not None
        except psycopg.Error:
            return False


def needed(name: str) -> str:
    """A program that must be there."""
    found = shutil.which(name) or shutil.which(f"/usr/sbin/{name}")
    if not found:
        raise Fault(f"{name} is missing")
    return found


def post(server: Server, host: str, path: str, body: Any, cookie: str | None = None, method: str = "POST") -> tuple[int, Any, str | None]:
    """What a page behind the balancer sends, to one server: status, answer, cookie."""
    connection = http.client.HTTPConnection(server.address, server.port, timeout=30)
    headers = {"Content-Type": "application/json", "Host": host, "Origin": f"http://{host}", **({"Cookie": cookie} if cookie else {})}
    connection.request(method, path, json.dumps(body), headers)
    answer = connection.getresponse()
    text = answer.read()
    given = answer.getheader("Set-Cookie")
    connection.close()
    return answer.status, json.loads(text) if text else None, given.split(";")[0] if given else None


async def two_servers(program: str, folder: Path, restarts: int, kills: int, older: str | None, slack: float) -> Outcome:
    """Everything, directly and then behind PgBouncer."""
    outcome = Outcome("FAULT12", "two servers, one database", restarts)
    postgres = Postgres(program, folder / "database", settings={"max_connections": "80"})
    try:
        postgres.start()
        await killed_migrations(outcome, program, folder, postgres, kills)
        await both(outcome, program, folder, postgres, None, restarts, older, slack)
    finally:
        postgres.stop()
    return outcome


async def behind_pooler(program: str, folder: Path, restarts: int, slack: float) -> Outcome:
    """The same behind PgBouncer in transaction mode; only what listens and migrates goes around it."""
    outcome = Outcome("FAULT12", "two servers behind PgBouncer", restarts)
    postgres = Postgres(program, folder / "database", settings={"max_connections": "80"})
    pooler = None
    try:
        postgres.start()
        pooler = Pooler(folder, postgres)
        await both(outcome, program, folder, postgres, pooler, restarts, None, slack)
    finally:
        end(pooler.process if pooler else None)
        postgres.stop()
    return outcome


async def both(outcome: Outcome, program: str, folder: Path, postgres: Postgres, pooler: Pooler | None, restarts: int, older: str | None, slack: float) -> None:
    """Two servers: what is begun on one goes on on the other."""
    port = free_port()
    usual = ["--connections", "10", "--origin", f"http://localhost:{port}", "--proxies", "127.0.0.1"]
    # Longer than the balancer takes to see that a server is not ready; an older program may not know it.
    leave = {"BANYAN_LEAVE": "2s"}
    aside = Server(program, folder / "a", database=postgres.url())
    # `--direct-url` is for what a pooler of transactions cannot carry.
    where = [*usual, "--direct-url", postgres.url()] if pooler else usual
    url = pooler.url if pooler else postgres.url()
    servers = [Server(program, folder / name, database=url, options=where, variables=leave) for name in ("a", "b")]
    balancer = None
    try:
        for server in servers:
            await asyncio.to_thread(server.start)
        balancer = Balancer(folder, servers, port)
        await asyncio.to_thread(wait_for, "haproxy answers", 20, lambda: answers(balancer.origin))
        aside.address, aside.port = "localhost", port
        await asyncio.to_thread(ceremonies, outcome, aside, servers, f"localhost:{port}")
        await heard_on_the_other(outcome, aside, servers)
        await rolling(outcome, aside, servers, balancer, restarts, slack)
        if not pooler:
            await ahead(outcome, aside, servers, balancer)
            if older:
                await with_an_older_program(outcome, aside, servers, balancer, older)
        check_the_whole(aside)
    finally:
        end(balancer.process if balancer else None)
        for server in servers:
            await asyncio.to_thread(server.stop)


def answers(origin: str) -> bool:
    """Whether a ready server is behind an address."""
    try:
        connection = http.client.HTTPConnection(origin.split("//")[1], timeout=3)
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False


def ceremonies(outcome: Outcome, aside: Server, servers: list[Server], host: str) -> None:
    """A key is enrolled and answers, each time begun on one server and finished on the other."""
    one, other = servers
    done = aside.run("bootstrap", "--organization", "900001", "--create", "某某市委", "--origin", f"http://{host}")
    code = done.stdout.strip().split("#")[-1]
    device = Device(f"http://{host}")
    _, begun, _ = post(one, host, "/session/enrolment/begin", {"code": code})
    answer = {"ceremony": begun["ceremony"], "credential": device.register(begun["options"]), "name": "钥匙"}
    status, text, _ = post(other, host, "/session/enrolment/finish", answer)
    outcome.expect(status == 200, f"an enrolment that another server began: {status} {text}")
    status, text, _ = post(one, host, "/session/enrolment/finish", answer)
    outcome.expect(status == 401, f"an enrolment is finished twice: {status} {text}")
    _, begun, _ = post(other, host, "/session/key/begin", {})
    status, text, cookie = post(one, host, "/session/key/finish", {"ceremony": begun["ceremony"], "credential": device.sign_in(begun["options"])})
    outcome.expect(status == 200 and cookie is not None, f"a sign-in that another server began: {status} {text}")
    question = {"query": "{ viewer { roots { name } } }"}
    for server in servers:
        status, text, _ = post(server, host, "/graphql", question, cookie)
        outcome.expect(status == 200 and bool((text.get("data") or {}).get("viewer", {}).get("roots")), f"a session on the other server: {status} {text}")
    post(other, host, "/session", {}, cookie, method="DELETE")
    for server in servers:
        status, text, _ = post(server, host, "/graphql", question, cookie)
        outcome.expect(bool(text.get("errors")) or not text["data"].get("viewer"), f"a session that the other server ended: {status} {text}")


async def heard_on_the_other(outcome: Outcome, aside: Server, servers: list[Server]) -> None:
    """A change on one server is told by a stream on the other; each change is sealed once."""
    token = aside.token()
    clients = [Client(server.origin) for server in servers]
    session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None))
    try:
        root = (await clients[0].ask(token, "{ viewer { roots { id children(first: 1) { nodes { id } } } } }"))["viewer"]["roots"][0]
        streams = [Stream(session, server.origin, token, root["id"]) for server in servers]
        await asyncio.gather(*(stream.opened.wait() for stream in streams))
        await asyncio.sleep(1)
        under = "query ($id: ID!) { organizations(under: $id, reach: CHILDREN, first: 5) { nodes { id } } }"
        township = (await clients[0].ask(token, under, id=root["children"]["nodes"][0]["id"]))["organizations"]["nodes"][0]["id"]
        committee = await make(clients[0], token, township, "611", f"两{time.monotonic()}")
        for number, client in enumerate(clients):
            address = f"两台{number}{time.monotonic()}"
            await change(client, token, committee, address)
            began = time.monotonic()
            while not all(told(stream, address) for stream in streams) and time.monotonic() - began < 10:
                await asyncio.sleep(0.05)
            deaf = sum(told(stream, address) is None for stream in streams)
            outcome.expect(deaf == 0, f"a change on server {number} is not heard by {deaf} of 2 streams; {[stream.trouble or stream.events[-1:] for stream in streams]}")
        for stream in streams:
            await stream.close()
    finally:
        await session.close()
        for client in clients:
            await client.close()


async def rolling(outcome: Outcome, aside: Server, servers: list[Server], balancer: Balancer, restarts: int, slack: float) -> None:
    """Servers are stopped and started in turn while clients write through the balancer, and notice nothing."""

    async def restart(number: int) -> None:
        server = servers[number % 2]
        await asyncio.to_thread(server.stop)
        await asyncio.sleep(0.3)
        outcome.readied(await asyncio.to_thread(server.start), 2 * slack)
        await asyncio.sleep(1)

    await under_load(outcome, aside, balancer, "a rolling restart", restart, restarts)


async def under_load(outcome: Outcome, aside: Server, balancer: Balancer, what: str, step: Callable[[int], Awaitable[None]], count: int) -> None:
    """Steps while clients write: no write fails, none is lost, and the sealers of both seal each once."""
    async with Recorder(aside, origins=[balancer.origin]) as recorder:
        stop = asyncio.Event()
        writing = asyncio.create_task(recorder.write_until(stop, pause=0.02))
        await asyncio.sleep(1)
        for number in range(count):
            await step(number)
        stop.set()
        await writing
        doubtful = sum(not write.acknowledged for write in recorder.writes)
        outcome.expect(not doubtful and not recorder.trouble, f"{what}: {doubtful} writes in doubt, {dict(recorder.trouble)}")
        outcome.doubtful += await recorder.settle()
        before = outcome.acknowledged
        outcome.judge(recorder, check_all(aside, recorder))
        outcome.notes.append(f"{what}: {recorder.acknowledged()} writes, {doubtful} in doubt")
        outcome.acknowledged += before


AHEAD = "29991231000000"


async def ahead(outcome: Outcome, aside: Server, servers: list[Server], balancer: Balancer) -> None:
    """A newer program has migrated the database, adding things; the servers go on, also when they start anew."""
    newer = """CREATE OR REPLACE FUNCTION session_touch(token bytea, at timestamptz) RETURNS void
        LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
        AS $$ UPDATE sessions SET last_used_at = at /* newer */ WHERE token_hash = token AND ended_at IS NULL AND coalesce(last_used_at, created_at) < at $$"""

    async def step(number: int) -> None:
        with aside.connect() as database:
            if number == 0:
                # One after the other: whoever holds one table and waits for the next waits for a writer who does the same.
                database.execute("ALTER TABLE people ADD COLUMN newer text")
                database.execute("ALTER TABLE organizations ADD COLUMN newer integer NOT NULL DEFAULT 0")
                database.execute("CREATE TABLE newer (id uuid PRIMARY KEY)")
                database.execute(newer)
                database.execute("UPDATE loaded_files SET digest = sha256('newer') WHERE name = 'functions'")
                database.execute("INSERT INTO __diesel_schema_migrations (version) VALUES (%s)", [AHEAD])
                await asyncio.sleep(2)
            else:
                await asyncio.to_thread(servers[number - 1].stop)
                outcome.readied(await asyncio.to_thread(servers[number - 1].start), 60)
                # Until the balancer has seen it too: the next step stops the other one.
                await asyncio.sleep(1)
                [body] = database.execute("SELECT prosrc FROM pg_proc WHERE proname = 'session_touch'").fetchone() or [""]
                outcome.expect("newer" in body, "a server that is older than the database has replaced its functions with its own")

    await under_load(outcome, aside, balancer, "a database one migration ahead", step, 3)
    with aside.connect() as database:
        database.execute("ALTER TABLE people DROP COLUMN newer; ALTER TABLE organizations DROP COLUMN newer; DROP TABLE newer")
        database.execute("DELETE FROM __diesel_schema_migrations WHERE version = %s", [AHEAD])
        database.execute("UPDATE loaded_files SET digest = sha256('newer') WHERE name = 'functions'")
    aside.must("migrate")


async def with_an_older_program(outcome: Outcome, aside: Server, servers: list[Server], balancer: Balancer, older: str) -> None:
    """One of the two is an older program for a while; the database stays as the newer one made it."""
    newer = servers[1].program

    async def step(number: int) -> None:
        servers[1].program = older if number == 0 else newer
        await asyncio.to_thread(servers[1].stop)
        await asyncio.to_thread(servers[1].start)
        await asyncio.sleep(3)

    await under_load(outcome, aside, balancer, "an older program beside", step, 2)


def form_of(postgres: Postgres) -> str:
    """The whole form of the database."""
    command = [str(postgres.programs / "pg_dump"), "--schema-only", "--dbname", postgres.url(database="migrated")]
    dumped = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    # Newer versions of pg_dump put a random word around what they write.
    return "\n".join(line for line in dumped.splitlines() if not line.startswith(("\\restrict", "\\unrestrict")))


async def killed_migrations(outcome: Outcome, program: str, folder: Path, postgres: Postgres, kills: int) -> None:
    """`banyan migrate` is killed at any moment; the next one goes on, and what comes of it is the same."""
    tool = Server(program, folder / "migrated", database=postgres.create("migrated"))
    began = time.monotonic()
    tool.must("migrate")
    whole = migrations_in(postgres)
    each = (time.monotonic() - began) / whole
    wanted = form_of(postgres)
    halfway = 0
    for number in range(kills):
        if number % 5 == 0:
            postgres.create("migrated")
        done = migrations_in(postgres)
        process = subprocess.Popen([program, "migrate", *tool.place()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # A moment in the work, not on the clock: a program that is warm needs a fraction of what it needed first.
        goal = random.randint(done, done + (whole - done) // 2)
        while process.poll() is None and migrations_in(postgres) < goal:
            await asyncio.sleep(0.005)
        await asyncio.sleep(random.uniform(0, each))
        if process.poll() is None:
            process.kill()
            halfway += 1
        process.wait()
        # Each round goes on where the last was killed.
        if number % 5 == 4 or number == kills - 1:
            ended = await asyncio.to_thread(tool.run, "migrate")
            if outcome.expect(ended.returncode == 0, f"a migration does not go on: {ended.stderr[-500:]}"):
                outcome.expect(form_of(postgres) == wanted, "a migration that was killed and went on made another form")
    outcome.expect(halfway > 0, "no migration was killed half-way")
    outcome.notes.append(f"{halfway} migrations killed half-way")


def migrations_in(postgres: Postgres) -> int:
    """How many migrations a database has, as it is being made."""
    with psycopg.connect(postgres.url(database="migrated")) as database:
        if database.execute("SELECT to_regclass('__diesel_schema_migrations') IS NULL").fetchone() == (True,):
            return 0
        [count] = database.execute("SELECT count(*) FROM __diesel_schema_migrations").fetchone() or [0]
        return int(count)
