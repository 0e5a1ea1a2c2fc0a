import pytest

from incidents.models import HostNationCard
from incidents.services import host_nation as services
from ots_portal.audit.models import AuditEntry
from ots_portal.lifecycle import StaleVersion
from ots_portal.verdicts import Refused
from tests.factories.deployments import AT, HostNationCardFactory


def _write(participant, by, *, texts, version, topic="customs"):
    return services.write(
        participant,
        topic,
        texts=texts,
        is_blocking=True,
        valid_until=None,
        by=by,
        at=AT,
        version=version,
    )


def test_the_first_word_on_a_topic_makes_its_card(turkiye, editor_a):
    card = _write(turkiye, editor_a, texts={"en": "Two copies.", "tr": ""}, version=0)

    assert (HostNationCard.objects.get(), card.texts) == (card, {"en": "Two copies."})


def test_other_languages_stay(turkiye, editor_a):
    HostNationCardFactory(texts={"en": "Old", "ru": "Две копии"})

    card = _write(turkiye, editor_a, texts={"en": "New"}, version=1)

    assert card.texts == {"ru": "Две копии", "en": "New"}


def test_an_older_version_is_not_saved(turkiye, editor_a):
    HostNationCardFactory(version=2)

    with pytest.raises(StaleVersion):
        _write(turkiye, editor_a, texts={"en": "New"}, version=1)


def test_a_card_that_came_meanwhile_is_not_overwritten_unseen(turkiye, editor_a):
    HostNationCardFactory()

    with pytest.raises(StaleVersion):
        _write(turkiye, editor_a, texts={"en": "New"}, version=0)


def test_the_audit_holds_fields_and_hashes(turkiye, editor_a):
    _write(turkiye, editor_a, texts={"en": "Two copies."}, version=0)

    entry = AuditEntry.objects.get()
    assert sorted(entry.data["changes"]) == ["is_blocking", "texts"]
    assert "Two copies" not in entry.body


def test_confirming_moves_its_day(turkiye, editor_a, now):
    card = HostNationCardFactory()

    services.confirm(card, by=editor_a, at=now)

    assert (card.updated_at, card.updated_by) == (now, editor_a)


@pytest.mark.parametrize("name", ["editor_b", "reader_a", "machine_a", "officer"])
def test_nobody_else_speaks_for_a_country(request, turkiye, name):
    with pytest.raises(Refused):
        _write(turkiye, request.getfixturevalue(name), texts={"en": "x"}, version=0)
