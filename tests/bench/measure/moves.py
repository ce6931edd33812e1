"""Moves of many organizations: committees are filled with real counties and townships, the largest with made-up branches
besides, and each is moved to and fro. What is too much for a request goes as a job, which is followed to its end."""

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
MOVE = (
    "mutation ($input: OrganizationMoveInput!) { organizationMove(input: $input) { organization { version } job { id } userErrors { code path } } }"
)
JOB = "query ($id: ID!) { node(id: $id) { ... on Job { state progress { done total } error { code } } } }"
# There are not so many counties and townships.
MOST = 100_000
# Longer than this nobody waits for a job.
PATIENCE = 900


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
        """Moves, and gives the seconds from the confirmed request to the end, how often the progress was seen to
        rise before it, the new version, and the refusal if there was one."""
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
        if answer.get("errors") or answer["data"]["organizationMove"]["userErrors"]:
            return time.perf_counter() - began, 0, None, refusal(answer)
        moved = answer["data"]["organizationMove"]
        if moved["job"] is None:
            return time.perf_counter() - began, 0, moved["organization"]["version"], None
        steps, refused = self.follow(moved["job"]["id"], began + PATIENCE)
        return time.perf_counter() - began, steps, version + 1, refused

    def follow(self, job, until):
        """Waits for the end of a job: how often its progress rose, and its refusal."""
        seen = set()
        while time.perf_counter() < until:
            now = self.post("/graphql", {"query": JOB, "variables": {"id": job}})[0]["data"]["node"]
            if now["state"] == "RUNNING":
                seen.add(now["progress"]["done"])
            elif now["state"] == "DONE":
                return len(seen - {0}), None
            elif now["state"] == "FAILED":
                return len(seen - {0}), now["error"]["code"]
            time.sleep(0.1)
        return len(seen - {0}), "not ended"


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


def pad(server, top, missing):
    """Puts made-up townships of a thousand branches each below a committee, with their past and their figures, until
    so many are there that are missing. Gives how many there are."""
    townships = -(-missing // 1_001)
    if townships <= 0:
        return 0
    key = key_of(top)
    columns = "tenant_id, id, parent_id, label, path, kind, name, code, name_pinyin, name_initials, name_grams, sort_order, tree_order, created_at, updated_at"
    server.sql(
        f"""BEGIN;
        INSERT INTO organizations ({columns})
        SELECT o.tenant_id, gen_random_uuid(), o.id, 'z' || lpad(n::text, 2, '0'), o.path || 'z' || lpad(n::text, 2, '0'), '611',
               '样本' || n || '镇', 'PAD' || n, 'yangben' || n, 'yb' || n, ARRAY['样本', '本' || n], 10000 + n,
               o.tree_order || lpad(to_hex(16777216::bigint * (30000 + n)), 10, '0'), now(), now()
        FROM organizations o, generate_series(0, {townships - 1}) AS n WHERE o.id = '{key}';
        INSERT INTO organizations ({columns})
        SELECT o.tenant_id, gen_random_uuid(), o.id, lpad(n::text, 3, '0'), o.path || lpad(n::text, 3, '0'), '631',
               '样本第' || n || '支部', o.code || 'B' || n, 'yangbendi' || n, 'ybd' || n, ARRAY['样本', '本第', '第' || n], n,
               o.tree_order || lpad(to_hex(16777216::bigint * (1 + n)), 10, '0'), now(), now()
        FROM organizations o, generate_series(0, 999) AS n WHERE o.parent_id = '{key}' AND o.code ~ '^PAD[0-9]+$';
        INSERT INTO organization_counts (tenant_id, organization_id, path) SELECT tenant_id, id, path FROM organizations WHERE code ~ '^PAD[0-9]';
        INSERT INTO organization_versions (tenant_id, id, organization_id, path, valid, parent_id, path_then, name, kind, status, change)
        SELECT tenant_id, key_at('2001-07-01'), id, path, '[2001-07-01,)', parent_id, path, name, kind, status, '1' FROM organizations WHERE code ~ '^PAD[0-9]';
        UPDATE organizations SET children_ever = 1000 WHERE code ~ '^PAD[0-9]+$';
        COMMIT;"""
    )
    server.sql("VACUUM ANALYZE organizations, organization_counts, organization_versions")
    return townships * 1_001


def measure_moves(server, samples, sql, root, sizes, rounds, say):
    """For each size: what went along, and seconds and CPU of each move."""
    visitor = Visitor(server)
    places = [samples.create(server, root, "611") for _ in range(2)]
    taken, found = set(), []
    for size in sizes:
        top = samples.create(server, places[0], "611")
        count = fill(server, sql, top, size, taken)
        if size == MOST:
            count += pad(server, top, size - count)
        if count < size * 0.9:
            say(f"There are not {size} organizations to move: {count}")
            continue
        server.sql("VACUUM ANALYZE organizations")
        people = server.sql(
            f"SELECT count(*) FROM people p, organizations o WHERE o.id = '{key_of(top)}' AND p.path >= o.path AND p.path < o.path || '~'"
        )[0][0]
        one = {"organizations": count, "people": int(people), "rounds": [], "refused": None, "steps": 0}
        found.append(one)
        document = "query ($id: ID!) { people(under: $id, first: 20) { nodes { id } } }"
        [[version]] = server.sql(f"SELECT version FROM organizations WHERE id = '{key_of(top)}'")
        for number in range(rounds + 1):
            reader = Reader(server, body_of(document, {"id": top}))
            before = server.cpu(), server.database_cpu()
            reader.start()
            took, one["steps"], version, refused = visitor.move(top, places[(number + 1) % 2], int(version or 0))
            reader.ended.set()
            reader.join()
            after = server.cpu(), server.database_cpu()
            if refused:
                # More will not move when so many do not.
                say(f"move of {count} organizations: {refused} after {took:.1f} s")
                one["refused"] = f"{refused} after {took:.1f} s"
                return found
            as_job = f", as a job whose progress was seen {one['steps']} times" if one["steps"] else ""
            say(f"move of {count} organizations and {people} people: {took:.2f} s, longest read {reader.longest:.0f} ms{as_job}")
            if number or rounds == 1:
                one["rounds"].append({"seconds": took, "postgres_cpu": after[1] - before[1], "longest_read_ms": reader.longest})
    return found
