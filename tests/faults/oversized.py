"""FAULT10: documents, variables and bodies that are too large, too deep, too wide, or go in circles.

Each is refused within 50 ms (API16), before anything is executed; that no statement is sent for one is asserted
beside the pipeline, in `tests/it/api.rs`.

covers: FAULT10, API16
"""

from __future__ import annotations

import asyncio
import gzip
import http.client
import json
import time
import zlib
from pathlib import Path

from launcher import Server, forget_peak, memory
from outcome import Outcome

MEGABYTE = 1024 * 1024
WITHIN, MEMORY = 0.050, 10.0


def document(text: str, **variables: object) -> bytes:
    """A body."""
    return json.dumps({"query": text, "variables": variables}).encode()


def bodies() -> dict[str, tuple[bytes, dict[str, str]]]:
    """Name, body and headers of everything that is sent."""
    deep = "{ viewer { roots " + "{ parent " * 5_000 + "{ id }" + " }" * 5_000 + " } }"
    circle = "query { viewer { roots { ...a } } } fragment a on Organization { id ...b } fragment b on Organization { id ...a }"
    chain = "query { viewer { roots { ...f0 } } } " + " ".join(
        f"fragment f{n} on Organization {{ ...f{n + 1} ...f{n + 1} }}" for n in range(40)
    ) + " fragment f40 on Organization { id }"
    nested: object = "x"
    for _ in range(100):
        nested = [nested]
    people = "query ($i: PersonAddInput!) { viewer { roots { id } } }"
    plain = {
        "10 MB of spaces": document("{ viewer { roots { id } } }" + " " * 10 * MEGABYTE),
        "10 MB of fields": document("{ viewer { roots { " + "id " * (10 * MEGABYTE // 3) + "} } }"),
        "10 MB of a comment": document("#" + "x" * 10 * MEGABYTE + "\n{ viewer { roots { id } } }"),
        "10 MB of a string": document('{ node(id: "' + "x" * 10 * MEGABYTE + '") { id } }'),
        "100 kB of text": document("{ viewer { roots { id } } }" + " " * 100_000),
        "10 000 aliases": document("{ " + " ".join(f"a{n}: viewer {{ roots {{ id }} }}" for n in range(10_000)) + " }"),
        "10 000 fields": document("{ viewer { roots { " + "name " * 10_000 + "} } }"),
        "60 aliases of lists": document("{ " + " ".join(f"a{n}: people(first: 200) {{ nodes {{ id name }} }}" for n in range(60)) + " }"),
        "5 000 deep": document(deep),
        "50 deep": document("{ viewer { roots " + "{ parent " * 50 + "{ id }" + " }" * 50 + " } }"),
        "1 000 directives": document("{ viewer { roots { id " + "@include(if: true) " * 1_000 + "} } }"),
        "wide and deep lists": document("{ viewer { roots { children(first: 200) { nodes { children(first: 200) { nodes { children(first: 200) { nodes { id } } } } } } } } }"),
        "pages of a default size": document("query ($n: Int = 200) { organizations(first: $n) { nodes { children(first: $n) { nodes { children(first: $n) { nodes { id } } } } } } }"),
        "pages inside fragments": document("{ organizations { ...f0 } } " + " ".join(
            f"fragment f{n} on OrganizationConnection {{ nodes {{ {'id' if n == 4 else f'children {{ ...f{n + 1} }}'} }} }}" for n in range(5)
        )),
        "a circle of fragments": document(circle),
        "fragments that double 40 times": document(chain),
        "5 000 fragments": document("{ viewer { roots { id } } } " + " ".join(f"fragment g{n} on Organization {{ id }}" for n in range(5_000))),
        "nested lists of arguments": document("{ node(id: " + "[" * 10_000 + "]" * 10_000 + ") { id } }"),
        "10 MB of a variable": document(people, i={"name": "x" * 10 * MEGABYTE}),
        "a variable of 100 000 names": document(people, i={f"n{n}": n for n in range(100_000)}),
        "a variable 100 000 deep": b'{"query":"{ viewer { roots { id } } }","variables":{"i":' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        "a list of 1 000 requests": b"[" + b",".join([document("{ viewer { roots { id } } }")] * 1_000) + b"]",
        "introspection in circles": document("{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }"),
        "no JSON at all": b"\xff" * MEGABYTE,
    }
    usual = {"Content-Type": "application/json"}
    found = {name: (body, usual) for name, body in plain.items()}
    bomb = b'{"query":"{ viewer { roots { id } } }' + b" " * 200 * MEGABYTE + b'"}'
    small = document("{ viewer { roots { id } } }")
    found["a bomb of gzip, 200 MB"] = (gzip.compress(bomb), {**usual, "Content-Encoding": "gzip"})
    found["a bomb of deflate, 200 MB"] = (zlib.compress(bomb), {**usual, "Content-Encoding": "deflate"})
    found["a small body of gzip"] = (gzip.compress(small), {**usual, "Content-Encoding": "gzip"})
    found["a small body said to be br"] = (small[:-1], {**usual, "Content-Encoding": "br"})
    return found


def refused(server: Server, token: str | None, body: bytes, headers: dict[str, str]) -> tuple[bool, float, str]:
    """Whether an answer says no, how long it took, and how it begins."""
    connection = http.client.HTTPConnection(server.address, server.port, timeout=60)
    bearer = {"Authorization": f"Bearer {token}"} if token else {}
    connection.connect()
    began = time.monotonic()
    try:
        try:
            connection.request("POST", "/graphql", body, {**headers, **bearer})
        except (BrokenPipeError, ConnectionResetError):
            # It did not want to hear all of it; the answer may still be read.
            pass
        response = connection.getresponse()
        text = response.read(2_000).decode(errors="replace")
        status = response.status
    except (ConnectionResetError, BrokenPipeError, http.client.RemoteDisconnected):
        return True, time.monotonic() - began, "closed"
    finally:
        connection.close()
    took = time.monotonic() - began
    return status >= 400 or '"errors"' in text and '"data":{' not in text, took, f"{status} {text[:160]}"


async def oversized(program: str, folder: Path, tries: int, slack: float) -> Outcome:
    """Each of them, by a stranger and by an administrator; the quickest of some tries counts, and the largest memory."""
    everything = bodies()
    outcome = Outcome("FAULT10", "oversized, deep, wide, circular, compressed", len(everything))
    server = Server(program, folder / "oversized")
    server.furnish()
    server.start()
    try:
        token = server.token()
        # What the first requests of all take is not theirs.
        for _ in range(20):
            refused(server, token, document("{ viewer { roots { id } } }"), {"Content-Type": "application/json"})
        largest = 0.0
        for name, (body, headers) in everything.items():
            for who, shown in ((None, "a stranger"), (token, "an administrator")):
                quickest = 1e9
                for _ in range(tries):
                    before = memory(server.pid)
                    forget_peak(server.pid)
                    no, took, text = await asyncio.to_thread(refused, server, who, body, headers)
                    more = memory(server.pid, "VmHWM") - before
                    quickest, largest = min(quickest, took), max(largest, more)
                    outcome.expect(no, f"{name}, {shown}: not refused: {text}")
                    outcome.expect(more <= MEMORY, f"{name}, {shown}: {more:.0f} MiB more")
                outcome.longest = max(outcome.longest, quickest)
                outcome.expect(quickest <= WITHIN * slack, f"{name}, {shown}: {quickest * 1000:.0f} ms")
        outcome.notes.append(f"the slowest refusal {outcome.longest * 1000:.0f} ms, at most {largest:.1f} MiB more")
        outcome.expect(server.ready(), "the server is not ready afterwards")
    finally:
        server.stop()
    return outcome
