from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.queries import deployments as queries
from incidents.services import checklists as services
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.deployments import AT, DeploymentFactory, HostNationCardFactory


def _item(deployment, topic):
    return deployment.checklist.get(topic=topic)


@pytest.mark.parametrize(
    ("card", "text", "blocks"),
    [
        ({"topic": "fuel", "texts": {"en": "At the depot."}, "is_blocking": True}, "At the depot.", True),
        ({"topic": "customs", "texts": {"en": "None."}, "is_blocking": False}, "None.", False),
        ({"topic": "fuel", "texts": {"tr": "Depoda."}, "is_blocking": True}, "Depoda.", True),
        ({"topic": "fuel", "texts": {}, "is_blocking": True}, "", False),
        ({"topic": "customs", "texts": {}, "is_blocking": False}, "", True),
        (
            {"topic": "fuel", "texts": {"en": "Old."}, "is_blocking": True, "valid_until": AT.date() - timedelta(days=1)},
            "", False,
        ),
        (
            {"topic": "fuel", "texts": {"en": "New."}, "is_blocking": True, "valid_until": AT.date()},
            "New.", True,
        ),
    ],
)  # fmt: skip
def test_a_checklist_takes_over_what_the_host_says(turkiye, azerbaijan, card, text, blocks):
    HostNationCardFactory(**card)

    item = _item(DeploymentFactory(), card["topic"])

    assert (item.text, item.is_blocking) == (text, blocks)


def test_a_long_card_is_cut_at_a_word(turkiye, azerbaijan):
    HostNationCardFactory(texts={"en": "customs " * 100})

    text = _item(DeploymentFactory(), "customs").text

    assert (len(text) <= 300, text[-9:]) == (True, " customs…")


def test_a_team_without_dogs_is_not_asked_about_dogs(turkiye, azerbaijan):
    assert not DeploymentFactory(dogs=0).checklist.filter(topic="dogs").exists()


def test_what_is_settled_says_who_and_when(turkiye, azerbaijan, editor_a):
    deployment = DeploymentFactory()
    item = _item(deployment, "customs")

    services.complete(item, by=editor_a, at=AT)

    entry = AuditEntry.objects.get()
    assert (item.status, item.by, item.at) == ("done", editor_a, AT)
    assert (entry.kind, entry.subject_id, entry.data) == (
        "incidents.deployment.check_done",
        str(deployment.pk),
        {"topic": "customs"},
    )


def test_waiving_needs_a_head_and_a_reason(turkiye, azerbaijan, editor_b, head_b):
    item = _item(DeploymentFactory(), "visas")

    with pytest.raises(Refused, match="Only a head"):
        services.waive(item, by=editor_b, at=AT, reason="It will do.")
    with pytest.raises(ValidationError, match="Say why"):
        services.waive(item, by=head_b, at=AT, reason=" ")
    services.waive(item, by=head_b, at=AT, reason="By the minister's order.")

    assert (item.status, item.reason) == ("waived", "By the minister's order.")


def test_what_is_settled_is_not_settled_again(turkiye, azerbaijan, editor_a, head_b):
    item = _item(DeploymentFactory(), "customs")
    services.complete(item, by=editor_a, at=AT)

    with pytest.raises(WrongStatus):
        services.waive(item, by=head_b, at=AT, reason="x")


def test_a_reopened_item_blocks_again(turkiye, azerbaijan, editor_a):
    deployment = DeploymentFactory(is_settled=True)

    services.reopen(_item(deployment, "customs"), by=editor_a, at=AT)

    assert [item.topic for item in queries.blocking(deployment)] == ["customs"]


def test_nothing_is_reopened_behind_a_team_that_has_set_out(turkiye, azerbaijan, editor_a):
    deployment = DeploymentFactory(status="mobilising", is_settled=True)
    item = _item(deployment, "customs")
    item.deployment = deployment  # read before it departed
    type(deployment).objects.filter(pk=deployment.pk).update(status="en_route")

    with pytest.raises(WrongStatus):
        services.reopen(item, by=editor_a, at=AT)
