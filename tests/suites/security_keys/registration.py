"""The checks of a new key: one forged answer for each."""

from __future__ import annotations

import os
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES512

from .device import BACKED_UP, USER_PRESENT, USER_VERIFIED, USUAL, Device, to_bytes, to_text
from .server import Answer, Json, Refusals, Server, Unexpected, accepted, note

ELSEWHERE = "https://elsewhere.example"


def other_algorithm() -> Json:
    return dict(ES512.from_cryptography_key(ec.generate_private_key(ec.SECP521R1()).public_key()))


def registrations() -> list[tuple[str, str, Json]]:
    """Name, reason and forgery of every check of a new key that looks at one answer alone."""
    return [
        ("type of the client data", "InvalidClientDataType", {"client": {"type": "webauthn.get"}}),
        ("type of the credential", "CredentialType", {"kind": "password"}),
        ("another challenge", "MismatchedChallenge", {"client": {"challenge": to_text(os.urandom(32))}}),
        ("another origin", "InvalidRPOrigin", {"client": {"origin": ELSEWHERE}}),
        ("inside another page", "CredentialCrossOrigin", {"client": {"crossOrigin": True}}),
        ("under another page", "CredentialCrossOrigin", {"client": {"topOrigin": ELSEWHERE}}),
        ("another relying party", "InvalidRPIDHash", {"rp_id": "elsewhere.example"}),
        ("user not present", "UserNotPresent", {"flags": USER_VERIFIED}),
        ("user not verified where that is wanted", "UserNotVerified", {"flags": USER_PRESENT}),
        ("backed up without being eligible", "BackupStateWithoutEligibility", {"flags": USUAL | BACKED_UP}),
        ("an algorithm that was not offered", "CredentialAlteredAlgFromRequest", {"cose": other_algorithm()}),
        ("an unknown format of attestation", "AttestationNotSupported", {"fmt": "made-up"}),
        ("a packed statement over other data", "AttestationStatementSigInvalid", {"self_signed": b"x"}),
        ("a packed statement without a signature", "AttestationStatementSigMissing", {"fmt": "packed", "statement": {"alg": -7}}),
        (
            "a packed statement of another algorithm",
            "AttestationStatementAlgMismatch",
            {"fmt": "packed", "statement": {"alg": -257, "sig": b"x" * 70}},
        ),
        ("a credential id of 1024 bytes", "CredentialIdTooLong", {"credential_id": os.urandom(1024)}),
    ]


class Enrolment:
    """A code, and tries to enrol with it."""

    def __init__(self, server: Server) -> None:
        self.server, self.code = server, server.code()

    def give_to(self, owner: Device) -> None:
        """From here on it is the code with which the account of a key enrols a further one."""
        self.server.database.execute(
            """UPDATE invitations SET account_id = k.account_id FROM account_keys k
               WHERE k.credential_id = %s
                 AND invitations.id = (SELECT id FROM invitations ORDER BY created_at DESC LIMIT 1)""",
            [owner.credential_id],
        )

    def begin(self) -> tuple[str, Json]:
        return self.server.begin("/session/enrolment/begin", {"code": self.code})

    def finish(self, ceremony: str, credential: Json) -> Answer:
        body = {"ceremony": ceremony, "credential": credential, "name": "钥匙"}
        return self.server.post("/session/enrolment/finish", body)

    def enrol(self, device: Device, **forged: Any) -> Answer:
        ceremony, options = self.begin()
        return self.finish(ceremony, device.register(options, **forged))


