"""A small OpenID Connect provider on a free port; a test says whom it vouches for, and how it lies."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = {"client_id": "the-portal", "client_secret": "secret of the portal"}
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ANOTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class IdentityProvider:
    """
    ``claims`` of the next token, beside what the protocol demands; ``lies`` replace anything in it.

    ``discovery`` replaces entries of its own description. ``calls`` are the paths it was asked for.
    """

    address: str
    claims: dict[str, Any] = field(default_factory=dict)
    lies: dict[str, Any] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    key: Any = KEY
    algorithm: str = "RS256"
    pause_seconds: float = 0
    status: int = 200
    calls: list[str] = field(default_factory=list)
    begun: dict[str, dict[str, str]] = field(default_factory=dict)

    def settings(self, participant: str, **more: Any) -> dict[str, Any]:
        """Return what the operator sets for it."""
        return {participant: {"name": "e-Gov", "issuer": self.address, **CLIENT, **more}}

    def sign_in(self, url: str) -> str:
        """Do what the browser and the person do at the provider; return where it sends them back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = f"code-{len(self.begun)}"
        self.begun[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def describe(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            **self.discovery,
        }

    def keys(self) -> dict[str, Any]:
        row = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [{**row, "kid": "1", "use": "sig", "alg": "RS256"}]}

    def tokens(self, form: dict[str, str]) -> dict[str, Any] | None:
        """Answer as RFC 6749 and RFC 7636 demand: the code once, the secret and the verifier right."""
        begun = self.begun.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            begun is None
            or begun["code_challenge"] != challenge
            or begun["redirect_uri"] != form.get("redirect_uri")
            or {name: form.get(name) for name in CLIENT} != CLIENT
        ):
            return None
        return {"access_token": "opaque", "token_type": "Bearer", "id_token": self._token(begun)}

    def _token(self, begun: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.address,
            "aud": CLIENT["client_id"],
            "sub": "person-1",
            "iat": now,
            "exp": now + 300,
            "auth_time": now,
            "nonce": begun["nonce"],
            "email_verified": True,
            **self.claims,
            **self.lies,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, self.key, algorithm=self.algorithm, headers={"kid": "1"})


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            pages = {"/.well-known/openid-configuration": provider.describe, "/keys": provider.keys}
            self._answer(pages[path]() if path in pages else None)

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(sent).items()}
            self._answer(provider.tokens(form))

        def _answer(self, found: dict[str, Any] | None) -> None:
            provider.calls.append(self.path)
            time.sleep(provider.pause_seconds)
            body = json.dumps(found or {"error": "invalid_grant"}).encode()
            self.send_response(provider.status if found else 400)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider = IdentityProvider(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
