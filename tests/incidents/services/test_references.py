from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.models import ExternalReference
from incidents.queries import incidents as queries
from incidents.queries.references import siblings_of
from incidents.services import incidents as incident_services
from incidents.services import references as services
from incidents.services.references import Name, Taken, Version
from ots_portal.audit.models import AuditEntry
from ots_portal.verdicts import Refused
from tests.factories.incidents import IncidentFactory, a_draft

GLIDE = "EQ-2023-000015-TUR"


@pytest.fixture
def incident(turkiye):
    return IncidentFactory(participant=turkiye, status="active", countries=["TR", "SY"])


def names(incident):
    return list(incident.references.values_list("scheme", "value", "country"))


def test_a_glide_number_is_kept_in_its_own_spelling_and_found_by_search(incident, editor_a, now):
    services.add_reference(incident, Name("glide", " eq-2023-000015-tur "), by=editor_a, at=now)

    found = queries.filtered(queries.visible_to(editor_a), {"q": "eq-2023-000015"})
    assert (names(incident), list(found)) == ([("glide", GLIDE, "TUR")], [incident])
    assert f'"value":"{GLIDE}"' in found.get().row_json


@pytest.mark.parametrize(
    ("scheme", "value", "sentence"),
    [
        ("glide", "EQ-2023-15-TUR", "looks like EQ-2023-000015-TUR"),
        ("glide", "QQ-2023-000015-TUR", "no GLIDE code"),
        ("glide", "EQ-2023-000015-KAZ", "not among those affected"),
        ("glide", "EQ-2023-000015-XXX", "three-letter code"),
        ("url", "javascript:alert(1)", "https://"),
        ("url", "http://example.org/", "https://"),
        ("usgs", "a\u202eb", "cannot be shown"),
        ("usgs", "  ", "as the other system writes it"),
        ("cecis", "1", "one of the systems"),
    ],
)
def test_what_is_no_name_is_refused_with_a_sentence(
    incident, editor_a, now, scheme, value, sentence
):
    with pytest.raises(ValidationError, match=sentence):
        services.add_reference(incident, Name(scheme, value), by=editor_a, at=now)

    assert names(incident) == []


def test_one_glide_number_for_each_country(incident, editor_a, now):
    services.add_reference(incident, Name("glide", GLIDE), by=editor_a, at=now)
    services.add_reference(incident, Name("glide", "EQ-2023-000015-SYR"), by=editor_a, at=now)

    with pytest.raises(ValidationError, match="for TUR already"):
        services.add_reference(incident, Name("glide", "EQ-2023-000016-TUR"), by=editor_a, at=now)
    assert len(names(incident)) == 2


def test_the_same_name_again_is_no_change(incident, editor_a, now):
    first = services.add_reference(incident, Name("glide", GLIDE), by=editor_a, at=now)
    again = services.add_reference(incident, Name("glide", GLIDE), by=editor_a, at=now)

    assert first == again
    assert AuditEntry.objects.filter(kind="incidents.incident.reference_added").count() == 1


def test_a_name_that_another_own_incident_has_is_refused(incident, editor_a, turkiye, now):
    services.add_reference(incident, Name("usgs", "us6000jllz"), by=editor_a, at=now)
    other = IncidentFactory(participant=turkiye, status="active")

    with pytest.raises(ValidationError, match="has this name already"):
        services.add_reference(other, Name("usgs", "us6000jllz"), by=editor_a, at=now)


def test_another_participant_may_report_what_has_the_same_name(incident, editor_a, editor_b, now):
    services.add_reference(incident, Name("usgs", "us6000jllz"), by=editor_a, at=now)
    theirs = IncidentFactory(participant=editor_b.participant, status="active")

    services.add_reference(theirs, Name("usgs", "us6000jllz"), by=editor_b, at=now)

    assert ExternalReference.objects.count() == 2


