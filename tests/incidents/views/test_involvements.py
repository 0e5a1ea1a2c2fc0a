"""Pages on participants' parts in an incident, and on what other systems call it."""

import re

import pytest
from django.urls import reverse

from incidents.models import Involvement
from incidents.services import involvements as services
from incidents.services.involvements import Statement
from tests.factories.incidents import IncidentFactory
from tests.factories.sessions import sign_in
from tests.incidents.views.test_incidents import fields


@pytest.fixture
def active(turkiye):
    return IncidentFactory(participant=turkiye, status="active")


@pytest.fixture
def own_part(active, turkiye):
    return Involvement.objects.create(
        incident=active, participant=turkiye, role="affected", public_texts={"tr": "Ekipler yolda."}
    )


@pytest.fixture
def as_editor(client, editor_a):
    client.force_login(editor_a)
    return client


def address(name, record):
    return reverse(f"incidents:{name}", args=[record.pk])


def text(answer):
    return answer.content.decode()


def statement(**changes):
    return {
        "status": "responding",
        "national_class": "Level 4",
        "subdivisions": "TR-46, tr-31",
        "language": "en",
        "public_text": "Teams are on the way.",
        "version": "1",
        **changes,
    }


def test_a_participant_is_added_and_told_about_on_the_page(as_editor, active, hungary):
    form = {"participant": "hungary", "role": "neighbour"}

    answer = as_editor.post(address("involvement_new", active), form, follow=True)

    assert (active.involvements.get().participant, active.involvements.get().role) == (
        hungary,
        "neighbour",
    )
    assert "Hungary has a part in the incident" in text(answer)


def test_who_has_a_part_is_not_offered_again(as_editor, active, hungary, azerbaijan):
    Involvement.objects.create(incident=active, participant=hungary, role="neighbour")

    offered = as_editor.get(address("involvement_new", active)).context["form"]["participant"]

    assert [name for _value, name in offered.field.choices] == ["—", "Azerbaijan"]


def test_the_secretariat_reads_why_it_names_nobody(client, officer, turkiye):
    named = IncidentFactory(participant=turkiye, status="active", classification="named")
    client.force_login(officer)

    page = text(client.get(named.get_absolute_url(), {"whole": "1"}))
    answer = client.get(address("involvement_new", named))

    assert "only the reporting participant says" in page
    assert answer.status_code == 403


def test_a_part_is_changed_and_taken_away(as_editor, active, hungary):
    part = Involvement.objects.create(incident=active, participant=hungary, role="neighbour")

    as_editor.post(address("involvement_role", part), {"role": "at_risk"})
    changed = active.involvements.get().role
    as_editor.post(address("involvement_remove", part))

    assert (changed, active.involvements.count()) == ("at_risk", 0)


# ── the own part ────────────────────────────────────────────────────────────────────────────────
def test_the_own_part_is_said_and_shown(as_editor, own_part, active):
    as_editor.post(address("involvement_edit", own_part), statement())
    answer = as_editor.get(active.get_absolute_url(), {"whole": "1"})

    own_part.refresh_from_db()
    assert own_part.public_texts == {"tr": "Ekipler yolda.", "en": "Teams are on the way."}
    for words in (
        "Responding",
        "Level 4",
        "TR-31, TR-46",
        "Teams are on the way.",
        "Ekipler yolda.",
    ):
        assert words in text(answer)


def test_the_form_shows_the_text_of_the_language_that_is_asked_for(as_editor, own_part):
    page = as_editor.get(f"{address('involvement_edit', own_part)}?language=tr")
    other = as_editor.get(f"{address('involvement_edit', own_part)}?language=xx")

    shown = [answer.context["form"]["public_text"].value() for answer in (page, other)]
    assert shown == ["Ekipler yolda.", ""]


def test_a_stale_statement_shows_both_and_saves_when_sent_again(
    as_editor, own_part, second_editor_a, now
):
    said = Statement({"status": "recovery"}, language="en", public_text="It is over.")
    services.update(own_part, said, by=second_editor_a, at=now, version=1)
    page = address("involvement_edit", own_part)

    stale = as_editor.post(page, statement())
    version = re.search(r'name="version" value="(\d+)"', text(stale))[1]
    as_editor.post(page, statement(version=version))

    own_part.refresh_from_db()
    assert stale.status_code == 409
    assert "It is over." in text(stale)
    assert (own_part.status, own_part.public_texts["en"]) == ("responding", "Teams are on the way.")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"status": "asleep"}, "status"),
        ({"subdivisions": "Hatay"}, "subdivisions"),
        ({"subdivisions": "AZ-BA"}, "subdivisions"),
        ({"public_text": "a\u202eb"}, "public_text"),
        ({"language": "de"}, "language"),
    ],
)
def test_a_wrong_value_is_answered_beside_its_field(as_editor, own_part, change, field):
    answer = as_editor.post(address("involvement_edit", own_part), statement(**change))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


