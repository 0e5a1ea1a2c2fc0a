"""How a text is adopted and made authentic, and why full powers may be dispensed with."""

from django.db import models
from django.utils.translation import pgettext_lazy


class AdoptionMethod(models.TextChoices):
    """Vienna Convention on the Law of Treaties, article 9, paragraphs 1 and 2."""

    CONSENT = "consent", pgettext_lazy("adoption", "Consent of all negotiating States")
    CONFERENCE_VOTE = (
        "conference_vote",
        pgettext_lazy("adoption", "Vote at an international conference"),
    )


class ConsentHow(models.TextChoices):
    STATEMENT = "statement", pgettext_lazy("adoption", "Statement at a meeting")
    NOTE = "note", pgettext_lazy("adoption", "Note")
    SILENCE = "silence", pgettext_lazy("adoption", "Silence procedure")


class Vote(models.TextChoices):
    FOR = "for", pgettext_lazy("vote", "For")
    AGAINST = "against", pgettext_lazy("vote", "Against")
    ABSTAIN = "abstain", pgettext_lazy("vote", "Abstained")
    ABSENT = "absent", pgettext_lazy("vote", "Absent")


# Present and voting are those who cast a vote for or against: who abstains is considered as not voting
# (Rules of Procedure of the General Assembly of the United Nations, rule 86).
CAST = (Vote.FOR, Vote.AGAINST)


class VotingRule(models.TextChoices):
    """What a conference needs: two thirds, unless the same majority decides otherwise (article 9, 2)."""

    TWO_THIRDS = (
        "two_thirds",
        pgettext_lazy("voting rule", "Two thirds of those present and voting"),
    )
    SIMPLE_MAJORITY = (
        "simple_majority",
        pgettext_lazy("voting rule", "More than half of those present and voting"),
    )
    THREE_QUARTERS = (
        "three_quarters",
        pgettext_lazy("voting rule", "Three quarters of those present and voting"),
    )
    UNANIMITY = "unanimity", pgettext_lazy("voting rule", "No vote against")


class AuthenticationProcedure(models.TextChoices):
    """Vienna Convention, article 10: a procedure that was agreed, or failing it one of three acts."""

    AGREED = "agreed", pgettext_lazy("authentication", "A procedure provided for or agreed")
    SIGNATURE = "signature", pgettext_lazy("authentication", "Signature")
    AD_REFERENDUM = "ad_referendum", pgettext_lazy("authentication", "Signature ad referendum")
    INITIALLING = "initialling", pgettext_lazy("authentication", "Initialling")


class AuthenticatedDocument(models.TextChoices):
    TEXT = "text", pgettext_lazy("authentication", "The text of the treaty")
    FINAL_ACT = "final_act", pgettext_lazy("authentication", "The Final Act of a conference")


class WaiverBasis(models.TextChoices):
    """From what the intention to dispense with full powers appears (Vienna Convention, article 7, 1 b)."""

    PRACTICE = "practice", pgettext_lazy("waiver", "The practice of the States concerned")
    CIRCUMSTANCES = "circumstances", pgettext_lazy("waiver", "Other circumstances")
