"""What is asked for."""

import datetime
import json
import random
import re
import sys

from .operations import read

# So many different ids a measurement goes through.
SAMPLE = 64
# More than can be added in a second here; what is left over costs nothing.
ADDED_A_SECOND = 3_000


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


class Samples:
    """Ids to ask for, read through GraphQL, and the tree that operation 4 needs and the made-up one lacks."""

    def __init__(self, server, people):
        self.known = set()
        counties = server.ask("{ viewer { roots { children(first: 60) { nodes { id childCount } } } } }")
        counties = counties["viewer"]["roots"][0]["children"]["nodes"]
        largest = max(county["childCount"] for county in counties)
        townships = []
        for county in counties:
            under = server.ask("query ($id: ID!) { organizations(under: $id, reach: CHILDREN, first: 200) { nodes { id childCount } } }", id=county["id"])
            townships += [one["id"] for one in under["organizations"]["nodes"] if one["childCount"] >= 5]
        townships = random.sample(townships, min(SAMPLE, len(townships)))
        person_ids, branches = [], []
        for township in townships:
            page = server.ask("query ($id: ID!) { people(under: $id, first: 10) { nodes { id organization { id } } } }", id=township)
            nodes = page["people"]["nodes"]
            person_ids += random.sample([one["id"] for one in nodes], min(2, len(nodes)))
            branches += {one["organization"]["id"] for one in nodes}
        self.of = {
            "1-person": random.sample(person_ids, min(SAMPLE, len(person_ids))),
            "2-page": townships,
            "3-children": [county["id"] for county in counties if county["childCount"] >= min(50, largest)],
            "4-tree": self.deep_trees(server, townships[:4]),
            "5-figures": [county["id"] for county in counties],
            "6-add": random.sample(branches, min(SAMPLE, len(branches))),
        }
        self.of["5-figures-live"] = self.of["5-figures"]
        self.of["6-add-row"] = self.of["6-add"]

    def deep_trees(self, server, townships):
        """Under each township a committee under a committee with 5 children of 5 branches each."""
        create = "mutation ($input: OrganizationCreateInput!) { organizationCreate(input: $input) { organization { id } userErrors { code path } } }"
        self.created = 0

        def make(parent, kind):
            self.created += 1
            values = {"parentId": parent, "kind": kind, "name": f"基准测试{self.created}", "code": f"BENCH{self.created:05d}"}
            answer = server.ask(create, input=values)["organizationCreate"]
            if answer["userErrors"]:
                sys.exit(f"Cannot create an organization: {answer['userErrors']}")
            return answer["organization"]["id"]

        found = []
        for township in townships:
            top = make(make(township, "611"), "611")
            for _ in range(5):
                child = make(top, "621")
                for _ in range(5):
                    make(child, "631")
            found.append(top)
        return found

    def bodies(self, name, seconds):
        """One measurement's requests."""
        document = re.sub(r"\s+", " ", read(name + ".graphql")).strip()
        ids = self.of[name]
        if name != "6-add":
            return [body_of(document, {"id": one}) for one in ids]
        bodies = []
        for number, (identity, day) in enumerate(identity_numbers(int(seconds * ADDED_A_SECOND), self.known)):
            person = {
                "organizationId": ids[number % len(ids)],
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
            bodies.append(body_of(document, {"input": person}))
        return bodies
