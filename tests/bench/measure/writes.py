"""Mixed writes at a steady rate for a while: people are added and edited, organizations are edited.

Each request is made when it is due and counts from there, as in `open_loop`. Nobody is edited twice within a turn of
`EDITED` people, so a version is always the one that the last answer left.
"""

import asyncio
import itertools
import json
import random
import subprocess
import sys

from .closed_loop import until_sealed
from .open_loop import Sender, summary
from .operations import OPERATIONS, global_of
from .samples import identity_numbers

# LOAD6 and part 9 of the architecture: so many a second, the slowest of a hundred within so many ms.
RATE = 500
EDITED, EDITED_ORGANIZATIONS = 40_000, 4_000
EDIT_PERSON = "mutation ($input: PersonEditInput!) { personEdit(input: $input) { person { version } userErrors { code path } } }"
EDIT_ORGANIZATION = (
    "mutation ($input: OrganizationEditInput!) { organizationEdit(input: $input) { organization { version } userErrors { code path } } }"
)
# Of every twenty: additions, edits of people; the rest are edits of organizations.
ADDITIONS, EDITS = 9, 9


def targets(server, samples, table, prefix, most, condition):
    rows = server.sql(
        f"SELECT id, version FROM {table} WHERE tenant_id = '{samples.tenant}' AND {condition} ORDER BY md5(id::text) LIMIT {most}"
    )
    return [(global_of(prefix, key), int(version)) for key, version in rows]


def mixed_writes(server, samples, seconds, say):
    """Times of all writes together; what was written is in every figure and in the log, so nothing is taken away after."""
    say(f"Mixed writes, {RATE} a second for {seconds} s")
    person_prefix = samples.of["1-person"][0].id.split("_", 1)[0]
    people = targets(server, samples, "people", person_prefix, EDITED, "stage = 'full'")
    organizations = targets(
        server, samples, "organizations", samples.prefix, EDITED_ORGANIZATIONS, "status = 'active' AND length(path) > 6"
    )
    numbers = identity_numbers(int(RATE * seconds * ADDITIONS / 20 * 1.2) + 1_000, samples.known)
    task = {
        "port": server.port,
        "token": server.token,
        "rate": RATE,
        "seconds": seconds,
        "people": people,
        "organizations": organizations,
        "branches": [branch.id for branch in samples.of["6-add"]],
        "numbers": [(number, str(day)) for number, day in numbers],
        "add": OPERATIONS["6-add"].graphql("banyan"),
    }
    before = server.cpu(), server.database_cpu()
    done = subprocess.run(
        [sys.executable, "-m", "measure.writes"], input=json.dumps(task), capture_output=True, text=True, timeout=seconds + 120
    )
    if done.returncode != 0:
        sys.exit(done.stdout + done.stderr)
    until_sealed(server)
    after = server.cpu(), server.database_cpu()
    found = json.loads(done.stdout)
    count = found["count"]
    return {
        **found,
        "seconds": seconds,
        "server_cpu": (after[0] - before[0]) * 1e3 / count,
        "postgres_cpu": (after[1] - before[1]) * 1e3 / count,
    }


def requests(task):
    """What is sent, in turn, without end."""
    chance = random.Random(1)
    numbers = iter(task["numbers"])
    people = itertools.cycle([[key, version] for key, version in task["people"]])
    organizations = itertools.cycle([[key, version] for key, version in task["organizations"]])

    def edit(document, kept, changed):
        kept[1] += 1
        return document, {"input": {"id": kept[0], "version": kept[1] - 1, **changed}}

    for turn in itertools.count():
        kind = chance.randrange(20)
        if kind < ADDITIONS:
            number, day = next(numbers)
            sex = "1" if int(number[16]) % 2 else "2"
            values = {"stage": "FULL", "name": "胡菲艳", "sex": sex, "ethnicGroup": "01", "identityNumber": number}
            values |= {"birthDate": day, "education": "21", "joinedOn": "2020-01-01", "confirmedOn": "2021-01-01"}
            yield task["add"], {"input": {"organizationId": chance.choice(task["branches"]), **values}}
        elif kind < ADDITIONS + EDITS:
            yield edit(EDIT_PERSON, next(people), {"phone": f"139{turn:08d}"})
        else:
            yield edit(EDIT_ORGANIZATION, next(organizations), {"contactPhone": f"023{turn:08d}"})


def main():
    task = json.load(sys.stdin)

    def bodies():
        for document, variables in requests(task):
            yield json.dumps({"query": document, "variables": variables}, ensure_ascii=False, separators=(",", ":"))

    sender = Sender({key: task[key] for key in ("port", "token", "rate", "seconds")}, bodies())
    asyncio.run(sender.run())
    print(json.dumps(summary(sender)))


if __name__ == "__main__":
    main()
