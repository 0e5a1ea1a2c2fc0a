"""Pages on how bad an incident is, who reads it, and whether it is another one."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from incidents.models import DistinctPair, Incident
from incidents.services import incidents as services
from tests.factories.incidents import IncidentFactory, reported
from tests.factories.people import UserFactory
from tests.factories.sessions import sign_in
from tests.incidents.services.test_closing import a_request
from tests.incidents.views.test_incidents import NEW, fields


@pytest.fixture
def as_editor(client, editor_a):
    client.force_login(editor_a)
    return client


@pytest.fixture
def active(turkiye):
    return IncidentFactory(participant=turkiye, status="active", latitude=37.2, longitude=37.0)


def address(name, incident):
    return reverse(f"incidents:{name}", args=[incident.pk])


def text(answer):
    return answer.content.decode()


# ── the alert level ─────────────────────────────────────────────────────────────────────────────
def test_a_level_is_raised_on_its_page_and_stands_in_the_history(as_editor, active):
    answer = as_editor.post(
        address("level", active), {"alert_level": "red", "seen": "orange"}, follow=True
    )

    active.refresh_from_db()
    assert active.alert_level == "red"
    assert "Raised from Orange to Red" in text(answer)


def test_lowering_asks_for_the_reason_beside_the_field(as_editor, active):
    answer = as_editor.post(address("level", active), {"alert_level": "green", "seen": "orange"})

    assert (answer.status_code, answer.context["form"].errors["reason"]) == (
        422,
        ["Say why: others will ask."],
    )


def test_who_saw_another_level_sees_the_one_that_stands(as_editor, active, second_editor_a, now):
    services.set_level(active, alert_level="red", by=second_editor_a, at=now)
    form = {"alert_level": "green", "seen": "orange", "reason": "Less."}

    stale = as_editor.post(address("level", active), form)
    again = as_editor.post(
        address("level", active), {**form, "seen": stale.context["form"]["seen"].value()}
    )

    active.refresh_from_db()
    assert (stale.status_code, again.status_code, active.alert_level) == (409, 302, "green")
    assert "set the level to “Red”" in text(stale)


def test_the_edit_form_asks_for_the_reason_of_another_level(as_editor, editor_a):
    incident = reported(by=editor_a)

    page = as_editor.get(address("edit", incident))
    lower = as_editor.post(
        address("edit", incident), fields(alert_level="green", version=incident.version)
    )

    assert "Why the alert level changes" in text(page)
    assert (lower.status_code, list(lower.context["form"].errors)) == (422, ["reason"])


def test_others_read_who_changed_the_level_only_by_the_country(client, editor_a, editor_b, now):
    incident = reported(by=editor_a)
    services.set_level(
        incident, alert_level="green", by=editor_a, at=now, reason="Less than feared."
    )
    client.force_login(editor_b)

    page = text(client.get(incident.get_absolute_url()))

    assert "Less than feared." in page
    assert "Editor of A" not in page


# ── who may read it ─────────────────────────────────────────────────────────────────────────────
def test_two_persons_open_a_named_incident_on_its_page(client, editor_a, head_a, active):
    client.force_login(editor_a)
    client.post(address("restrict", active), {"reason": "A prison is hit."})
    client.post(address("propose_opening", active), {"reason": "The prison is empty."})
    own_page = text(client.get(active.get_absolute_url()))
    sign_in(client, head_a)
    page = text(client.get(active.get_absolute_url()))

    answer = client.post(address("open_to_members", active))

    active.refresh_from_db()
    assert (answer.status_code, active.classification) == (302, "members")
    assert "You proposed it yourself" in own_page
    assert "Editor of A proposes to open it to the members: The prison is empty." in page


def test_who_opens_it_shows_first_who_they_are(client, editor_a, head_a, active, now):
    services.restrict(active, by=editor_a, at=now, reason="x")
    services.propose_opening(active, by=editor_a, at=now, reason="y")
    client.force_login(head_a)  # a session without a fresh confirmation

    answer = client.post(address("open_to_members", active))

    active.refresh_from_db()
    assert (answer.status_code, active.classification) == (302, "named")
    assert "reauthenticate" in answer["Location"]


# ── what seems to be known ──────────────────────────────────────────────────────────────────────
def near(active, **changes):
    onset = active.onset_at + timedelta(hours=2)
    return fields(
        onset_at=onset.strftime("%Y-%m-%dT%H:%M"), latitude="37.3", longitude="37.1", **changes
    )


@pytest.fixture
def _today(active):
    """The incident that is there began an hour ago by the portal's clock."""
    Incident.objects.filter(pk=active.pk).update(onset_at=timezone.now() - timedelta(hours=3))
    active.refresh_from_db()


