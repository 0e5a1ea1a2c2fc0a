"""Published minutes are taken back before anybody is told of them."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone

from meetings.queries import minutes as minutes_queries
from meetings.services import minutes as services
from meetings.statuses import MinutesStatus
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from ots_portal.notifications.models import Delivery
from ots_portal.notifications.services import fan_out_waiting
from ots_portal.verdicts import Refused
from tests.factories.meetings import MinutesParagraphFactory
from tests.factories.sessions import sign_in


@pytest.fixture
def minutes(officer):
    paragraph = MinutesParagraphFactory(
        minutes__prepared_by=officer, minutes__status=MinutesStatus.ADOPTED
    )
    return paragraph.minutes


def page(name, minutes):
    return reverse(f"meetings:minutes_{name}", args=[minutes.pk])


def publish(minutes, *, by, at, classification="observers"):
    return services.publish(minutes, by=by, at=at, classification=classification)


# ── the service ─────────────────────────────────────────────────────────────────────────────────
def test_recalled_minutes_are_adopted_again_and_nobody_is_told(minutes, secretary, editor_a, now):
    publish(minutes, by=secretary, at=now)
    services.recall(minutes, by=secretary, at=now + timedelta(seconds=30))
    fan_out_waiting(clock=lambda: now + timedelta(minutes=5))

    assert (minutes.status, minutes.classification, minutes.published_at, minutes.published_by) == (
        "adopted", "", None, None,
    )  # fmt: skip
    kinds = AuditEntry.objects.order_by("recorded_at").values_list("kind", flat=True)
    assert list(kinds) == ["meetings.minutes.published", "meetings.minutes.recalled"]
    assert not Delivery.objects.exists()


def test_minutes_published_again_after_their_recall_are_told_of_once(
    minutes, secretary, editor_a, now
):
    publish(minutes, by=secretary, at=now)
    services.recall(minutes, by=secretary, at=now + timedelta(seconds=30))
    publish(minutes, by=secretary, at=now + timedelta(seconds=40))
    fan_out_waiting(clock=lambda: now + timedelta(minutes=5))

    assert [item.recipient for item in Delivery.objects.filter(channel="inbox")] == [editor_a]


def test_once_people_were_told_minutes_stay_published(minutes, secretary, editor_a, now):
    publish(minutes, by=secretary, at=now)
    fan_out_waiting(clock=lambda: now + timedelta(seconds=61))

    with pytest.raises(WrongStatus, match="The messages have gone out"):
        services.recall(minutes, by=secretary, at=now + timedelta(seconds=62))
    minutes.refresh_from_db()
    assert minutes.status == "published"


def test_an_officer_recalls_no_minutes(minutes, officer, secretary, now):
    publish(minutes, by=secretary, at=now)

    with pytest.raises(Refused):
        services.recall(minutes, by=officer, at=now)


# ── the pages ───────────────────────────────────────────────────────────────────────────────────
def test_who_publishes_minutes_sees_for_each_choice_before_whom_they_will_come(
    client, minutes, secretary, editor_a, observer, third_state_reader
):
    sign_in(client, secretary)

    text = " ".join(client.get(page("publish", minutes)).content.decode().split())

    to_observers = text[
        text.index('id="recipients-observers"') : text.index('id="recipients-public"')
    ]
    to_everybody = text[text.index('id="recipients-public"') :]
    assert "2 people will be told." in to_observers
    assert editor_a.full_name in to_observers
    assert third_state_reader.full_name not in to_observers
    assert "3 people will be told." in to_everybody
    assert third_state_reader.full_name in to_everybody


def test_whom_the_page_names_are_those_who_are_told(
    client, minutes, secretary, editor_a, third_state_reader
):
    sign_in(client, secretary)
    told = client.get(page("publish", minutes)).context["told"]
    publish(
        minutes, by=secretary, at=timezone.now() - timedelta(minutes=2), classification="public"
    )
    fan_out_waiting(clock=timezone.now)

    inbox = Delivery.objects.filter(channel="inbox").values_list("recipient", flat=True)
    assert set(inbox) == told[1].recipients.everybody == {editor_a.pk, third_state_reader.pk}


def test_a_choice_that_reaches_nobody_else_is_shown_once(client, minutes, secretary, editor_a):
    sign_in(client, secretary)

    text = client.get(page("publish", minutes)).content.decode()

    assert text.count("person will be told.") == 1
    assert "if it is open to" not in text


def test_minutes_just_published_can_be_recalled_by_the_head(client, minutes, secretary, observer):
    publish(minutes, by=secretary, at=timezone.now(), classification="public")
    sign_in(client, secretary)

    before = client.get(minutes.get_absolute_url()).content.decode()
    answer = client.post(page("recall", minutes), follow=True)

    assert "you can still recall this" in before
    assert "you can still recall this" not in answer.content.decode()
    assert "Recalled before anybody was told" in answer.content.decode()
    sign_in(client, observer)
    assert client.get(minutes.get_absolute_url()).status_code == 404
    assert minutes_queries.visible_to(AnonymousUser()).count() == 0


def test_others_do_not_see_that_minutes_can_be_recalled(client, minutes, officer, secretary):
    publish(minutes, by=secretary, at=timezone.now())
    sign_in(client, officer)

    text = client.get(minutes.get_absolute_url()).content.decode()

    assert "Open to" in text
    assert "data-seconds-left" not in text


def test_late_minutes_are_not_recalled_from_the_page(client, minutes, secretary, editor_a):
    publish(minutes, by=secretary, at=timezone.now() - timedelta(minutes=2))
    fan_out_waiting(clock=timezone.now)
    sign_in(client, secretary)

    text = client.get(minutes.get_absolute_url()).content.decode()
    answer = client.post(page("recall", minutes))

    minutes.refresh_from_db()
    assert "you can still recall this" not in text
    assert (answer.status_code, minutes.status) == (409, "published")
