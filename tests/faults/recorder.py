"""Writers that know every write: which was acknowledged, and of which nobody can say."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import itertools
import random
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from launcher import Fault, Server

Json = dict[str, Any]

# Answers after which nobody knows whether the write happened.
UNKNOWN = {"UNAVAILABLE", "DEADLINE", "CONFLICT", "IDEMPOTENCY_IN_FLIGHT", "INTERNAL"}

ADD = "mutation ($i: PersonAddInput!) { personAdd(input: $i) { person { id version } userErrors { code path } } }"
EDIT = "mutation ($i: PersonEditInput!) { personEdit(input: $i) { person { id version } userErrors { code path } } }"
CREATE = "mutation ($i: OrganizationCreateInput!) { organizationCreate(input: $i) { organization { id version } userErrors { code path } } }"
RENAME = "mutation ($i: OrganizationRenameInput!) { organizationRename(input: $i) { organization { id version } userErrors { code path } } }"
# Where the day of the server changes.
CHINA = datetime.timezone(datetime.timedelta(hours=8))
DOCUMENTS = {"add": ADD, "edit": EDIT, "create": CREATE, "rename": RENAME}


@dataclass
class Write:
    """One write, which leaves one value nobody else writes."""

    kind: str
    value: str
    input: Json
    token: str
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    acknowledged: bool = False
    # How often it had to be sent again.
    again: int = 0
    subject: str = ""
    version: int = 0


def identity_numbers() -> Iterator[tuple[str, str]]:
    """Made-up identity numbers of people born before anybody here (GB 11643), with their birthdays."""
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    # Begun anywhere, so that two recorders on one database do not meet.
    first = random.randrange(1, 800)
    for serial, offset in itertools.product(range(first, first + 200), random.sample(range(7_000), 7_000)):
        day = datetime.date(1900, 1, 1) + datetime.timedelta(days=offset)
        body = f"500101{day:%Y%m%d}{serial:03d}"
        yield body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights)) % 11], str(day)


class Client:
    """Asks one address of GraphQL."""

    def __init__(self, origin: str, patience: float = 30, reuse: bool = True) -> None:
        self.origin, self.patience = origin, patience
        self.session = aiohttp.ClientSession(
            timeout=aiohttp.ClientTimeout(total=patience), connector=aiohttp.TCPConnector(limit=0, force_close=not reuse)
        )

    async def post(self, token: str, document: str, variables: Json, key: str | None = None) -> tuple[int, Json]:
        """Status and body of one answer."""
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
        if key:
            headers["Idempotency-Key"] = key
        async with self.session.post(f"{self.origin}/graphql", json={"query": document, "variables": variables}, headers=headers) as answer:
            return answer.status, await answer.json(content_type=None)

    async def ask(self, token: str, document: str, **variables: Any) -> Json:
        """The data of an answer without errors."""
        status, body = await self.post(token, document, variables)
        if status != 200 or body.get("errors"):
            raise Fault(f"{status} {body}")
        return body["data"]

    async def close(self) -> None:
        """Lets its connections go."""
        await self.session.close()


def code_of(body: Json) -> str | None:
    """The code of the first error on top."""
    errors = body.get("errors")
    return errors[0].get("extensions", {}).get("code", "?") if errors else None


class Recorder:
    """Several writers, each with an organization and a person of its own that it changes again and again."""

    def __init__(self, server: Server, writers: int = 6, origins: list[str] | None = None, patience: float = 30) -> None:
        self.server, self.count, self.patience = server, writers, patience
        self.origins = origins or [server.origin]
        self.writes: list[Write] = []
        self.trouble: Counter[str] = Counter()
        # Answers that should not be.
        self.strange: list[str] = []
        self.slowest = 0.0
        self.numbers = identity_numbers()
        self.mark = uuid.uuid4().hex[:6]
        self.serial = itertools.count(1)
        self.clients: list[Client] = []
        self.desks: list[Desk] = []

    async def __aenter__(self) -> Recorder:
        self.clients = [Client(origin, self.patience) for origin in self.origins]
        tokens = [self.server.token() for _ in range(2)]
        with self.server.connect() as database:
            self.already = database.execute("SELECT count(*) FROM journal").fetchone()[0]
        roots = await self.clients[0].ask(tokens[0], "{ viewer { roots { children(first: 60) { nodes { id } } } } }")
        county = random.choice(roots["viewer"]["roots"][0]["children"]["nodes"])["id"]
        under = "query ($id: ID!) { organizations(under: $id, reach: CHILDREN, first: 50) { nodes { id childCount } } }"
        townships = (await self.clients[0].ask(tokens[0], under, id=county))["organizations"]["nodes"]
        township = next(one["id"] for one in townships if one["childCount"] >= 1)
        self.desks = [Desk(self, number, tokens[number % len(tokens)]) for number in range(self.count)]
        for desk in self.desks:
            await desk.furnish(township)
        return self

    async def __aexit__(self, *_: object) -> None:
        for client in self.clients:
            await client.close()

    def value(self, what: str) -> str:
        """A text that was never written."""
        return f"{what}{self.mark}第{next(self.serial)}号"

    def acknowledged(self) -> int:
        """How many writes were."""
        return sum(write.acknowledged for write in self.writes)

    async def send(self, write: Write, client: Client | None = None) -> bool:
        """Sends a write: whether it was acknowledged. No answer that says no is expected here."""
        client = client or random.choice(self.clients)
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            _, body = await client.post(write.token, DOCUMENTS[write.kind], {"i": write.input}, write.key)
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError, ValueError) as error:
            self.trouble[type(error).__name__] += 1
            return False
        finally:
            self.slowest = max(self.slowest, loop.time() - began)
        code = code_of(body)
        if code in UNKNOWN:
            self.trouble[code] += 1
            return False
        payload = next(iter((body.get("data") or {}).values()), None)
        if code or not payload or payload["userErrors"]:
            # Nobody can say either what this means for the write.
            self.strange.append(f"{write.kind} {write.value} is answered {body}")
            return False
        subject = payload.get("person") or payload.get("organization")
        write.subject, write.version, write.acknowledged = subject["id"], subject["version"], True
        return True

    async def write_until(self, stop: asyncio.Event, pause: float = 0.0) -> None:
        """All writers at once, each until it is told to stop or a write of it is in doubt."""
        await asyncio.gather(*(desk.work(stop, pause) for desk in self.desks))

    async def settle(self, patience: float = 30) -> int:
        """Sends what is in doubt again with its key, until it is answered: how many these were."""
        doubtful = [write for write in self.writes if not write.acknowledged]
        for write in doubtful:
            deadline = asyncio.get_running_loop().time() + patience
            while True:
                write.again += 1
                if await self.send(write):
                    break
                if asyncio.get_running_loop().time() > deadline:
                    raise Fault(f"a write in doubt is not answered within {patience:g} s: {write} {self.trouble}")
                await asyncio.sleep(0.05)
        for desk in self.desks:
            desk.catch_up()
        return len(doubtful)


class Desk:
    """One writer."""

    def __init__(self, recorder: Recorder, number: int, token: str) -> None:
        self.recorder, self.number, self.token = recorder, number, token
        self.person = self.organization = ""
        self.versions = {"edit": 1, "rename": 1}
        self.last: Write | None = None

    async def furnish(self, township: str) -> None:
        """A committee with a branch, and a person in it."""
        self.committee = (await self._must("create", self._create(township, "611"))).subject
        self.branch = (await self._must("create", self._create(self.committee, "631"))).subject
        self.organization = (await self._must("create", self._create(self.committee, "631"))).subject
        self.person = (await self._must("add", self._add())).subject

    async def _must(self, kind: str, inputs: tuple[str, Json]) -> Write:
        write = self._note(kind, inputs)
        if not await self.recorder.send(write):
            raise Fault(f"the writers cannot begin: {self.recorder.trouble}")
        return write

    def _note(self, kind: str, inputs: tuple[str, Json]) -> Write:
        write = Write(kind, inputs[0], inputs[1], self.token)
        self.recorder.writes.append(write)
        self.last = write
        return write

    def _create(self, parent: str, kind: str) -> tuple[str, Json]:
        value = self.recorder.value("故障组织")
        code = f"F{self.recorder.mark.upper()}{value.split('第')[1][:-1]}"
        return value, {"parentId": parent, "kind": kind, "name": value, "code": code}

    def _add(self) -> tuple[str, Json]:
        identity, birthday = next(self.recorder.numbers)
        value = self.recorder.value("故障人员")
        return value, {
            "organizationId": self.branch,
            "stage": "FULL",
            "name": value,
            "sex": "1" if int(identity[16]) % 2 else "2",
            "ethnicGroup": "01",
            "identityNumber": identity,
            "birthDate": birthday,
            "education": "21",
            "joinedOn": "2020-01-01",
            "confirmedOn": "2021-01-01",
        }

    def _edit(self) -> tuple[str, Json]:
        value = self.recorder.value("改名人员")
        return value, {"id": self.person, "version": self.versions["edit"], "name": value}

    def _rename(self) -> tuple[str, Json]:
        value = self.recorder.value("改名组织")
        today = str(datetime.datetime.now(CHINA).date())
        return value, {"id": self.organization, "version": self.versions["rename"], "name": value, "on": today, "document": "故障一号"}

    def draw(self) -> Write:
        """The next write."""
        kind = random.choices(["add", "edit", "create", "rename"], [4, 3, 1, 2])[0]
        made = {"add": self._add, "edit": self._edit, "rename": self._rename, "create": lambda: self._create(self.committee, "631")}[kind]()
        return self._note(kind, made)

    async def work(self, stop: asyncio.Event, pause: float) -> None:
        """Writes until it is told to stop, or a write is in doubt."""
        while not stop.is_set():
            if not await self.recorder.send(self.draw()):
                return
            self.catch_up()
            if pause:
                with contextlib.suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(stop.wait(), pause)

    def catch_up(self) -> None:
        """Takes the version that the last write left behind."""
        if self.last and self.last.acknowledged and self.last.kind in self.versions:
            self.versions[self.last.kind] = self.last.version