def test_texts_are_shown_as_text(as_editor, own_part, active):
    as_editor.post(
        address("involvement_edit", own_part), statement(public_text="<script>alert(1)</script>")
    )

    page = text(as_editor.get(active.get_absolute_url(), {"whole": "1"}))

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_part_in_an_incident_one_may_not_see_is_as_missing(client, editor_b, turkiye):
    draft = IncidentFactory(participant=turkiye)
    part = Involvement.objects.create(incident=draft, participant=turkiye, role="affected")
    client.force_login(editor_b)

    assert client.get(address("involvement_edit", part)).status_code == 404


# ── what other systems call it ──────────────────────────────────────────────────────────────────
def test_a_glide_number_is_added_with_its_doubts_and_taken_out(as_editor, active):
    form = {"scheme": "glide", "value": "fl-2023-000015-tur", "address": ""}

    answer = as_editor.post(address("reference_new", active), form, follow=True)
    reference = active.references.get()
    as_editor.post(address("reference_remove", reference))

    assert "FL-2023-000015-TUR" in text(answer)
    assert "is a number for FL" in text(answer)
    assert active.references.count() == 0


def test_siblings_are_linked(as_editor, active, azerbaijan):
    theirs = IncidentFactory(participant=azerbaijan, status="active")
    for incident, number in ((active, "EQ-2023-000015-TUR"), (theirs, "EQ-2023-000015-AZE")):
        incident.references.create(
            participant=incident.participant, scheme="glide", value=number, country=number[-3:]
        )

    page = text(as_editor.get(active.get_absolute_url()))

    assert "EQ-2023-000015-AZE" in page
    assert f'href="{theirs.get_absolute_url()}"' in page


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"value": "EQ-23-15"}, "value"),
        ({"value": "EQ-2023-000015-KAZ"}, "value"),
        ({"value": ""}, "value"),
        ({"scheme": "cecis"}, "scheme"),
        ({"scheme": "url", "value": "javascript:alert(1)"}, "value"),
        ({"address": "http://example.org/"}, "address"),
    ],
)
def test_what_is_no_name_is_answered_beside_its_field(as_editor, active, change, field):
    form = {"scheme": "glide", "value": "EQ-2023-000015-TUR", "address": "", **change}

    answer = as_editor.post(address("reference_new", active), form)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


# ── who reads an incident for named participants ────────────────────────────────────────────────
@pytest.fixture
def named(turkiye):
    return IncidentFactory(
        participant=turkiye, status="active", classification="named", countries=["TR"]
    )


def test_who_names_a_reader_shows_first_who_they_are(client, named, head_a, hungary):
    form = {"participant": "hungary", "role": "neighbour"}
    client.force_login(head_a)  # a session without a fresh confirmation
    late = client.post(address("involvement_new", named), form)
    before = named.involvements.count()
    sign_in(client, head_a)
    client.post(address("involvement_new", named), form)
    part = named.involvements.get()
    sign_in(client, head_a, minutes_ago=11)
    kept = client.post(address("involvement_remove", part))

    assert ["reauthenticate" in one["Location"] for one in (late, kept)] == [True, True]
    assert (before, named.involvements.count()) == (0, 1)


def test_other_countries_of_a_named_incident_are_the_head_s_too(
    client, named, editor_a, head_a, azerbaijan
):
    form = fields(
        countries=["TR", "AZ"], classification="named", alert_level=named.alert_level, version=1
    )
    client.force_login(editor_a)
    refused = client.post(address("edit", named), form)
    client.force_login(head_a)
    late = client.post(address("edit", named), form)
    before = named.involvements.count()
    sign_in(client, head_a)
    client.post(address("edit", named), form)

    assert (refused.status_code, "reauthenticate" in late["Location"], before) == (403, True, 0)
    assert named.involvements.filter(participant="azerbaijan").exists()
