import hashlib

import pytest
from django.core.exceptions import ValidationError

from agreements.services import provisions as services
from agreements.statuses import InstrumentStatus
from ots_portal.audit.queries import history_of
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused


@pytest.fixture
def words():
    return {
        "language": "en",
        "heading": "The alert",
        "text": "Every host answers within one hour.",
        "version": 1,
    }


def fingerprint(heading, text):
    return hashlib.sha256(f"{heading}\n{text}".encode()).hexdigest()


def test_update_writes_the_words_and_counts_the_version(article, officer, now, words):
    services.update_provision(article, by=officer, at=now, **words)

    assert (article.texts.get().text, article.version) == (words["text"], 2)


def test_the_audit_holds_hashes_and_never_the_words(article, officer, now, words):
    before = article.texts.get().sha256

    services.update_provision(article, by=officer, at=now, **words)

    entry = history_of(article).get()
    after = fingerprint(words["heading"], words["text"])
    assert entry.data == {
        "language": "en",
        "changes": {"text_sha256": {"before": before, "after": after}},
    }
    assert "host answers" not in entry.body


def test_a_stale_version_is_refused_and_changes_nothing(article, officer, now, words):
    services.update_provision(article, by=officer, at=now, **words)

    with pytest.raises(StaleVersion) as stale:
        services.update_provision(article, by=officer, at=now, **{**words, "text": "Mine."})

    assert (stale.value.current, article.texts.get().text) == (article, words["text"])


def test_bracketed_words_stay_in_the_text(article, officer, now, words):
    with pytest.raises(ValidationError, match="must stand in the text once"):
        services.update_provision(
            article, by=officer, at=now, **{**words, "text": "The host answers."}
        )

    article.refresh_from_db()
    assert (article.version, article.texts.get().text) == (1, "The host answers within one hour.")


@pytest.mark.parametrize("status", ["agreed", "agreed_ad_ref"])
def test_agreed_words_change_only_after_a_state_has_reopened_them(
    article, officer, now, words, status
):
    article.brackets.all().delete()
    type(article).objects.filter(pk=article.pk).update(status=status)

    with pytest.raises(WrongStatus, match="only after a State has reopened it"):
        services.update_provision(article, by=officer, at=now, **words)


def test_a_status_follows_from_the_brackets_and_is_typed_by_nobody(article, officer, now, words):
    type(article).objects.filter(pk=article.pk).update(status="open")

    services.update_provision(article, by=officer, at=now, **words)

    assert article.status == "bracketed"


WRITABLE = {"mandated", "negotiation"}


@pytest.mark.parametrize("status", sorted(set(InstrumentStatus.values) - WRITABLE))
def test_a_text_off_the_table_is_not_written(article, officer, now, words, status):
    type(article.instrument).objects.filter(pk=article.instrument.pk).update(status=status)

    with pytest.raises(WrongStatus):
        services.update_provision(article, by=officer, at=now, **words)


def test_a_member_state_does_not_write_into_the_text(article, head_a, now, words):
    with pytest.raises(Refused, match="a State tables a proposal"):
        services.update_provision(article, by=head_a, at=now, **words)
