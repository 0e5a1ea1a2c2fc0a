"""The only door for outgoing HTTP: ``fetch`` one address, within limits, and never into the own network."""

from ots_portal.egress.client import Fetched, fetch
from ots_portal.egress.failures import BadAnswer, FetchFailed, NoAnswer, NotAllowed, sentence_of

__all__ = [
    "BadAnswer",
    "FetchFailed",
    "Fetched",
    "NoAnswer",
    "NotAllowed",
    "fetch",
    "sentence_of",
]
