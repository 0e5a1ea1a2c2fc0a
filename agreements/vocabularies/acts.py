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


class LedgerKind(models.TextChoices):
    """Every kind of entry that a depositary's ledger has; those of ``ActKind`` are acts of States."""

    SIGNATURE = ActKind.SIGNATURE.value, ActKind.SIGNATURE.label
    SIGNATURE_AD_REFERENDUM = (
        "signature_ad_referendum",
        pgettext_lazy("treaty act", "Signature ad referendum"),
    )
    DEFINITIVE_SIGNATURE = ActKind.DEFINITIVE_SIGNATURE.value, ActKind.DEFINITIVE_SIGNATURE.label
    RATIFICATION = ActKind.RATIFICATION.value, ActKind.RATIFICATION.label
    ACCEPTANCE = ActKind.ACCEPTANCE.value, ActKind.ACCEPTANCE.label
    APPROVAL = ActKind.APPROVAL.value, ActKind.APPROVAL.label
    ACCESSION = ActKind.ACCESSION.value, ActKind.ACCESSION.label
    SUCCESSION = ActKind.SUCCESSION.value, ActKind.SUCCESSION.label
    NOTIFICATION = ActKind.NOTIFICATION.value, ActKind.NOTIFICATION.label
    PROVISIONAL_APPLICATION = (
        ActKind.PROVISIONAL_APPLICATION.value,
        ActKind.PROVISIONAL_APPLICATION.label,
    )
    WITHDRAWAL = ActKind.WITHDRAWAL.value, ActKind.WITHDRAWAL.label
    WITHDRAWAL_REVOKED = (
        "withdrawal_revoked",
        pgettext_lazy("treaty act", "Withdrawal revoked"),
    )
    ENTRY_INTO_FORCE = "entry_into_force", pgettext_lazy("treaty act", "Entry into force")
    ADOPTION = "adoption", pgettext_lazy("treaty act", "Adopted")
    AUTHENTICATION = "authentication", pgettext_lazy("treaty act", "Authenticated")
    ANNULMENT = "annulment", pgettext_lazy("treaty act", "Annulment of an entry")
    # Vienna Convention, articles 19 to 23.
    RESERVATION = "reservation", pgettext_lazy("treaty act", "Reservation")
    RESERVATION_CONFIRMED = (
        "reservation_confirmed",
        pgettext_lazy("treaty act", "Confirmation of a reservation"),
    )
    RESERVATION_ACCEPTED = (
        "reservation_accepted",
        pgettext_lazy("treaty act", "Acceptance of a reservation"),
    )
    RESERVATION_ESTABLISHED = (
        "reservation_established",
        pgettext_lazy("treaty act", "Reservation established"),
    )
    RESERVATION_NOT_PERMITTED = (
        "reservation_not_permitted",
        pgettext_lazy("treaty act", "Reservation found not permitted"),
    )
    RESERVATION_WITHDRAWN = (
        "reservation_withdrawn",
        pgettext_lazy("treaty act", "Withdrawal of a reservation"),
    )
    OBJECTION = "objection", pgettext_lazy("treaty act", "Objection to a reservation")
    OBJECTION_WITHDRAWN = (
        "objection_withdrawn",
        pgettext_lazy("treaty act", "Withdrawal of an objection"),
    )
    COMMUNICATION = "communication", pgettext_lazy("treaty act", "Communication on a reservation")
    DECLARATION = "declaration", pgettext_lazy("treaty act", "Declaration")
    DECLARATION_WITHDRAWN = (
        "declaration_withdrawn",
        pgettext_lazy("treaty act", "Withdrawal of a declaration"),
    )
    # Article 79.
    CORRECTION_PROPOSED = (
        "correction_proposed",
        pgettext_lazy("treaty act", "Proposed correction of an error"),
    )
    CORRECTION_OBJECTED = (
        "correction_objected",
        pgettext_lazy("treaty act", "Objection to a correction"),
    )
    CORRECTION_EFFECTED = (
        "correction_effected",
        pgettext_lazy("treaty act", "Correction of an error"),
    )
    # Article 80; Charter of the United Nations, article 102.
    REGISTRATION_SUBMITTED = (
        "registration_submitted",
        pgettext_lazy("treaty act", "Transmitted for registration"),
    )
    REGISTRATION = (
        "registration",
        pgettext_lazy("treaty act", "Registration with the United Nations"),
    )
    REGISTRATION_PUBLISHED = (
        "registration_published",
        pgettext_lazy("treaty act", "Publication by the United Nations"),
    )


