"""Asking for assistance: the draft, the signature that freezes it, what follows."""

import json
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from incidents.models import AssistanceRequest, RequestVersion
from incidents.services import acknowledgements
from incidents.services import requests as services
from incidents.services.asked import Line
from incidents.services.frozen import canonical, digest_of
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.participants.models import ParticipantKind
from ots_portal.verdicts import Refused
from tests.factories.documents import DocumentFactory
from tests.factories.incidents import ONSET, IncidentFactory
from tests.factories.people import ParticipantFactory
from tests.factories.requests import SIGNED_AT, asked, circulated, drafted, lines, signed

LATER = ONSET + timedelta(days=1)


def test_a_draft_numbers_its_lines_and_takes_the_usual_unit(editor_a):
    request = drafted(
        by=editor_a,
        lines=(Line("team", 2, capacity_type="USAR-H"), Line("expert", 3, description="Engineers")),
    )

    found = list(request.items.values_list("line", "kind", "unit", "needed", "accepted"))
    assert (request.number, found) == (
        None,
        [(1, "team", "team", 2, 0), (2, "expert", "person", 3, 0)],
    )


def test_a_form_that_comes_twice_makes_one_request(editor_a):
    incident = IncidentFactory(participant=editor_a.participant, status="active")
    key = uuid.uuid4()
    made = [
        services.create(incident, asked(), by=editor_a, at=ONSET, submission_key=key)
        for _ in range(2)
    ]

    assert (made[0].pk == made[1].pk, AssistanceRequest.objects.count()) == (True, 1)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"situation": "  "}, "situation", "Describe the situation."),
        ({"facts": {"delivery_place": ""}}, "delivery_place", "Say where the assistance is to be delivered."),
        ({"facts": {"terms": "perhaps"}}, "terms", "Choose who bears the costs."),
        ({"facts": {"latitude": 37.0}}, "longitude", "Latitude and longitude belong together: give both or none."),
        ({"facts": {"needed_from": LATER, "needed_until": ONSET}}, "needed_until", "The end lies before the beginning."),
        ({"lines": (Line("in_kind", 0, "tent", description="Tents"),)}, "lines", "Line 1: give the quantity as a whole number of at least 1."),
        ({"lines": (Line("magic", 1, "tent", description="Tents"),)}, "lines", "Line 1: choose what kind of help is asked for."),
        ({"lines": (Line("in_kind", 1, "bushel", description="Tents"),)}, "lines", "Line 1: choose the unit from the list."),
        ({"lines": (Line("team", 1, capacity_type="XX"),)}, "lines", "Line 1: this type is not in the list."),
        ({"lines": (Line("in_kind", 1, "tent"),)}, "lines", "Line 1: say what is asked for: choose a type or describe it."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_a_sentence(editor_a, changes, field, sentence):
    with pytest.raises(ValidationError) as refusal:
        drafted(by=editor_a, **changes)

    assert sentence in refusal.value.message_dict[field]
    assert AssistanceRequest.objects.count() == 0


def test_a_draft_written_in_a_second_language_keeps_the_first(editor_a):
    request = drafted(by=editor_a)
    in_turkish = asked(
        language="tr", situation="Evler yıkıldı.",
        lines=(Line("in_kind", 10, "tent", description="Çadır", line=1),),
    )  # fmt: skip

    services.update(request, in_turkish, by=editor_a, at=LATER, version=1)

    item = request.items.get()
    assert (set(request.situations), item.descriptions) == (
        {"en", "tr"}, {"en": "Tents for camp 1", "tr": "Çadır"},
    )  # fmt: skip


def test_lines_that_are_not_named_go_and_the_rest_is_numbered_anew(editor_a):
    request = drafted(by=editor_a, lines=lines(1, 2, 3))
    kept = (
        Line("in_kind", 3, "tent", description="Tents", line=3),
        Line("in_kind", 9, "tent", description="More tents"),
    )

    services.update(request, asked(lines=kept), by=editor_a, at=LATER, version=1)

    assert list(request.items.values_list("line", "needed")) == [(1, 3), (2, 9)]


def test_of_two_who_save_the_second_is_told(editor_a, second_editor_a):
    request = drafted(by=editor_a)
    services.update(request, asked(), by=second_editor_a, at=LATER, version=1)

    with pytest.raises(StaleVersion):
        services.update(request, asked(), by=editor_a, at=LATER, version=1)


def test_whoever_wrote_last_does_not_sign(editor_a, head_a):
    request = drafted(by=editor_a)
    services.update(request, asked(), by=head_a, at=LATER, version=1)

    with pytest.raises(Refused) as refusal:
        services.sign(request, by=head_a, at=LATER, version=request.version)

    assert refusal.value.verdict.code == "same_person"


def test_signing_freezes_the_text_with_number_and_hash(editor_a, head_a):
    request = signed(by=editor_a)

    version = RequestVersion.objects.get()
    content = json.loads(canonical(version.content))
    assert (request.number, request.status, request.signed_by, request.text_version) == (
        "RFA-2026-0001", "signed", head_a, 1,
    )  # fmt: skip
    assert (version.digest, request.digest) == (digest_of(content), version.digest)
    assert (content["number"], content["items"][0]["needed"], "contact_name" in content) == (
        "RFA-2026-0001", 10, False,
    )  # fmt: skip


def test_an_exercise_has_a_series_of_its_own(editor_a):
    exercise = IncidentFactory(participant=editor_a.participant, status="active", is_exercise=True)

    assert signed(by=editor_a, incident=exercise).number == "EXR-2026-0001"


def test_an_empty_request_is_not_signed(editor_a, head_a):
    request = drafted(by=editor_a, lines=())

    with pytest.raises(Refused, match="add a line"):
        services.sign(request, by=head_a, at=SIGNED_AT, version=request.version)

    request.refresh_from_db()
    assert (request.status, request.number) == ("draft", None)


def test_a_refused_signature_uses_no_number_up(editor_a, head_a):
    request = signed(by=editor_a)
    with pytest.raises(WrongStatus):
        services.sign(request, by=head_a, at=LATER, version=request.version)

    assert signed(by=editor_a).number == "RFA-2026-0002"


def test_a_signed_request_is_not_rewritten(editor_a):
    request = signed(by=editor_a)

    with pytest.raises(Refused, match="prepare an amendment"):
        services.update(request, asked(), by=editor_a, at=LATER, version=request.version)


def test_the_database_refuses_to_change_a_signed_text(editor_a):
    version = signed(by=editor_a).versions.get()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE incidents_requestversion SET digest = 'x'")

    version.refresh_from_db()
    assert len(version.digest) == 64


def test_the_way_of_a_request(editor_a, head_a):
    request = circulated(by=editor_a)
    services.suspend(request, by=editor_a, at=LATER, reason="The airport is closed.")
    services.resume(request, by=editor_a, at=LATER)
    services.withdraw(request, by=head_a, at=LATER, reason="We manage.")

    entries = AuditEntry.objects.filter(subject_id=str(request.pk))
    kinds = {entry.kind.rpartition(".")[2] for entry in entries}
    assert (request.status, kinds) == (
        "withdrawn",
        {"drafted", "signed", "circulated", "suspended", "resumed", "withdrawn"},
    )


@pytest.mark.parametrize("verb", ["suspend", "withdraw"])
def test_suspending_and_withdrawing_need_a_reason(editor_a, head_a, verb):
    request = circulated(by=editor_a)

    with pytest.raises(ValidationError, match="Say why"):
        getattr(services, verb)(request, by=head_a, at=LATER, reason=" ")


def test_a_third_state_asks_through_the_secretariat(officer, secretary, turkiye):
    third = ParticipantFactory(slug="third-state", kind=ParticipantKind.THIRD)
    incident = IncidentFactory(participant=turkiye, status="active")

    request = services.create(incident, asked(), by=officer, at=ONSET, participant=third)
    with pytest.raises(Refused, match="Attach the signed note"):
        services.sign(request, by=secretary, at=SIGNED_AT, version=request.version)
    DocumentFactory(owner=request, uploaded_by=officer)
    services.sign(request, by=secretary, at=SIGNED_AT, version=request.version)

    assert (request.participant, request.status) == (third, "signed")


def test_the_secretariat_asks_for_no_member(officer, turkiye):
    incident = IncidentFactory(participant=turkiye, status="active")

    with pytest.raises(Refused):
        services.create(incident, asked(), by=officer, at=ONSET, participant=turkiye)


def test_a_participant_acknowledges_once_whoever_was_first(editor_a, editor_b, head_b):
    request = circulated(by=editor_a)
    first = acknowledgements.acknowledge(request, by=editor_b, at=LATER)
    second = acknowledgements.acknowledge(request, by=head_b, at=LATER + timedelta(minutes=1))

    entries = AuditEntry.objects.filter(kind="incidents.request.acknowledged").count()
    assert (second.pk, second.by, entries) == (first.pk, editor_b, 1)
