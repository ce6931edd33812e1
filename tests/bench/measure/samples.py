"""What is asked for."""

import base64
import datetime
import hashlib
import json
import os
import random
import sys
import time
import uuid
from typing import NamedTuple

from .operations import LEVELS, OPERATIONS, PAGES, global_of, key_of

# So many different ids a measurement goes through.
SAMPLE = 64
# More than can be added in a second here; what is left over costs nothing.
ADDED_A_SECOND = 3_000
# Whoever the peers add is called so, and nobody else: these rows are in no figure and go before the last check.
PEERS_NAME = "胡菲燕"


class Sample(NamedTuple):
    """One thing to ask for: Banyan's id, the key in the database, where it stands, its place in the order of the tree, and a
    text to look for."""

    id: str
    key: str
    path: str = ""
    place: str = ""
    name: str = ""


def identity_numbers(count, known):
    """Made-up identity numbers that nobody here has (GB 11643)."""
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    numbers = []
    while len(numbers) < count:
        # Nobody that the demonstration makes was born so early.
        day = datetime.date(1900, 1, 1) + datetime.timedelta(days=random.randrange(7_000))
        body = f"500101{day:%Y%m%d}{random.randrange(1, 1000):03d}"
        if body in known:
            continue
        known.add(body)
        check = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights)) % 11]
        numbers.append((body + check, day))
    return numbers


def body_of(document, variables):
    return json.dumps({"query": document, "variables": variables}, ensure_ascii=False, separators=(",", ":"))


def new_key():
    """UUIDv7."""
    number = time.time_ns() // 1_000_000 << 80 | int.from_bytes(os.urandom(10), "big")
    return str(uuid.UUID(int=number & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62))


