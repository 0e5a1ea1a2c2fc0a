"""The circulars of the demonstration: one that was issued, and one that is being written."""

from datetime import datetime, timedelta

from django.db import transaction

from ots_portal.circulars import services
from ots_portal.circulars.models import Circular
from ots_portal.circulars.services import Addressed, Content
from ots_portal.notifications.silence import telling_nobody
from ots_portal.participants.models import ParticipantKind
from ots_portal.people.models import Role, User

MEMBERS = frozenset({str(ParticipantKind.MEMBER)})
OFFICE = frozenset({str(Role.EDITOR), str(Role.HEAD)})

ISSUED = Content(
    titles={
        "en": "Check your contact points before the winter",
        "tr": "Kıştan önce temas noktalarınızı kontrol edin",
        "az": "Qışdan əvvəl əlaqə nöqtələrinizi yoxlayın",
    },
    texts={
        "en": (
            "Please look at your operations room, focal point and deputy in the directory and check them again by "
            "15 December, also where nothing has changed.\n\n"
            "An emergency number that is wrong is found out at night."
        ),
        "tr": (
            "Lütfen rehberdeki harekât merkezinizi, irtibat noktanızı ve vekilini 15 Aralık'a kadar, değişiklik "
            "olmasa da yeniden kontrol edin.\n\nYanlış bir acil durum numarası gece fark edilir."
        ),
        "az": (
            "Zəhmət olmasa, məlumat kitabçasında əməliyyat otağınızı, əlaqə nöqtənizi və onun müavinini dəyişiklik "
            "olmasa belə, 15 dekabra qədər yenidən yoxlayın.\n\nSəhv təcili yardım nömrəsi gecə üzə çıxır."
        ),
    },
    addressed=Addressed(roles=OFFICE, kinds=MEMBERS),
    needs_receipt=True,
)
DRAFT = Content(
    titles={"en": "Table-top exercise in spring: proposals for the date"},
    texts={
        "en": (
            "The secretariat prepares a table-top exercise on a cross-border earthquake. Please tell us by the end of "
            "January which weeks of April and May suit your operations room."
        )
    },
    addressed=Addressed(roles=OFFICE, kinds=MEMBERS | {str(ParticipantKind.OBSERVER)}),
)


@transaction.atomic
def load(at: datetime) -> None:
    """Load both once; nobody is told of them."""
    if Circular.objects.filter(created_by__is_demo=True).exists():
        return
    officer = User.objects.get(email="officer@secretariat.example")
    head = User.objects.get(email="head@secretariat.example")
    reader = User.objects.get(email="head@azerbaijan.example")
    with telling_nobody():
        letter = services.create(ISSUED, by=officer, at=at - timedelta(days=3))
        issued_at = at - timedelta(days=2)
        count = services.reach_of(letter, by=head, at=issued_at)
        services.issue(letter, by=head, at=issued_at, recipient_count=count)
        services.confirm(letter, by=reader, at=issued_at + timedelta(hours=3))
        services.create(DRAFT, by=officer, at=at - timedelta(hours=5))
