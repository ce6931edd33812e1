"""Where only models of a list may be enrolled, and their attestation is demanded."""

from __future__ import annotations

import os

from .device import BACKUP_ELIGIBLE, USUAL, Device, Json, Maker
from .registration import Enrolment
from .server import Refusals, Server, accepted


def check_models(server: Server, maker: Maker) -> None:
    policy = Refusals(server, "KEY_MODEL_NOT_ALLOWED", "key_enrolment_failed", 422)
    forgery = Refusals(server, "ENROLMENT_FAILED", "key_enrolment_failed")
    model = maker.model.bytes
    broken = {**Maker(maker.name).attest(model, b"other data")}
    cases: list[tuple[str, Refusals, str, bytes, Json]] = [
        ("no attestation", policy, "AttestationNotVerifiable", model, {}),
        ("its own signature only", policy, "AttestationNotVerifiable", model, {"self_signed": b""}),
        ("another maker", policy, "AttestationChainNotTrusted", model, {"maker": Maker(maker.name)}),
        ("an unknown model of the maker", policy, "AttestationUntrustedAaguid", os.urandom(16), {"maker": maker}),
        ("may be backed up", policy, "CredentialMayNotBeHardwareBound", model, {"maker": maker, "flags": USUAL | BACKUP_ELIGIBLE}),
        ("signed over other data", forgery, "AttestationStatementSigInvalid", model, {"fmt": "packed", "statement": broken}),
        ("an unknown format", forgery, "AttestationNotSupported", model, {"fmt": "made-up"}),
    ]
    for name, refusals, reason, aaguid, forged in cases:
        name = f"model, {name}"
        enrolment = Enrolment(server)
        device = Device(server.origin)
        device.aaguid = aaguid
        refusals.expect(name, enrolment.enrol(device, **forged), reason)
        honest = Device(server.origin)
        honest.aaguid = model
        accepted(name, enrolment.enrol(honest, maker=maker))
