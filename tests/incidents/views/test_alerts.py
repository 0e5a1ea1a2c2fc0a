"""The pages of alerts, our own and received ones."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.models import Alert, AlertReceipt, Incident, KnownSender, ReceivedAlert
from incidents.services import alerts as services
from tests.factories.alerts import known_sender, own, received, take_in, written
from tests.factories.incidents import IncidentFactory
from tests.factories.sessions import open_session, sign_in
from tests.samples.alerts import alert_xml, area_xml, info_xml

IN_TURKIYE = info_xml(area=area_xml("39.0,32.0 39.0,33.0 40.0,33.0 40.0,32.0 39.0,32.0"))
UPLOAD = "/incidents/alerts/upload/"


def page(name: str, *args) -> str:
    return reverse(f"incidents:{name}", args=args)


def upload(client: Client, *contents: bytes):
    files = [
        SimpleUploadedFile(f"{number}.xml", content, "text/xml")
        for number, content in enumerate(contents)
    ]
    return client.post(UPLOAD, {"cap_files": files})


# ── received ────────────────────────────────────────────────────────────────────────────────────


def test_each_uploaded_file_gets_its_answer(editor_a):
    known_sender()

    answer = upload(
        open_session(editor_a),
        alert_xml(),
        alert_xml(identifier="B", scope=""),
        alert_xml(identifier="C", sender="who@example.org"),
        alert_xml(),
        b"<!DOCTYPE a><a/>",
    )

    text = answer.content.decode()
    assert (answer.status_code, ReceivedAlert.objects.count()) == (200, 2)
    for sentence in (
        "The required element “scope” is missing.",
        "“who@example.org” is not on the list",
        "Taken in before",
        "A document type (DTD) is never accepted",
    ):
        assert sentence in text


def test_an_upload_without_a_file_says_so(editor_a):
    assert open_session(editor_a).post(UPLOAD, {}).status_code == 422


def test_a_file_over_the_limit_is_refused_with_its_sentence(editor_a):
    big = alert_xml(extra=f"<note>{'x' * 1024 * 1024}</note>")

    answer = upload(open_session(editor_a), big)

    assert "an alert has at most 1048576" in answer.content.decode()


def test_the_list_marks_what_is_not_real(editor_a):
    known_sender()
    take_in(status="Test", identifier="T", info=IN_TURKIYE)
    client = open_session(editor_a)

    usual = client.get(page("received_alert_list")).content.decode()
    asked = client.get(page("received_alert_list") + "?unreal=on").content.decode()

    assert ("No alert has come in" in usual, ">Test</span>" in asked) == (True, True)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_whatever_its_length(count, editor_a, django_assert_num_queries):
    known_sender()
    for number in range(count):
        take_in(identifier=f"A{number}")
    client = open_session(editor_a)
    client.get(page("received_alert_list"))

    with django_assert_num_queries(5):
        client.get(page("received_alert_list"))


def test_the_page_of_a_received_alert_shows_what_it_says(editor_a):
    known_sender()
    alert = take_in(info=IN_TURKIYE).alert
    assert alert is not None

    text = open_session(editor_a).get(alert.get_absolute_url()).content.decode()

    for words in ("Flood", "Not signed", "duty@emergency.example", "map-area", "Draft an incident"):
        assert words in text


def test_markup_in_an_alert_stays_text(editor_a):
    known_sender()
    hostile = info_xml().replace(
        "<event>Flood</event>", "<event>&lt;script&gt;x&lt;/script&gt;</event>"
    )
    alert = take_in(info=hostile).alert
    assert alert is not None

    text = open_session(editor_a).get(alert.get_absolute_url()).content.decode()

    assert ("<script>x" in text, "&lt;script&gt;x" in text) == (False, True)


def test_only_web_addresses_become_links(editor_a):
    known_sender()
    named = info_xml().replace(
        "</info>",
        "<web>javascript:alert(1)</web><resource><resourceDesc>Map</resourceDesc>"
        "<mimeType>image/png</mimeType><uri>https://emergency.example/map.png</uri></resource></info>",
    )
    alert = take_in(info=named).alert
    assert alert is not None

    text = open_session(editor_a).get(alert.get_absolute_url()).content.decode()

    assert ('href="javascript' in text, 'href="https://emergency.example/map.png"' in text) == (
        False,
        True,
    )


def test_the_original_is_a_download(editor_a):
    alert = received()

    answer = open_session(editor_a).get(page("received_alert_xml", alert.pk))

    assert (answer.content, answer["Content-Disposition"].split(";")[0]) == (
        alert_xml(),
        "attachment",
    )


def test_the_secretariat_releases_and_trusts(officer):
    alert = take_in().alert
    assert alert is not None

    answer = open_session(officer).post(
        page("received_alert_release", alert.pk), {"trust_sender": "on", "sender_name": "Service"}
    )

    alert.refresh_from_db()
    assert (answer.status_code, alert.status, KnownSender.objects.get().name) == (
        302,
        "accepted",
        "Service",
    )


def test_uploading_again_what_waits_in_quarantine_releases_it(editor_a, editor_b):
    known_sender(participant=editor_a.participant)
    held = take_in(by=editor_b).alert
    assert held is not None

    answer = upload(open_session(editor_a), alert_xml())

    shown = answer.content.decode()
    assert ("Accepted" in shown, "It was in quarantine and is released" in shown) == (True, True)
    history = open_session(editor_a).get(held.get_absolute_url()).content.decode()
    assert ("Released from quarantine" in history, "Held in quarantine" in history) == (True, True)


def test_what_was_put_aside_and_what_was_accepted_lead_to_each_other(editor_a, editor_b, officer):
    known_sender(participant=editor_a.participant)
    forged = take_in(by=editor_b, scope="Private", extra="<addresses>a</addresses>").alert
    own = take_in(by=editor_a).alert
    assert forged is not None
    assert own is not None
    client = open_session(officer)

    pages = [client.get(one.get_absolute_url()).content.decode() for one in (forged, own)]

    assert "this one was put aside" in pages[0]
    assert own.get_absolute_url() in pages[0]
    assert "Put aside for this one, with another content under its name:" in pages[1]
    assert forged.get_absolute_url() in pages[1]
    # Others do not learn of what is held.
    assert (
        forged.get_absolute_url()
        not in open_session(editor_a).get(own.get_absolute_url()).content.decode()
    )


def test_releasing_twice_is_told(officer):
    alert = received()

    assert open_session(officer).get(page("received_alert_release", alert.pk)).status_code == 409


def test_an_alert_is_linked_by_number(editor_a):
    incident = IncidentFactory(participant=editor_a.participant, status="active")
    alert = received()

    open_session(editor_a).post(page("received_alert_link", alert.pk), {"number": incident.number})

    alert.refresh_from_db()
    assert (alert.status, alert.incident) == ("linked", incident)


def test_a_number_that_nobody_has_is_told_beside_the_field(editor_a):
    answer = open_session(editor_a).post(
        page("received_alert_link", received().pk), {"number": "OTS-1999-0001"}
    )

    assert (answer.status_code, "There is no such incident" in answer.content.decode()) == (
        422,
        True,
    )


def test_linking_needs_something_to_link_to(editor_a):
    answer = open_session(editor_a).post(page("received_alert_link", received().pk), {})

    assert answer.status_code == 422


def test_an_incident_is_drafted_from_an_alert(editor_a):
    known_sender()
    alert = take_in(info=IN_TURKIYE).alert
    assert alert is not None

    answer = open_session(editor_a).post(page("received_alert_propose", alert.pk))

    incident = Incident.objects.get()
    assert answer["Location"] == page("edit", incident.pk)
    assert (incident.status, incident.title) == ("draft", "Flood")


def test_an_acknowledgement_can_be_downloaded(editor_a):
    alert = received()
    client = open_session(editor_a)

    client.post(page("received_alert_acknowledge", alert.pk))

    receipt = AlertReceipt.objects.get()
    answer = client.get(page("receipt_xml", receipt.pk))
    assert (answer["Content-Type"], b"<msgType>Ack</msgType>" in answer.content) == (
        "application/cap+xml",
        True,
    )


def test_an_error_asks_for_the_reason(editor_a):
    alert = received()
    client = open_session(editor_a)

    assert client.post(page("received_alert_object", alert.pk), {}).status_code == 422
    client.post(page("received_alert_object", alert.pk), {"reason": "Wrong area."})

    assert AlertReceipt.objects.get().note == "Wrong area."


def test_the_administrator_keeps_the_list_of_senders(administrator):
    client = open_session(administrator)

    client.post(page("known_sender_list"), {"sender": "a@b.example", "name": "Service"})
    again = client.post(page("known_sender_list"), {"sender": "a@b.example", "name": "Service"})
    sender = KnownSender.objects.get()
    shown = "a@b.example" in client.get(page("known_sender_list")).content.decode()
    client.post(page("known_sender_remove", sender.pk))

    sender.refresh_from_db()
    assert (again.status_code, shown, sender.removed_at is not None) == (422, True, True)


# ── our own ─────────────────────────────────────────────────────────────────────────────────────


def test_an_alert_goes_from_the_incident_to_its_issue(editor_a, head_a, now):
    incident = IncidentFactory(participant=editor_a.participant, status="active")
    editor = open_session(editor_a)
    editor.post(page("alert_new", incident.pk))
    alert = Alert.objects.get()
    form = {
        "version": alert.version,
        "severity": "Severe",
        "urgency": "Immediate",
        "certainty": "Observed",
        "categories": ["Geo"],
        "scope": "Public",
        "expires": "2099-01-01T00:00",
        "circles": "37.2,37.0 50",
        "languages": ["en"],
        "en_event": "Earthquake",
        "en_headline": "Earthquake near Pazarcık",
        "en_description": "Stay outside.",
        "en_area": "Kahramanmaraş",
    }
    saved = editor.post(page("alert_edit", alert.pk), form)
    head = open_session(head_a)
    for verb in ("approve", "issue"):
        assert head.post(page(f"alert_{verb}", alert.pk)).status_code == 302

    alert.refresh_from_db()
    assert (saved.status_code, alert.status, alert.identifier) == (302, "issued", alert.identifier)
    download = head.get(page("alert_xml", alert.pk)).content
    assert b"<headline>Earthquake near Pazarc\xc4\xb1k</headline>" in download


def filled_in(form) -> dict:
    """What the browser would send of the form as it stands."""
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, "", [], ())}


def test_a_new_language_leads_back_to_its_fields(editor_a, head_a, now):
    alert = own("draft", editor=editor_a, head=head_a, at=now)
    client = open_session(editor_a)
    form = client.get(page("alert_edit", alert.pk)).context["form"]
    data = filled_in(form)
    data |= {
        "languages": ["en", "kk", "tr"],
        "onset": "2026-11-20T08:00",
        "expires": "2026-11-21T08:00",
    }

    answer = client.post(page("alert_edit", alert.pk), data)

    assert answer.status_code == 302
    assert answer["Location"] == page("alert_edit", alert.pk)
    assert 'name="tr_headline"' in client.get(answer["Location"]).content.decode()


def test_two_versions_are_shown_side_by_side(editor_a, head_a, now):
    alert = own("draft", editor=editor_a, head=head_a, at=now)
    client = open_session(editor_a)
    form = client.get(page("alert_edit", alert.pk)).context["form"]
    data = filled_in(form)
    data |= {
        "onset": "2026-11-20T08:00",
        "expires": "2026-11-21T08:00",
        "en_headline": "Mine",
    }
    written(alert, by=editor_a, at=now)

    answer = client.post(page("alert_edit", alert.pk), data)

    assert (answer.status_code, "Mine" in answer.content.decode()) == (409, True)


def test_obstacles_are_shown_and_approving_says_them_again(editor_a, head_a, now):
    incident = IncidentFactory(participant=editor_a.participant, status="active")
    alert = services.draft(incident, by=editor_a, at=now)

    answer = open_session(head_a).post(page("alert_approve", alert.pk))

    assert (answer.status_code, "“description” is missing in en." in answer.content.decode()) == (
        422,
        True,
    )


def test_whoever_is_not_fresh_confirms_before_the_alert_goes_out(editor_a, head_a):
    alert = own("approved", editor=editor_a, head=head_a, at=timezone.now())
    client = Client()
    sign_in(client, head_a, minutes_ago=60)

    answer = client.post(page("alert_issue", alert.pk))

    alert.refresh_from_db()
    assert (answer.status_code, alert.status) == (302, "approved")
    assert answer["Location"].startswith(reverse("account_reauthenticate"))


def test_an_update_is_drafted_from_the_issued_alert(editor_a, head_a, now):
    alert = own("issued", editor=editor_a, head=head_a, at=now)

    open_session(editor_a).post(page("alert_follow", alert.pk), {"message_type": "Update"})

    assert Alert.objects.get(message_type="Update").follows == alert


def test_the_incident_shows_its_alerts(editor_a, head_a, now):
    alert = own("issued", editor=editor_a, head=head_a, at=now)

    text = (
        open_session(editor_a).get(f"{alert.incident.get_absolute_url()}?whole=1").content.decode()
    )

    assert ("Flood at the Ural" in text, "Draft an alert" in text) == (True, True)


def test_a_stranger_reads_a_public_alert_without_its_named_incident(
    editor_a, head_a, editor_b, now
):
    named = IncidentFactory(
        participant=editor_a.participant,
        status="active",
        classification="named",
        titles={"en": "Secret quake"},
    )
    alert = own("issued", editor=editor_a, head=head_a, at=now, incident=named, scope="Public")

    text = open_session(editor_b).get(alert.get_absolute_url()).content.decode()

    assert ("Flood at the Ural" in text, "Secret quake" in text) == (True, False)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_own_alerts_asks_as_often(
    count, editor_a, head_a, now, django_assert_num_queries
):
    for _number in range(count):
        own("issued", editor=editor_a, head=head_a, at=now)
    client = open_session(editor_a)
    client.get(page("alert_list"))

    with django_assert_num_queries(4):
        client.get(page("alert_list"))
