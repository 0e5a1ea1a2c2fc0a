from datetime import UTC, datetime, timedelta

import factory

from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import Invitation, Role, User, UserKind


class ParticipantFactory(factory.django.DjangoModelFactory[Participant]):
    class Meta:
        model = Participant
        django_get_or_create = ("slug",)

    slug = factory.Iterator(["azerbaijan", "kazakhstan", "kyrgyzstan", "turkiye", "uzbekistan"])
    kind = ParticipantKind.MEMBER
    names = factory.LazyAttribute(lambda participant: {"en": participant.slug.title()})


class UserFactory(factory.django.DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person-{n}@ots.example")
    full_name = factory.Sequence(lambda n: f"Person {n}")
    participant = factory.SubFactory(ParticipantFactory)
    role = Role.EDITOR


class MachineFactory(UserFactory):
    kind = UserKind.MACHINE
    role = Role.READER


INVITED_AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class InvitedFactory(UserFactory):
    """Somebody who has not come in yet; needs an invitation."""

    is_active = False


class InvitationFactory(factory.django.DjangoModelFactory[Invitation]):
    """A pending invitation, good for ten years; ``person__…`` says whose."""

    class Meta:
        model = Invitation

    person = factory.SubFactory(InvitedFactory)
    participant = factory.SelfAttribute("person.participant")
    role = factory.SelfAttribute("person.role")
    created_at = INVITED_AT
    sent_at = INVITED_AT
    expires_at = INVITED_AT + timedelta(days=3_650)
