import pytest

from incidents.queries.neighbours import propose
from ots_portal.geo.rivers import rivers
from ots_portal.participants.models import ParticipantKind
from tests.factories.incidents import IncidentFactory
from tests.factories.people import ParticipantFactory

# The real check of the mechanism: an earthquake in Xinjiang.
QUAKE = {"latitude": 39.014, "longitude": 74.802, "countries": ["CN"], "status": "reported"}


@pytest.fixture
def states(turkiye, azerbaijan, kazakhstan, hungary):
    for slug, iso2, iso3 in [
        ("kyrgyzstan", "KG", "KGZ"),
        ("uzbekistan", "UZ", "UZB"),
        ("turkmenistan", "TM", "TKM"),
    ]:
        ParticipantFactory(slug=slug, iso2=iso2, iso3=iso3, names={"en": slug.title()})


@pytest.fixture
def organisation(states):
    return ParticipantFactory(
        slug="eco", kind=ParticipantKind.ORGANISATION, latitude=39.0, longitude=74.8
    )


def proposed(incident, km=100, river=""):
    found = propose(incident, km=km, river=rivers().get(river))
    return [(p.participant.slug, str(p.role), p.reason) for p in found]


@pytest.mark.parametrize(
    ("km", "found"), [(100, [("kyrgyzstan", "neighbour", "distance 98")]), (50, [])]
)
def test_the_earthquake_in_xinjiang_concerns_kyrgyzstan_and_nobody_nearer(states, km, found):
    assert proposed(IncidentFactory(**QUAKE), km=km) == found


def test_the_nearest_stands_first(states):
    slugs = [slug for slug, _role, _reason in proposed(IncidentFactory(**QUAKE), km=500)]

    assert slugs == ["kyrgyzstan", "uzbekistan", "kazakhstan"]


def test_who_is_affected_or_reports_is_not_proposed(states, kazakhstan):
    almaty = IncidentFactory(
        participant=kazakhstan, status="reported", countries=["KG"], latitude=43.2, longitude=76.9
    )

    assert proposed(almaty) == []


def test_on_whose_territory_it_lies_is_at_risk_unless_it_is_affected(states):
    osh = {"latitude": 40.5, "longitude": 72.8, "status": "reported"}

    assert proposed(IncidentFactory(**osh, countries=["UZ"]), km=10) == [
        ("kyrgyzstan", "at_risk", "territory")
    ]
    assert proposed(IncidentFactory(**osh, countries=["KG"]), km=30) == [
        ("uzbekistan", "neighbour", proposed(IncidentFactory(**osh, countries=["KG"]), km=30)[0][2])
    ]


def test_an_area_counts_as_a_whole(states):
    box = {
        "type": "Polygon",
        "coordinates": [[[73, 37], [74.5, 37], [74.5, 39], [73, 39], [73, 37]]],
    }

    incident = IncidentFactory(**QUAKE | {"countries": ["TJ"], "area": box})

    assert [slug for slug, _role, _reason in proposed(incident, km=60)] == ["kyrgyzstan"]


def test_an_area_that_is_none_leaves_the_point(states):
    incident = IncidentFactory(**QUAKE, area={"type": "Polygon", "coordinates": "nonsense"})

    assert [slug for slug, _role, _reason in proposed(incident)] == ["kyrgyzstan"]


def test_without_a_place_there_is_only_the_river(states, turkiye):
    incident = IncidentFactory(participant=turkiye, status="reported", countries=["TR"])

    assert (proposed(incident, km=1000), proposed(incident, river="kura")) == (
        [],
        [("azerbaijan", "at_risk", "river kura")],
    )


def test_those_below_on_the_river_are_at_risk(states):
    naryn = IncidentFactory(
        status="reported", countries=["KG"], latitude=41.4, longitude=75.0, hazard="TL0009"
    )

    assert proposed(naryn, km=0, river="syr-darya") == [
        ("kazakhstan", "at_risk", "river syr-darya"),
        ("uzbekistan", "at_risk", "river syr-darya"),
    ]


def test_a_river_that_does_not_touch_the_countries_reaches_nobody(states):
    assert proposed(IncidentFactory(**QUAKE), km=0, river="danube") == []


def test_who_has_a_part_already_is_marked(states):
    incident = IncidentFactory(**QUAKE, involved=["kyrgyzstan"][:0])
    kyrgyzstan = propose(incident, km=100)[0].participant
    incident = IncidentFactory(**QUAKE, involved=[kyrgyzstan])

    assert [p.told_as for p in propose(incident, km=100)] == ["at_risk"]


def test_organisations_are_no_neighbours(organisation):
    assert "eco" not in [slug for slug, *_ in proposed(IncidentFactory(**QUAKE), km=1000)]


def test_a_state_without_borders_in_the_data_is_measured_to_its_place_on_the_map(states):
    ParticipantFactory(
        slug="trnc", kind=ParticipantKind.OBSERVER, latitude=35.2, longitude=33.4, names={"en": "TRNC"}
    )  # fmt: skip
    at_sea = IncidentFactory(
        status="reported", countries=["SY"], latitude=35.2, longitude=34.4, participant_id="turkmenistan"
    )  # fmt: skip

    assert ("trnc", "neighbour", "distance 91") in proposed(at_sea)


def test_proposing_takes_two_questions(states, django_assert_num_queries):
    incident = IncidentFactory(**QUAKE)

    with django_assert_num_queries(2):
        propose(incident, km=500, river=rivers()["ili"])
