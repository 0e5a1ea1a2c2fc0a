"""Who is invited, who comes, and with which standing."""

from django.db import models
from django.utils.translation import pgettext_lazy


class InvitationStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("invitation", "Draft")
    SENT = "sent", pgettext_lazy("invitation", "Sent")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("invitation", "Acknowledged")
    ACCEPTED = "accepted", pgettext_lazy("invitation", "Accepted")
    DECLINED = "declined", pgettext_lazy("invitation", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "Withdrawn")


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


class DelegationStatus(models.TextChoices):
    ANNOUNCED = "announced", pgettext_lazy("delegation", "Announced")
    CONFIRMED = "confirmed", pgettext_lazy("delegation", "Confirmed")
    WITHDRAWN = "withdrawn", pgettext_lazy("delegation", "Withdrawn")


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
