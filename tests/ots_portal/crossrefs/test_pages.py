"""Ties as people and programs meet them: the card on a record, the picker, the endpoints."""

import pytest
from django.template import Context, Template
from django.urls import reverse

from ots_portal.crossrefs.models import CrossReference
from tests.factories.agreements import InstrumentFactory
from tests.factories.api import bearer
from tests.factories.incidents import IncidentFactory
from tests.factories.meetings import AgendaItemFactory, MeetingFactory
from tests.factories.sessions import sign_in
from tests.ots_portal.crossrefs.test_services import tied

TIES = "/api/v1/crossrefs/"


@pytest.fixture
def item(turkiye):
    return AgendaItemFactory(meeting=MeetingFactory(status="convened", host=turkiye))


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="active", titles={"en": "Elazığ quake"})


def key_of(record):
    return f"{record._meta.label_lower}:{record.pk}"


def picker(record):
    return reverse("crossrefs:tie", args=[record._meta.label_lower, record.pk])


def text_of(answer):
    return " ".join(answer.content.decode().split())


def card_of(record, reader):
    page = Template("{% load crossrefs %}{% ties_of record %}")
    return " ".join(page.render(Context({"record": record, "user": reader})).split())


# ── the card ────────────────────────────────────────────────────────────────────────────────────
def test_the_card_shows_ties_and_the_picker_to_whoever_may_tie(item, incident, officer, editor_b):
    tied(item, incident, by=officer)

    to_officer, to_b = card_of(item, officer), card_of(item, editor_b)

    assert all(str(incident) in card for card in (to_officer, to_b))
    assert ("Untie" in to_officer, picker(item) in to_officer) == (True, True)
    assert ("Untie" in to_b, picker(item) in to_b) == (False, False)


def test_the_card_is_not_there_where_there_is_nothing_to_show(item, incident, editor_b):
    assert (card_of(item, editor_b), card_of(incident, editor_b)) == ("", "")


def test_the_card_of_a_target_leads_back(client, item, incident, officer, editor_b):
    tied(item, incident, by=officer)

    card = card_of(incident, editor_b)

    assert f'href="{item.meeting.get_absolute_url()}#{item.anchor}"' in card
    assert "Spoken of in" in card


def test_the_incidents_page_shows_its_ties(client, item, incident, officer, head_a):
    tied(item, incident, by=officer)
    sign_in(client, head_a)

    page = text_of(client.get(f"{incident.get_absolute_url()}?whole=1"))

    assert "Belongs together with" in page


def test_the_agreements_page_shows_its_ties(client, item, officer, head_a):
    instrument = InstrumentFactory(status="negotiation")
    tied(item, instrument, by=officer)
    sign_in(client, head_a)

    assert "Belongs together with" in text_of(client.get(instrument.get_absolute_url()))


def test_the_meetings_page_shows_what_its_items_are_about(client, item, incident, officer):
    tied(item, incident, by=officer)
    sign_in(client, officer)

    page = text_of(client.get(item.meeting.get_absolute_url()))

    assert "What the items are about" in page
    assert str(incident) in page
    assert picker(item) in page


# ── the picker ──────────────────────────────────────────────────────────────────────────────────
def test_without_a_script_one_looks_and_ties_on_a_page(client, item, incident, officer):
    sign_in(client, officer)

    found = client.get(picker(item), {"q": "elazig"})
    answer = client.post(
        picker(item), {"q": "elazig", "to": key_of(incident), "relation": "follows_from"}
    )

    assert f'value="{key_of(incident)}"' in text_of(found)
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{item.meeting.get_absolute_url()}#{item.anchor}",
    )
    assert CrossReference.objects.get().relation == "follows_from"


def test_with_a_script_only_what_is_found_comes_back(client, item, incident, officer):
    sign_in(client, officer)

    part = client.get(picker(item), {"q": "elazig"}, headers={"HX-Request": "true"})

    assert (str(incident) in text_of(part), "<html" in text_of(part)) == (True, False)


