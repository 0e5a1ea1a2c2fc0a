"""What treaties say of reservations, and what States do about them (Vienna Convention, articles 2, 1 d and 19 to 23)."""

from django.db import models
from django.utils.translation import pgettext_lazy

from agreements.vocabularies.acts import ActKind


class ReservationTerms(models.TextChoices):
    """What the final clauses say of reservations (article 19)."""

    SILENT = "silent", pgettext_lazy("reservations", "The treaty says nothing of them")
    AUTHORIZED = (
        "authorized",
        pgettext_lazy("reservations", "Expressly authorized: they need no acceptance"),
    )
    PROHIBITED = "prohibited", pgettext_lazy("reservations", "Prohibited")
    ONLY = "only", pgettext_lazy("reservations", "Only to the provisions named")
    EXCEPT = "except", pgettext_lazy("reservations", "Not to the provisions named")


class AcceptanceTerms(models.TextChoices):
    """Whose acceptance establishes a reservation (article 20)."""

    EACH = "each", pgettext_lazy("reservations", "Each State accepts for itself (article 20, 4)")
    ALL = "all", pgettext_lazy("reservations", "All parties accept (article 20, 2)")
    ORGAN = (
        "organ",
        pgettext_lazy(
            "reservations",
            "The competent organ accepts: the treaty establishes an organization (article 20, 3)",
        ),
    )


class MadeWith(models.TextChoices):
    """The act by which a reservation is made (article 19)."""

    SIGNATURE = "signature", pgettext_lazy("reservation", "When signing")
    CONSENT = "consent", pgettext_lazy("reservation", "When expressing consent to be bound")


# Article 19: "when signing, ratifying, accepting, approving or acceding to a treaty".
CONSENTS_WITH_RESERVATIONS = (
    ActKind.RATIFICATION,
    ActKind.ACCEPTANCE,
    ActKind.APPROVAL,
    ActKind.ACCESSION,
)
# Article 20, paragraph 5: how long a State may object after it was notified.
MONTHS_TO_OBJECT = 12


class ReactionKind(models.TextChoices):
    """What a State says to another one's reservation; a communication changes nothing between them."""

    OBJECTION = "objection", pgettext_lazy("reaction", "Objection")
    COMMUNICATION = "communication", pgettext_lazy("reaction", "Communication")


class RelationKind(models.TextChoices):
    """How a reservation stands between the State that made it and another one."""

    NOT_NOTIFIED = "not_notified", pgettext_lazy("reservation between States", "Not notified yet")
    UNCONFIRMED = (
        "unconfirmed",
        pgettext_lazy("reservation between States", "Not confirmed yet"),
    )
    OPEN = "open", pgettext_lazy("reservation between States", "May still object")
    ACCEPTED = "accepted", pgettext_lazy("reservation between States", "Accepted expressly")
    ACCEPTED_TACITLY = (
        "accepted_tacitly",
        pgettext_lazy("reservation between States", "Accepted tacitly"),
    )
    OBJECTION_WITHDRAWN = (
        "objection_withdrawn",
        pgettext_lazy("reservation between States", "Accepted: the objection was withdrawn"),
    )
    AUTHORIZED = (
        "authorized",
        pgettext_lazy("reservation between States", "Authorized by the treaty"),
    )
    BY_THE_ORGAN = (
        "by_the_organ",
        pgettext_lazy("reservation between States", "Accepted by the competent organ"),
    )
    AWAITS_THE_ORGAN = (
        "awaits_the_organ",
        pgettext_lazy("reservation between States", "The competent organ has not decided"),
    )
    OBJECTED = "objected", pgettext_lazy("reservation between States", "Objected")
    PRECLUDED = (
        "precluded",
        pgettext_lazy("reservation between States", "Objected; precluded"),
    )
    NOT_PERMITTED = (
        "not_permitted",
        pgettext_lazy("reservation between States", "Not permitted"),
    )
    WITHDRAWN = "withdrawn", pgettext_lazy("reservation between States", "Withdrawn")


R = RelationKind
ACCEPTING = frozenset(
    {R.ACCEPTED, R.ACCEPTED_TACITLY, R.OBJECTION_WITHDRAWN, R.AUTHORIZED, R.BY_THE_ORGAN}
)
OBJECTING = frozenset({R.OBJECTED, R.PRECLUDED})


class DeclarationKind(models.TextChoices):
    """What a State declares beside its signature or instrument; nobody accepts it or objects to it."""

    INTERPRETATIVE = "interpretative", pgettext_lazy("declaration", "Interpretative declaration")
    AUTHORITY = "authority", pgettext_lazy("declaration", "Designation of an authority")
    TERRITORIAL = "territorial", pgettext_lazy("declaration", "Territorial application")
    OPTIONAL = "optional", pgettext_lazy("declaration", "Declaration under an optional clause")
