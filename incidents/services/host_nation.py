"""What a country says to incoming teams, topic by topic."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from incidents.models import HostNationCard
from incidents.rules import host_nation as rules
from incidents.statuses import HostNationTopic
from ots_portal.audit.services import changes_between, hashed, record
from ots_portal.lifecycle import StaleVersion
from ots_portal.participants.models import Participant
from ots_portal.people.models import User
from ots_portal.verdicts import require


@transaction.atomic
def write(  # noqa: PLR0913 -- keywords only, each named where it is called
    participant: Participant,
    topic: str,
    *,
    texts: dict[str, str],
    is_blocking: bool,
    valid_until: date | None,
    by: User,
    at: datetime,
    version: int,
) -> HostNationCard:
    """
    Say what holds on a topic; empty texts take back what was said.

    ``texts`` has the languages that were written; others stay. ``version`` is the one the person saw, 0
    where nothing was said yet. Deployments that are planned already keep their checklists.

    :raises Refused: unless ``rules.may_write``
    :raises StaleVersion: when somebody else has saved since
    :raises ValidationError: when there is no such topic
    """
    require(rules.may_write(by, participant))
    if topic not in HostNationTopic.values:
        raise ValidationError({"topic": _("Choose a topic of the list.")})
    card = _claimed(participant, topic, version=version, at=at)
    before = _tellable(card)
    kept = {code: text for code, text in card.texts.items() if code not in texts}
    card.texts = {**kept, **{code: text.strip() for code, text in texts.items() if text.strip()}}
    card.is_blocking, card.valid_until = is_blocking, valid_until
    card.updated_at, card.updated_by = at, by
    # Nothing said any more is no mistake: the topic is shown as empty.
    card.full_clean(exclude=["participant", "updated_by", *([] if card.texts else ["texts"])])
    card.save()
    record(
        "incidents.host_nation_card.changed",
        subject=card,
        by=by,
        at=at,
        participant=participant.slug,
        topic=topic,
        changes=hashed(changes_between(before, _tellable(card))),
    )
    return card


def _claimed(participant: Participant, topic: str, *, version: int, at: datetime) -> HostNationCard:
    """Return the card, locked; a new one where nothing was said yet."""
    # Two who write the first word on a topic wait for each other here.
    Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
    card = HostNationCard.objects.filter(participant=participant, topic=topic).first()
    if card is None:
        return HostNationCard(participant=participant, topic=topic, version=1, updated_at=at)
    claimed = HostNationCard.objects.filter(pk=card.pk, version=version).update(
        version=F("version") + 1
    )
    card.refresh_from_db()
    if not claimed:
        raise StaleVersion(card)
    return card


def _tellable(card: HostNationCard) -> dict[str, object]:
    names = ("texts", "is_blocking", "valid_until")
    return {name: getattr(card, name) for name in names}


@transaction.atomic
def confirm(card: HostNationCard, *, by: User, at: datetime) -> HostNationCard:
    """
    Say that what the card says is still true; its day moves to today.

    :raises Refused: unless ``rules.may_write``
    """
    require(rules.may_write(by, card.participant))
    HostNationCard.objects.filter(pk=card.pk).update(
        version=F("version") + 1, updated_at=at, updated_by=by
    )
    card.refresh_from_db()
    slug = card.participant_id
    kind = "incidents.host_nation_card.confirmed"
    record(kind, subject=card, by=by, at=at, participant=slug, topic=card.topic)
    return card
