"""An authenticator without a browser: makes keys and signs as Web Authentication, level 2, demands."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256

ORIGIN = "https://portal.ots.example"
PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40  # Web Authentication, 6.1


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Passkey:
    """One key on one device; ``origin`` is the page it is asked on, ``flags`` what the device checked."""

    origin: str = ORIGIN
    rp_id: str = "portal.ots.example"
    flags: int = PRESENT | VERIFIED
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    owner: str = ""

    def create(self, options: dict[str, Any]) -> str:
        asked = options["publicKey"]
        self.owner = asked["user"]["id"]
        public = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        named = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        made = {"fmt": "none", "attStmt": {}, "authData": self._data(HAS_KEY) + named}
        return self._answer(
            clientDataJSON=text(self._client("webauthn.create", asked["challenge"])),
            attestationObject=text(cbor.encode(made)),
        )

    def get(self, options: dict[str, Any], *, owner: str = "") -> str:
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        data = self._data(0)
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=text(client),
            authenticatorData=text(data),
            signature=text(signed),
            userHandle=owner or self.owner,
        )

    def _data(self, flags: int) -> bytes:
        counter = bytes(4)
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([self.flags | flags]) + counter

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, **response: str) -> str:
        return json.dumps(
            {
                "type": "public-key",
                "id": text(self.id),
                "rawId": text(self.id),
                "response": response,
                "clientExtensionResults": {"credProps": {"rk": True}},
            }
        )
