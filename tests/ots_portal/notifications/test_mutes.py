import pytest

from ots_portal.audit.models import AuditEntry
from ots_portal.audit.services import record
from ots_portal.notifications import mutes
from ots_portal.notifications.fan_out import insert_deliveries
from ots_portal.notifications.models import Delivery, MutedThread
from ots_portal.plugs import Thread, notices
from tests.factories.incidents import IncidentFactory
from tests.factories.notifications import InboxItemFactory
from tests.factories.reports import a_report
from tests.factories.sessions import sign_in

LOWERED, VERIFIED = "incidents.incident.level_lowered", "incidents.incident.verified"
PUBLISHED = "incidents.report.published"


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="active")


def thread_of(incident):
    return Thread("incidents.incident", str(incident.pk))


def tell(kind, subject, now):
    entry = record(kind, subject=subject, by=None, at=now)
    insert_deliveries(notices[kind], entry, at=now)


def told(user):
    found = Delivery.objects.filter(recipient=user).order_by("channel")
    return [(each.channel, "read" if each.read_at else "unread") for each in found]


def test_what_is_muted_stands_in_the_inbox_as_read_and_is_not_mailed(
    incident, editor_b, head_b, now
):
    head_b.is_on_duty = True
    head_b.save()
    mutes.mute(editor_b, thread_of(incident), by=editor_b, at=now)

    tell(LOWERED, incident, now)

    assert told(editor_b) == [("inbox", "read")]
    assert told(head_b) == [("inbox", "unread"), ("mail", "unread")]


def test_what_hangs_on_the_incident_is_muted_with_it(incident, editor_a, editor_b, now):
    mutes.mute(editor_b, thread_of(incident), by=editor_b, at=now)

    tell(PUBLISHED, a_report(incident, "published", by=editor_a), now)

    assert told(editor_b) == [("inbox", "read")]


def test_alert_of_what_is_muted_comes_all_the_same(incident, editor_b, now):
    mutes.mute(editor_b, thread_of(incident), by=editor_b, at=now)

    tell(VERIFIED, incident, now)

    assert told(editor_b) == [("inbox", "unread"), ("mail", "unread")]


def test_another_incident_is_not_muted(incident, turkiye, editor_b, now):
    mutes.mute(editor_b, thread_of(incident), by=editor_b, at=now)

    tell(LOWERED, IncidentFactory(participant=turkiye, status="active"), now)

    assert told(editor_b) == [("inbox", "unread"), ("mail", "unread")]


# ── one click ───────────────────────────────────────────────────────────────────────────────────
def test_one_click_on_the_page_of_the_incident_mutes_it_and_one_more_undoes_it(
    client, incident, editor_b
):
    sign_in(client, editor_b)
    page = incident.get_absolute_url()
    sent = {"model": "incidents.incident", "key": str(incident.pk), "next": page}

    first = client.post("/inbox/mute/", sent)
    (muted,) = MutedThread.objects.filter(user=editor_b)
    offered = client.get(page, {"whole": "1"}).content.decode()
    second = client.post(f"/inbox/muted/{muted.pk}/undo/", {"next": page})

    assert (first["Location"], second["Location"]) == (page, page)
    assert f'action="/inbox/muted/{muted.pk}/undo/"' in offered
    assert not MutedThread.objects.exists()
    kinds = AuditEntry.objects.filter(kind__startswith="notifications.thread.")
    assert {entry.kind for entry in kinds} == {
        "notifications.thread.muted",
        "notifications.thread.unmuted",
    }


def test_one_click_in_the_inbox_mutes_the_incident_that_a_report_hangs_on(
    client, incident, editor_a, editor_b, now
):
    tell(PUBLISHED, a_report(incident, "published", by=editor_a), now)
    item = Delivery.objects.get(recipient=editor_b, channel="inbox")
    sign_in(client, editor_b)

    shown = client.get("/inbox/").content.decode()
    client.post(f"/inbox/{item.pk}/mute/")

    assert f'action="/inbox/{item.pk}/mute/"' in shown
    (muted,) = MutedThread.objects.all()
    assert Thread(muted.model, muted.key) == thread_of(incident)


