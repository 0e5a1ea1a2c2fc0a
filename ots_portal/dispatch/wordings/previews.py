"""What a message of each kind says, worded about an invented record."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from ots_portal.dispatch.wordings import samples
from ots_portal.notifications.models import Channel
from ots_portal.notifications.wording import (
    Wording,
    headline_for,
    with_nobodys_links,
    wording_for,
)
from ots_portal.plugs import Notice, thread_of_subject


def preview_of(notice: Notice, *, language: str, time_zone: str) -> Wording:
    """
    Word the message as a person with this language and zone would get it, about an invented record.

    What goes into the inbox alone has a headline and no text.
    """
    with translation.override(language), timezone.override(ZoneInfo(time_zone)):
        record = samples.record_of(notice)
        entry = samples.entry_of(notice, record)
        details = dict(samples.sample_of(notice).details)
        # Its own details and thread would look for the record in the database.
        invented = replace(
            notice,
            details=lambda _entry, _recipient: details,
            thread_of=thread_of_subject,
            is_personal=True,
        )
        person = samples.reader(language, time_zone)
        if Channel.MAIL in notice.channels:
            wording = wording_for(invented, entry, record, person)
            text, html = with_nobodys_links(wording.text), with_nobodys_links(wording.html)
            return replace(wording, text=text, html=html)
        headline = headline_for(invented, entry, record, person)
        return Wording(headline, text="", html="", thread=thread_of_subject(entry))
