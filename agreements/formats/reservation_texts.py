"""What the depositary's notification of a reservation, an objection or a declaration usually says."""

from django.utils.translation import gettext as _

from agreements.models import FinalClauses, LedgerEntry
from agreements.queries.treaty import final_clauses_of
from agreements.vocabularies.acts import LedgerKind
from agreements.vocabularies.reservations import ReservationTerms
from ots_portal.texts.languages import inside_a_sentence


def proposed_text(entry: LedgerEntry) -> str:
    """Return what the depositary's notification of such an entry usually says, with the words themselves."""
    told = {
        "state": entry.participant.name if entry.participant else "",
        "treaty": entry.instrument.title,
        "day": entry.acted_on_date.isoformat(),
    }
    texts = entry.details.get("texts", {})
    if entry.kind == LedgerKind.RESERVATION and (says := _where_silence_says_nothing(entry)):
        told["act"] = inside_a_sentence(entry.get_kind_display())
        sentence = _(
            "On %(day)s, the following act concerning “%(treaty)s” was effected: %(state)s, %(act)s."
        )
        return "\n\n".join([sentence % told, *texts.values(), says])
    sentence = _sentences()[LedgerKind(entry.kind)] % told
    return "\n\n".join([sentence, *texts.values()])


def _where_silence_says_nothing(entry: LedgerEntry) -> str:
    """Say who accepts where no State does, by its silence or else (article 20, 1 and 3); "" where States do."""
    clauses = final_clauses_of(entry.instrument) or FinalClauses()
    if clauses.reservation_terms == ReservationTerms.AUTHORIZED:
        terms = clauses.get_reservation_terms_display()
        return _("The treaty on reservations: %(terms)s.") % {"terms": terms}
    if clauses.is_constituent:
        return _(
            "The treaty establishes an organization: its competent organ accepts, by decision (Vienna Convention, "
            "article 20, 3)."
        )
    return ""


def _sentences() -> dict[LedgerKind, str]:
    kind = LedgerKind
    return {
        kind.RESERVATION: _(
            "%(state)s made on %(day)s the following reservation to “%(treaty)s”. In the absence of an objection within "
            "twelve months of this notification, or by the day of a State’s consent where that is later, that State is "
            "considered to have accepted it (Vienna Convention on the Law of Treaties, article 20, 5)."
        ),
        kind.RESERVATION_CONFIRMED: _(
            "%(state)s confirmed on %(day)s, with its consent to be bound by “%(treaty)s”, the reservation that it made "
            "when signing."
        ),
        kind.RESERVATION_ACCEPTED: _(
            "%(state)s accepted on %(day)s a reservation to “%(treaty)s” that was notified before."
        ),
        kind.RESERVATION_ESTABLISHED: _(
            "The reservation of %(state)s to “%(treaty)s” is established since %(day)s."
        ),
        kind.RESERVATION_NOT_PERMITTED: _(
            "The depositary found on %(day)s that the reservation of %(state)s to “%(treaty)s” is not permitted."
        ),
        kind.RESERVATION_WITHDRAWN: _(
            "%(state)s withdrew on %(day)s its reservation to “%(treaty)s”. The withdrawal takes effect for each State "
            "once it has this notification."
        ),
        kind.OBJECTION: _(
            "The depositary received on %(day)s the following objection of %(state)s to a reservation to “%(treaty)s”."
        ),
        kind.OBJECTION_WITHDRAWN: _(
            "%(state)s withdrew on %(day)s its objection to a reservation to “%(treaty)s”."
        ),
        kind.COMMUNICATION: _(
            "The depositary received on %(day)s the following communication of %(state)s about a reservation to "
            "“%(treaty)s”."
        ),
        kind.DECLARATION: _(
            "The depositary received on %(day)s the following declaration of %(state)s about “%(treaty)s”."
        ),
        kind.DECLARATION_WITHDRAWN: _(
            "%(state)s withdrew on %(day)s a declaration about “%(treaty)s”."
        ),
    }


OF_RESERVATIONS = frozenset(
    {
        LedgerKind.RESERVATION, LedgerKind.RESERVATION_CONFIRMED, LedgerKind.RESERVATION_ACCEPTED,
        LedgerKind.RESERVATION_ESTABLISHED, LedgerKind.RESERVATION_NOT_PERMITTED,
        LedgerKind.RESERVATION_WITHDRAWN, LedgerKind.OBJECTION, LedgerKind.OBJECTION_WITHDRAWN,
        LedgerKind.COMMUNICATION, LedgerKind.DECLARATION, LedgerKind.DECLARATION_WITHDRAWN,
    }
)  # fmt: skip
