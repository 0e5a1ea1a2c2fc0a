"""The only door for outgoing HTTP: ``fetch`` or ``post``, within limits, and never into the own network."""

from ots_portal.egress.addresses import check
from ots_portal.egress.client import Answered, Fetched, fetch, post
from ots_portal.egress.failures import BadAnswer, FetchFailed, NoAnswer, NotAllowed, sentence_of

__all__ = [
    "Answered",
    "BadAnswer",
    "FetchFailed",
    "Fetched",
    "NoAnswer",
    "NotAllowed",
    "check",
    "fetch",
    "post",
    "sentence_of",
]
