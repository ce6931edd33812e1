"""Moves of many organizations: two committees are filled with real counties and townships, and each is moved to and fro."""

import json
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone

from .operations import key_of
from .probes import Client
from .samples import body_of
from .sql import scope_settings

# The server's days are China's.
CHINA = timezone(timedelta(hours=8))
SIZES = [1_000, 10_000]
MOVE = "mutation ($input: OrganizationMoveInput!) { organizationMove(input: $input) { organization { version } userErrors { code path } } }"


class Visitor:
    """A visitor of the demonstration, who confirms with a click."""

    def __init__(self, server):
        self.server, self.cookie = server, None
        self.origin = f"http://127.0.0.1:{server.port}"
        headers = self.post("/session/demonstration", {"as": "municipal-administrator"})[1]
        self.cookie = headers["Set-Cookie"].split(";", 1)[0]

    def post(self, path, body):
        headers = {"Content-Type": "application/json", "Origin": self.origin}
        if self.cookie:
            headers["Cookie"] = self.cookie
        request = urllib.request.Request(self.origin + path, json.dumps(body).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=600) as response:
                text = response.read()
                return json.loads(text or b"null"), response.headers
        except urllib.error.HTTPError as error:
            return json.loads(error.read() or b"null"), error.headers

    def move(self, organization, to, version):
        """Moves, and gives the seconds of the confirmed request and the new version."""
        body = {
            "query": MOVE,
            "variables": {
                "input": {"id": organization, "version": version, "newSuperiorId": to, "on": str(datetime.now(CHINA).date())}
            },
        }
        question = self.post("/graphql", body)[0]
        try:
            asked = question["errors"][0]["extensions"]["stepUp"]
        except (KeyError, IndexError, TypeError):
            sys.exit(f"A move was not asked to be confirmed: {question}")
        body["extensions"] = {"stepUp": {"id": asked["id"], "credential": None}}
        began = time.perf_counter()
        answer = self.post("/graphql", body)[0]
        took = time.perf_counter() - began
        if answer.get("errors") or answer["data"]["organizationMove"]["userErrors"]:
            return took, None, refusal(answer)
        return took, answer["data"]["organizationMove"]["organization"]["version"], None


def refusal(answer):
    """The code of an answer that is none."""
    if answer.get("errors"):
        return answer["errors"][0]["extensions"]["code"]
    return ", ".join(one["code"] for one in answer["data"]["organizationMove"]["userErrors"])


class Reader(threading.Thread):
    """Reads a page of what is moved all the while; keeps the longest time."""

    def __init__(self, server, body):
        super().__init__(daemon=True)
        self.client, self.body, self.longest, self.ended = Client(server.port, server.token), body, 0.0, threading.Event()
        self.client.ask(body)

    def run(self):
        while not self.ended.is_set():
            self.longest = max(self.longest, self.client.ask(self.body)[1])
            time.sleep(0.005)


def fill(server, sql, top, size, taken):
    """Puts counties and townships below a committee until it has so many organizations. By the server's own function,
    and past its rules: a county under a committee is no tree that people would make. Gives how many there are now."""
    [[top_path]] = server.sql(f"SELECT path FROM organizations WHERE id = '{key_of(top)}'")
    rows = server.sql(
        "SELECT o.id, o.path, (SELECT count(*) FROM organizations b WHERE b.path >= o.path AND b.path < o.path || '~') FROM organizations o "
        f"WHERE o.tenant_id = '{sql.tenant}' AND length(o.path) IN (6, 9) AND NOT EXISTS (SELECT FROM organizations m "
        "WHERE m.code LIKE 'BENCH%' AND m.path >= o.path AND m.path < o.path || '~') ORDER BY 3 DESC, 2"
    )
    count, label, statements = 1, 0, []
    for key, path, below in rows:
        if int(below) <= size - count and not any(path.startswith(other) or other.startswith(path) for other in taken):
            taken.add(path)
            count += int(below)
            text = f"{label:03d}"
            label += 1
            statements.append(
                f"SELECT relocate_subtree('{sql.tenant}', '{key}', '{path}', '{key_of(top)}', '{text}', '{top_path}{text}', {label});"
            )
    opening = [
        f"SET LOCAL {name} = '{value}';"
        for name, value in {**scope_settings(sql.path, sql.account), "statement_timeout": "0"}.items()
    ]
    statements.append(f"UPDATE organizations SET children_ever = children_ever + {label} WHERE id = '{key_of(top)}';")
    server.sql("\n".join(["BEGIN;", *opening, *statements, "COMMIT;"]))
    return count


def measure_moves(server, samples, sql, root, rounds, say):
    """For each size: what went along, and seconds and CPU of each move."""
    visitor = Visitor(server)
    places = [samples.create(server, root, "611") for _ in range(2)]
    taken, found = set(), []
    for size in SIZES:
        top = samples.create(server, places[0], "611")
        count = fill(server, sql, top, size, taken)
        if count < size * 0.9:
            say(f"There are not {size} organizations to move: {count}")
            continue
        server.sql("VACUUM ANALYZE organizations")
        people = server.sql(
            f"SELECT count(*) FROM people p, organizations o WHERE o.id = '{key_of(top)}' AND p.path >= o.path AND p.path < o.path || '~'"
        )[0][0]
        one = {"organizations": count, "people": int(people), "rounds": [], "refused": None}
        found.append(one)
        document = "query ($id: ID!) { people(under: $id, first: 20) { nodes { id } } }"
        [[version]] = server.sql(f"SELECT version FROM organizations WHERE id = '{key_of(top)}'")
        for number in range(rounds + 1):
            reader = Reader(server, body_of(document, {"id": top}))
            before = server.cpu(), server.database_cpu()
            reader.start()
            took, version, refused = visitor.move(top, places[(number + 1) % 2], int(version or 0))
            reader.ended.set()
            reader.join()
            after = server.cpu(), server.database_cpu()
            if refused:
                # More will not move when so many do not.
                say(f"move of {count} organizations: {refused} after {took:.1f} s")
                one["refused"] = f"{refused} after {took:.1f} s"
                return found
            say(f"move of {count} organizations: {took:.2f} s")
            if number or rounds == 1:
                one["rounds"].append({"seconds": took, "postgres_cpu": after[1] - before[1], "longest_read_ms": reader.longest})
    return found