def test_muting_twice_is_muting_once(incident, editor_b, now):
    for _ in range(2):
        mutes.mute(editor_b, thread_of(incident), by=editor_b, at=now)

    assert AuditEntry.objects.filter(kind="notifications.thread.muted").count() == 1


@pytest.mark.parametrize(
    ("model", "key"),
    [
        ("incidents.incident", "not-a-key"),
        ("incidents.incident", "7d8ff0ac-54ac-4a38-9b22-2d7a9ef0d0d1"),
        ("sessions.session", "7d8ff0ac-54ac-4a38-9b22-2d7a9ef0d0d1"),
        ("", ""),
    ],
)
def test_what_is_not_there_cannot_be_muted(client, editor_b, model, key):
    sign_in(client, editor_b)

    answer = client.post("/inbox/mute/", {"model": model, "key": key})

    assert (answer.status_code, MutedThread.objects.count()) == (404, 0)


def test_what_may_not_be_read_is_muted_by_nobody(client, turkiye, editor_b):
    hidden = IncidentFactory(participant=turkiye, status="active", classification="named")
    sign_in(client, editor_b)

    answer = client.post("/inbox/mute/", {"model": "incidents.incident", "key": str(hidden.pk)})

    assert (answer.status_code, MutedThread.objects.count()) == (404, 0)


def test_form_leads_back_to_no_other_site(client, incident, editor_b, now):
    muted = mutes.mute(editor_b, thread_of(incident), by=editor_b, at=now)
    sign_in(client, editor_b)

    answer = client.post(f"/inbox/muted/{muted.pk}/undo/", {"next": "//evil.example/"})

    assert answer["Location"] == "/inbox/choices/"


def test_the_list_shows_what_is_muted_and_hides_what_may_no_longer_be_read(
    client, incident, turkiye, editor_b, now
):
    hidden = IncidentFactory(participant=turkiye, status="active", titles={"en": "Hidden one"})
    for each in (incident, hidden):
        mutes.mute(editor_b, thread_of(each), by=editor_b, at=now)
    hidden.classification = "named"
    hidden.save()
    sign_in(client, editor_b)

    page = client.get("/inbox/choices/").content.decode()

    assert (incident.number in page, "Hidden one" in page) == (True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_mutes_costs_two_queries(
    turkiye, editor_b, now, count, django_assert_num_queries
):
    for each in IncidentFactory.create_batch(count, participant=turkiye, status="active"):
        mutes.mute(editor_b, thread_of(each), by=editor_b, at=now)

    with django_assert_num_queries(2):
        assert len(mutes.muted_by(editor_b)) == count


def test_mute_of_another_is_not_there(client, incident, editor_b, head_b, now):
    muted = mutes.mute(head_b, thread_of(incident), by=head_b, at=now)
    item = InboxItemFactory(recipient=head_b, subject=incident)
    sign_in(client, editor_b)

    answers = [
        client.post(f"/inbox/muted/{muted.pk}/undo/"),
        client.post(f"/inbox/{item.pk}/mute/"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize(
    "written", ["{key}", "urn:uuid:{key}", "{{{{{{{key}}}}}}}", "upper", "hex"]
)
def test_however_a_form_writes_the_key_it_is_one_mute(client, incident, editor_b, written):
    sign_in(client, editor_b)
    key = {"upper": str(incident.pk).upper(), "hex": incident.pk.hex}.get(
        written, written.format(key=incident.pk)
    )

    for sent in (str(incident.pk), key, "{" * 300 + key):
        client.post("/inbox/mute/", {"model": "incidents.incident", "key": sent})

    assert MutedThread.objects.get().key == str(incident.pk)


def test_inbox_says_what_is_muted_already_and_leads_to_where_it_is_undone(
    client, incident, editor_b, now
):
    tell(VERIFIED, incident, now)
    sign_in(client, editor_b)
    before = client.get("/inbox/").content.decode()
    mutes.mute(editor_b, thread_of(incident), by=editor_b, at=now)

    after = client.get("/inbox/").content.decode()

    assert (before.count("inbox-mute"), after.count("inbox-mute")) == (1, 0)
    assert ("/inbox/choices/#muted" in before, "/inbox/choices/#muted" in after) == (False, True)
