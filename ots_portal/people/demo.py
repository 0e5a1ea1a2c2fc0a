"""The accounts of the demonstration: one per role and kind of participant; none exists elsewhere."""

from dataclasses import dataclass

from ots_portal.people.models import Role

DEMO_PASSWORD = "together-we-are-stronger"  # noqa: S105 -- printed by `make demo`


@dataclass(frozen=True)
class DemoAccount:
    email: str
    full_name: str
    participant: str
    role: Role
    is_on_duty: bool = False


# The names are invented and common; no office-holder is meant.
DEMO_ACCOUNTS = [
    DemoAccount("duty@turkiye.example", "Deniz Yılmaz", "turkiye", Role.EDITOR, is_on_duty=True),
    DemoAccount("second@turkiye.example", "Ece Demir", "turkiye", Role.EDITOR),
    DemoAccount("head@turkiye.example", "Kemal Aydın", "turkiye", Role.HEAD),
    DemoAccount("reader@turkiye.example", "Seda Kaya", "turkiye", Role.READER),
    DemoAccount("duty@azerbaijan.example", "Aysel Məmmədova", "azerbaijan", Role.EDITOR, is_on_duty=True),
    DemoAccount("head@azerbaijan.example", "Elçin Quliyev", "azerbaijan", Role.HEAD),
    DemoAccount("duty@kazakhstan.example", "Айдос Серікұлы", "kazakhstan", Role.EDITOR, is_on_duty=True),
    DemoAccount("head@kazakhstan.example", "Гүлнар Оспанова", "kazakhstan", Role.HEAD),
    DemoAccount("duty@kyrgyzstan.example", "Айгүл Токтосунова", "kyrgyzstan", Role.EDITOR, is_on_duty=True),
    DemoAccount("duty@uzbekistan.example", "Dilshod Karimov", "uzbekistan", Role.EDITOR, is_on_duty=True),
    DemoAccount("reader@hungary.example", "Nagy Eszter", "hungary", Role.READER),
    DemoAccount("editor@hungary.example", "Kovács Bence", "hungary", Role.EDITOR, is_on_duty=True),
    DemoAccount("head@hungary.example", "Szabó Katalin", "hungary", Role.HEAD),
    DemoAccount("reader@eco.example", "Farid Rahimi", "eco", Role.READER),
    DemoAccount("officer@secretariat.example", "Leyla Arslan", "secretariat", Role.SECRETARIAT_OFFICER, is_on_duty=True),
    DemoAccount("head@secretariat.example", "Timur Abdullayev", "secretariat", Role.SECRETARIAT_HEAD),
    DemoAccount("administrator@secretariat.example", "Bora Şahin", "secretariat", Role.SYSTEM_ADMINISTRATOR),
    DemoAccount("auditor@secretariat.example", "Nodira Yusupova", "secretariat", Role.AUDITOR),
]  # fmt: skip


@dataclass(frozen=True)
class DemoInvitation:
    """Somebody who was invited and has not come in; ``days_ago`` more than seven: it has expired."""

    email: str
    full_name: str
    participant: str
    role: Role
    invited_by: str
    days_ago: int


DEMO_INVITATIONS = [
    DemoInvitation("night@turkiye.example", "Murat Çelik", "turkiye", Role.EDITOR, "head@turkiye.example", 1),
    DemoInvitation("analyst@turkiye.example", "Zeynep Koç", "turkiye", Role.READER, "head@turkiye.example", 12),
    DemoInvitation("head@uzbekistan.example", "Aziza Yoʻldosheva", "uzbekistan", Role.HEAD, "administrator@secretariat.example", 2),
]  # fmt: skip

# The partner system of the demonstration (docs/api.md shows the calls).
DEMO_CLIENT_ID = "demo-operations-centre"
DEMO_CLIENT_SECRET = "demo-secret-not-for-production"  # noqa: S105 -- as above
DEMO_CLIENT_PARTICIPANT = "azerbaijan"
