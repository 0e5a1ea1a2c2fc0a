"""Which kinds of messages partner systems can be told of, and by which right."""

from collections.abc import Collection

from ots_portal import plugs
from ots_portal.plugs import Notice

TESTED = "webhooks.endpoint.tested"
# What concerns people's accounts, their jobs and the watching of the portal is for people alone.
FOR_PEOPLE = ("api", "jobs", "oversight", "people", "personal_feeds", "webhooks")
# Meant for people, too: who wants every kind does not mean these, who ticks them does.
ONLY_WHEN_CHOSEN = ("escalations",)
# The scope by which tokens read what a message tells of, where it is not named like the app. "": any token.
SCOPES = {
    "directory": "participants",
    "documents": "",
    "duty": "participants",
    "escalations": "incidents",
    "webhooks": "",
}


def is_for_systems(kind: str) -> bool:
    return _app_of(kind) not in FOR_PEOPLE


def is_only_when_chosen(kind: str) -> bool:
    return _app_of(kind) in ONLY_WHEN_CHOSEN


def notices_for_systems() -> list[Notice]:
    """Return the notices an endpoint can choose among, in a steady order."""
    found = [notice for kind, notice in plugs.notices.items() if is_for_systems(kind)]
    return sorted(found, key=lambda notice: notice.kind)


def scope_of(kind: str) -> str:
    """Return what a token needs to read the records of such a message: "incidents:read", or "" for any token."""
    scope = SCOPES.get(_app_of(kind), _app_of(kind))
    return f"{scope}:read" if scope else ""


def is_within(kind: str, scopes: Collection[str]) -> bool:
    """Whether a client with these scopes could read by the API what the message tells of."""
    return scope_of(kind) in ("", *scopes)


def _app_of(kind: str) -> str:
    return kind.partition(".")[0]
