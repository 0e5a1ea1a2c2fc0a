"""A country's cards for incoming teams as a PDF."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from incidents.presentation.host_nation import TopicView
from ots_portal.paper import pdf
from ots_portal.participants.models import Participant
from ots_portal.ui.moments import day_text


def to_pdf(
    participant: Participant, topics: Sequence[TopicView], *, language: str, at: datetime
) -> bytes:
    """:raises NotPrintable: with a sentence for the reader"""
    with override(language):
        data = {"topics": [_topic(topic) for topic in topics]}
        title = _("Host nation support: %(country)s") % {"country": participant.name}
        return pdf.render(
            "incidents/host_nation.typ",
            data,
            title=title,
            language=language,
            classification=_("Participants and the secretariat"),
            issuer=participant.name,
            words={"nothing_said": gettext_lazy("Nothing said yet: ask the liaison officer.")},
            at=at,
        )


def _topic(topic: TopicView) -> dict[str, object]:
    notes = [_("Must be settled before a team sets out.")] if topic.is_blocking else []
    if topic.updated_at:
        notes.append(_("As of %(day)s.") % {"day": day_text(topic.updated_at.date())})
    if topic.valid_until:
        notes.append(_("Valid until %(day)s.") % {"day": day_text(topic.valid_until)})
    if topic.is_over:
        notes.append(_("This is over: ask whether it still holds."))
    return {
        "heading": topic.topic.label,
        "notes": " ".join(notes),
        "texts": [{"language": one.language, "text": one.text} for one in topic.versions],
    }
