"""A running server, seen from outside, from its database and from its log."""

from __future__ import annotations

import http.client
import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

Json = dict[str, Any]
Answer = tuple[int, bytes, dict[str, str]]

ORGANIZATION = "900001"
# Headers that belong to one answer only.
OWN_HEADERS = {"date", "x-request-id"}

# Checks that failed and that passed.
counted = [0, 0]


def note(name: str, good: bool, output: object = "") -> bool:
    """Notes one check."""
    counted[good] += 1
    if not good:
        print(f"FAILED {name}: {output}")
    return good


class Unexpected(Exception):
    """A question was refused that is never refused here."""


class Server:
    """A running server, seen from outside and from its database."""

    def __init__(self, program: str, data_dir: Path, origin: str, log: Path) -> None:
        self.program, self.data_dir, self.origin, self.log = program, data_dir, origin, log
        folder = (data_dir / "postgres.socket").read_text(encoding="utf-8").splitlines()[0]
        self.database = psycopg.connect(f"postgresql://banyan_owner@/banyan?host={folder}", autocommit=True)
        self.founded = False

    def post(self, path: str, body: Json) -> Answer:
        """One request, as a page of this origin sends it."""
        connection = http.client.HTTPConnection(urlsplit(self.origin).netloc, timeout=30)
        headers = {"Content-Type": "application/json", "Origin": self.origin, "Accept-Language": "en"}
        connection.request("POST", path, json.dumps(body), headers)
        response = connection.getresponse()
        answer = (response.status, response.read(), {name.lower(): value for name, value in response.getheaders()})
        connection.close()
        return answer

    def told(self, path: str, body: Json) -> Json:
        """The answer to a question that is never refused here."""
        status, text, _ = self.post(path, body)
        if status != 200:
            raise Unexpected(f"{path} answers {status}: {text.decode()}")
        return json.loads(text)

    def code(self) -> str:
        """The one-time code of a new administrator."""
        command = [self.program, "bootstrap", "--data-dir", str(self.data_dir), "--organization", ORGANIZATION]
        command += ["--origin", self.origin]
        if not self.founded:
            command += ["--create", "某某市委"]
            self.founded = True
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(done.stdout + done.stderr)
        return done.stdout.strip().split("#")[-1]

    def reasons(self, request: str) -> list[tuple[str, str | None]]:
        """What was noted of a request."""
        rows = self.database.execute("SELECT kind, reason FROM security_events WHERE request_id = %s", [request])
        return [(kind, reason) for kind, reason in rows]

    def logged(self, request: str, reason: str) -> bool:
        """Whether the log has this reason for a request."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return any(request in line and reason in line for line in lines)

    def begin(self, path: str, body: Json) -> tuple[str, Json]:
        """A ceremony and its options."""
        answer = self.told(path, body)
        return answer["ceremony"], answer["options"]


class Refusals:
    """What a refusal looks like from outside: the first is what all others must equal."""

    def __init__(self, server: Server, code: str, kind: str, status: int = 401) -> None:
        self.server, self.code, self.kind, self.status = server, code, kind, status
        self.first: Answer | None = None

    def expect(self, name: str, answer: Answer, reason: str, nobodys: bool = False) -> None:
        """Notes whether an answer is a refusal like all others, for this reason.

        Where the request does not tell whose account it is about, the reason stands in the server's log.
        """
        status, text, headers = answer
        try:
            extensions = json.loads(text)["errors"][0]["extensions"]
        except (ValueError, LookupError):
            note(f"{name}: refused", False, f"{status} {text.decode(errors='replace')}")
            return
        request = extensions["requestId"]
        plain = text.replace(request.encode("ascii"), b"-")
        shown = (status, plain, {name: value for name, value in headers.items() if name not in OWN_HEADERS})
        if self.first is None:
            self.first = shown
        refused = (status, extensions["code"]) == (self.status, self.code) and "set-cookie" not in headers
        note(f"{name}: refused", refused, f"{status} {extensions['code']}")
        note(f"{name}: looks like all refusals", shown == self.first, f"{shown} is not {self.first}")
        if nobodys:
            note(f"{name}: reason {reason} in the log", self.server.logged(request, reason), request)
            return
        found = self.server.reasons(request)
        note(f"{name}: reason {reason}", found == [(self.kind, reason)], f"noted: {found}")


def accepted(name: str, answer: Answer) -> bool:
    """Notes whether an honest answer was accepted, with a session."""
    status, text, headers = answer
    return note(f"{name}: the honest answer after it", status == 200 and "set-cookie" in headers, f"{status} {text.decode()}")