# What stands in the ledger and is no act that the entry into force is calculated from.
_K = LedgerKind
RESERVATIONS_AND_MORE = frozenset(
    {
        _K.RESERVATION, _K.RESERVATION_CONFIRMED, _K.RESERVATION_ACCEPTED, _K.RESERVATION_ESTABLISHED,
        _K.RESERVATION_NOT_PERMITTED, _K.RESERVATION_WITHDRAWN, _K.OBJECTION, _K.OBJECTION_WITHDRAWN,
        _K.COMMUNICATION, _K.DECLARATION, _K.DECLARATION_WITHDRAWN, _K.CORRECTION_PROPOSED,
        _K.CORRECTION_OBJECTED, _K.CORRECTION_EFFECTED, _K.REGISTRATION_SUBMITTED, _K.REGISTRATION,
        _K.REGISTRATION_PUBLISHED,
    }
)  # fmt: skip


# The States did it together, and know it.
NOT_NOTIFIED = frozenset({LedgerKind.ADOPTION, LedgerKind.AUTHENTICATION})


class SignatureKind(models.TextChoices):
    """Vienna Convention on the Law of Treaties, articles 12 and 14."""

    AD_REFERENDUM = "ad_referendum", pgettext_lazy("signature", "Ad referendum")
    SUBJECT_TO_RATIFICATION = (
        "subject_to_ratification",
        pgettext_lazy("signature", "Subject to ratification"),
    )
    DEFINITIVE = "definitive", pgettext_lazy("signature", "Definitive")


class Office(models.TextChoices):
    """Who signs: the first three need no full powers (Vienna Convention, article 7, 2 a)."""

    HEAD_OF_STATE = "head_of_state", pgettext_lazy("office", "Head of State")
    HEAD_OF_GOVERNMENT = "head_of_government", pgettext_lazy("office", "Head of Government")
    FOREIGN_MINISTER = "foreign_minister", pgettext_lazy("office", "Minister for Foreign Affairs")
    MINISTER = "minister", pgettext_lazy("office", "Another minister")
    OTHER = "other", pgettext_lazy("office", "Somebody else")


NEED_NO_FULL_POWERS = frozenset(
    {Office.HEAD_OF_STATE, Office.HEAD_OF_GOVERNMENT, Office.FOREIGN_MINISTER}
)


class DepositedKind(models.TextChoices):
    """The kinds of instruments that a State deposits with the depositary."""

    RATIFICATION = ActKind.RATIFICATION.value, ActKind.RATIFICATION.label
    ACCEPTANCE = ActKind.ACCEPTANCE.value, ActKind.ACCEPTANCE.label
    APPROVAL = ActKind.APPROVAL.value, ActKind.APPROVAL.label
    ACCESSION = ActKind.ACCESSION.value, ActKind.ACCESSION.label
    SUCCESSION = ActKind.SUCCESSION.value, ActKind.SUCCESSION.label
    NOTIFICATION = ActKind.NOTIFICATION.value, ActKind.NOTIFICATION.label
    PROVISIONAL_APPLICATION = (
        ActKind.PROVISIONAL_APPLICATION.value,
        ActKind.PROVISIONAL_APPLICATION.label,
    )
    WITHDRAWAL = ActKind.WITHDRAWAL.value, ActKind.WITHDRAWAL.label


# Vienna Convention, articles 11 and 14: these confirm a signature.
AFTER_SIGNATURE = frozenset(
    {DepositedKind.RATIFICATION, DepositedKind.ACCEPTANCE, DepositedKind.APPROVAL}
)
# What a signatory does, or a State that the final clauses let accede (articles 16 c and 25).
OF_SIGNATORIES = frozenset({DepositedKind.NOTIFICATION, DepositedKind.PROVISIONAL_APPLICATION})
# What a State tells counts once the depositary has it, and not when it is entered (articles 56, 2; 78 b).
FROM_RECEIPT = frozenset({DepositedKind.NOTIFICATION, DepositedKind.WITHDRAWAL})


class AccessionTerms(models.TextChoices):
    """Which States may accede (Vienna Convention, article 15)."""

    CLOSED = "closed", pgettext_lazy("accession", "No State may accede")
    NEGOTIATING = "negotiating", pgettext_lazy("accession", "The negotiating States")
    OPEN = "open", pgettext_lazy("accession", "Any State")


class SignatureTerms(models.TextChoices):
    """How long a treaty is open for signature, as its final clauses say."""

    UNTIL_IN_FORCE = (
        "until_in_force",
        pgettext_lazy("open for signature", "Until it enters into force"),
    )
    UNTIL_DAY = "until_day", pgettext_lazy("open for signature", "Until a day")
    INDEFINITELY = "indefinitely", pgettext_lazy("open for signature", "Indefinitely")
