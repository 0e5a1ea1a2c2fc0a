"""The team manifest for the border: bilingual PDF, and CSV."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from incidents.formats.manifests import ITEMS, PEOPLE
from incidents.models import Deployment, ManifestItem, TeamMember
from incidents.statuses import ManifestKind
from ots_portal.paper import pdf
from ots_portal.participants.countries import country_name
from ots_portal.texts.tables import BYTE_ORDER_MARK, csv_line
from ots_portal.ui.moments import zoned_text

Text = str | Promise
ENGLISH = "en"


def host_language(deployment: Deployment) -> str:
    """Return the first of the host's languages that the portal speaks; English where it speaks none."""
    spoken = dict(settings.LANGUAGES)
    return next((code for code in deployment.host.languages if code in spoken), ENGLISH)


def to_pdf(deployment: Deployment, *, at: datetime) -> bytes:
    """
    Return the manifest in English and the host's language.

    :raises NotPrintable: with a sentence for the reader
    """
    language = host_language(deployment)
    both = _bilingual(language)
    return pdf.render(
        "incidents/team_manifest.typ",
        {**_people(deployment, both), **_things(deployment, both), **_head(deployment, both)},
        title=both(gettext_lazy("Team manifest")),
        language=language,
        classification=both(gettext_lazy("The two parties and the border authorities")),
        document_number=deployment.number,
        issuer=deployment.participant.name,
        watermark=pdf.EXERCISE if deployment.incident.is_exercise else "",
        words={
            "people": both(gettext_lazy("People")),
            "no_people": both(gettext_lazy("No people are entered.")),
        },
        at=at,
    )


def _bilingual(language: str) -> Callable[[Text], str]:
    """Return what says a word in English and in that language: "Name / Ad"."""

    def both(words: Text) -> str:
        said = []
        for code in dict.fromkeys((ENGLISH, language)):
            with override(code):
                said.append(str(words))
        return " / ".join(dict.fromkeys(said))

    return both


def _head(deployment: Deployment, both: Callable[[Text], str]) -> dict[str, Any]:
    tonnes = f"{deployment.weight_kg / 1000:g} t" if deployment.weight_kg else ""
    facts: list[tuple[Text, Any]] = [
        (gettext_lazy("Team"), f"{deployment.name} ({deployment.number})"),
        (pgettext_lazy("deployment", "Sent by"), _names(deployment.participant)),
        (pgettext_lazy("deployment", "Sent to"), _names(deployment.host)),
        (gettext_lazy("Incident"), deployment.incident.number),
        (gettext_lazy("Team leader"), " · ".join(filter(None, (deployment.leader_name, deployment.leader_phone)))),
        (gettext_lazy("Entry point"), deployment.entry_point),
        (gettext_lazy("Expected to arrive"), zoned_text(deployment.eta_at, deployment.host.time_zone) if deployment.eta_at else ""),
        (gettext_lazy("Stays until"), zoned_text(deployment.until_at, deployment.host.time_zone) if deployment.until_at else ""),
        (gettext_lazy("Weight"), tonnes),
    ]  # fmt: skip
    signatures = [
        {"name": deployment.leader_name, "function": both(gettext_lazy("Team leader")), "participant": deployment.participant.name},
        {"name": "", "function": both(gettext_lazy("Border authority")), "participant": deployment.host.name},
    ]  # fmt: skip
    return {"facts": [[both(term), value] for term, value in facts], "signatures": signatures}


def _names(participant: Any) -> str:
    english, own = participant.names.get(ENGLISH, ""), participant.name
    return " / ".join(dict.fromkeys(filter(None, (english, own))))


def _people(deployment: Deployment, both: Callable[[Text], str]) -> dict[str, Any]:
    columns = (
        ("№", 0.3), (gettext_lazy("Name"), 1.6), (gettext_lazy("Function"), 1.2), (gettext_lazy("Nationality"), 1),
        (gettext_lazy("Passport number"), 1), (gettext_lazy("Born on"), 0.9),
    )  # fmt: skip
    return {
        "people_columns": [{"label": both(label), "width": width} for label, width in columns],
        "people": [
            [
                str(number),
                member.full_name,
                member.function,
                f"{country_name(member.nationality, ENGLISH)} ({member.nationality})",
                member.document_number,
                member.birth_date.isoformat() if member.birth_date else "",
            ]
            for number, member in enumerate(deployment.members.all(), start=1)
        ],
    }


def _things(deployment: Deployment, both: Callable[[Text], str]) -> dict[str, Any]:
    items = list(deployment.manifest.all())
    columns = (
        ("№", 0.3), (gettext_lazy("Description"), 2), (gettext_lazy("Number"), 1), (gettext_lazy("How many"), 0.6),
        (gettext_lazy("Weight (kg)"), 0.7),
    )  # fmt: skip
    groups = []
    for kind in ManifestKind:
        mine = [item for item in items if item.kind == kind]
        if mine:
            groups.append({"heading": both(_PLURALS[kind]), "rows": _item_rows(mine)})
    return {
        "item_columns": [{"label": both(label), "width": width} for label, width in columns],
        "groups": groups,
    }


_PLURALS = {
    ManifestKind.DOG: pgettext_lazy("team manifest", "Dogs"),
    ManifestKind.VEHICLE: pgettext_lazy("team manifest", "Vehicles"),
    ManifestKind.EQUIPMENT: pgettext_lazy("team manifest", "Equipment"),
    ManifestKind.MEDICINE: pgettext_lazy("team manifest", "Medicines"),
    ManifestKind.RADIO: pgettext_lazy("team manifest", "Radios"),
}


def _item_rows(items: Iterable[ManifestItem]) -> list[list[str]]:
    return [
        [
            str(number),
            item.description,
            item.identifier,
            str(item.quantity),
            "" if item.weight_kg is None else str(item.weight_kg),
        ]
        for number, item in enumerate(items, start=1)
    ]


def to_csv(deployment: Deployment) -> bytes:
    """Return people, an empty line, and things, under the heads that the entry form reads again."""
    lines = [csv_line(PEOPLE), *map(_person_line, deployment.members.all())]
    lines += [csv_line([]), csv_line(ITEMS), *map(_item_line, deployment.manifest.all())]
    return (BYTE_ORDER_MARK + "".join(lines)).encode()


def _person_line(member: TeamMember) -> str:
    return csv_line(getattr(member, name) for name in PEOPLE)


def _item_line(item: ManifestItem) -> str:
    return csv_line(getattr(item, name) for name in ITEMS)


def file_name(deployment: Deployment, ending: str) -> str:
    return f"{deployment.number} {_('Team manifest')}.{ending}"
