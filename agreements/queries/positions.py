"""Positions as a reader may see them, and where each State stands on each article by them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from agreements.models import (
    BracketResolution,
    Instrument,
    Position,
    Provision,
    ReconfirmationRequest,
    Reopening,
    SeenWording,
)
from agreements.queries import visible_to as instruments_visible_to
from agreements.queries.words import TextNow, Words, text_now
from agreements.statuses import (
    ACCEPTING,
    BY_GRAVITY,
    POSITION_STATUSES,
    RESERVES,
    Audience,
    Stance,
)
from ots_portal.participants.models import Participant
from ots_portal.people.models import User

Reader = User | AnonymousUser

TO_ALL = Q(visibility=Audience.ALL)
# What is on the table: told to the chair, or to all.
ON_THE_TABLE = Q(visibility__in=(Audience.CHAIR, Audience.ALL))


def negotiates(user: Reader) -> bool:
    """Return whether somebody reads what is negotiated at all: the secretariat and member States."""
    return isinstance(user, User) and (user.is_secretariat or user.is_member_staff)


def negotiations_visible_to(user: Reader) -> QuerySet[Instrument]:
    """Return the instruments whose negotiation the reader follows; to others there are none."""
    seen = instruments_visible_to(user)
    return seen if negotiates(user) else seen.none()


def told_to(user: User, *, audience: str = "visibility", instrument: str = "provision__") -> Q:
    """
    Return which positions, or comments, this reader is told of.

    Those of the own State; those told to all member States; those told to the chair by whoever presides: the
    delegation that was named, else the secretariat (design, decision 9: a delegation's chair is no secretariat).
    """
    chair = f"{instrument}instrument__chair"
    told = Q(**{audience: Audience.ALL})
    to_chair = Q(**{audience: Audience.CHAIR})
    if user.is_secretariat:
        return told | to_chair & Q(**{f"{chair}__isnull": True})
    own = Q(participant=user.participant_id)
    return own | told | to_chair & Q(**{chair: user.participant_id})


def _readable(user: Reader) -> Exists:
    seen = negotiations_visible_to(user).order_by()
    return Exists(seen.filter(pk=OuterRef("provision__instrument")))


def visible_to(user: Reader) -> QuerySet[Position]:
    """Return the positions that the reader is told of, earlier ones too."""
    if not isinstance(user, User) or not negotiates(user):
        return Position.objects.none()
    found = Position.objects.filter(_readable(user), told_to(user))
    return found.select_related("participant", "provision__instrument")


def reopenings_visible_to(user: Reader) -> QuerySet[Reopening]:
    found = Reopening.objects.filter(_readable(user))
    return found.select_related("participant", "provision__instrument")


def resolutions_visible_to(user: Reader) -> QuerySet[BracketResolution]:
    return BracketResolution.objects.filter(_readable(user)).select_related("provision__instrument")


def reconfirmations_visible_to(user: Reader) -> QuerySet[ReconfirmationRequest]:
    """Return what a State was asked to reconfirm: to its own people alone."""
    if not isinstance(user, User) or not user.is_national:
        return ReconfirmationRequest.objects.none()
    found = ReconfirmationRequest.objects.filter(participant=user.participant_id)
    return found.select_related("instrument", "position__provision")


def latest(positions: QuerySet[Position], among: Q) -> QuerySet[Position]:
    """Return of each State and provision the last position of those that ``among`` lets pass."""
    later = Position.objects.filter(
        among,
        participant=OuterRef("participant"),
        provision=OuterRef("provision"),
        number__gt=OuterRef("number"),
    )
    return positions.filter(among).filter(~Exists(later))


def last_told(positions: QuerySet[Position]) -> QuerySet[Position]:
    """
    Return of each State and provision the last position of each circle of readers: two where it told fewer more.

    One that the State keeps to itself takes back nothing that it told others: what it told them last still counts.
    """
    later = Position.objects.filter(
        participant=OuterRef("participant"),
        provision=OuterRef("provision"),
        number__gt=OuterRef("number"),
    )
    to_chair = Q(visibility=Audience.CHAIR) & ~Exists(later.filter(ON_THE_TABLE))
    return positions.filter(~Exists(later) | to_chair | TO_ALL & ~Exists(later.filter(TO_ALL)))


# ── where a State stands ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Standing:
    """
    What one State says of a provision with all that stands under it.

    The worst of what it says of any part counts: ``position`` is the one that says it, None while it has said
    nothing of some part. ``is_stale``: some of it was said of other words than stand there now.
    """

    stance: Stance
    position: Position | None = None
    is_stale: bool = False

    @property
    def is_accepted(self) -> bool:
        return self.stance in ACCEPTING and not self.is_stale

    @property
    def is_reserved(self) -> bool:
        return self.stance in RESERVES

    @property
    def is_opposed(self) -> bool:
        return self.stance == Stance.OPPOSE

    @property
    def is_missing(self) -> bool:
        return self.stance == Stance.NONE


@dataclass
class Standings:
    """The standings of all States on a text, from its present positions and reopenings."""

    text: TextNow
    positions: Iterable[Position]
    reopenings: Iterable[Reopening] = ()
    current: dict[tuple[str, UUID], Position] = field(init=False)
    _reopened: dict[UUID, datetime] = field(init=False)

    def __post_init__(self) -> None:
        self.current = {
            (one.participant_id, one.provision_id): one
            for one in self.positions
            if one.stance != Stance.NONE
        }
        self._reopened = {}
        for one in self.reopenings:
            self._reopen(one)

    def _reopen(self, reopening: Reopening) -> None:
        """What was said of an article before one of its paragraphs was reopened was not said of it since."""
        provision = self.text.by_pk.get(reopening.provision_id)
        if provision is None:
            return
        for one in (*self.text.with_below(provision), *self.text.holders_of(provision)):
            known = self._reopened.get(one.pk, reopening.reopened_at)
            self._reopened[one.pk] = max(known, reopening.reopened_at)

    def is_stale(self, position: Position) -> bool:
        """Return whether it was taken on other words than stand now, or before they were reopened."""
        provision = self.text.by_pk.get(position.provision_id)
        if provision is None or position.stance == Stance.NONE:
            return False
        if position.on_sha256 != self.text.digest_of(provision):
            return True
        reopened = self._reopened.get(provision.pk)
        return reopened is not None and position.taken_at <= reopened

    def of(self, state: str, provision: Provision) -> Standing:
        said = [
            self.current[state, one.pk]
            for one in self.text.with_below(provision)
            if (state, one.pk) in self.current
        ]
        # What is said of an article is said of its paragraphs.
        holders = self.text.holders_of(provision)
        of_holders = [
            self.current[state, one.pk] for one in holders if (state, one.pk) in self.current
        ]
        if (state, provision.pk) not in self.current:
            said += of_holders[:1]
        candidates = [
            Standing(Stance(one.stance), one, is_stale=self.is_stale(one)) for one in said
        ]
        if not of_holders and not self._is_covered(state, provision):
            candidates.append(Standing(Stance.NONE))
        worst = max(candidates, key=lambda one: (BY_GRAVITY.index(one.stance), one.is_stale))
        is_stale = any(one.is_stale for one in candidates)
        return Standing(worst.stance, worst.position, is_stale=is_stale)

    def _is_covered(self, state: str, provision: Provision) -> bool:
        if (state, provision.pk) in self.current:
            return True
        below = self.text.children_of(provision)
        return bool(below) and all(self._is_covered(state, one) for one in below)


def standings_for(user: User, text: TextNow) -> Standings:
    """Return the standings as this reader is told of them: two queries."""
    among = told_to(user)
    of_text = Position.objects.filter(provision__instrument=text.instrument)
    return Standings(text, latest(of_text, among).select_related("participant"), _reopenings(text))


def standings_among(text: TextNow, among: Q) -> Standings:
    """Return the standings by the positions that ``among`` lets pass (``TO_ALL``, ``ON_THE_TABLE``)."""
    of_text = Position.objects.filter(provision__instrument=text.instrument)
    return Standings(text, latest(of_text, among).select_related("participant"), _reopenings(text))


def _reopenings(text: TextNow) -> QuerySet[Reopening]:
    return Reopening.objects.filter(provision__instrument=text.instrument)


def negotiating_states(instrument: Instrument) -> list[Participant]:
    """Return the States that negotiate, by name; observers are never among them."""
    states = [one for one in instrument.negotiating_states.all() if one.is_member]
    return sorted(states, key=lambda one: one.name)


# ── one provision ───────────────────────────────────────────────────────────────────────────────


def words_seen(position: Position) -> Words | None:
    """Return the words on which a position was taken, as they were kept then."""
    kept = SeenWording.objects.filter(
        provision=position.provision_id, sha256=position.on_sha256
    ).first()
    return Words(kept.language, tuple(kept.parts)) if kept else None


def last_of(participant: str, provision: Provision) -> Position | None:
    """Return a State's last position on a provision, whoever is told of it."""
    found = Position.objects.filter(participant=participant, provision=provision)
    return found.select_related("participant").order_by("-number").first()


def to_reconfirm(user: Reader) -> list[Position]:
    """
    Return the positions of one's own State that do not hold for the present words, by agreement.

    Of texts on which positions are taken: on others nothing can be reconfirmed.

    One query where nothing was asked; then seven for each agreement in question.
    """
    if not isinstance(user, User) or not user.is_member_staff:
        return []
    asked = Position.objects.filter(
        participant=user.participant_id,
        reconfirmation__isnull=False,
        provision__is_live=True,
        provision__instrument__in=negotiations_visible_to(user).filter(
            status__in=POSITION_STATUSES, negotiating_states=user.participant_id
        ),
    )
    found = last_told(asked).select_related("provision__instrument", "participant")
    by_instrument: dict[Instrument, list[Position]] = {}
    for one in found:
        by_instrument.setdefault(one.provision.instrument, []).append(one)
    stale: list[Position] = []
    for instrument, positions in by_instrument.items():
        text = text_now(instrument)
        standings = Standings(text, positions, _reopenings(text))
        stale += [one for one in positions if standings.is_stale(one)]
    return stale
