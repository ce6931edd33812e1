"""A foreign authenticator, soft-webauthn, whose answers can be forged before they are signed.

What it makes is taken apart, changed and signed anew with its own key, so that nothing but the
forged part is wrong. Without a forgery the answer is the device's own, as a browser would send it.
"""

from __future__ import annotations

import datetime
import json
import struct
import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID, ObjectIdentifier
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import sha256
from soft_webauthn import SoftWebauthnDevice

USER_PRESENT, USER_VERIFIED, BACKUP_ELIGIBLE, BACKED_UP, ATTESTED = 0x01, 0x04, 0x08, 0x10, 0x40
USUAL = USER_PRESENT | USER_VERIFIED
AAGUID_EXTENSION = ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")
SIGNS_CERTIFICATES = x509.KeyUsage(
    key_cert_sign=True,
    crl_sign=True,
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)

Json = dict[str, Any]


def to_text(data: bytes) -> str:
    """As WebAuthn's JSON writes bytes."""
    return urlsafe_b64encode(data).decode("ascii").rstrip("=")


def to_bytes(text: str) -> bytes:
    """Reads what `to_text` wrote."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Maker:
    """Who makes keys: signs what its models attest with a certificate of its own."""

    def __init__(self, name: str, kept: Path | None = None) -> None:
        self.name = name
        if kept is None:
            self.key = ec.generate_private_key(ec.SECP256R1())
            self.model = uuid.uuid4()
            self.root = self._certificate(self.key, name, "Root", None)
            return
        entry = json.loads((kept / "models.json").read_text(encoding="utf-8"))["models"][0]
        self.key = serialization.load_pem_private_key((kept / "maker.pem").read_bytes(), None)
        self.model = uuid.UUID(entry["aaguid"])
        self.root = x509.load_pem_x509_certificate(entry["ca"].encode("ascii"))

    def keep(self, folder: Path) -> None:
        """Writes itself into a folder, and the list with its one model beside."""
        encoding = serialization.Encoding.PEM
        private = (encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        (folder / "maker.pem").write_bytes(self.key.private_bytes(*private))
        root = self.root.public_bytes(encoding).decode("ascii")
        models = {"models": [{"aaguid": str(self.model), "name": "a key", "ca": root}]}
        (folder / "models.json").write_text(json.dumps(models), encoding="utf-8")

    def _certificate(self, key: ec.EllipticCurvePrivateKey, name: str, common: str, aaguid: bytes | None) -> x509.Certificate:
        def called(common_name: str) -> x509.Name:
            parts = {
                NameOID.COUNTRY_NAME: "CN",
                NameOID.ORGANIZATION_NAME: name,
                NameOID.ORGANIZATIONAL_UNIT_NAME: "Authenticator Attestation",
                NameOID.COMMON_NAME: common_name,
            }
            return x509.Name([x509.NameAttribute(oid, value) for oid, value in parts.items()])

        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder()
            .subject_name(called(common))
            .issuer_name(called("Root"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=aaguid is None, path_length=None), critical=True)
        )
        if aaguid is None:
            builder = builder.add_extension(SIGNS_CERTIFICATES, critical=True)
        else:
            octets = x509.UnrecognizedExtension(AAGUID_EXTENSION, b"\x04\x10" + aaguid)
            builder = builder.add_extension(octets, critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def attest(self, aaguid: bytes, signed: bytes) -> Json:
        """A packed statement of a device of this maker."""
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = self._certificate(key, self.name, "Model", aaguid)
        signature = key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return {"alg": -7, "sig": signature, "x5c": [leaf.public_bytes(serialization.Encoding.DER)]}


class Device(SoftWebauthnDevice):
    """One key, which holds one credential."""

    def __init__(self, origin: str) -> None:
        super().__init__()
        self.origin = origin

    def register(
        self,
        options: Json,
        *,
        client: Json | None = None,
        rp_id: str | None = None,
        flags: int = USUAL,
        credential_id: bytes | None = None,
        cose: Json | None = None,
        fmt: str = "none",
        statement: Json | None = None,
        self_signed: bytes | None = None,
        maker: Maker | None = None,
        kind: str = "public-key",
        keep: bool = False,
    ) -> Json:
        """Answers options for a new key; whatever is given is forged.

        `keep` answers with the credential that there is already, which an honest device never does.
        """
        held = (self.credential_id, self.private_key)
        raw = self.create(
            {
                "publicKey": {
                    **options,
                    "attestation": "none",
                    "challenge": to_bytes(options["challenge"]),
                    "user": {**options["user"], "id": to_bytes(options["user"]["id"])},
                    "pubKeyCredParams": [{"alg": p["alg"], "type": p["type"]} for p in options["pubKeyCredParams"]],
                }
            },
            self.origin,
        )
        if keep:
            self.credential_id, self.private_key = held
        if credential_id is not None:
            self.credential_id = credential_id
        client_data = json.dumps({**json.loads(raw["response"]["clientDataJSON"]), **(client or {})}).encode("utf-8")
        public = cose if cose is not None else dict(ES256.from_cryptography_key(self.private_key.public_key()))
        data = sha256((rp_id or self.rp_id).encode("ascii"))
        data += struct.pack(">BI", flags | ATTESTED, self.sign_count)
        data += self.aaguid + struct.pack(">H", len(self.credential_id)) + self.credential_id + cbor.encode(public)
        signed = data + sha256(client_data)
        if self_signed is not None:
            fmt = "packed"
            statement = {"alg": -7, "sig": self.private_key.sign(signed + self_signed, ec.ECDSA(hashes.SHA256()))}
        if maker is not None:
            fmt, statement = "packed", maker.attest(self.aaguid, signed)
        attestation = {"fmt": fmt, "attStmt": statement or {}, "authData": data}
        return {
            "id": to_text(self.credential_id),
            "rawId": to_text(self.credential_id),
            "type": kind,
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": to_text(client_data),
                "attestationObject": to_text(cbor.encode(attestation)),
                "transports": ["usb"],
            },
        }

    def sign_in(
        self,
        options: Json,
        *,
        client: Json | None = None,
        rp_id: str | None = None,
        flags: int = USUAL,
        counter: int | None = None,
        handle: bytes | None = b"own",
        credential_id: bytes | None = None,
        signed_by: ec.EllipticCurvePrivateKey | None = None,
        signed_over: bytes = b"",
        broken: bool = False,
        kind: str = "public-key",
    ) -> Json:
        """Answers options for a sign-in; whatever is given is forged."""
        raw = self.get({"publicKey": {**options, "challenge": to_bytes(options["challenge"])}}, self.origin)
        client_data = json.dumps({**json.loads(raw["response"]["clientDataJSON"]), **(client or {})}).encode("utf-8")
        data = sha256((rp_id or self.rp_id).encode("ascii"))
        data += struct.pack(">BI", flags, self.sign_count if counter is None else counter)
        key = signed_by or self.private_key
        signature = key.sign(data + sha256(client_data) + signed_over, ec.ECDSA(hashes.SHA256()))
        if broken:
            signature = signature[:-1] + bytes([signature[-1] ^ 1])
        response = {
            "authenticatorData": to_text(data),
            "clientDataJSON": to_text(client_data),
            "signature": to_text(signature),
        }
        if handle is not None:
            response["userHandle"] = to_text(self.user_handle if handle == b"own" else handle)
        shown = to_text(credential_id or self.credential_id)
        return {"id": shown, "rawId": shown, "type": kind, "clientExtensionResults": {}, "response": response}