@pytest.mark.parametrize("name", ["editor_b", "officer", "reader_a"])
def test_only_the_owner_names_it(request, incident, now, name):
    with pytest.raises(Refused):
        services.add_reference(
            incident, Name("glide", GLIDE), by=request.getfixturevalue(name), at=now
        )


def test_a_name_is_taken_out_of_the_row_too(incident, editor_a, now):
    reference = services.add_reference(incident, Name("glide", GLIDE), by=editor_a, at=now)

    services.remove_reference(reference, by=editor_a, at=now)

    incident.refresh_from_db()
    assert (names(incident), GLIDE in incident.row_json) == ([], False)


# ── versions ────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def gdacs(incident, editor_a, now):
    return services.add_reference(incident, Name("gdacs", "FL1102983"), by=editor_a, at=now)


def red_then_orange(now):
    return (
        Version(now, "a" * 64, "red", {"alert_level": "red"}),
        Version(now + timedelta(days=58), "b" * 64, "orange"),
    )


def test_a_newer_version_stands_and_the_older_one_is_kept(gdacs, now):
    first, second = red_then_orange(now)

    taken = [services.add_version(gdacs, version, at=now) for version in (first, second)]

    gdacs.refresh_from_db()
    assert (taken, gdacs.version_at, gdacs.digest) == (
        [Taken.NEW, Taken.NEW],
        second.version_at,
        second.digest,
    )
    assert list(gdacs.versions.values_list("alert_level", flat=True)) == ["orange", "red"]


def test_the_same_version_twice_changes_nothing(gdacs, now):
    first, _second = red_then_orange(now)
    services.add_version(gdacs, first, at=now)

    again = services.add_version(gdacs, first, at=now)

    assert (again, gdacs.versions.count()) == (Taken.KNOWN, 1)
    assert AuditEntry.objects.filter(kind="incidents.incident.reference_updated").count() == 1


def test_an_older_version_never_overwrites(gdacs, now):
    first, second = red_then_orange(now)
    services.add_version(gdacs, second, at=now)

    late = services.add_version(gdacs, first, at=now)

    gdacs.refresh_from_db()
    assert (late, gdacs.digest, gdacs.versions.count()) == (Taken.OLDER, second.digest, 2)
    assert AuditEntry.objects.filter(kind="incidents.incident.reference_updated").count() == 1


def test_the_level_of_the_incident_is_for_a_person_to_change(gdacs, incident, now):
    for version in red_then_orange(now):
        services.add_version(gdacs, version, at=now)

    incident.refresh_from_db()
    assert incident.alert_level == "orange"  # as the factory made it


def test_what_came_in_with_a_file_has_its_first_version(editor_a, now):
    name = Name("usgs", "us6000jllz", version_at=now, digest="c" * 64)

    incident = incident_services.create(a_draft(), by=editor_a, at=now, name=name)

    version = incident.references.get().versions.get()
    assert (version.version_at, version.digest) == (now, "c" * 64)


# ── siblings ────────────────────────────────────────────────────────────────────────────────────
def test_siblings_are_those_the_reader_may_see(incident, editor_a, editor_b, observer, now):
    syria = "EQ-2023-000015-SYR"
    services.add_reference(incident, Name("glide", GLIDE), by=editor_a, at=now)
    for classification, number in (("members", syria), ("named", "EQ-2023-000015-AZE")):
        theirs = IncidentFactory(
            participant=editor_b.participant,
            status="active",
            countries=["SY", "AZ"],
            classification=classification,
        )
        services.add_reference(theirs, Name("glide", number), by=editor_b, at=now)
    references = list(incident.references.all())

    seen = {
        user.full_name: [one.value for one in siblings_of(references, reader=user)]
        for user in (editor_a, editor_b, observer)
    }

    assert seen == {
        "Editor of A": [syria],
        "Editor of B": ["EQ-2023-000015-AZE", syria],
        "Reader of H": [],
    }
