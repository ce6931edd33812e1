"""What the database holds against what the recorder knows: nothing lost, nothing half-done, nothing twice."""

from __future__ import annotations

import base64
import uuid
from collections import Counter
from dataclasses import dataclass

from launcher import Fault, Server
from recorder import Recorder, Write


@dataclass
class Verdict:
    """How many writes went wrong, in each of the three ways, and an example."""

    lost: int = 0
    half_done: int = 0
    twice: int = 0
    example: str = ""

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(self.lost + other.lost, self.half_done + other.half_done, self.twice + other.twice, self.example or other.example)

    @property
    def good(self) -> bool:
        """Whether nothing went wrong."""
        return not (self.lost or self.half_done or self.twice)


def key_of(global_id: str) -> str:
    """The key of a row from its id in GraphQL."""
    body = global_id.split("_", 1)[1]
    return str(uuid.UUID(bytes=base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))


def traces(server: Server, writes: list[Write]) -> dict[str, Counter[str]]:
    """By value: how often each kind of row that a write leaves is there."""
    values = [write.value for write in writes]
    found: dict[str, Counter[str]] = {value: Counter() for value in values}
    sources = {
        "journal": "SELECT subject_name, count(*) FROM journal WHERE subject_name = ANY(%s) GROUP BY 1",
        "person": "SELECT name, count(*) FROM people WHERE name = ANY(%s) GROUP BY 1",
        "ledger": "SELECT p.name, sum(l.delta) FROM people p JOIN membership_ledger l ON (l.tenant_id, l.person_id) = (p.tenant_id, p.id) WHERE p.name = ANY(%s) GROUP BY 1",
        "organization": "SELECT name, count(*) FROM organizations WHERE name = ANY(%s) GROUP BY 1",
        "state": "SELECT name, count(*) FROM organization_versions WHERE name = ANY(%s) GROUP BY 1",
    }
    with server.connect() as database:
        for source, sql in sources.items():
            for value, count in database.execute(sql, [values]):
                found[value][source] = int(count)
        keys = {write.key: write.value for write in writes}
        for key, count in database.execute("SELECT key, count(*) FROM idempotency_keys WHERE key = ANY(%s) GROUP BY 1", [list(keys)]):
            found[keys[key]]["key"] = count
    return found


# What a write leaves for good; the name of what is renamed again goes.
LASTING = {"add": ["journal", "key", "person", "ledger"], "create": ["journal", "key", "organization", "state"], "edit": ["journal", "key"], "rename": ["journal", "key"]}


def check(server: Server, recorder: Recorder, writes: list[Write], doubtful: bool = False) -> Verdict:
    """Judges writes by their traces. Those in doubt may have happened or not, but wholly."""
    verdict = Verdict()
    found = traces(server, writes) if writes else {}
    # Furnished once and renamed ever since.
    renamed = {write.subject for write in recorder.writes if write.kind in ("edit", "rename") and write.acknowledged}
    renamed |= {desk.person for desk in recorder.desks} | {desk.organization for desk in recorder.desks}
    for write in writes:
        lasting = ["journal", "key"] if write.subject in renamed else LASTING[write.kind]
        counts = [found[write.value][source] for source in lasting]
        if max(counts) > 1:
            verdict.twice += 1
        elif len(set(counts)) > 1:
            verdict.half_done += 1
        elif counts[0] == 0 and not doubtful:
            verdict.lost += 1
        else:
            continue
        verdict.example = verdict.example or f"{write.kind} {write.value}: {dict(found[write.value])}"
    return verdict


def check_all(server: Server, recorder: Recorder) -> Verdict:
    """Every write was acknowledged by now: each is there once, and no trace is left over."""
    verdict = check(server, recorder, recorder.writes)
    with server.connect() as database:
        for desk in recorder.desks:
            for table, kind, subject in (("people", "edit", desk.person), ("organizations", "rename", desk.organization)):
                changes = [write for write in recorder.writes if write.kind == kind and write.subject == subject]
                row = database.execute(f"SELECT version, name FROM {table} WHERE id = %s", [key_of(subject)]).fetchone()
                assert row
                # Each change adds one to the version: a change that was done twice shows even where it left the same name.
                if row[0] != 1 + len(changes) or changes and row[1] != changes[-1].value:
                    verdict += Verdict(lost=row[0] <= len(changes), twice=row[0] > 1 + len(changes), half_done=row[0] == 1 + len(changes), example=f"{table} {row}, {len(changes)} changes")
        entries = database.execute("SELECT count(*) FROM journal").fetchone()
        assert entries
        if entries[0] - recorder.already != len(recorder.writes):
            verdict += Verdict(half_done=1, example=f"{entries[0] - recorder.already} entries of the journal, {len(recorder.writes)} changes")
    return verdict


def check_the_whole(server: Server) -> None:
    """The program's own checks of figures, paths, the ledger and the journal's chain."""
    server.must("audit", "seal")
    for command in (["audit", "verify"], ["check"]):
        done = server.run(*command)
        if done.returncode != 0:
            raise Fault(f"banyan {' '.join(command)}: {(done.stdout + done.stderr)[-1500:]}")
    with server.connect() as database:
        [gaps] = database.execute(
            "SELECT (SELECT count(*) FROM journal) - (SELECT count(*) FROM journal_chain) FROM (SELECT 1) one"
        ).fetchone() or [None]
        if gaps != 0:
            raise Fault(f"{gaps} entries of the journal are not in its chain")
