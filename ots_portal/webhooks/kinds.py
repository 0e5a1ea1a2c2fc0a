"""Which kinds of messages partner systems can be told of."""

from ots_portal import plugs
from ots_portal.plugs import Notice

TESTED = "webhooks.endpoint.tested"
# What concerns people's accounts, their jobs and the watching of the portal is for people alone.
FOR_PEOPLE = ("jobs", "oversight", "people", "webhooks")


def is_for_systems(kind: str) -> bool:
    return kind.partition(".")[0] not in FOR_PEOPLE


def notices_for_systems() -> list[Notice]:
    """Return the notices an endpoint can choose among, in a steady order."""
    found = [notice for kind, notice in plugs.notices.items() if is_for_systems(kind)]
    return sorted(found, key=lambda notice: notice.kind)