def check_registration(server: Server) -> list[Device]:
    refusals = Refusals(server, "ENROLMENT_FAILED", "key_enrolment_failed")
    enrolled: list[Device] = []

    def honest(name: str, enrolment: Enrolment, **usual: Any) -> None:
        device = Device(server.origin)
        try:
            if accepted(name, enrolment.enrol(device, **usual)):
                enrolled.append(device)
        except Unexpected as reason:
            note(f"{name}: the honest answer after it", False, reason)

    for name, reason, forged in registrations():
        name = f"registration, {name}"
        enrolment = Enrolment(server)
        refusals.expect(name, enrolment.enrol(Device(server.origin), **forged), reason)
        honest(name, enrolment)

    # Of challenges: each is for one answer and for one code.
    name = "registration, a challenge that was used"
    enrolment = Enrolment(server)
    ceremony, options = enrolment.begin()
    enrolment.finish(ceremony, Device(server.origin).register(options, flags=USER_VERIFIED))
    refusals.expect(name, enrolment.finish(ceremony, Device(server.origin).register(options)), "ChallengeNotFound", nobodys=True)
    honest(name, enrolment)

    name = "registration, the challenge of another ceremony"
    enrolment = Enrolment(server)
    (ceremony, _), (_, others) = enrolment.begin(), Enrolment(server).begin()
    refusals.expect(name, enrolment.finish(ceremony, Device(server.origin).register(others)), "MismatchedChallenge")
    honest(name, enrolment)

    name = "registration, an answer that was given before"
    enrolment = Enrolment(server)
    ceremony, options = enrolment.begin()
    device = Device(server.origin)
    answer = device.register(options)
    if note(f"{name}: it was good then", enrolment.finish(ceremony, answer)[0] == 200):
        enrolled.append(device)
    enrolment = Enrolment(server)
    refusals.expect(name, enrolment.finish(ceremony, answer), "ChallengeNotFound", nobodys=True)
    ceremony, _ = enrolment.begin()
    refusals.expect(f"{name}, for a new challenge", enrolment.finish(ceremony, answer), "MismatchedChallenge")
    honest(name, enrolment)

    name = "registration, the challenge of a sign-in"
    enrolment = Enrolment(server)
    ceremony, _ = server.begin("/session/key/begin", {})
    _, options = enrolment.begin()
    refusals.expect(name, enrolment.finish(ceremony, Device(server.origin).register(options)), "ChallengeNotFound", nobodys=True)
    honest(name, enrolment)

    name = "registration, a credential of another account"
    enrolment = Enrolment(server)
    copied = Device(server.origin)
    copied.credential_id, copied.private_key = enrolled[0].credential_id, enrolled[0].private_key
    refusals.expect(name, enrolment.enrol(copied, keep=True), "CredentialAlreadyRegistered")
    honest(name, enrolment)

    name = "registration, a credential of the same account"
    enrolment = Enrolment(server)
    enrolment.give_to(enrolled[0])
    refusals.expect(name, enrolment.enrol(enrolled[0], keep=True), "CredentialAlreadyRegistered")
    honest(name, enrolment)

    check_honest(server)
    return enrolled


def check_honest(server: Server) -> None:
    """What is no forgery is taken, to the letter of each limit, and kept."""
    cases: list[tuple[str, Json]] = [
        ("signed by itself", {"self_signed": b""}),
        ("a credential id of 1023 bytes", {"credential_id": os.urandom(1023)}),
    ]
    for name, usual in cases:
        accepted(f"registration, {name}", Enrolment(server).enrol(Device(server.origin), **usual))

    challenges = {server.begin("/session/key/begin", {})[1]["challenge"] for _ in range(8)}
    challenges |= {Enrolment(server).begin()[1]["challenge"] for _ in range(2)}
    note("challenges are of 16 bytes or more", min(len(to_bytes(challenge)) for challenge in challenges) >= 16)
    note("no challenge comes twice", len(challenges) == 10, len(challenges))

    device = Device(server.origin)
    device.sign_count = 41
    accepted("registration, with a counter", Enrolment(server).enrol(device))
    kept = kept_record(server, device)
    expected = {"counter": 41, "user_verified": True, "backup_eligible": False, "backup_state": False}
    shown = {name: kept.get(name) for name in expected}
    note("the counter and the flags are kept", shown == expected, shown)
    parts = ("cred", "attestation", "attestation_format", "transports", "registration_policy")
    note("the public key and the attestation are kept", all(part in kept for part in parts), sorted(kept))


def kept_record(server: Server, device: Device) -> Json:
    """What the database keeps of a key."""
    query = "SELECT credential FROM account_keys WHERE credential_id = %s"
    row = server.database.execute(query, [device.credential_id]).fetchone()
    return row[0] if row else {}
