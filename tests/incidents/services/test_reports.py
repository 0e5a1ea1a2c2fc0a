"""Writing, publishing and superseding situation reports."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.models import Figure, SituationReport
from incidents.queries.reports import reported_figures, stands_again
from incidents.queries.totals import totals
from incidents.services import reports as services
from incidents.services.reports import AlreadyDrafted, Content
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.incidents import IncidentFactory
from tests.factories.reports import (
    MORNING,
    a_content,
    a_report,
    an_entry,
    drafted,
    published,
    submitted,
)

LATER = MORNING + timedelta(hours=6)


@pytest.fixture
def incident(turkiye, azerbaijan):
    return IncidentFactory(
        participant=turkiye, status="active", countries=["TR", "SY"], involved=[azerbaijan]
    )


def kinds():
    return list(AuditEntry.objects.order_by("recorded_at", "id").values_list("kind", flat=True))


def values_of(report):
    return [(figure.value, figure.value_to) for figure in report.figures.all()]


# ── drafts ──────────────────────────────────────────────────────────────────────────────────────
def test_the_first_report_is_an_empty_initial_draft_without_a_number(incident, editor_a):
    report = services.create(incident, by=editor_a, at=MORNING)

    assert (report.status, report.kind, report.number, report.participant_id) == (
        "draft", "initial", None, "turkiye",
    )  # fmt: skip
    assert (report.situations, values_of(report)) == ({}, [])


def test_the_next_report_starts_from_the_last_one(incident, editor_a, head_a):
    first = published(incident, an_entry(12, value_to=15), by=editor_a, head=head_a)

    second = services.create(incident, by=editor_a, at=LATER)

    assert (second.kind, second.starts_from, second.as_of) == ("update", first, LATER)
    assert (second.situations, values_of(second)) == ({"en": "The search goes on."}, [(12, 15)])
    assert second.figures.get().as_of == MORNING


def test_there_is_one_unpublished_report_of_a_participant_at_a_time(incident, editor_a):
    first = services.create(incident, by=editor_a, at=MORNING)

    with pytest.raises(AlreadyDrafted) as caught:
        services.create(incident, by=editor_a, at=LATER)

    assert caught.value.report == first


def test_participants_write_beside_each_other(incident, editor_a, editor_b):
    services.create(incident, by=editor_a, at=MORNING)
    services.create(incident, by=editor_b, at=MORNING)

    assert SituationReport.objects.count() == 2


def test_a_report_on_an_archived_incident_is_refused(incident, editor_a):
    incident.status = "archived"

    with pytest.raises(WrongStatus):
        services.create(incident, by=editor_a, at=MORNING)


def test_saving_one_language_keeps_the_others(incident, editor_a):
    report = drafted(incident, by=editor_a)
    turkish = a_content(language="tr", texts={"situation": "Arama sürüyor.", "needs": "Çadır."})

    services.update(report, turkish, by=editor_a, at=MORNING, version=report.version)

    assert report.situations == {"en": "The search goes on.", "tr": "Arama sürüyor."}
    assert report.needs == {"tr": "Çadır."}


def test_an_emptied_text_leaves_its_language(incident, editor_a):
    report = drafted(incident, by=editor_a)

    services.update(report, a_content(texts={"situation": " "}), by=editor_a, at=MORNING, version=1)

    assert report.situations == {}


def test_figures_that_are_not_given_stay(incident, editor_a):
    report = drafted(incident, by=editor_a)

    services.update(
        report, Content("en", "final", MORNING, {}, None), by=editor_a, at=MORNING, version=1
    )

    assert (report.kind, values_of(report)) == ("final", [(12, None)])


def test_a_stale_version_is_refused_and_changes_nothing(incident, editor_a, second_editor_a):
    report = drafted(incident, by=editor_a)
    services.update(report, a_content(), by=second_editor_a, at=MORNING, version=1)

    with pytest.raises(StaleVersion):
        services.update(report, a_content(an_entry(99)), by=editor_a, at=MORNING, version=1)

    assert values_of(report) == [(12, None)]


def test_a_submitted_report_is_not_changed(incident, editor_a):
    report = submitted(incident, by=editor_a)

    with pytest.raises(WrongStatus):
        services.update(report, a_content(), by=editor_a, at=MORNING, version=report.version)


def test_0_is_kept_apart_from_nothing(incident, editor_a):
    report = drafted(incident, an_entry(0), by=editor_a)

    assert values_of(report) == [(0, None)]


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"country": "AZ"}, "place"),
        ({"subdivision": "AZ-NX"}, "place"),
        ({"exposure": "roads"}, "measure"),
        ({"value": -1}, "value"),
        ({"value": 10**13}, "value"),
        ({"value_to": 12}, "value_to"),
        ({"as_of": LATER}, "as_of"),
        ({"confidence": "sure"}, "confidence"),
        ({"source": " "}, "source"),
        ({"source": "A" * 201}, "source"),
        ({"source": "A\u202eB"}, "source"),
    ],
)
def test_an_impossible_figure_is_refused_where_it_is_wrong(incident, editor_a, changes, name):
    report = services.create(incident, by=editor_a, at=MORNING)

    found = services.objections(report, [replace(an_entry(12), **changes)], at=MORNING)

    assert [(one.index, one.name) for one in found] == [(0, name)]


def test_one_source_says_one_figure_of_a_place(incident, editor_a):
    with pytest.raises(ValidationError) as caught:
        drafted(incident, an_entry(12), an_entry(14, source="afad"), by=editor_a)

    assert list(caught.value.message_dict) == ["figures"]
    assert SituationReport.objects.count() == 0


def test_sources_that_disagree_are_two_rows(incident, editor_a):
    report = drafted(incident, an_entry(12), an_entry(14, source="Red Crescent"), by=editor_a)

    assert values_of(report) == [(12, None), (14, None)]


def test_a_report_of_the_future_is_refused(incident, editor_a):
    with pytest.raises(ValidationError) as caught:
        drafted(incident, by=editor_a, as_of=LATER)

    assert list(caught.value.message_dict) == ["as_of"]


def test_a_changed_figure_gets_the_time_of_its_report_unless_one_was_given(incident):
    last = [an_entry(12), an_entry(3, indicator="missing"), an_entry(7, indicator="injured")]
    mine = [
        an_entry(13),
        an_entry(3, indicator="missing"),
        an_entry(8, indicator="injured", as_of=MORNING + timedelta(hours=2)),
    ]

    found = services.brought_up_to_date(mine, last=last, as_of=LATER)

    assert [entry.as_of for entry in found] == [LATER, MORNING, MORNING + timedelta(hours=2)]


# ── steps ───────────────────────────────────────────────────────────────────────────────────────
def test_the_way_from_draft_to_published_leaves_an_entry_for_each_step(incident, editor_a, head_a):
    report = published(incident, by=editor_a, head=head_a)

    assert (report.status, report.number, report.published_by) == ("published", 1, head_a)
    assert kinds() == [
        "incidents.report.drafted",
        "incidents.report.submitted",
        "incidents.report.published",
    ]


def test_an_empty_report_is_not_submitted(incident, editor_a):
    report = services.create(incident, by=editor_a, at=MORNING)

    with pytest.raises(WrongStatus, match="neither a text nor a figure"):
        services.submit(report, by=editor_a, at=MORNING)


def test_numbers_run_without_gaps_in_each_series(
    incident, editor_a, head_a, editor_b, head_b, officer, secretary
):
    own = [published(incident, by=editor_a, head=head_a).number for _n in range(2)]
    other = published(incident, figures=[], by=editor_b, head=head_b).number
    joint = published(incident, figures=None, by=officer, head=secretary).number

    assert (own, other, joint) == ([1, 2], 1, 1)


def test_a_withdrawn_report_keeps_its_number(incident, editor_a, head_a):
    first = published(incident, by=editor_a, head=head_a)
    services.withdraw(first, by=head_a, at=LATER, reason="Counted twice.")

    assert published(incident, by=editor_a, head=head_a).number == 2


def test_the_next_publication_supersedes_the_last(incident, editor_a, head_a):
    first = published(incident, by=editor_a, head=head_a)
    second = published(incident, an_entry(20), by=editor_a, head=head_a, at=MORNING)

    first.refresh_from_db()
    assert (first.status, first.superseded_by, values_of(first)) == (
        "superseded",
        second,
        [(12, None)],
    )
    assert [total.low for total in totals(reported_figures(incident))] == [20]


def test_a_participants_report_does_not_supersede_anothers(
    incident, editor_a, head_a, editor_b, head_b
):
    first = published(incident, by=editor_a, head=head_a)
    published(incident, figures=[], by=editor_b, head=head_b)

    first.refresh_from_db()
    assert first.status == "published"


@pytest.mark.parametrize("author", ["drafts", "changes", "submits"])
def test_no_author_publishes(incident, editor_a, head_a, author):
    writer = head_a if author == "drafts" else editor_a
    report = drafted(incident, by=writer)
    if author == "changes":
        services.update(report, a_content(), by=head_a, at=MORNING, version=1)
    services.submit(report, by=head_a if author == "submits" else editor_a, at=MORNING)

    with pytest.raises(Refused) as caught:
        services.publish(report, by=head_a, at=MORNING)

    assert caught.value.verdict.code == "same_person"


def test_what_was_changed_since_the_head_read_it_is_not_published(incident, editor_a, head_a):
    report = submitted(incident, by=editor_a)
    read = report.version
    services.send_back(report, by=editor_a, at=MORNING, reason="A typo.")
    services.submit(report, by=editor_a, at=MORNING)

    with pytest.raises(StaleVersion):
        services.publish(report, by=head_a, at=MORNING, version=read)


def test_a_report_sent_back_is_a_draft_again(incident, editor_a, head_a):
    report = submitted(incident, by=editor_a)

    services.send_back(report, by=head_a, at=MORNING, reason="Which source?")

    assert report.status == "draft"
    entry = AuditEntry.objects.get(kind="incidents.report.sent_back")
    assert entry.data["reason"] == "Which source?"


@pytest.mark.parametrize("verb", ["send_back", "withdraw"])
def test_a_reason_is_asked_for(incident, editor_a, head_a, verb):
    make = {"send_back": submitted, "withdraw": published}[verb]
    more = {"head": head_a} if verb == "withdraw" else {}
    report = make(incident, by=editor_a, **more)

    with pytest.raises(ValidationError):
        getattr(services, verb)(report, by=head_a, at=LATER, reason="  ")


def test_figures_of_a_withdrawn_report_count_no_more(incident, editor_a, head_a):
    report = published(incident, by=editor_a, head=head_a)

    services.withdraw(report, by=head_a, at=LATER, reason="Counted twice.")

    assert totals(reported_figures(incident)) == []


def test_when_a_report_is_withdrawn_the_figures_of_the_one_before_count_again(
    incident, editor_a, head_a
):
    first = published(incident, an_entry(12), by=editor_a, head=head_a)
    second = published(incident, an_entry(500), by=editor_a, head=head_a, at=MORNING)
    assert not stands_again(first)

    services.withdraw(second, by=head_a, at=LATER, reason="Counted twice.")

    first.refresh_from_db()
    (total,) = totals(reported_figures(incident))
    assert (total.low, total.countries[0].rows[0].report) == (12, 1)
    assert stands_again(first)


@pytest.mark.parametrize("way", ["withdrawn", "left out"])
def test_a_joint_copy_does_not_outlive_the_countrys_own_figure(
    incident, editor_a, head_a, officer, secretary, way
):
    report = published(incident, an_entry(500), by=editor_a, head=head_a)
    joint = services.create(incident, by=officer, at=LATER)
    services.submit(joint, by=officer, at=LATER)
    services.publish(joint, by=secretary, at=LATER)

    if way == "withdrawn":
        services.withdraw(report, by=head_a, at=LATER, reason="Counted twice.")
    else:
        published(incident, figures=[], by=editor_a, head=head_a)

    assert totals(reported_figures(incident)) == []
    assert not services.create(incident, by=officer, at=LATER).figures.exists()


def test_the_digest_is_of_what_was_published(incident, editor_a, head_a):
    report = published(incident, by=editor_a, head=head_a)
    before = services.digest_of(report, number=1)

    Figure.objects.filter(report=report).update(value=13)

    assert (report.digest, services.digest_of(report, number=1) == before) == (before, False)


def test_the_audit_keeps_a_digest_and_no_text(incident, editor_a):
    report = drafted(incident, by=editor_a)

    entry = AuditEntry.objects.get(kind="incidents.report.drafted")
    assert entry.data == {"sha256": services.digest_of(report, number=None), "figure_count": 1}


def test_a_discarded_draft_makes_room_for_another(incident, editor_a):
    report = services.create(incident, by=editor_a, at=MORNING)

    services.discard(report, by=editor_a, at=MORNING)

    assert services.create(incident, by=editor_a, at=MORNING) != report


# ── joint reports ───────────────────────────────────────────────────────────────────────────────
def test_a_joint_report_takes_over_what_the_countries_published(
    incident, editor_a, head_a, officer
):
    published(incident, an_entry(12), an_entry(14, source="Red Crescent"), by=editor_a, head=head_a)

    report = services.create(incident, by=officer, at=LATER)

    assert report.is_joint
    assert [(one.value, one.source) for one in report.figures.all()] == [
        (12, "AFAD"),
        (14, "Red Crescent"),
    ]


def test_where_only_regions_were_reported_a_joint_report_has_their_sum(
    incident, editor_a, head_a, officer
):
    regions = [
        an_entry(10, subdivision="TR-31", confidence="high"),
        an_entry(5, value_to=8, subdivision="TR-27", source="Governor", confidence="unsure"),
    ]
    published(incident, *regions, by=editor_a, head=head_a)

    report = services.create(incident, by=officer, at=LATER)

    figure = report.figures.get()
    assert (figure.value, figure.value_to, figure.subdivision, figure.estimate, figure.confidence) == (
        15, 18, "", "secondary", "unsure",
    )  # fmt: skip
    assert figure.source == "Sum of 2 regions: Governor; AFAD"


def test_a_joint_report_keeps_what_it_said_of_countries_without_a_report(
    incident, editor_a, head_a, officer, secretary
):
    published(incident, an_entry(7, country="SY", source="OCHA"), by=officer, head=secretary)
    published(incident, an_entry(12), by=editor_a, head=head_a)

    report = services.create(incident, by=officer, at=LATER)

    assert [(one.country, one.value) for one in report.figures.all()] == [("TR", 12), ("SY", 7)]


def test_a_joint_report_does_not_change_a_countrys_figure(incident, editor_a, head_a, officer):
    published(incident, an_entry(12), by=editor_a, head=head_a)

    with pytest.raises(ValidationError, match="does not change a country"):
        drafted(incident, an_entry(13), by=officer)


def test_a_joint_figure_never_overrules_a_countrys_own_in_the_total(
    incident, editor_a, head_a, officer, secretary
):
    published(incident, an_entry(12), by=editor_a, head=head_a)
    published(incident, an_entry(99, source="Press"), by=officer, head=secretary)

    (total,) = totals(reported_figures(incident))
    assert (total.low, total.high) == (12, 12)


def test_a_report_of_an_exercise_belongs_to_the_exercise(turkiye, editor_a, head_a):
    exercise = IncidentFactory(participant=turkiye, status="active", is_exercise=True)

    report = published(exercise, by=editor_a, head=head_a)

    assert report.incident.is_exercise


def test_what_stands_straight_in_the_database_can_be_published(incident, editor_a, head_a):
    report = a_report(incident, "submitted", by=editor_a)

    assert services.publish(report, by=head_a, at=LATER).number == 1