@pytest.mark.usefixtures("_today")
def test_a_report_of_what_seems_known_is_shown_first_and_then_taken(as_editor, active):
    form = near(active, report="yes")

    asked = as_editor.post(NEW, form)
    told = {**form, "is_another": "on"}
    done = as_editor.post(NEW, told)

    assert (asked.status_code, done.status_code, Incident.objects.count()) == (409, 302, 2)
    assert "This seems to be known already" in text(asked)
    assert f'href="{active.get_absolute_url()}"' in text(asked)
    assert 'value="Pazarcık earthquake"' in text(asked)
    assert re.search(
        r'name="is_another"[^>]*value="on"|value="on"[^>]*name="is_another"', text(asked)
    )


@pytest.mark.usefixtures("_today")
def test_a_double_submit_does_not_meet_itself(as_editor, active):
    form = near(active, report="yes", is_another="on")
    as_editor.post(NEW, form)

    again = as_editor.post(
        NEW, {name: value for name, value in form.items() if name != "is_another"}
    )

    assert (again.status_code, Incident.objects.count()) == (302, 2)


@pytest.mark.usefixtures("_today")
def test_an_exercise_is_never_taken_for_what_really_happens(as_editor, active):
    answer = as_editor.post(NEW, near(active, is_exercise="on"))

    assert answer.status_code == 302


def test_what_seems_the_same_stands_on_the_page_until_it_is_told_apart(
    as_editor, active, azerbaijan
):
    other = IncidentFactory(participant=azerbaijan, status="active", latitude=37.3, longitude=37.1)
    before = text(further(as_editor, active))

    as_editor.post(address("tell_apart", active), {"other": other.pk})

    after = text(further(as_editor, active))
    assert DistinctPair.objects.count() == 1
    assert ("14 km away" in before, "14 km away" in after) == (True, False)


@pytest.mark.parametrize("other", ["", "nonsense", "00000000-0000-4000-8000-000000000000"])
def test_nothing_is_told_apart_from_what_is_not_there(as_editor, active, other):
    assert as_editor.post(address("tell_apart", active), {"other": other}).status_code == 409


# ── merging ─────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def stays(azerbaijan):
    return IncidentFactory(participant=azerbaijan, status="active")


def test_after_a_merge_both_numbers_lead_to_one_incident(as_editor, active, stays):
    form = {"into": stays.number.lower(), "reason": "The same quake."}
    as_editor.post(address("merge", active), form)

    answers = [
        as_editor.get(active.get_absolute_url()),
        as_editor.get(reverse("incidents:by_number", args=[active.number])),
        as_editor.get(reverse("incidents:by_number", args=[stays.number])),
        as_editor.get(f"{active.get_absolute_url()}?merged=1"),
    ]

    there = stays.get_absolute_url()
    assert [(answer.status_code, answer.get("Location", "")) for answer in answers] == [
        (301, there),
        (301, there),
        (302, there),
        (200, ""),
    ]
    assert (
        "no-store" in answers[0]["Cache-Control"]
    )  # an undone merge must not live on in a browser
    assert "The same quake." in text(answers[3])


def test_the_incident_that_stays_names_what_was_merged_here(
    as_editor, active, stays, editor_a, now
):
    services.merge(active, by=editor_a, at=now, into=stays.pk, reason="x")

    page = text(as_editor.get(stays.get_absolute_url(), {"whole": "1"}))

    assert f'href="{active.get_absolute_url()}?merged=1"' in page


def test_who_may_not_see_the_incident_that_stays_reads_the_merged_record(
    client, active, stays, editor_a, editor_b, kazakhstan, now
):
    services.merge(active, by=editor_a, at=now, into=stays.pk, reason="x")
    services.restrict(stays, by=editor_b, at=now, reason="x")
    client.force_login(UserFactory(participant=kazakhstan))

    answer = client.get(active.get_absolute_url())

    assert answer.status_code == 200
    assert "Merged into another incident" in text(answer)


def test_the_merge_page_comes_filled_in_from_the_proposal(as_editor, active, stays):
    page = as_editor.get(f"{address('merge', active)}?into={stays.number}")

    assert page.context["form"]["into"].value() == stays.number


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"into": "OTS-1999-0001", "reason": "x"}, "into"),
        ({"into": "", "reason": "x"}, "into"),
        ({"into": "own", "reason": "x"}, "into"),
        ({"into": "other", "reason": " "}, "reason"),
    ],
)
def test_a_merge_that_cannot_be_is_explained_beside_the_field(
    as_editor, active, stays, form, field
):
    numbers = {"own": active.number, "other": stays.number}
    form = {**form, "into": numbers.get(form["into"], form["into"])}

    answer = as_editor.post(address("merge", active), form)

    active.refresh_from_db()
    assert (answer.status_code, active.status) == (422, "active")
    assert list(answer.context["form"].errors) == [field]


