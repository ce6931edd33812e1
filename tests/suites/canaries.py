"""Uses secrets in every way that people do, right and wrong, against a demonstration server.

Each secret is remembered: none may be found in a log afterwards.
"""

from __future__ import annotations

import http.client
import json
import random
import re
import subprocess
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]

# Weights of GB 11643, for the check digit of an identity number.
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity_number(birth: str, serial: int) -> str:
    """A well-formed number of someone who does not exist."""
    body = f"500101{birth.replace('-', '')}{serial:03d}"
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


class Browser:
    """One cookie jar, and everything secret that passed through it."""

    def __init__(self, address: str, secrets: dict[str, str]) -> None:
        self.address, self.secrets = address, secrets
        self.cookie: str | None = None

    def send(self, path: str, body: Any, headers: Json | None = None) -> tuple[int, Json]:
        """One POST of JSON; a body that is bytes is sent as it is."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=30)
        data = body if isinstance(body, bytes) else json.dumps(body)
        sent = {"Content-Type": "application/json", **(headers or {})}
        if self.cookie and "Authorization" not in sent:
            sent["Cookie"] = self.cookie
        connection.request("POST", path, data, sent)
        response = connection.getresponse()
        text, given = response.read(), response.getheader("set-cookie")
        connection.close()
        if given:
            self.cookie = given.split(";")[0]
            self.remember("cookie", self.cookie.split("=", 1)[1])
        try:
            return response.status, json.loads(text)
        except ValueError:
            return response.status, {}

    def remember(self, what: str, secret: str) -> str:
        """Keeps a secret that was used."""
        self.secrets[f"{what} {len(self.secrets)}" if what in self.secrets else what] = secret
        return secret

    def ask(self, query: str, variables: Json | None = None) -> Json:
        """One GraphQL operation that must be answered; a confirmation is given by a click."""
        body: Json = {"query": query, "variables": variables or {}}
        _, answer = self.send("/graphql", body)
        extensions = (answer.get("errors") or [{}])[0].get("extensions", {})
        if extensions.get("code") == "STEP_UP_REQUIRED" and extensions.get("stepUp"):
            body["extensions"] = {"stepUp": {"id": extensions["stepUp"]["id"]}}
            _, answer = self.send("/graphql", body)
        if answer.get("errors") or not answer.get("data"):
            raise SystemExit(f"a canary was not let out: {json.dumps(answer, ensure_ascii=False)}\n{query}")
        for field, payload in answer["data"].items():
            if isinstance(payload, dict) and payload.get("userErrors"):
                raise SystemExit(f"a canary was not let out: {field} {payload['userErrors']}")
        return answer["data"]


def release(address: str, program: str, data_dir: str, token: str) -> dict[str, str]:
    """Lets every kind of secret pass through the server; gives them back by name."""
    secrets: dict[str, str] = {"bearer token": token}
    browser = Browser(address, secrets)
    browser.send("/session/demonstration", {"as": "township-administrator"})
    branches = browser.ask('{ organizations(filter: {kinds: ["631"]}, first: 1) { nodes { id } } }')
    branch = branches["organizations"]["nodes"][0]["id"]

    number = browser.remember("identity number", identity_number("1991-03-17", random.randrange(2, 999, 2)))
    phone = browser.remember("phone", "13698765401")
    email = browser.remember("e-mail", "jinsique.qi@canary.example")
    address_of_person = browser.remember("address", "青石巷北口六十六号附五号")
    password = browser.remember("password of a claim", "quiet-lantern-orchard-41")
    newcomer = {
        "organizationId": branch, "stage": "FULL", "name": "钱金丝雀", "sex": "2", "ethnicGroup": "01",
        "identityNumber": number, "birthDate": "1991-03-17", "education": "21", "appliedOn": "2012-01-01",
        "joinedOn": "2014-07-01", "confirmedOn": "2015-07-01", "phone": phone, "email": email, "address": address_of_person,
    }  # fmt: skip
    add = "mutation ($input: PersonAddInput!) { personAdd(input: $input) { person { id } userErrors { code message path } } }"
    person = browser.ask(add, {"input": newcomer})["personAdd"]["person"]["id"]
    # Once more: the database itself may refuse, and speaks of what it refuses.
    browser.send("/graphql", {"query": add, "variables": {"input": newcomer}})
    # In the text of a document, one that is answered and one that cannot be.
    written = add.replace("$input)", json.dumps(number) + ")")
    browser.send("/graphql", {"query": written, "variables": {"input": {}}})
    browser.send("/graphql", {"query": f'{{ people(filter: {{search: "{number}"}}) {{ totalCount }} }}'})
    browser.send("/graphql", {"query": "{ viewer { account { id } }", "variables": {"number": number}})

    issue = "mutation ($input: ClaimCodeIssueInput!) { claimCodeIssue(input: $input) { code userErrors { code message path } } }"
    code = browser.ask(issue, {"input": {"organizationId": branch}})["claimCodeIssue"]["code"]
    browser.remember("code of a claim", code)
    claim = {"name": newcomer["name"], "identityNumber": number, "code": code, "password": password}
    member = Browser(address, secrets)
    member.send("/session/claim", {**claim, "name": "别人"})
    member.send("/session/claim", {**claim, "password": browser.remember("password too short", "tin-whistle")})
    status, claimed = member.send("/session/claim", claim)
    if status != 200:
        raise SystemExit(f"a canary was not let out: claim {status} {claimed}")
    member.send("/session/claim", claim)

    name = claimed["userName"]
    whose = "query ($id: ID!) { node(id: $id) { ... on Person { account { id version } } } }"
    account = browser.ask(whose, {"id": person})["node"]["account"]
    reset = "mutation ($input: AccountTurnInput!) { accountReset(input: $input) { initialSecret userErrors { code message path } } }"
    turn = {"id": account["id"], "version": account["version"], "reason": "忘记密码"}
    secret = browser.ask(reset, {"input": turn})["accountReset"]["initialSecret"]
    browser.remember("initial secret", secret)
    member = Browser(address, secrets)
    member.send("/session/password", {"userName": name, "password": browser.remember("wrong password", "hollow-bridge-cinder-7")})
    status, _ = member.send("/session/password", {"userName": name, "password": secret})
    if status != 200:
        raise SystemExit(f"a canary was not let out: initial secret {status}")
    changed = browser.remember("new password", "amber-kettle-thistle-92")
    member.send("/session/password/change", {"old": "wrong-" + secret, "new": changed})
    member.send("/session/password/change", {"old": secret, "new": name})
    status, _ = member.send("/session/password/change", {"old": secret, "new": changed})
    if status != 200:
        raise SystemExit(f"a canary was not let out: change of a password {status}")

    link = subprocess.run(
        [program, "bootstrap", "--data-dir", data_dir, "--organization", "500101", "--origin", address],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    found = re.search(r"#([0-9A-Za-z-]+)", link)
    if not found:
        raise SystemExit(f"no link: {link}")
    enrolment = browser.remember("enrolment code", found[1])
    stranger = Browser(address, secrets)
    for path in ("look", "begin"):
        status, begun = stranger.send(f"/session/enrolment/{path}", {"code": enrolment})
        if status != 200:
            raise SystemExit(f"a canary was not let out: enrolment {path} {status}")
    browser.remember("challenge", begun["options"]["challenge"])
    stranger.send("/session/enrolment/finish", {"ceremony": begun["ceremony"], "credential": {"id": enrolment}, "name": "x"})
    # Not JSON, too late, in the wrong place.
    stranger.send("/session/enrolment/look", f'{{"code": "{enrolment}"'.encode())
    stranger.send("/session/password", f'{{"userName": "{name}", "password": "{changed}"'.encode())
    stranger.send(f"/session/enrolment/look?code={enrolment}", {"code": 1})
    for bearer in (token, token + "x"):
        stranger.send("/graphql", {"query": "{ viewer { account { name } } }"}, {"Authorization": f"Bearer {bearer}"})
    return secrets
