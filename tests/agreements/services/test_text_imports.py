import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from agreements.models import FrozenProvision, Provision, ProvisionText, TextRevision
from agreements.queries.comparisons import changes_between
from agreements.queries.text_rows import live_rows
from agreements.services import revisions, text_imports
from agreements.services.provisions import update_provision
from agreements.statuses import ProvisionStatus, RevisionKind, RevisionStatus
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.agreements import BracketFactory, ProvisionTextFactory

FIRST = b"""AGREEMENT ON EXERCISES

The Parties have agreed as follows:

Article 1
Purpose

1. The Parties train their teams together.

2. They keep records of each exercise.

Article 2
Costs

Each Party bears the costs of its own teams.
"""
SECOND = b"""AGREEMENT ON EXERCISES

The Parties have agreed as follows:

Article 1
Terms

A team is a number of trained persons.

Article 2
Costs

Each Party bears the costs of its own teams and vehicles.

Article 3
Purpose

1. The Parties train their teams together.

2. They keep records of each exercise.
"""

TURKISH = """TATBİKAT ANLAŞMASI

Taraflar aşağıdaki hususlarda anlaşmışlardır:

Madde 1
Amaç

1. Taraflar ekiplerini birlikte eğitir.

2. Her tatbikatın kaydını tutarlar.
""".encode()


@pytest.fixture
def take_in(on_the_table, officer, now):
    def take(content):
        read = text_imports.read_in(
            on_the_table, name="text.txt", content=content, language="en", by=officer, at=now
        )
        return text_imports.take_in(read, **seen(on_the_table), by=officer, at=now)

    return take


def seen(instrument):
    instrument.refresh_from_db()
    return {"instrument_version": instrument.version}


def keys(instrument):
    return [(row.key, row.number, row.depth) for row in live_rows(instrument, "en")]


def test_a_file_becomes_the_text(take_in, on_the_table):
    taken = take_in(FIRST)

    assert (taken.status, taken.revision.number, taken.revision.kind) == (
        "taken_in",
        1,
        "zero_draft",
    )
    assert keys(on_the_table) == [
        ("rec-1", "", 0),
        ("art-1", "1", 0),
        ("art-1-para-1", "1", 1),
        ("art-1-para-2", "2", 1),
        ("art-2", "2", 0),
        ("art-2-para-1", "", 1),
    ]


def test_the_next_file_freezes_what_stood_and_keeps_the_keys(take_in, on_the_table):
    take_in(FIRST)

    take_in(SECOND)

    statuses = list(TextRevision.objects.order_by("number").values_list("number", "status"))
    assert statuses == [(1, RevisionStatus.FROZEN), (2, RevisionStatus.WORKING)]
    assert [key for key, _number, depth in keys(on_the_table) if not depth] == [
        "rec-1",
        "art-1-v2",
        "art-2",
        "art-1",
    ]


def test_two_revisions_are_compared_by_provision_and_word(take_in):
    take_in(FIRST)
    take_in(SECOND)
    before, after = TextRevision.objects.order_by("number")

    changes = {change.key: change for change in changes_between(before, after, language="en")}

    assert {key: change.kind for key, change in changes.items()} == {
        "rec-1": "same",
        "art-1-v2": "added",
        "art-1-v2-para-1": "added",
        "art-2": "moved",
        "art-2-para-1": "changed",
        "art-1": "renumbered",
        "art-1-para-1": "same",
        "art-1-para-2": "same",
    }
    assert (changes["art-1"].is_renumbered, changes["art-1"].after.number) == (True, "Article 3")
    added = [p.text for p in changes["art-2-para-1"].pieces if p.kind == "added"]
    assert added == [" and vehicles"]


def test_a_frozen_word_cannot_be_changed(take_in, officer, now):
    revision = revisions.freeze(take_in(FIRST).revision, by=officer, at=now)

    assert len(revision.sha256) == 64
    with pytest.raises(DatabaseError), transaction.atomic():
        FrozenProvision.objects.filter(revision=revision).update(text="Other words.")


def test_the_same_words_have_the_same_hash(take_in, on_the_table, officer, now):
    first = revisions.freeze(take_in(FIRST).revision, by=officer, at=now)
    second = revisions.open_revision(on_the_table, kind=RevisionKind.ROLLING, by=officer, at=now)

    again = revisions.freeze(second, by=officer, at=now)

    first.refresh_from_db()
    assert (again.sha256, first.status) == (first.sha256, RevisionStatus.SUPERSEDED)


def test_one_revision_is_worked_on_at_a_time(take_in, on_the_table, officer, now):
    take_in(FIRST)

    with pytest.raises(WrongStatus, match="Freeze it before"):
        revisions.open_revision(on_the_table, kind=RevisionKind.ROLLING, by=officer, at=now)


