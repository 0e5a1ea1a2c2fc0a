import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.models import Deployment
from tests.factories.deployments import (
    CapacityFactory,
    DeploymentFactory,
    HostNationCardFactory,
    accepted_line,
)
from tests.factories.incidents import IncidentFactory

LIST = "/incidents/deployments/"


@pytest.fixture
def as_sender(client, editor_b):
    editor_b.language = "en"
    editor_b.save()
    client.force_login(editor_b)
    return client


@pytest.fixture
def as_host(client, head_a):
    client.force_login(head_a)
    return client


def page_of(deployment, verb=""):
    name = f"incidents:deployment_{verb or 'detail'}"
    return reverse(name, args=[deployment.pk])


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def moment(at):
    return at.strftime("%Y-%m-%dT%H:%M")


# ── planning ────────────────────────────────────────────────────────────────────────────────────
def fields(**changes):
    return {
        "name": "AZE-01",
        "quantity": 1,
        "people": 62,
        "submission_key": str(uuid.uuid4()),
        **changes,
    }


def test_an_accepted_line_is_planned_from_the_list(turkiye, azerbaijan, as_sender):
    line = accepted_line()
    address = reverse("incidents:deployment_new", args=[line.pk])

    shown = as_sender.get(LIST)
    answer = as_sender.post(address, fields())

    deployment = Deployment.objects.get()
    assert address in shown.content.decode()
    assert (answer.status_code, answer["Location"]) == (302, deployment.get_absolute_url())
    assert (deployment.people, deployment.status) == (62, "planned")


def test_the_form_is_filled_from_the_capacity(turkiye, azerbaijan, as_sender):
    line = accepted_line(capacity=CapacityFactory(name="FHN", people=61))

    answer = as_sender.get(reverse("incidents:deployment_new", args=[line.pk]))

    assert (answer.context["form"]["name"].value(), answer.context["form"]["people"].value()) == (
        "FHN",
        61,
    )


def test_a_double_submit_makes_one_deployment(turkiye, azerbaijan, as_sender):
    address = reverse("incidents:deployment_new", args=[accepted_line().pk])
    form = fields(quantity=2)

    first, second = as_sender.post(address, form), as_sender.post(address, form)

    assert (Deployment.objects.count(), first["Location"]) == (1, second["Location"])


def test_more_than_is_left_is_said_beside_the_field(turkiye, azerbaijan, as_sender):
    address = reverse("incidents:deployment_new", args=[accepted_line().pk])

    answer = as_sender.post(address, fields(quantity=4))

    assert answer.status_code == 422
    assert "Only 3 are left of the 3 that were accepted." in text_of(answer)


def test_a_line_that_is_somebody_elses_is_not_found(turkiye, azerbaijan, as_host):
    answer = as_host.get(reverse("incidents:deployment_new", args=[accepted_line().pk]))

    assert answer.status_code == 404


# ── steps ───────────────────────────────────────────────────────────────────────────────────────
def test_a_step_is_told_with_time_place_and_word(turkiye, azerbaijan, as_host):
    deployment = DeploymentFactory(status="en_route")
    at = timezone.now() - timedelta(minutes=30)
    told = {"happened_at": moment(at), "latitude": "36.98", "longitude": "35.28", "note": "Landed"}

    answer = as_host.post(page_of(deployment, "arrive"), told)

    deployment.refresh_from_db()
    entry = deployment.log.get()
    assert (answer.status_code, deployment.status) == (302, "arrived")
    assert (entry.status, entry.latitude, entry.note) == ("arrived", 36.98, "Landed")
    assert deployment.arrived_at == at.replace(second=0, microsecond=0)


def test_setting_out_names_what_is_open(turkiye, azerbaijan, as_sender):
    deployment = DeploymentFactory(status="mobilising", is_settled=False)

    shown = as_sender.get(page_of(deployment, "depart"))
    answer = as_sender.post(page_of(deployment, "depart"), {"happened_at": moment(timezone.now())})

    deployment.refresh_from_db()
    sentence = "The team cannot set out yet. Still open: Entry points, Customs, Visas and border."
    assert "Still open:" in text_of(shown)
    assert (answer.status_code, deployment.status) == (409, "mobilising")
    assert sentence in text_of(answer)


def test_a_time_that_cannot_be_is_said_beside_the_field(turkiye, azerbaijan, as_sender):
    deployment = DeploymentFactory(status="en_route")
    later = moment(timezone.now() + timedelta(hours=3))

    answer = as_sender.post(page_of(deployment, "arrive"), {"happened_at": later})

    assert (answer.status_code, "in the future" in text_of(answer)) == (422, True)