def test_the_other_owner_undoes_a_merge_from_the_kept_record(
    client, active, stays, editor_a, editor_b, now
):
    services.merge(active, by=editor_a, at=now, into=stays.pk, reason="x")
    client.force_login(editor_b)
    page = text(client.get(f"{active.get_absolute_url()}?merged=1"))

    client.post(address("unmerge", active))

    active.refresh_from_db()
    assert f'action="{address("unmerge", active)}"' in page
    assert active.status == "active"


def test_an_unknown_number_is_a_missing_page(as_editor):
    assert as_editor.get(reverse("incidents:by_number", args=["OTS-1999-0001"])).status_code == 404


def test_a_number_one_may_not_see_is_a_missing_page(client, editor_b, turkiye):
    hidden = IncidentFactory(participant=turkiye, status="active", classification="named")
    client.force_login(editor_b)

    assert client.get(reverse("incidents:by_number", args=[hidden.number])).status_code == 404


# ── closing ─────────────────────────────────────────────────────────────────────────────────────
def test_what_stands_in_the_way_of_closing_is_listed_and_answered(as_editor, active, editor_a):
    a_request(active, editor_a)

    page = text(as_editor.get(active.get_absolute_url()))
    answer = as_editor.post(address("close", active))

    assert "Before it can be closed" in page
    assert answer.status_code == 409
    assert "End first: request for assistance RFA-circulated." in text(answer)


def test_others_are_not_told_what_stands_in_the_way(client, editor_b, active, editor_a):
    a_request(active, editor_a)
    client.force_login(editor_b)

    assert "Before it can be closed" not in text(client.get(active.get_absolute_url()))


# ── exercises ───────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "name", ["detail", "edit", "level", "merge", "involvement_new", "reference_new"]
)
def test_every_page_of_an_exercise_says_so(as_editor, turkiye, name):
    exercise = IncidentFactory(participant=turkiye, status="active", is_exercise=True)

    assert "This is an exercise: nothing of it happens." in text(
        as_editor.get(address(name, exercise))
    )


# ── how many questions ──────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("count", [1, 3])
def test_the_fullest_page_takes_the_same_queries_for_any_number_of_rows(
    client,
    head_a,
    turkiye,
    azerbaijan,
    hungary,
    kazakhstan,
    editor_a,
    now,
    count,
    django_assert_num_queries,
):
    incident = IncidentFactory(
        participant=turkiye, status="active", countries=["TR", "SY", "KZ", "AZ"], involved=[azerbaijan, hungary, kazakhstan][:count],
    )  # fmt: skip
    for n, level in enumerate(["red", "green", "red"][:count]):
        services.set_level(incident, alert_level=level, by=editor_a, at=now, reason=f"{n}")
        a_request(incident, editor_a, status=["signed", "circulated", "suspended"][n])
        number = ["EQ-2026-000001-TUR", "EQ-2026-000001-SYR", "EQ-2026-000001-KAZ"][n]
        services.references.add_reference(
            incident, services.Name("glide", number), by=editor_a, at=now
        )
        IncidentFactory(participant=azerbaijan, status="active")
        services.merge(
            IncidentFactory(participant=turkiye, status="active"),
            by=editor_a, at=now, into=incident.pk, reason="x",
        )  # fmt: skip
    client.force_login(head_a)
    client.get(incident.get_absolute_url())

    with django_assert_num_queries(FULLEST_PAGE):
        client.get(incident.get_absolute_url())
    with django_assert_num_queries(FURTHER_PART):
        part = text(further(client, incident))

    assert part.count("hour") >= count  # each one that seems alike says how near it is


def further(client, incident, seen=""):
    """Ask for the rest of the page as HTMX does."""
    address = f"{incident.get_absolute_url()}?part=further&seen={seen}"
    return client.get(address, headers={"HX-Request": "true"})


# The design's figure is fifteen.
FULLEST_PAGE, FURTHER_PART = 15, 13


def test_a_part_that_has_not_changed_is_not_sent_again(client, editor_a, turkiye, now):
    incident = IncidentFactory(participant=turkiye, status="active")
    client.force_login(editor_a)
    seen = re.search(r"seen=([0-9a-f]{16})", text(further(client, incident)))[1]

    again = further(client, incident, seen)
    services.set_level(incident, alert_level="red", by=editor_a, at=now, reason="It spreads.")
    changed = further(client, incident, seen)

    assert (again.status_code, again.content, changed.status_code) == (204, b"", 200)


def test_without_a_script_a_link_leads_to_the_whole_page(client, editor_a, turkiye):
    incident = IncidentFactory(participant=turkiye, status="active")
    client.force_login(editor_a)

    page = text(client.get(incident.get_absolute_url()))
    whole = text(client.get(f"{incident.get_absolute_url()}?whole=1"))

    assert ("?whole=1#further" in page, "Timeline" in page, "Timeline" in whole) == (
        True,
        False,
        True,
    )
