import factory

from ots_portal.participants.models import Participant, ParticipantKind
from ots_portal.people.models import Role, User, UserKind


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
