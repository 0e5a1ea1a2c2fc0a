"""Series of meetings: their rules of procedure, their ordinals, and the next meeting from the last."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from meetings.models import AgendaItem, Meeting, Series
from meetings.queries import series as queries
from meetings.queries.agenda import agenda_of
from meetings.services import following, meetings, papers
from meetings.services import series as services
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.meetings import AgendaItemFactory, MeetingFactory
from tests.factories.sittings import DelegationFactory, InvitationFactory, SeriesFactory

JSON = "application/json"
NAMED = {"code": "MM", "kind": "ministerial", "names": {"en": "Ministers"}}


def page(response):
    return response.content.decode()


def facts(**changes):
    meeting = MeetingFactory.build(host_id="turkiye")
    return {name: getattr(meeting, name) for name in meetings.FACTS} | changes


# ── entering and changing ───────────────────────────────────────────────────────────────────────


def test_a_form_that_was_sent_twice_enters_one_series(officer, now):
    key = uuid.uuid4()

    first = services.create(NAMED, by=officer, at=now, submission_key=key)
    second = services.create(NAMED, by=officer, at=now, submission_key=key)

    assert (first, Series.objects.count()) == (second, 1)


def test_a_code_is_taken_once(officer, now):
    SeriesFactory(code="MM")

    with pytest.raises(ValidationError) as error:
        services.create(NAMED, by=officer, at=now)

    assert list(error.value.message_dict) == ["code"]


def test_the_rules_of_procedure_are_entered_by_the_head_alone(officer, secretary, head_a, now):
    series = SeriesFactory()
    rules = {"rules_source": "Rules of 2026", "invite_days": 30}

    for user in (officer, head_a):
        with pytest.raises(Refused):
            services.update(series, rules, by=user, at=now, version=1)
    services.update(series, rules, by=secretary, at=now, version=1)

    assert (series.rules_source, series.invite_days) == ("Rules of 2026", 30)


def test_a_series_changed_meanwhile_is_not_overwritten(officer, now):
    series = SeriesFactory(names={"en": "Old"})
    services.update(series, {"names": {"en": "New"}}, by=officer, at=now, version=1)

    with pytest.raises(StaleVersion):
        services.update(series, {"names": {"en": "Other"}}, by=officer, at=now, version=1)

    assert Series.objects.get().names == {"en": "New"}


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("officer", {"OPEN", "SHUT"}),
        ("reader_a", {"OPEN", "SHUT"}),
        ("observer", {"OPEN"}),
        ("anonymous", set()),
    ],
)
def test_outside_of_members_a_series_is_seen_by_its_meetings(request, who, sees):
    user = request.getfixturevalue(who)
    for code, visibility in (("OPEN", "observers"), ("SHUT", "members")):
        series = SeriesFactory(code=code)
        MeetingFactory(series=series, status="convened", visibility=visibility)

    assert set(queries.visible_to(user).values_list("code", flat=True)) == sees


def test_the_count_of_meetings_tells_nobody_of_hidden_ones(observer, officer):
    series = SeriesFactory()
    MeetingFactory(series=series, status="convened", visibility="observers")
    MeetingFactory(series=series, status="planned")

    counts = [
        queries.with_counts(queries.visible_to(user), user).get().meeting_count
        for user in (observer, officer)
    ]
    assert counts == [1, 2]


# ── ordinals ────────────────────────────────────────────────────────────────────────────────────


def test_convening_gives_the_next_free_number(officer, now):
    series = SeriesFactory()
    MeetingFactory(series=series, ordinal=2, status="closed")
    MeetingFactory(series=series, ordinal=3, status="planned")
    meeting = MeetingFactory(series=series)

    meetings.convene(meeting, by=officer, at=now)

    assert meeting.ordinal == 4


def test_a_number_that_was_entered_is_kept(officer, now):
    meeting = MeetingFactory(series=SeriesFactory(), ordinal=7)

    meetings.convene(meeting, by=officer, at=now)

    assert meeting.ordinal == 7


def test_convening_again_after_a_postponement_keeps_the_number(secretary, now):
    meeting = MeetingFactory(series=SeriesFactory())
    for step in (meetings.convene, meetings.postpone, meetings.convene):
        step(meeting, by=secretary, at=now)

    assert meeting.ordinal == 1


@pytest.mark.parametrize(
    ("is_announced", "kept", "following_one"), [(True, 1, 2), (False, None, 1)]
)
def test_a_cancelled_meeting_keeps_its_number_only_if_it_was_announced(
    secretary, now, is_announced, kept, following_one
):
    series = SeriesFactory()
    cancelled = MeetingFactory(series=series, ordinal=1)
    if is_announced:
        meetings.convene(cancelled, by=secretary, at=now)
    meetings.cancel(cancelled, by=secretary, at=now)
    meeting = MeetingFactory(series=series)

    meetings.convene(meeting, by=secretary, at=now)

    assert (cancelled.ordinal, meeting.ordinal) == (kept, following_one)


def test_an_announced_number_is_not_given_away(officer, now):
    meeting = MeetingFactory(series=SeriesFactory(), ordinal=3, status="convened")
    changed = meetings.facts_of(meeting) | {"ordinal": 4}

    with pytest.raises(ValidationError, match="series and number stay"):
        meetings.update(meeting, changed, by=officer, at=now, version=1)

    assert Meeting.objects.get().ordinal == 3


def test_the_database_itself_keeps_numbers_apart():
    series = SeriesFactory()
    MeetingFactory(series=series, ordinal=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingFactory(series=series, ordinal=1)

    assert MeetingFactory(series=SeriesFactory(), ordinal=1).ordinal == 1


def test_the_form_says_that_a_number_of_the_series_is_taken(sign_in, officer, turkiye):
    series = SeriesFactory()
    MeetingFactory(series=series, ordinal=1, host=turkiye)

    answer = sign_in(officer).post(
        reverse("meetings:new"),
        {
            "title_en": "Second", "kind": "expert_group", "series": str(series.pk), "ordinal": "1",
            "host": "turkiye", "mode": "in_person", "city": "Ankara", "time_zone": "Europe/Istanbul",
            "starts": "2026-12-01T09:00", "ends": "2026-12-01T11:00", "date_precision": "minute",
            "visibility": "members",
        },
    )  # fmt: skip

    assert (answer.status_code, "of this series or kind with this number" in page(answer)) == (
        422,
        True,
    )


# ── the next from the last ──────────────────────────────────────────────────────────────────────


@pytest.fixture
def last(turkiye, azerbaijan, hungary, kazakhstan):
    """A meeting with an agenda of two levels, three invited and one more delegation."""
    meeting = MeetingFactory(status="adjourned", host=turkiye, series=SeriesFactory(), ordinal=1)
    AgendaItemFactory(meeting=meeting, position=1, titles={"en": "Adoption of the agenda"})
    second = AgendaItemFactory(
        meeting=meeting, position=2, kind="discussion", titles={"en": "Floods"}
    )
    AgendaItemFactory(meeting=meeting, parent=second, position=1, titles={"en": "Rivers"})
    InvitationFactory(meeting=meeting, participant=azerbaijan, status="accepted")
    InvitationFactory(meeting=meeting, participant=hungary, status="declined", capacity="observer")
    InvitationFactory(meeting=meeting, participant=turkiye, status="withdrawn")
    DelegationFactory(meeting=meeting, participant=kazakhstan)
    return meeting


def test_the_next_meeting_takes_agenda_and_participants_along(officer, last, now):
    made = following.follow(last, facts(series_id=last.series_id), by=officer, at=now)

    invited = set(made.invitations.values_list("participant", "capacity", "status"))
    assert [str(entry) for entry in agenda_of(made)] == [
        "1. Adoption of the agenda",
        "2. Floods",
        "2.1. Rivers",
    ]
    assert (made.status, made.ordinal, last.agenda_items.count()) == ("planned", None, 3)
    assert invited == {
        ("azerbaijan", "member", "draft"),
        ("hungary", "observer", "draft"),
        ("kazakhstan", "member", "draft"),
    }


def test_a_form_that_was_sent_twice_plans_one_meeting(officer, last, now):
    key = uuid.uuid4()

    first = following.follow(last, facts(), by=officer, at=now, submission_key=key)
    second = following.follow(last, facts(), by=officer, at=now, submission_key=key)

    assert (first, Meeting.objects.count(), AgendaItem.objects.count()) == (second, 2, 6)


def test_expected_documents_and_what_is_said_of_items_are_carried(officer, last, now):
    floods = last.agenda_items.get(titles__en="Floods")
    AgendaItem.objects.filter(pk=floods.pk).update(access="heads_only", minutes_allotted=30)
    papers.expect(
        last, kind="report", languages=["en", "tr"], item_id=floods.pk, by=officer, at=now
    )

    made = following.follow(last, facts(), by=officer, at=now)

    copy, wish = made.agenda_items.get(titles__en="Floods"), made.expected_papers.get()
    assert (copy.access, copy.minutes_allotted, copy.outcome) == ("heads_only", 30, "open")
    assert (wish.item, wish.kind, wish.languages) == (copy, "report", ["en", "tr"])


def test_when_one_part_fails_nothing_is_planned(officer, last, now, monkeypatch):
    def fails(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr(following, "_invite_the_same", fails)

    with pytest.raises(RuntimeError):
        following.follow(last, facts(), by=officer, at=now)

    assert (Meeting.objects.count(), AgendaItem.objects.count()) == (1, 3)


@pytest.mark.parametrize("status", ["planned", "cancelled"])
def test_nothing_follows_what_was_never_called_together(officer, now, status):
    with pytest.raises(WrongStatus, match="not called together"):
        following.follow(MeetingFactory(status=status), facts(), by=officer, at=now)


def test_the_page_plans_the_next_meeting(sign_in, officer, last):
    client = sign_in(officer)
    address = reverse("meetings:follow", args=[last.pk])

    shown = page(client.get(address))
    incomplete = client.post(address, {"title_en": "Next"})

    assert ("its agenda is copied" in shown, incomplete.status_code) == (True, 422)


# ── pages and API ───────────────────────────────────────────────────────────────────────────────


def test_the_pages_of_series(sign_in, secretary):
    client = sign_in(secretary)

    empty = page(client.get(reverse("meetings:series")))
    made = client.post(
        reverse("meetings:series_new"),
        {"title_en": "Ministers", "code": "MM", "kind": "ministerial"},
    )
    series = Series.objects.get()
    unknown = page(client.get(series.get_absolute_url()))
    refused = client.post(
        reverse("meetings:series_rules", args=[series.pk]),
        {
            "rules_source": "Rules",
            "quorum_rule": "number",
            "decision_rule": "consensus",
            "version": "1",
        },
    )
    client.post(
        reverse("meetings:series_rules", args=[series.pk]),
        {
            "rules_source": "Rules of 2026", "quorum_rule": "all", "decision_rule": "consensus",
            "invite_days": "30", "version": "1",
        },
    )  # fmt: skip
    known = page(client.get(series.get_absolute_url()))

    assert ("no series that you may read" in empty, made.status_code) == (True, 302)
    assert ("does not know the rules of procedure" in unknown, "Rules of 2026" in known) == (
        True,
        True,
    )
    assert (refused.status_code, "Say how many members" in page(refused)) == (422, True)


def test_a_stale_form_shows_both_texts(sign_in, officer, now):
    series = SeriesFactory(code="MM", kind="ministerial", names={"en": "Old"})
    services.update(series, {"names": {"en": "Theirs"}}, by=officer, at=now, version=1)

    answer = sign_in(officer).post(
        reverse("meetings:series_edit", args=[series.pk]),
        {"title_en": "Mine", "code": "MM", "kind": "ministerial", "version": "1"},
    )

    assert (answer.status_code, "Theirs" in page(answer), "Mine" in page(answer)) == (
        409,
        True,
        True,
    )


def test_a_series_shows_its_meetings_by_number(sign_in, reader_a):
    series = SeriesFactory()
    for ordinal in (1, 3, 2):
        MeetingFactory(
            series=series, ordinal=ordinal, status="closed", titles={"en": f"Nr{ordinal}"}
        )

    shown = page(sign_in(reader_a).get(series.get_absolute_url()))

    places = [shown.index(f"Nr{ordinal}") for ordinal in (3, 2, 1)]
    assert places == sorted(places)


def test_the_api_enters_and_changes_a_series(sign_in, secretary):
    client = sign_in(secretary)

    made = client.post(reverse("api:series-list"), NAMED, content_type=JSON)
    address = reverse("api:series-detail", args=[made.json()["id"]])
    changed = client.patch(
        address, {"invite_days": 30}, content_type=JSON, HTTP_IF_MATCH=made["ETag"]
    )
    wrong = client.patch(
        address, {"invite_days": 0}, content_type=JSON, HTTP_IF_MATCH=changed["ETag"]
    )

    assert (made.status_code, changed.json()["invite_days"]) == (201, 30)
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (400, "#/invite_days")
