"""What deployments show on the front page."""

from incidents.portal import deployments as portal
from tests.factories.deployments import AT, DeploymentFactory, accepted_line
from tests.factories.incidents import IncidentFactory


def test_what_is_to_be_planned_for_an_exercise_is_marked(turkiye, azerbaijan, editor_b):
    accepted_line()
    exercise = IncidentFactory(participant=turkiye, status="active", is_exercise=True)
    accepted_line(incident=exercise)

    lines = portal._to_deploy(editor_b)

    assert sorted(str(line.badge) for line in lines) == ["", "Exercise"]


def test_teams_of_exercises_are_neither_kept_nor_late(turkiye, azerbaijan, editor_b):
    exercise = IncidentFactory(participant=turkiye, status="active", is_exercise=True)
    DeploymentFactory(offer_item=accepted_line(incident=exercise), status="en_route", eta_at=AT)
    late = DeploymentFactory(status="en_route", eta_at=AT)

    assert [line.url for line in portal._kept_or_late(editor_b)] == [late.get_absolute_url()]
