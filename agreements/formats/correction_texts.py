"""What the depositary's notification of a correction, or of the registration, usually says."""

from django.utils.translation import gettext as _

from agreements.models import LedgerEntry
from agreements.vocabularies.acts import LedgerKind


def proposed_text(entry: LedgerEntry) -> str:
    """Return what the depositary's notification of a correction or of the registration usually says."""
    details = entry.details
    told = {
        "state": entry.participant.name if entry.participant else "",
        "treaty": entry.instrument.title,
        "day": entry.acted_on_date.isoformat(),
        "number": details.get("correction_number", ""),
        "days": details.get("objection_days", ""),
        "digest": details.get("proces_verbal", ""),
        "un_number": details.get("un_number", ""),
        "volume": details.get("volume", ""),
    }
    sentence = _sentences()[LedgerKind(entry.kind)] % told
    return "\n\n".join([sentence, *_told_lines(entry)])


def _told_lines(entry: LedgerEntry) -> list[str]:
    details = entry.details
    said = [details[name] for name in ("error", "reason") if details.get(name)]
    lines = [
        _("%(place)s (%(language)s): “%(wrong)s” should read “%(right)s”.") % line
        for line in details.get("lines", [])
    ]
    return [*said, *lines]


def _sentences() -> dict[LedgerKind, str]:
    kind = LedgerKind
    return {
        kind.CORRECTION_PROPOSED: _(
            "An error was found in the authentic text of “%(treaty)s”: correction %(number)s is proposed. In the absence "
            "of an objection of a signatory or contracting State within %(days)s days of this notification the text is "
            "corrected from its beginning (Vienna Convention on the Law of Treaties, article 79)."
        ),
        kind.CORRECTION_OBJECTED: _(
            "%(state)s objected on %(day)s to the proposed correction %(number)s of “%(treaty)s”: the text stays as it is."
        ),
        kind.CORRECTION_EFFECTED: _(
            "No objection was raised to the proposed correction %(number)s of “%(treaty)s” until %(day)s: the text is "
            "corrected from its beginning. Digest of the procès-verbal of rectification: %(digest)s."
        ),
        kind.REGISTRATION_SUBMITTED: _(
            "“%(treaty)s” was transmitted on %(day)s to the Secretariat of the United Nations for registration under Article "
            "102 of the Charter."
        ),
        kind.REGISTRATION: _(
            "“%(treaty)s” was registered with the Secretariat of the United Nations on %(day)s, No. %(un_number)s."
        ),
        kind.REGISTRATION_PUBLISHED: _(
            "“%(treaty)s” is published in the United Nations Treaty Series, volume %(volume)s."
        ),
    }


OF_TEXT_AND_REGISTRATION = frozenset(
    {
        LedgerKind.CORRECTION_PROPOSED, LedgerKind.CORRECTION_OBJECTED, LedgerKind.CORRECTION_EFFECTED,
        LedgerKind.REGISTRATION_SUBMITTED, LedgerKind.REGISTRATION, LedgerKind.REGISTRATION_PUBLISHED,
    }
)  # fmt: skip
