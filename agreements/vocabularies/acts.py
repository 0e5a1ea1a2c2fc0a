from django.db import models
from django.utils.translation import pgettext_lazy


class ActKind(models.TextChoices):
    """What a State does that a depositary enters into the ledger of a treaty."""

    SIGNATURE = "signature", pgettext_lazy("treaty act", "Signature")
    DEFINITIVE_SIGNATURE = (
        "definitive_signature",
        pgettext_lazy("treaty act", "Definitive signature"),
    )
    RATIFICATION = "ratification", pgettext_lazy("treaty act", "Ratification")
    ACCEPTANCE = "acceptance", pgettext_lazy("treaty act", "Acceptance")
    APPROVAL = "approval", pgettext_lazy("treaty act", "Approval")
    ACCESSION = "accession", pgettext_lazy("treaty act", "Accession")
    SUCCESSION = "succession", pgettext_lazy("treaty act", "Succession")
    FORMAL_CONFIRMATION = (
        "formal_confirmation",
        pgettext_lazy("treaty act", "Formal confirmation"),
    )
    NOTIFICATION = "notification", pgettext_lazy("treaty act", "Notification")
    PROVISIONAL_APPLICATION = (
        "provisional_application",
        pgettext_lazy("treaty act", "Provisional application"),
    )
    WITHDRAWAL = "withdrawal", pgettext_lazy("treaty act", "Withdrawal")


# What establishes consent to be bound: Vienna Convention on the Law of Treaties, articles 11 to 16;
# a notification that the steps at home are complete does so where the treaty says it (article 16 c).
CONSENTS = frozenset(
    {
        ActKind.DEFINITIVE_SIGNATURE,
        ActKind.RATIFICATION,
        ActKind.ACCEPTANCE,
        ActKind.APPROVAL,
        ActKind.ACCESSION,
        ActKind.SUCCESSION,
        ActKind.FORMAL_CONFIRMATION,
        ActKind.NOTIFICATION,
    }
)

# The letters of the UN Treaty Collection's status tables (Explanatory notes; Glossary of terms).
UN_LETTERS = {
    "a": ActKind.ACCESSION,
    "A": ActKind.ACCEPTANCE,
    "AA": ActKind.APPROVAL,
    "c": ActKind.FORMAL_CONFIRMATION,
    "d": ActKind.SUCCESSION,
    "s": ActKind.DEFINITIVE_SIGNATURE,
    "n": ActKind.PROVISIONAL_APPLICATION,
    "P": ActKind.NOTIFICATION,
}
LETTER_OF = {kind: letter for letter, kind in UN_LETTERS.items()}


class RuleKind(models.TextChoices):
    """The ways in which treaties say when they enter into force."""

    NTH_DEPOSIT_DAYS = (
        "nth_deposit_days",
        pgettext_lazy("entry into force", "A time after the nth deposit"),
    )
    ALL_SIGNATORIES_DAYS = (
        "all_signatories_days",
        pgettext_lazy("entry into force", "A time after all signatories have consented"),
    )
    FIRST_OF_NTH_MONTH = (
        "first_of_nth_month",
        pgettext_lazy("entry into force", "The first day of a month after a deposit"),
    )
    LAST_NOTIFICATION = (
        "last_notification",
        pgettext_lazy("entry into force", "At the last notification"),
    )
    FIXED_DATE = "fixed_date", pgettext_lazy("entry into force", "On a fixed day")
    ALL_OF = "all_of", pgettext_lazy("entry into force", "When all of several rules are met")
    ANY_OF = "any_of", pgettext_lazy("entry into force", "When any of several rules is met")