def test_a_recall_asks_why(turkiye, azerbaijan, as_sender):
    deployment = DeploymentFactory(status="en_route")

    answer = as_sender.post(page_of(deployment, "recall"), {"happened_at": moment(timezone.now())})

    assert (answer.status_code, answer.context["form"].errors.keys()) == (422, {"reason"})


def test_a_step_that_does_not_lead_on_is_a_conflict(turkiye, azerbaijan, as_sender):
    answer = as_sender.get(page_of(DeploymentFactory(status="planned"), "depart"))

    assert answer.status_code == 409


def test_the_host_does_not_move_the_team(turkiye, azerbaijan, as_host):
    answer = as_host.get(page_of(DeploymentFactory(status="mobilising"), "depart"))

    assert (answer.status_code, "Only the participant that sends" in text_of(answer)) == (403, True)


# ── the page ────────────────────────────────────────────────────────────────────────────────────
def test_the_parties_read_who_leads_the_team(turkiye, azerbaijan, as_host):
    assert "Rauf Əliyev" in text_of(as_host.get(page_of(DeploymentFactory())))


def test_others_do_not(turkiye, azerbaijan, kazakhstan, client, people_of_c):
    client.force_login(people_of_c)
    shown = text_of(client.get(page_of(DeploymentFactory())))

    assert ("AZE-" in shown, "Rauf" in shown, "+0994" in shown) == (True, False, False)


@pytest.fixture
def people_of_c(kazakhstan):
    from tests.factories.people import UserFactory  # noqa: PLC0415 -- used here only

    return UserFactory(participant=kazakhstan)


