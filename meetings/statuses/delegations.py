"""Who is invited, who comes, and with which standing."""

from django.db import models
from django.utils.translation import pgettext_lazy

from ots_portal.lifecycle import Lifecycle, Step


class InvitationStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("invitation", "Draft")
    SENT = "sent", pgettext_lazy("invitation", "Sent")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("invitation", "Acknowledged")
    ACCEPTED = "accepted", pgettext_lazy("invitation", "Accepted")
    DECLINED = "declined", pgettext_lazy("invitation", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "Withdrawn")


I = InvitationStatus  # noqa: E741 -- as the other tables are written

INVITATIONS = Lifecycle(
    Step("send", (I.DRAFT,), I.SENT, records="meetings.invitation.sent"),
    Step("acknowledge", (I.SENT,), I.ACKNOWLEDGED, records="meetings.invitation.acknowledged"),
    Step("accept", (I.SENT, I.ACKNOWLEDGED), I.ACCEPTED, records="meetings.invitation.accepted"),
    Step("decline", (I.SENT, I.ACKNOWLEDGED), I.DECLINED, records="meetings.invitation.declined"),
    Step(
        "withdraw",
        (I.DRAFT, I.SENT, I.ACKNOWLEDGED, I.ACCEPTED, I.DECLINED),
        I.WITHDRAWN,
        records="meetings.invitation.withdrawn",
    ),
)

# The participant has the note verbale in hand: it reads the meeting, whoever else may.
REACHED = (I.SENT, I.ACKNOWLEDGED, I.ACCEPTED, I.DECLINED)
UNANSWERED = (I.SENT, I.ACKNOWLEDGED)
COMING = (I.SENT, I.ACKNOWLEDGED, I.ACCEPTED)


class InvitationCapacity(models.TextChoices):
    """As what a participant is invited."""

    MEMBER = "member", pgettext_lazy("invited as", "Member")
    OBSERVER = "observer", pgettext_lazy("invited as", "Observer")
    GUEST = "guest", pgettext_lazy("invited as", "Guest")


class Credentials(models.TextChoices):
    """How far the examination of a delegation's credentials is."""

    NONE = "none", pgettext_lazy("credentials", "Not submitted")
    SUBMITTED = "submitted", pgettext_lazy("credentials", "Submitted")
    IN_ORDER = "in_order", pgettext_lazy("credentials", "In order")
    QUERIED = "queried", pgettext_lazy("credentials", "Queried")


C = Credentials

# A second standing beside the delegation's status: what the examination of its credentials found.
CREDENTIALS = Lifecycle(
    Step(
        "submit",
        (C.NONE, C.QUERIED),
        C.SUBMITTED,
        records="meetings.delegation.credentials_submitted",
    ),
    Step(
        "approve",
        (C.SUBMITTED, C.QUERIED),
        C.IN_ORDER,
        records="meetings.delegation.credentials_approved",
    ),
    Step(
        "query",
        (C.SUBMITTED, C.IN_ORDER),
        C.QUERIED,
        records="meetings.delegation.credentials_queried",
    ),
    field="credentials",
)


class DelegationStatus(models.TextChoices):
    ANNOUNCED = "announced", pgettext_lazy("delegation", "Announced")
    CONFIRMED = "confirmed", pgettext_lazy("delegation", "Confirmed")
    WITHDRAWN = "withdrawn", pgettext_lazy("delegation", "Withdrawn")


D = DelegationStatus

DELEGATIONS = Lifecycle(
    Step("confirm", (D.ANNOUNCED,), D.CONFIRMED, records="meetings.delegation.confirmed"),
    Step("reopen", (D.CONFIRMED, D.WITHDRAWN), D.ANNOUNCED, records="meetings.delegation.reopened"),
    Step(
        "withdraw", (D.ANNOUNCED, D.CONFIRMED), D.WITHDRAWN, records="meetings.delegation.withdrawn"
    ),
)


class DelegateCapacity(models.TextChoices):
    """As what a person belongs to a delegation, in the order of a list of participants."""

    HEAD = "head", pgettext_lazy("delegate", "Head of delegation")
    ALTERNATE = "alternate", pgettext_lazy("delegate", "Alternate head")
    MEMBER = "member", pgettext_lazy("delegate", "Member")
    ADVISER = "adviser", pgettext_lazy("delegate", "Adviser")
    EXPERT = "expert", pgettext_lazy("delegate", "Expert")
    INTERPRETER = "interpreter", pgettext_lazy("delegate", "Interpreter")


class Accreditation(models.TextChoices):
    REQUESTED = "requested", pgettext_lazy("accreditation", "Requested")
    ACCREDITED = "accredited", pgettext_lazy("accreditation", "Accredited")
    REFUSED = "refused", pgettext_lazy("accreditation", "Refused")
    REVOKED = "revoked", pgettext_lazy("accreditation", "Revoked")


A = Accreditation

ACCREDITATIONS = Lifecycle(
    Step("accredit", (A.REQUESTED,), A.ACCREDITED, records="meetings.delegate.accredited"),
    Step("refuse", (A.REQUESTED,), A.REFUSED, records="meetings.delegate.refused"),
    Step("revoke", (A.ACCREDITED,), A.REVOKED, records="meetings.delegate.revoked"),
    field="accreditation",
)

# How each is marked: a shape and a colour beside its word.
INVITATION_TONES = {
    I.DRAFT: "draft",
    I.SENT: "info",
    I.ACKNOWLEDGED: "info",
    I.ACCEPTED: "good",
    I.DECLINED: "warning",
    I.WITHDRAWN: "neutral",
}
DELEGATION_TONES = {D.ANNOUNCED: "info", D.CONFIRMED: "good", D.WITHDRAWN: "neutral"}
CREDENTIALS_TONES = {C.NONE: "draft", C.SUBMITTED: "info", C.IN_ORDER: "good", C.QUERIED: "warning"}
ACCREDITATION_TONES = {
    A.REQUESTED: "info",
    A.ACCREDITED: "good",
    A.REFUSED: "severe",
    A.REVOKED: "severe",
}
