from datetime import time

import pytest

from incidents.services import incidents
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications import preferences
from ots_portal.notifications.fan_out import insert_deliveries
from ots_portal.notifications.models import Cadence, Delivery, KindChoice, MailTimes
from ots_portal.notifications.preferences import Times
from ots_portal.plugs import notices
from tests.factories.incidents import reported
from tests.factories.sessions import sign_in

PAGE = "/inbox/choices/"
REPORTED, VERIFIED = "incidents.incident.reported", "incidents.incident.verified"
LOWERED = "incidents.incident.level_lowered"


def choose(user, kind, cadence, now):
    preferences.choose(user, cadences={kind: cadence}, by=user, at=now)


def channels_to(user):
    return sorted(Delivery.objects.filter(recipient=user).values_list("channel", flat=True))


def fan_out(kind, now):
    entry = AuditEntry.objects.get(kind=kind)
    insert_deliveries(notices[kind], entry, at=now)


def filled_in(**changes):
    """The form of the page as it is sent when nothing was touched, but for the changes."""
    usual = dict.fromkeys(preferences.optional_kinds(), "at_once")
    return usual | {"digest_time": "07:00", "quiet_from": "", "quiet_until": ""} | changes


@pytest.fixture
def verified(editor_a, second_editor_a, now):
    return incidents.verify(reported(by=editor_a), by=second_editor_a, at=now)


def test_person_who_does_without_the_mail_still_finds_it_in_the_inbox(
    editor_a, second_editor_a, head_a, now
):
    reported(by=editor_a)
    choose(second_editor_a, REPORTED, Cadence.NEVER, now)

    fan_out(REPORTED, now)

    assert (channels_to(second_editor_a), channels_to(head_a)) == (["inbox"], ["inbox", "mail"])


@pytest.mark.parametrize("cadence", [Cadence.HOURLY, Cadence.DAILY])
def test_mail_of_a_digest_knows_which_one_it_waits_for(
    editor_a, second_editor_a, head_a, now, cadence
):
    reported(by=editor_a)
    choose(second_editor_a, REPORTED, cadence, now)

    fan_out(REPORTED, now)

    mails = Delivery.objects.filter(channel="mail").values_list("recipient__full_name", "cadence")
    assert sorted(mails) == [("Head of A", "at_once"), ("Second editor of A", cadence)]


@pytest.mark.parametrize("cadence", [Cadence.NEVER, Cadence.DAILY])
def test_alert_reaches_an_officer_on_duty_by_mail_at_once_in_any_case(
    verified, editor_b, now, cadence
):
    choose(editor_b, VERIFIED, cadence, now)

    fan_out(VERIFIED, now)

    mail = Delivery.objects.get(recipient=editor_b, channel="mail")
    assert (editor_b.is_on_duty, mail.cadence) == (True, Cadence.AT_ONCE)


def test_choice_about_another_kind_changes_nothing(verified, editor_b, now):
    choose(editor_b, "meetings.meeting.convened", Cadence.NEVER, now)

    fan_out(VERIFIED, now)

    assert channels_to(editor_b) == ["inbox", "mail"]


def test_fan_out_stays_one_statement_per_channel_and_cadence(
    verified, editor_b, now, django_assert_num_queries
):
    entry = AuditEntry.objects.get(kind=VERIFIED)

    # the incident for recipients, readers and topics, its participants; the inbox, mail three times; the webhooks
    with django_assert_num_queries(9):
        insert_deliveries(notices[VERIFIED], entry, at=now)


def test_what_concerns_the_account_cannot_be_done_without(client, editor_a, now):
    sign_in(client, editor_a)

    page = client.get(PAGE).content.decode()

    indispensable = [notice for notice in notices.values() if not notice.is_optional]
    assert f'name="{VERIFIED}"' in page
    assert "people.user.password_changed" in {notice.kind for notice in indispensable}
    assert [notice.kind for notice in indispensable if f'name="{notice.kind}"' in page] == []
    assert [notice.kind for notice in indispensable if str(notice.title) not in page] == []


def test_choice_about_what_is_mandatory_is_passed_over(editor_a, now):
    choose(editor_a, "people.user.password_changed", Cadence.NEVER, now)

    assert (preferences.chosen_by(editor_a), KindChoice.objects.count()) == ({}, 0)


def test_choice_is_saved_shown_again_and_written_down(client, editor_a):
    sign_in(client, editor_a)

    answer = client.post(
        PAGE,
        filled_in(
            **{LOWERED: "daily"}, digest_time="06:30", quiet_from="22:00", quiet_until="06:00"
        ),
    )
    page = client.get(PAGE).content.decode()

    editor_a.refresh_from_db()
    assert answer["Location"] == PAGE
    assert preferences.chosen_by(editor_a) == {LOWERED: "daily"}
    assert preferences.times_of(editor_a) == Times(time(6, 30), time(22), time(6))
    assert page.count('<option value="daily" selected>') == 1
    (entry,) = AuditEntry.objects.filter(kind="people.user.mails_chosen")
    assert entry.data["changes"] == {
        "mail_cadences": {"before": {}, "after": {LOWERED: "daily"}},
        "digest_time": {"before": "07:00", "after": "06:30"},
        "quiet_from": {"before": None, "after": "22:00"},
        "quiet_until": {"before": None, "after": "06:00"},
    }


def test_back_at_once_no_choice_is_kept(editor_a, now):
    choose(editor_a, LOWERED, Cadence.DAILY, now)

    choose(editor_a, LOWERED, Cadence.AT_ONCE, now)

    assert not KindChoice.objects.exists()


def test_saving_the_same_choice_writes_nothing(client, editor_a):
    sign_in(client, editor_a)

    client.post(PAGE, filled_in())

    assert not AuditEntry.objects.filter(kind="people.user.mails_chosen").exists()
    assert not MailTimes.objects.exists()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({LOWERED: "weekly"}, "Select a valid choice"),
        ({"quiet_from": "22:00"}, "Quiet hours have a beginning and an end."),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "Quiet hours end at another time"),
        ({"digest_time": "25:00"}, "Enter a valid time."),
    ],
)
def test_what_cannot_be_is_told_beside_the_field(client, editor_a, changes, told):
    sign_in(client, editor_a)

    answer = client.post(PAGE, filled_in(**changes))

    assert (answer.status_code, told in answer.content.decode()) == (422, True)
    assert (KindChoice.objects.count(), MailTimes.objects.count()) == (0, 0)


def test_choice_about_a_kind_that_is_gone_for_now_is_kept(editor_a, now):
    KindChoice.objects.create(user=editor_a, kind="treaties.treaty.signed")

    choose(editor_a, LOWERED, Cadence.DAILY, now)

    assert preferences.chosen_by(editor_a) == {"treaties.treaty.signed": "never", LOWERED: "daily"}


def test_the_old_address_leads_to_the_choices(client, editor_a):
    sign_in(client, editor_a)

    assert client.get("/people/settings/notifications/")["Location"] == PAGE