def test_a_frozen_text_is_not_edited(take_in, officer, now):
    revisions.freeze(take_in(FIRST).revision, by=officer, at=now)
    provision = Provision.objects.get(key="art-2-para-1")

    with pytest.raises(WrongStatus, match="frozen as revision 1"):
        update_provision(
            provision,
            language="en",
            heading="",
            text="Other words.",
            version=provision.version,
            by=officer,
            at=now,
        )


def test_an_empty_revision_is_not_frozen(on_the_table, officer, now):
    empty = revisions.open_revision(on_the_table, kind=RevisionKind.ZERO_DRAFT, by=officer, at=now)

    with pytest.raises(ValidationError, match="no text to freeze"):
        revisions.freeze(empty, by=officer, at=now)


def test_a_translation_is_not_taken_in_as_a_new_text(take_in, on_the_table, officer, now):
    take_in(FIRST)

    with pytest.raises(ValidationError) as refused:
        text_imports.read_in(
            on_the_table, name="text.txt", content=SECOND, language="tr", by=officer, at=now
        )

    assert refused.value.message_dict == {
        "file": [
            "The present text is in another language. A translation cannot be taken in as a new text."
        ]
    }


def test_a_file_waits_in_vain_when_a_text_in_another_language_came_first(
    on_the_table, officer, now
):
    read = text_imports.read_in(
        on_the_table, name="text.txt", content=TURKISH, language="tr", by=officer, at=now
    )
    ProvisionTextFactory(provision__instrument=on_the_table, language="en")

    with pytest.raises(ValidationError, match="in another language"):
        text_imports.take_in(read, **seen(on_the_table), by=officer, at=now)


def test_agreed_words_are_not_changed_by_a_file(take_in, on_the_table):
    take_in(FIRST)
    Provision.objects.filter(key="art-2-para-1").update(status=ProvisionStatus.AGREED)

    with pytest.raises(ValidationError, match="Agreed words would change: Paragraph"):
        take_in(SECOND)

    assert ProvisionText.objects.get(provision__key="art-2-para-1").text.endswith("own teams.")


def test_bracketed_words_are_not_lost_by_a_file(article, on_the_table, take_in):
    with pytest.raises(ValidationError, match="Words in brackets would be gone: Article"):
        take_in(FIRST)


def test_bracketed_words_of_another_language_are_not_lost_by_a_file(take_in):
    take_in(FIRST)
    gone = Provision.objects.get(key="art-1-para-2")
    ProvisionTextFactory(provision=gone, language="tr", text="Kayıt tutarlar.")
    BracketFactory(provision=gone, language="tr", quote="Kayıt")

    with pytest.raises(ValidationError, match="Words in brackets would be gone: Paragraph 2"):
        take_in(FIRST.replace(b"2. They keep records of each exercise.\n", b""))

    take_in(FIRST.replace(b"each exercise", b"every exercise"))


def test_brackets_of_what_is_gone_already_stand_in_no_files_way(take_in, on_the_table):
    gone = ProvisionTextFactory(
        provision__instrument=on_the_table, provision__is_live=False, provision__key="old"
    )
    BracketFactory(provision=gone.provision)

    assert take_in(FIRST).status == "taken_in"


def test_a_file_is_taken_in_once(take_in, on_the_table, officer, now):
    taken = take_in(FIRST)

    with pytest.raises(WrongStatus):
        text_imports.take_in(taken, **seen(on_the_table), by=officer, at=now)


def test_a_file_is_bound_to_the_text_beside_which_it_was_seen(on_the_table, officer, now):
    read = text_imports.read_in(
        on_the_table, name="text.txt", content=FIRST, language="en", by=officer, at=now
    )
    before = seen(on_the_table)
    revisions.open_revision(on_the_table, kind=RevisionKind.ROLLING, by=officer, at=now)

    with pytest.raises(StaleVersion):
        text_imports.take_in(read, **before, by=officer, at=now)

    assert not Provision.objects.exists()


def test_what_goes_by_a_file_counts_as_changed_and_is_not_written_into(take_in, officer, now):
    take_in(FIRST)
    gone = Provision.objects.get(key="art-1-para-2")
    kept = Provision.objects.get(key="art-2-para-1")
    take_in(FIRST.replace(b"2. They keep records of each exercise.\n", b""))

    for version in (gone.version, gone.version + 1):
        with pytest.raises(StaleVersion):
            update_provision(
                gone, language="en", heading="", text="New.", version=version, by=officer, at=now
            )  # fmt: skip

    gone.refresh_from_db()
    assert (gone.version, gone.is_live) == (2, False)
    assert Provision.objects.get(pk=kept.pk).version == kept.version


def test_a_file_that_cannot_be_read_says_why(take_in):
    with pytest.raises(ValidationError) as refused:
        take_in(b"%PDF-1.7")

    assert list(refused.value.message_dict) == ["file"]


def test_a_delegation_does_not_take_in_a_text(on_the_table, head_a, now):
    with pytest.raises(Refused):
        text_imports.read_in(
            on_the_table, name="text.txt", content=FIRST, language="en", by=head_a, at=now
        )
