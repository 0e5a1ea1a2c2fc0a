"""The story of the issue: an officer prepares, the head publishes, the observer reads."""

import uuid
from datetime import timedelta

import time_machine
from django.urls import reverse
from django.utils import timezone

from meetings.models import Minutes
from tests.factories.meetings import AgendaItemFactory, MeetingFactory


def address(name, pk):
    return reverse(f"meetings:{name}", args=[pk])


def whole_answer(response):
    return response.status_code, dict(response.items()), response.content


def test_an_officer_prepares_the_head_publishes_and_an_observer_reads(
    sign_in, officer, secretary, head_a, observer
):
    meeting = MeetingFactory(status="in_session", visibility="observers", is_training=True)
    item = AgendaItemFactory(meeting=meeting, titles={"en": "Alerts across borders"})

    client = sign_in(officer)
    client.post(address("adjourn", meeting.pk))
    client.post(address("minutes_new", meeting.pk))
    record = Minutes.objects.get(meeting=meeting)
    client.post(
        address("minutes_edit", record.pk),
        {
            "version": "1",
            "op": "save",
            "text_new": "All answered in time.",
            "item_new": str(item.pk),
        },
    )
    deadline = (timezone.localtime() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    client.post(address("minutes_circulate", record.pk), {"comments_until": deadline})
    refused = client.post(address("minutes_publish", record.pk), {"classification": "observers"})
    assert refused.status_code == 403

    client = sign_in(head_a)
    assert "All answered in time." in client.get(record.get_absolute_url()).content.decode()

    client = sign_in(observer)
    before = client.get(record.get_absolute_url())
    nowhere = client.get(address("minutes_detail", uuid.uuid4()))
    assert whole_answer(before) == whole_answer(nowhere)
    assert before.status_code == 404

    with time_machine.travel(timezone.now() + timedelta(days=3)):
        client = sign_in(secretary)
        client.post(address("minutes_adopt", record.pk), {"adopted_by": "in_sitting"})
        client.post(address("minutes_publish", record.pk), {"classification": "observers"})

    client = sign_in(observer)
    after = client.get(record.get_absolute_url())
    text = after.content.decode()
    assert after.status_code == 200
    assert all(
        words in text for words in ("All answered in time.", "Alerts across borders", "Training")
    )
    assert record.get_absolute_url() in client.get(meeting.get_absolute_url()).content.decode()
    assert (
        record.get_absolute_url() in client.get(reverse("meetings:minutes_list")).content.decode()
    )