def test_an_exercise_is_marked(turkiye, azerbaijan, as_sender):
    incident = IncidentFactory(participant=turkiye, status="active", is_exercise=True)
    deployment = DeploymentFactory(offer_item=accepted_line(incident=incident))

    pages = [page_of(deployment), page_of(deployment, "edit"), page_of(deployment, "log")]

    sentence = "This is an exercise: nothing of it happens."
    assert [sentence in text_of(as_sender.get(page)) for page in pages] == [True, True, True]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_however_long_the_log(
    turkiye, azerbaijan, as_sender, editor_b, count, django_assert_num_queries
):
    from incidents.services import deployment_log  # noqa: PLC0415 -- used here only

    deployment = DeploymentFactory(status="en_route")
    for n in range(count):
        deployment_log.log(deployment, by=editor_b, at=timezone.now(), note=f"Word {n}")
        HostNationCardFactory(topic=["customs", "visas", "fuel"][n])

    with django_assert_num_queries(9):
        as_sender.get(page_of(deployment))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_however_many(
    turkiye, azerbaijan, as_sender, count, django_assert_num_queries
):
    for _n in range(count):
        DeploymentFactory()

    with django_assert_num_queries(6):
        assert len(as_sender.get(LIST).context["rows"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_incident_shows_its_deployments_in_one_question(
    turkiye, azerbaijan, editor_a, count, django_assert_num_queries
):
    from incidents.presentation.deployments import section  # noqa: PLC0415 -- used here only

    incident = IncidentFactory(participant=turkiye, status="active")
    for _n in range(count):
        DeploymentFactory(
            offer_item=accepted_line(incident=incident),
            status="en_route",
            latitude=38.0,
            longitude=38.0,
        )

    with django_assert_num_queries(1):
        shown = section(incident, editor_a)

    assert (len(shown["rows"]), len(shown["markers"])) == (count, count)


def test_the_incident_page_shows_the_team_and_where_it_is(turkiye, azerbaijan, as_host):
    incident = IncidentFactory(participant=turkiye, status="active")
    deployment = DeploymentFactory(
        offer_item=accepted_line(incident=incident),
        status="en_route",
        latitude=38.0,
        longitude=38.0,
    )

    shown = as_host.get(incident.get_absolute_url()).content.decode()

    assert (deployment.number in text_of_string(shown), f"<title>{deployment.number}" in shown) == (
        True,
        True,
    )


def text_of_string(text):
    return re.sub(r"<[^>]+>", " ", text)


# ── changing it ─────────────────────────────────────────────────────────────────────────────────
def test_a_stale_form_shows_both_versions(turkiye, azerbaijan, as_sender):
    deployment = DeploymentFactory(version=2, people=60)
    form = {**fields(people=61), "version": 1}

    answer = as_sender.post(page_of(deployment, "edit"), form)

    rows = {row.label: (row.now, row.yours) for row in answer.context["differences"]}
    assert (answer.status_code, rows["People"]) == (409, ("60", "61"))


def test_the_log_takes_a_word(turkiye, azerbaijan, as_host):
    deployment = DeploymentFactory(status="operational")
    told = {"happened_at": moment(timezone.now()), "note": "Two people found alive."}

    as_host.post(page_of(deployment, "log"), told)

    assert "Two people found alive." in text_of(as_host.get(page_of(deployment, "log")))


# ── a longer stay ───────────────────────────────────────────────────────────────────────────────
def test_a_longer_stay_is_proposed_and_agreed_to(turkiye, azerbaijan, client, head_a, editor_b):
    deployment = DeploymentFactory(status="operational", until_at=timezone.now())
    until = timezone.now() + timedelta(days=5)
    client.force_login(head_a)
    client.post(page_of(deployment, "propose_extension"), {"until_at": moment(until)})
    client.force_login(editor_b)
    shown = client.get(page_of(deployment)).content.decode()
    seen = re.search(r'name="until_at"[^>]*value="([^"]+)"', shown).group(1)

    answer = client.post(page_of(deployment, "agree_extension"), {"until_at": seen})

    deployment.refresh_from_db()
    assert (answer.status_code, deployment.proposed_until_at) == (302, None)
    assert deployment.until_at == until.replace(second=0, microsecond=0)


def test_declining_asks_why(turkiye, azerbaijan, as_sender):
    deployment = DeploymentFactory(
        status="operational",
        proposed_until_at=timezone.now() + timedelta(days=9),
        proposed_by=turkiye,
    )

    address = page_of(deployment, "decline_extension")
    shown = as_sender.get(address).content.decode()
    seen = {"until_at": re.search(r'name="until_at"[^>]*value="([^"]+)"', shown).group(1)}

    empty = as_sender.post(address, {**seen, "reason": ""})
    as_sender.post(address, {**seen, "reason": "They are needed here."})

    deployment.refresh_from_db()
    assert (empty.status_code, deployment.proposed_until_at) == (422, None)


def test_a_stay_is_not_agreed_to_without_saying_which(turkiye, azerbaijan, as_sender):
    deployment = DeploymentFactory(
        status="operational",
        proposed_until_at=timezone.now() + timedelta(days=9),
        proposed_by=turkiye,
    )

    answer = as_sender.post(page_of(deployment, "agree_extension"))

    deployment.refresh_from_db()
    assert (answer.status_code, deployment.proposed_until_at is None) == (422, False)


# ── checklist ───────────────────────────────────────────────────────────────────────────────────
def _check(deployment, verb, topic="customs"):
    item = deployment.checklist.get(topic=topic)
    return reverse(f"incidents:check_{verb}", args=[deployment.pk, item.pk])


def test_an_item_is_settled_waived_and_reopened_on_the_page(turkiye, azerbaijan, as_host):
    deployment = DeploymentFactory(status="mobilising", is_settled=False)

    as_host.post(_check(deployment, "complete", "customs"))
    as_host.post(_check(deployment, "waive", "visas"), {"reason": "Stamps are waived."})
    as_host.post(_check(deployment, "complete", "entry_points"))
    as_host.post(_check(deployment, "reopen", "entry_points"))

    statuses = dict(deployment.checklist.values_list("topic", "status"))
    assert (statuses["customs"], statuses["visas"], statuses["entry_points"]) == (
        "done",
        "waived",
        "open",
    )


def test_an_item_of_another_deployment_is_not_found(turkiye, azerbaijan, as_host):
    here, there = DeploymentFactory(), DeploymentFactory()
    item = there.checklist.first()

    answer = as_host.post(reverse("incidents:check_complete", args=[here.pk, item.pk]))

    assert answer.status_code == 404


def test_settling_twice_is_a_conflict(turkiye, azerbaijan, as_host):
    deployment = DeploymentFactory(status="mobilising")

    assert as_host.post(_check(deployment, "complete")).status_code == 409


def test_the_card_of_the_host_stands_beside_its_item(turkiye, azerbaijan, as_sender):
    HostNationCardFactory(topic="fuel", texts={"tr": "Depoda.", "en": "At the depot. " * 40})

    shown = text_of(as_sender.get(page_of(DeploymentFactory())))

    assert shown.count("At the depot.") > 50
