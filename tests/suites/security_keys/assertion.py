"""The checks of a sign-in with a key: one forged answer for each."""

from __future__ import annotations

import os
from typing import Any

from .device import BACKED_UP, BACKUP_ELIGIBLE, USER_PRESENT, USER_VERIFIED, USUAL, Device, to_text
from .registration import ELSEWHERE, Enrolment, kept_record
from .server import Answer, Json, Refusals, Server, accepted, note


class SignIn:
    """Tries to sign in, without a name or with one."""

    def __init__(self, server: Server, name: str | None = None) -> None:
        self.server, self.name = server, name

    def begin(self) -> tuple[str, Json]:
        return self.server.begin("/session/key/begin", {"userName": self.name} if self.name else {})

    def finish(self, ceremony: str, credential: Json) -> Answer:
        return self.server.post("/session/key/finish", {"ceremony": ceremony, "credential": credential})

    def enter(self, device: Device, **forged: Any) -> Answer:
        ceremony, options = self.begin()
        return self.finish(ceremony, device.sign_in(options, **forged))


def assertions(other: Device) -> list[tuple[str, str, Json]]:
    """Name, reason and forgery of every check of an assertion that looks at one answer alone."""
    return [
        ("type of the client data", "InvalidClientDataType", {"client": {"type": "webauthn.create"}}),
        ("type of the credential", "CredentialType", {"kind": "password"}),
        ("another challenge", "MismatchedChallenge", {"client": {"challenge": to_text(os.urandom(32))}}),
        ("another origin", "InvalidRPOrigin", {"client": {"origin": ELSEWHERE}}),
        ("inside another page", "CredentialCrossOrigin", {"client": {"crossOrigin": True}}),
        ("under another page", "CredentialCrossOrigin", {"client": {"topOrigin": ELSEWHERE}}),
        ("another relying party", "InvalidRPIDHash", {"rp_id": "elsewhere.example"}),
        ("user not present", "UserNotPresent", {"flags": USER_VERIFIED}),
        ("user not verified by a key that can", "UserNotVerified", {"flags": USER_PRESENT}),
        ("backed up without being eligible", "BackupStateWithoutEligibility", {"flags": USUAL | BACKED_UP}),
        ("eligible for backup all at once", "CredentialBackupEligibilityInconsistent", {"flags": USUAL | BACKUP_ELIGIBLE}),
        ("another account's handle", "UserHandleMismatch", {"handle": other.user_handle}),
        ("no handle", "UserHandleMissing", {"handle": None}),
        ("a broken signature", "AuthenticationFailure", {"broken": True}),
        ("a signature over other data", "AuthenticationFailure", {"signed_over": b"x"}),
        ("a signature of another key", "AuthenticationFailure", {"signed_by": other.private_key}),
        (
            "another key's credential with the own signature",
            "AuthenticationFailure",
            {"credential_id": other.credential_id, "handle": other.user_handle},
        ),
    ]


def check_assertion(server: Server, enrolled: list[Device]) -> None:
    refusals = Refusals(server, "SIGN_IN_FAILED", "sign_in_failed")
    device, other = enrolled[0], enrolled[1]
    for number, one in enumerate((device, other)):
        server.database.execute(
            "UPDATE accounts SET user_name = %s WHERE id = (SELECT account_id FROM account_keys WHERE credential_id = %s)",
            [f"user{number}", one.credential_id],
        )
    discoverable, named = SignIn(server), SignIn(server, "user0")

    def honest(name: str, sign_in: SignIn = discoverable) -> None:
        accepted(name, sign_in.enter(device))

    def forge(name: str, sign_in: SignIn, reason: str, **forged: Any) -> None:
        refusals.expect(name, sign_in.enter(device, **forged), reason)
        honest(name, sign_in)

    for name, reason, forged in assertions(other):
        forge(f"assertion, {name}", discoverable, reason, **forged)

    for difference, name in ((0, "equal"), (-1, "smaller")):
        honest(f"assertion, before a counter that is {name}")
        # The device counts on while it answers.
        stale = device.sign_count + difference
        forge(f"assertion, a counter that is {name}", discoverable, "CredentialPossibleCompromise", counter=stale)
    forge("assertion, a counter of zero", discoverable, "CredentialPossibleCompromise", counter=0)
    note("assertion, the counter that was kept is the last honest one", kept_record(server, device).get("counter") == device.sign_count)

    name = "assertion, a challenge that was used"
    ceremony, options = discoverable.begin()
    answer = device.sign_in(options)
    note(f"{name}: it was good then", discoverable.finish(ceremony, answer)[0] == 200)
    refusals.expect(f"{name}, the same answer", discoverable.finish(ceremony, answer), "ChallengeNotFound")
    refusals.expect(f"{name}, another answer", discoverable.finish(ceremony, device.sign_in(options)), "ChallengeNotFound")
    ceremony, _ = discoverable.begin()
    refusals.expect("assertion, an answer that was given before", discoverable.finish(ceremony, answer), "MismatchedChallenge")
    honest(name)

    name = "assertion, the challenge of another ceremony"
    (ceremony, _), (_, others) = discoverable.begin(), discoverable.begin()
    refusals.expect(name, discoverable.finish(ceremony, device.sign_in(others)), "MismatchedChallenge")
    honest(name)

    name = "assertion, the challenge of an enrolment"
    ceremony, _ = Enrolment(server).begin()
    _, options = discoverable.begin()
    refusals.expect(name, discoverable.finish(ceremony, device.sign_in(options)), "ChallengeNotFound")
    honest(name)

    # With a name: only the keys of that account, and a handle is not needed.
    accepted("assertion, with a name and without a handle", named.enter(device, handle=None))
    forge("assertion, with a name, another account's handle", named, "UserHandleMismatch", handle=other.user_handle)
    refusals.expect("assertion, with a name, a key of another account", named.enter(other), "CredentialNotAllowed")
    honest("assertion, with a name, a key of another account", named)
    forge("assertion, with a name, a credential that nobody has", named, "CredentialNotAllowed", credential_id=os.urandom(32))

    # Nobody is named and the key is nobody's.
    name = "assertion, a credential that nobody has"
    unknown = discoverable.enter(device, credential_id=os.urandom(32))
    refusals.expect(name, unknown, "CredentialNotFound", nobodys=True)
    honest(name)
    refusals.expect("assertion, a name that nobody has", SignIn(server, "nobody").enter(device), "CredentialNotAllowed")
    honest("assertion, a name that nobody has")