def test_nothing_found_says_so(client, item, officer):
    sign_in(client, officer)

    assert "Nothing that you may read fits “Atlantis”." in text_of(
        client.get(picker(item), {"q": "Atlantis"})
    )


@pytest.mark.parametrize(
    "to", ["", "incidents.incident:none", "people.user:x", "incidents.incident", "\x00"]
)
def test_a_choice_that_is_none_is_shown_again(client, item, officer, to):
    sign_in(client, officer)

    answer = client.post(picker(item), {"to": to, "relation": "concerns"})

    assert answer.status_code in (400, 422)
    assert not CrossReference.objects.exists()


def test_tying_to_itself_is_told_beside_the_choice(client, item, officer):
    sign_in(client, officer)

    answer = client.post(picker(item), {"to": key_of(item), "relation": "concerns"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["to"])


def test_tying_twice_is_a_conflict(client, item, incident, officer):
    tied(item, incident, by=officer)
    sign_in(client, officer)

    answer = client.post(picker(item), {"to": key_of(incident), "relation": "concerns"})

    assert answer.status_code == 409
    assert "tied in this way already" in text_of(answer)


def test_after_the_meeting_the_picker_says_why_not(client, item, officer):
    item.meeting.status = "closed"
    item.meeting.save()
    sign_in(client, officer)

    answer = client.get(picker(item))

    assert answer.status_code == 409
    assert "The meeting is over" in text_of(answer)


def test_a_tie_is_untied_from_the_record(client, item, incident, officer):
    reference = tied(item, incident, by=officer)
    sign_in(client, officer)

    answer = client.post(reverse("crossrefs:untie", args=[reference.pk]))

    assert (answer.status_code, CrossReference.objects.exists()) == (302, False)


# ── programs ────────────────────────────────────────────────────────────────────────────────────
def body(item, to, **changes):
    return {
        "from_type": "meetings.agendaitem",
        "from_id": str(item.pk),
        "to_type": to._meta.label_lower,
        "to_id": str(to.pk),
        **changes,
    }


def send(client, address, sent=None, **headers):
    return client.post(address, sent or {}, content_type="application/json", **headers)


def test_a_person_ties_and_unties_by_the_api(client, item, incident, officer):
    sign_in(client, officer)

    made = send(client, TIES, body(item, incident))
    address = made["Location"]
    read = client.get(address)
    removed = send(client, f"{address}untie/")

    assert (made.status_code, made.json()["relation"]) == (201, "concerns")
    assert (read.json(), removed.status_code) == (made.json(), 204)
    assert client.get(address).status_code == 404


def test_a_partner_system_reads_the_ties_of_a_record(client, item, incident, officer, machine_b):
    tied(item, incident, by=officer)
    other = IncidentFactory(participant=incident.participant, status="active")
    token = bearer(machine_b, "crossrefs:read")

    def count(record):
        asked = {"to_type": "incidents.incident", "to_id": str(record.pk)}
        return len(client.get(TIES, asked, **token).json()["results"])

    assert (count(incident), count(other)) == (1, 0)


def test_the_list_counts_no_tie_with_an_end_that_one_may_not_read(
    client, item, officer, editor_b, turkiye
):
    hidden = IncidentFactory(participant=turkiye, status="active", classification="named")
    reference = tied(item, hidden, by=officer)
    sign_in(client, editor_b)

    assert client.get(TIES).json()["results"] == []
    assert client.get(f"{TIES}{reference.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"from_id": "00000000-0000-4000-8000-000000000000"}, "#/from_id"),
        ({"from_type": "people.user"}, "#/from_id"),
        ({"to_id": "00000000-0000-4000-8000-000000000000"}, "#/to_id"),
        ({"relation": "resembles"}, "#/relation"),
        ({"note": "So."}, "#/note"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_by_field(
    client, item, incident, officer, changes, pointer
):
    sign_in(client, officer)

    answer = send(client, TIES, body(item, incident, **changes))

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


def test_tying_twice_by_the_api_is_a_conflict(client, item, incident, officer):
    tied(item, incident, by=officer)
    sign_in(client, officer)

    assert send(client, TIES, body(item, incident)).status_code == 409
