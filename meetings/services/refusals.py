from ots_portal.lifecycle import WrongStatus
from ots_portal.verdicts import Verdict, require


def require_now(verdict: Verdict) -> None:
    """
    Go on only when the verdict allows it; tell "not you" from "not now".

    :raises Refused: when this person may not
    :raises WrongStatus: when nobody may, as things stand
    """
    if verdict.code in ("wrong_status", "not_ready"):
        raise WrongStatus(str(verdict.reason))
    require(verdict)
