"""
Receive webhooks of the OTS Emergency Portal: check each message, keep it, answer, and do the work afterwards.

    WEBHOOK_SECRET=whsec_… python3 webhook_receiver.py [PORT]

Nothing but the standard library. Messages are kept in messages.sqlite3 beside the program (MESSAGES names
another place); several secrets, separated by a blank, hold at once while a secret is changed. Put a server
that speaks https before it.
"""

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE_SECONDS = 300
LARGEST_BODY = 1_000_000
SHORTEST_KEY = 24  # bytes


class NotGenuine(Exception):
    """The message was not signed by the portal, or not lately."""


def verify(secrets, fields, body, now=None):
    """
    Return the message that ``body`` (bytes, as they came) holds.

    ``fields`` are the header fields by lower-case name; ``secrets`` begin with "whsec_".

    :raises NotGenuine: unless one of the secrets has signed it within the last five minutes
    """
    moment = fields.get("webhook-timestamp", "")
    if not (moment.isascii() and moment.isdigit()):
        raise NotGenuine("The message does not say when it was sent.")
    if abs((time.time() if now is None else now) - int(moment)) > TOLERANCE_SECONDS:
        raise NotGenuine("The message was not sent just now.")
    signed = b".".join([fields.get("webhook-id", "").encode(), moment.encode(), body])
    given = fields.get("webhook-signature", "").split()
    if not any(
        hmac.compare_digest(own.encode(), one.encode())
        for own in (_signature(secret, signed) for secret in secrets)
        for one in given
    ):
        raise NotGenuine("None of the signatures is by our secret.")
    return json.loads(body)


def key_of(secret):
    """:raises ValueError: where it is not what the portal showed; with an empty one anybody could sign"""
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    if len(key) < SHORTEST_KEY:
        raise ValueError("The secret is cut.")
    return key


def _signature(secret, signed):
    signature = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signature).decode()


class Messages:
    """What has arrived, each message once: the same id may come twice (docs/webhooks.md)."""

    def __init__(self, place):
        self.place = place
        with self._open() as kept:
            kept.execute("CREATE TABLE IF NOT EXISTS messages (id TEXT PRIMARY KEY, body TEXT)")

    def keep(self, key, message):
        """Write the message down for good; return False where it is here already."""
        with self._open() as kept:
            row = (key, json.dumps(message))
            done = kept.execute("INSERT OR IGNORE INTO messages VALUES (?, ?)", row)
            return done.rowcount == 1

    def all(self):
        with self._open() as kept:
            rows = kept.execute("SELECT body FROM messages ORDER BY rowid").fetchall()
        return [json.loads(body) for (body,) in rows]

    def _open(self):
        return sqlite3.connect(self.place, timeout=5)


def handler(secrets, messages, work):
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self):
            length = self.headers.get("Content-Length", "")
            is_number = (
                length.isascii() and length.isdigit() and len(length) <= len(str(LARGEST_BODY))
            )
            if not is_number or int(length) > LARGEST_BODY:
                self._answer(413)
                return
            body = self.rfile.read(int(length))
            fields = {name.lower(): value for name, value in self.headers.items()}
            try:
                message = verify(secrets, fields, body)
            except (NotGenuine, ValueError) as error:
                self.log_message("%s", error)
                self._answer(401)
                return
            is_new = messages.keep(fields["webhook-id"], message)
            self._answer(204)  # it is safe here: whatever takes time comes afterwards
            if is_new:
                work(message)

        def _answer(self, status):
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    return Handler


def show(message):
    """Instead of this, read the record by the API: ``message["data"]["subject"]`` says which."""
    data = message["data"]
    mark = "EXERCISE " if data.get("is_exercise") else ""
    print(f"{mark}{message['type']}: {data.get('title')} {data.get('address')}", flush=True)


def main():
    secrets = os.environ.get("WEBHOOK_SECRET", "").split()
    if not secrets:
        raise SystemExit("Say in WEBHOOK_SECRET which secret the portal showed.")
    try:
        list(map(key_of, secrets))
    except ValueError as error:
        raise SystemExit("WEBHOOK_SECRET is not what the portal showed.") from error
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8080
    messages = Messages(os.environ.get("MESSAGES", "messages.sqlite3"))
    server = ThreadingHTTPServer(("127.0.0.1", port), handler(secrets, messages, show))
    print(f"Listening on port {server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
