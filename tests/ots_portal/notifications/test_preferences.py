import pytest

from incidents.services import incidents
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications import preferences
from ots_portal.notifications.fan_out import insert_deliveries
from ots_portal.notifications.models import Delivery, UnwantedMail
from ots_portal.plugs import notices
from tests.factories.incidents import reported
from tests.factories.sessions import sign_in

PAGE = "/people/settings/notifications/"
REPORTED, VERIFIED = "incidents.incident.reported", "incidents.incident.verified"


def all_kinds():
    return {n.kind for alerts in (True, False) for n in preferences.optional_notices(alerts=alerts)}


def do_without(user, kind, now):
    preferences.choose_mails(user, wanted=all_kinds() - {kind}, by=user, at=now)


def channels_to(user):
    return sorted(Delivery.objects.filter(recipient=user).values_list("channel", flat=True))


def fan_out(kind, now):
    entry = AuditEntry.objects.get(kind=kind)
    insert_deliveries(notices[kind], entry, at=now)


@pytest.fixture
def verified(editor_a, second_editor_a, now):
    return incidents.verify(reported(by=editor_a), by=second_editor_a, at=now)


def test_person_who_does_without_the_mail_still_finds_it_in_the_inbox(
    editor_a, second_editor_a, head_a, now
):
    reported(by=editor_a)
    do_without(second_editor_a, REPORTED, now)

    fan_out(REPORTED, now)

    assert (channels_to(second_editor_a), channels_to(head_a)) == (["inbox"], ["inbox", "mail"])


def test_alert_reaches_an_officer_on_duty_by_mail_in_any_case(verified, editor_b, now):
    do_without(editor_b, VERIFIED, now)

    fan_out(VERIFIED, now)

    assert (editor_b.is_on_duty, channels_to(editor_b)) == (True, ["inbox", "mail"])


def test_choice_about_another_kind_changes_nothing(verified, editor_b, now):
    do_without(editor_b, "meetings.meeting.convened", now)

    fan_out(VERIFIED, now)

    assert channels_to(editor_b) == ["inbox", "mail"]


def test_fan_out_stays_one_statement_per_channel(
    verified, editor_b, now, django_assert_num_queries
):
    entry = AuditEntry.objects.get(kind=VERIFIED)

    # the incident for each channel's recipients, one INSERT … SELECT for each channel; the webhooks
    with django_assert_num_queries(5):
        insert_deliveries(notices[VERIFIED], entry, at=now)


def test_what_concerns_the_account_cannot_be_done_without(client, editor_a):
    sign_in(client, editor_a)

    page = client.get(PAGE).content.decode()

    indispensable = {notice.kind for notice in notices.values() if not notice.is_optional}
    assert (VERIFIED in page, "people.user.password_changed" in indispensable) == (True, True)
    assert [kind for kind in indispensable if f'"{kind}"' in page] == []
    assert indispensable & all_kinds() == set()


def test_choice_is_saved_shown_again_and_written_down(client, editor_a):
    sign_in(client, editor_a)
    alerts = [n.kind for n in preferences.optional_notices(alerts=True)]

    answer = client.post(PAGE, {"alerts": alerts})
    page = client.get(PAGE).content.decode()

    others = sorted(all_kinds() - set(alerts))
    assert answer["Location"] == PAGE
    assert preferences.unwanted_kinds(editor_a) == set(others)
    assert page.count(" checked") == len(alerts)
    (entry,) = AuditEntry.objects.filter(kind="people.user.mails_chosen")
    assert entry.data["changes"] == {"unwanted_mails": {"before": [], "after": others}}


def test_saving_the_same_choice_writes_nothing(client, editor_a):
    sign_in(client, editor_a)
    chosen = {
        "alerts": [n.kind for n in preferences.optional_notices(alerts=True)],
        "others": [n.kind for n in preferences.optional_notices(alerts=False)],
    }

    client.post(PAGE, chosen)

    assert not AuditEntry.objects.filter(kind="people.user.mails_chosen").exists()


def test_kind_nobody_offers_is_told_beside_the_field(client, editor_a):
    sign_in(client, editor_a)

    answer = client.post(PAGE, {"alerts": ["people.user.password_changed"]})

    assert (answer.status_code, UnwantedMail.objects.count()) == (422, 0)


def test_choice_about_a_kind_that_is_gone_for_now_is_kept(editor_a, now):
    UnwantedMail.objects.create(user=editor_a, kind="treaties.treaty.signed")

    preferences.choose_mails(editor_a, wanted=all_kinds(), by=editor_a, at=now)

    assert preferences.unwanted_kinds(editor_a) == {"treaties.treaty.signed"}