class Samples:
    """Ids to ask for, read through GraphQL and SQL, and the tree that operation 4 needs and the made-up one lacks."""

    def __init__(self, server, tenant):
        self.known, self.tenant = set(), tenant
        [root] = server.ask("{ viewer { roots { id children(first: 60) { nodes { id childCount } } } } }")["viewer"]["roots"]
        self.prefix = root["id"].split("_", 1)[0]
        counties = root["children"]["nodes"]
        largest = max(county["childCount"] for county in counties)
        townships = []
        for county in counties:
            under = server.ask(
                "query ($id: ID!) { organizations(under: $id, reach: CHILDREN, first: 200) { nodes { id childCount } } }",
                id=county["id"],
            )
            townships += [one["id"] for one in under["organizations"]["nodes"] if one["childCount"] >= 5]
        townships = random.sample(townships, min(SAMPLE, len(townships)))
        person_ids, branches = [], set()
        for township in townships:
            page = server.ask(
                "query ($id: ID!) { people(under: $id, first: 10) { nodes { id organization { id } } } }", id=township
            )
            nodes = page["people"]["nodes"]
            person_ids += random.sample([one["id"] for one in nodes], min(2, len(nodes)))
            branches |= {one["organization"]["id"] for one in nodes}
        of = {
            "1-person": random.sample(person_ids, min(SAMPLE, len(person_ids))),
            "2-page": townships,
            "3-children": [county["id"] for county in counties if county["childCount"] >= min(50, largest)],
            "4-tree": self.deep_trees(server, townships[:4]),
            "5-figures": [county["id"] for county in counties],
            "6-add": random.sample(sorted(branches), min(SAMPLE, len(branches))),
        }
        self.of = {name: [Sample(one, key_of(one)) for one in ids] for name, ids in of.items()}
        self.of["5-figures-live"] = self.of["5-figures"]
        self.of["6-add"] = self.of["6-add-row"] = [one._replace(path=self.path_of(server, one)) for one in self.of["6-add"]]
        self.add_pages(server)
        self.add_names(server, root["id"])

    def path_of(self, server, sample):
        return server.sql(f"SELECT path FROM organizations WHERE id = '{sample.key}'")[0][0]

    def add_pages(self, server):
        """Organizations of each level of the tree that have people."""
        self.levels = {}
        for depth, level in enumerate(LEVELS, 1):
            rows = server.sql(
                f"SELECT o.id, o.path, o.tree_order FROM organizations o WHERE o.tenant_id = '{self.tenant}' AND length(o.path) = {3 * depth} "
                "AND EXISTS (SELECT FROM people p WHERE p.path >= o.path AND p.path < o.path || '~' AND p.stage IN ('probationary', 'full')) "
                f"ORDER BY md5(o.path) LIMIT {SAMPLE}"
            )
            self.levels[level] = [Sample(global_of(self.prefix, key), key, path, place) for key, path, place in rows]
        for page in PAGES:
            self.of[page.name] = self.levels[page.name.split("-")[1]]

    def add_names(self, server, root):
        rows = server.sql(
            f"SELECT name_initials, name FROM people WHERE tenant_id = '{self.tenant}' AND length(name) = 3 AND length(name_initials) = 3 "
            f"ORDER BY md5(id::text) LIMIT {SAMPLE}"
        )
        top = Sample(root, key_of(root))
        top = top._replace(path=self.path_of(server, top))
        for name, text in (("letters", lambda row: row[0]), ("two", lambda row: row[1][:2]), ("three", lambda row: row[1])):
            self.of[f"search-{name}"] = [top._replace(name=text(row)) for row in rows]

    def deep_trees(self, server, townships):
        """Under each township a committee under a committee with 5 children of 5 branches each."""
        self.created = 0
        found = []
        for township in townships:
            top = self.create(server, self.create(server, township, "611"), "611")
            for _ in range(5):
                child = self.create(server, top, "621")
                for _ in range(5):
                    self.create(server, child, "631")
            found.append(top)
        return found

    def create(self, server, parent, kind):
        create = "mutation ($input: OrganizationCreateInput!) { organizationCreate(input: $input) { organization { id } userErrors { code path } } }"
        self.created += 1
        values = {"parentId": parent, "kind": kind, "name": f"基准测试{self.created}", "code": f"BENCH{self.created:05d}"}
        answer = server.ask(create, input=values)["organizationCreate"]
        if answer["userErrors"]:
            sys.exit(f"Cannot create an organization: {answer['userErrors']}")
        return answer["organization"]["id"]

    def variables(self, name, side, sample):
        """What a document is asked with."""
        order = OPERATIONS[name].order
        if side == "postgraphile":
            orders = {"NAME": ["NAME_KEY_ASC"]}
            values = {"tenant": self.tenant, "id": sample.key, "order": orders.get(order)}
        else:
            values = {"id": sample.id if side == "banyan" else sample.key, "order": order, "name": sample.name}
        return {key: value for key, value in values.items() if value}

    def bodies(self, name, side, count):
        """One measurement's requests; so many, when none may be sent twice."""
        document, samples = OPERATIONS[name].graphql(side), self.of[name]
        if not OPERATIONS[name].writes:
            return [body_of(document, self.variables(name, side, one)) for one in samples]
        added = {"banyan": self.added_here, "mercurius": self.added_by_mercurius, "postgraphile": self.added_by_postgraphile}[
            side
        ]
        numbers = enumerate(identity_numbers(int(count), self.known))
        return [body_of(document, {"input": added(samples[at % len(samples)], *number)}) for at, number in numbers]

    def added_here(self, branch, identity, day):
        return {
            "organizationId": branch.id,
            "stage": "FULL",
            "name": "胡菲艳",
            "sex": "1" if int(identity[16]) % 2 else "2",
            "ethnicGroup": "01",
            "identityNumber": identity,
            "birthDate": str(day),
            "education": "21",
            "joinedOn": "2020-01-01",
            "confirmedOn": "2021-01-01",
        }

    def added_by_mercurius(self, branch, identity, day):
        return {**self.added_here(branch, identity, day), "organizationId": branch.key, "stage": "full", "name": PEERS_NAME}

    def added_by_postgraphile(self, branch, identity, day):
        """Every column: what the others work out, the keys of the name and the sealed number, is given."""
        person = {
            **self.added_by_mercurius(branch, identity, day),
            "tenantId": self.tenant,
            "rowId": new_key(),
            "path": branch.path,
        }
        person |= {"nameKey": f"hu fei yan  {PEERS_NAME}", "nameInitials": "hfy", "nameGrams": ["胡", "菲", "燕", "胡菲", "菲燕"]}
        person["identityNumber"] = base64.b64encode(os.urandom(46)).decode()
        person["identityIndex"] = base64.b64encode(hashlib.sha256(identity.encode()).digest()).decode()
        person["createdAt"] = person["updatedAt"] = datetime.datetime.now(datetime.timezone.utc).isoformat()
        return {"person": person}

    def of_key(self, key):
        return global_of(self.prefix, key)
