import re
from datetime import date

import pytest
from django.urls import reverse

from incidents.models import TeamMember
from ots_portal.audit.models import AuditEntry
from tests.factories.deployments import DeploymentFactory, accepted_line
from tests.factories.incidents import IncidentFactory

LINES = "Rauf Əliyev\tLeader\tAZ\tC001\t1985-04-30\nOrxan Quliyev\tMedic\tAzerbaijan\tC002\t"


@pytest.fixture
def as_sender(client, editor_b):
    editor_b.language = "en"
    editor_b.save()
    client.force_login(editor_b)
    return client


def at(deployment, what=""):
    return reverse(f"incidents:manifest{what}", args=[deployment.pk])


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def _member(deployment, **more):
    return TeamMember.objects.create(
        deployment=deployment,
        full_name="Rauf Əliyev",
        nationality="AZ",
        document_number="C001",
        **more,
    )


def test_pasted_lists_are_previewed_before_they_are_saved(azerbaijan, turkiye, as_sender):
    deployment = DeploymentFactory()
    form = {"people": LINES, "items": "dog\tRex\tchip 1\t1\t30", "version": 1}

    preview = as_sender.post(at(deployment, "_edit"), form)
    before = deployment.members.count()
    saved = as_sender.post(at(deployment, "_edit"), {**form, "save": "yes"})

    assert [person.nationality for person in preview.context["people"]] == ["Azerbaijan"] * 2
    assert (before, saved.status_code, deployment.members.count(), deployment.manifest.count()) == (
        0,
        302,
        2,
        1,
    )


def test_what_is_wrong_is_said_line_by_line(azerbaijan, turkiye, as_sender):
    form = {"people": f"{LINES}\nNobody\tx\tAtlantis", "items": "cat\tTom", "version": 1}

    answer = as_sender.post(at(DeploymentFactory(), "_edit"), {**form, "save": "yes"})

    shown = text_of(answer)
    assert (answer.status_code, TeamMember.objects.count()) == (422, 0)
    assert "Line 3: “Atlantis” is no country" in shown
    assert "Line 1: “cat” is no kind" in shown


def test_sixty_people_come_back_as_they_were_pasted(azerbaijan, turkiye, as_sender):
    deployment = DeploymentFactory()
    lines = "\n".join(f"Person {n}\tRescuer\tAZ\tC{n:04d}\t1990-01-0{n % 9 + 1}" for n in range(60))
    as_sender.post(at(deployment, "_edit"), {"people": lines, "version": 1, "save": "yes"})

    shown = as_sender.get(at(deployment, "_edit"))

    assert shown.context["form"]["people"].value() == lines


def test_a_stale_list_shows_what_stands_now(azerbaijan, turkiye, as_sender):
    deployment = DeploymentFactory(version=2)
    _member(deployment)

    answer = as_sender.post(at(deployment, "_edit"), {"people": "", "version": 1, "save": "yes"})

    assert (answer.status_code, deployment.members.count()) == (409, 1)
    assert "Rauf Əliyev" in text_of(answer)


def test_one_person_is_added(azerbaijan, turkiye, as_sender):
    deployment = DeploymentFactory()
    person = {"full_name": "Rauf Əliyev", "nationality": "AZ", "birth_date": "1985-04-30"}

    as_sender.post(at(deployment), person)

    assert deployment.members.get().birth_date == date(1985, 4, 30)


@pytest.mark.parametrize(
    ("name", "status"),
    [("editor_b", 200), ("editor_a", 200), ("head_a", 200), ("reader_a", 403), ("officer", 403), ("secretary", 403)],
)  # fmt: skip
def test_names_and_passports_are_for_the_two_parties(
    request, client, azerbaijan, turkiye, name, status
):
    deployment = DeploymentFactory()
    _member(deployment)
    client.force_login(request.getfixturevalue(name))

    answers = [client.get(at(deployment, what)) for what in ("", "_csv", "_pdf")]

    assert [answer.status_code for answer in answers] == [status] * 3
    assert ("C001" in answers[0].content.decode()) == (status == 200)


def test_the_host_reads_and_does_not_write(azerbaijan, turkiye, client, editor_a):
    client.force_login(editor_a)

    assert client.get(at(DeploymentFactory(), "_edit")).status_code == 403


def test_what_is_over_is_not_changed(azerbaijan, turkiye, as_sender):
    assert as_sender.get(at(DeploymentFactory(status="returned"), "_edit")).status_code == 409


def test_taking_it_out_is_written_down_without_names(azerbaijan, turkiye, as_sender):
    deployment = DeploymentFactory()
    _member(deployment, birth_date=date(1985, 4, 30))

    body = as_sender.get(at(deployment, "_csv")).content.decode("utf-8-sig")

    entry = AuditEntry.objects.get(kind="incidents.deployment.manifest_taken")
    assert body.splitlines()[1] == "Rauf Əliyev,,AZ,C001,1985-04-30"
    assert entry.data == {"format": "csv", "people_count": 1}


@pytest.mark.parametrize("is_exercise", [False, True])
def test_the_border_gets_a_pdf_in_two_languages(azerbaijan, turkiye, as_sender, is_exercise):
    from incidents.exports import manifests  # noqa: PLC0415 -- used here only

    turkiye.languages = ["tr"]
    turkiye.save()
    incident = IncidentFactory(participant=turkiye, status="active", is_exercise=is_exercise)
    deployment = DeploymentFactory(offer_item=accepted_line(incident=incident))
    _member(deployment)

    answer = as_sender.get(at(deployment, "_pdf"))

    assert (answer.status_code, answer["Content-Type"], answer.content[:5]) == (
        200,
        "application/pdf",
        b"%PDF-",
    )
    assert manifests.host_language(deployment) == "tr"


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_however_many(
    azerbaijan, turkiye, as_sender, count, django_assert_num_queries
):
    deployment = DeploymentFactory()
    for _n in range(count):
        _member(deployment)

    with django_assert_num_queries(6):
        as_sender.get(at(deployment))
