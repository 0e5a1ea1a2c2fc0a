"""Languages of a treaty: translated, checked, certified, authenticated with it."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from agreements.models import ConcordanceFinding, LanguageText, ProvisionText
from agreements.queries import languages as queries
from agreements.queries.text_rows import live_rows
from agreements.services import (
    concordance_findings,
    instruments,
    language_texts,
    text_imports,
    translation_imports,
)
from agreements.services.provisions import update_provision
from agreements.services.translations import write_translation
from agreements.statuses import InstrumentStatus, LanguageStatus, ProvisionKind
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.agreements.services.test_text_imports import FIRST, TURKISH
from tests.factories.agreements import (
    BracketFactory,
    FindingFactory,
    InstrumentFactory,
    LanguageTextFactory,
    ProvisionFactory,
    ProvisionTextFactory,
)
from tests.factories.proposals import a_proposal
from tests.factories.treaties import on_record


@pytest.fixture
def turkish():
    """A text with an article in English, of which there is no Turkish yet."""
    return LanguageTextFactory()


@pytest.fixture
def article(turkish):
    return turkish.instrument.provisions.get()


@pytest.fixture
def write(turkish, article, officer, now):
    def write(text, *, version=0, heading="Alarm", original=None):
        sha256 = original or article.texts.get(language="en").sha256
        return write_translation(
            turkish, article, heading=heading, text=text, version=version, original_sha256=sha256, by=officer, at=now
        )  # fmt: skip

    return write


# ── which languages there are ───────────────────────────────────────────────────────────────────


def test_with_the_first_language_the_original_becomes_one_too(on_the_table, officer, now):
    ProvisionTextFactory(provision__instrument=on_the_table)

    language_texts.add_language(on_the_table, tag="uz-Cyrl", by=officer, at=now)

    versions = queries.versions_of(on_the_table)
    assert [(v.tag, v.script, str(v)) for v in versions] == [
        ("en", "Latn", "English"),
        ("uz-Cyrl", "Cyrl", "Uzbek (Cyrillic)"),
    ]


@pytest.mark.parametrize(("tag", "sentence"), [("tr", "already"), ("fr", "not made in")])
def test_a_language_stands_once_and_is_one_of_ours(turkish, officer, now, tag, sentence):
    with pytest.raises(ValidationError, match=sentence):
        language_texts.add_language(turkish.instrument, tag=tag, by=officer, at=now)


def test_at_most_one_text_prevails(turkish, officer, now):
    LanguageText.objects.create(
        instrument=turkish.instrument, language="ru", script="Cyrl", is_prevailing=True, created_by=officer, created_at=now,
        updated_at=now,
    )  # fmt: skip

    with pytest.raises(ValidationError, match="Russian does already"):
        language_texts.mark(
            turkish, is_authentic=True, is_prevailing=True, version=turkish.version, by=officer, at=now
        )  # fmt: skip


def test_what_prevails_is_authentic(turkish, officer, now):
    with pytest.raises(ValidationError, match="Only an authentic text"):
        language_texts.mark(
            turkish, is_authentic=False, is_prevailing=True, version=turkish.version, by=officer, at=now
        )  # fmt: skip


def test_a_mark_on_an_old_version_is_refused(turkish, officer, now):
    with pytest.raises(StaleVersion):
        language_texts.mark(
            turkish, is_authentic=False, is_prevailing=False, version=7, by=officer, at=now
        )


# ── translating ─────────────────────────────────────────────────────────────────────────────────


def test_a_translation_follows_its_original(turkish, article, write, officer, now):
    write("Ev sahibi bir saat içinde yanıt verir.")
    fresh = queries.version_rows(turkish)[0].cells[0]
    update_provision(
        article, language="en", heading="The alert", text="The host answers at once.", version=article.version,
        by=officer, at=now,
    )  # fmt: skip

    behind = queries.version_rows(turkish)[0].cells[0]
    assert (fresh.is_behind, behind.is_behind) == (False, True)


def test_a_proposal_on_a_translation_is_laid_beside_its_new_words(
    turkish, article, write, editor_a, now
):
    write("Ev sahibi bir saat içinde yanıt verir.")
    proposal = a_proposal(
        editor_a, instrument=turkish.instrument, provision=article, language="tr", quote="bir saat",
        text="iki saat",
    )  # fmt: skip

    write("Hemen yanıt verir.", version=1)

    proposal.refresh_from_db()
    assert proposal.is_in_conflict


def test_the_second_of_two_who_translate_at_once_is_told(write):
    write("Birinci.")

    with pytest.raises(StaleVersion):
        write("İkinci.")

    assert ProvisionText.objects.get(language="tr").text == "Birinci."


@pytest.mark.django_db(transaction=True)
def test_of_two_translators_in_the_same_moment_one_is_told(turkish, article, write):
    write("Başlangıç.")
    outcomes = []

    def save(text):
        try:
            write(text, version=1)
            outcomes.append("saved")
        except StaleVersion:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=(text,)) for text in ("Bir.", "İki.")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["saved", "told"]


def test_who_translated_another_original_is_told(write):
    with pytest.raises(StaleVersion):
        write("Yanıt verir.", original="0" * 64)


def test_only_the_secretariat_translates(turkish, article, editor_a, now):
    with pytest.raises(Refused):
        write_translation(
            turkish, article, heading="", text="", version=0, original_sha256="", by=editor_a, at=now
        )  # fmt: skip


def test_a_certified_text_is_not_written(officer, now):
    certified = LanguageTextFactory(status=LanguageStatus.CERTIFIED)
    provision = certified.instrument.provisions.get()

    with pytest.raises(WrongStatus, match="Certified"):
        write_translation(
            certified, provision, heading="", text="", version=1, original_sha256="", by=officer, at=now
        )  # fmt: skip


# ── a file with a translation ───────────────────────────────────────────────────────────────────


@pytest.fixture
def with_text(on_the_table, officer, now):
    read = text_imports.read_in(
        on_the_table, name="text.txt", content=FIRST, language="en", by=officer, at=now
    )
    on_the_table.refresh_from_db()
    text_imports.take_in(read, instrument_version=on_the_table.version, by=officer, at=now)
    on_the_table.refresh_from_db()
    return language_texts.add_language(on_the_table, tag="tr", by=officer, at=now)


def test_a_translation_is_laid_beside_the_text_by_its_numbers(with_text, officer, now):
    read = translation_imports.read_translation_in(
        with_text, name="tr.txt", content=TURKISH + b"\n3. Fazladan bir kural.\n", by=officer, at=now
    )  # fmt: skip

    beside, left_over = translation_imports.laid_beside(read)

    told = {one.row.provision.key: one.node.text if one.node else None for one in beside}
    assert (told, [node.text for node in left_over]) == (
        {
            "rec-1": "Taraflar aşağıdaki hususlarda anlaşmışlardır:",
            "art-1": "",
            "art-1-para-1": "Taraflar ekiplerini birlikte eğitir.",
            "art-1-para-2": "Her tatbikatın kaydını tutarlar.",
            "art-2": None,
            "art-2-para-1": None,
        },
        ["Fazladan bir kural."],
    )


def test_taking_in_a_translation_changes_no_word_of_the_text(with_text, officer, now):
    instrument = with_text.instrument
    before = live_rows(instrument, "en")
    read = translation_imports.read_translation_in(
        with_text, name="tr.txt", content=TURKISH, by=officer, at=now
    )

    instrument.refresh_from_db()
    text_imports.take_in(read, instrument_version=instrument.version, by=officer, at=now)

    progress = queries.progress_of(queries.version_rows(with_text), 0)
    assert (live_rows(instrument, "en") == before, instrument.revisions.count()) == (True, 1)
    assert (progress.total, progress.done, progress.behind) == (6, 4, 0)


def test_a_translation_read_beside_another_text_is_not_taken_in(with_text, officer, now):
    read = translation_imports.read_translation_in(
        with_text, name="tr.txt", content=TURKISH, by=officer, at=now
    )

    with pytest.raises(StaleVersion):
        text_imports.take_in(read, instrument_version=1, by=officer, at=now)


def test_what_somebody_translated_meanwhile_is_not_lost_to_a_file(with_text, officer, now):
    instrument = with_text.instrument
    article = instrument.provisions.get(key="art-1-para-1")
    read = translation_imports.read_translation_in(
        with_text, name="tr.txt", content=TURKISH, by=officer, at=now
    )
    instrument.refresh_from_db()
    write_translation(
        with_text, article, heading="", text="Taraflar birlikte çalışır.", version=0,
        original_sha256=article.texts.get(language="en").sha256, by=officer, at=now,
    )  # fmt: skip

    with pytest.raises(StaleVersion):
        text_imports.take_in(read, instrument_version=instrument.version, by=officer, at=now)

    assert article.texts.get(language="tr").text == "Taraflar birlikte çalışır."
    instrument.refresh_from_db()
    text_imports.take_in(read, instrument_version=instrument.version, by=officer, at=now)


def test_a_bracket_stays_where_the_file_has_no_words(with_text, officer, now):
    article = with_text.instrument.provisions.get(key="art-1")
    words = ProvisionTextFactory(provision=article, language="tr", heading="", text="Bir saat.")
    BracketFactory(provision=article, language="tr", quote="Bir saat")
    read = translation_imports.read_translation_in(
        with_text, name="tr.txt", content=TURKISH.replace("Amaç\n".encode(), b""), by=officer, at=now
    )  # fmt: skip

    with_text.instrument.refresh_from_db()
    version = with_text.instrument.version
    text_imports.take_in(read, instrument_version=version, by=officer, at=now)

    words.refresh_from_db()
    assert words.text == "Bir saat."


def test_a_file_in_another_language_is_refused(with_text, officer, now):
    with pytest.raises(ValidationError, match="in English, not in Turkish"):
        translation_imports.read_translation_in(
            with_text, name="tr.txt", content=FIRST, by=officer, at=now
        )


# ── concordance ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def in_concordance():
    """The English says one hour, the Turkish three hours and article 4."""
    language_text = LanguageTextFactory(status=LanguageStatus.CONCORDANCE)
    said(language_text, "Ev sahibi 3 saat içinde yanıt verir.")
    return language_text


def said(language_text, text):
    ProvisionText.objects.filter(language="tr").update(text=text)


def statuses(language_text):
    return list(language_text.findings.order_by("kind").values_list("kind", "status"))


def test_the_checks_keep_what_was_decided_and_close_what_is_gone(in_concordance, officer, now):
    concordance_findings.run_checks(in_concordance, by=officer, at=now)
    concordance_findings.accept(
        in_concordance.findings.get(), reason="Said otherwise.", by=officer, at=now
    )
    concordance_findings.run_checks(in_concordance, by=officer, at=now)
    kept = statuses(in_concordance)
    said(in_concordance, "Ev sahibi bir saat içinde yanıt verir.")
    concordance_findings.run_checks(in_concordance, by=officer, at=now)
    gone = statuses(in_concordance)
    said(in_concordance, "Ev sahibi 3 saat içinde yanıt verir.")
    concordance_findings.run_checks(in_concordance, by=officer, at=now)

    assert (kept, gone, statuses(in_concordance)) == (
        [("numeral", "accepted")],
        [("numeral", "fixed")],
        [("numeral", "open")],
    )


def test_a_difference_is_accepted_with_a_reason_only(in_concordance, officer, now):
    finding = FindingFactory(language_text=in_concordance)

    with pytest.raises(ValidationError):
        concordance_findings.accept(finding, reason=" ", by=officer, at=now)


def test_a_reason_that_is_too_long_is_said_at_its_field(in_concordance, officer, now):
    concordance_findings.run_checks(in_concordance, by=officer, at=now)
    finding = ConcordanceFinding.objects.filter(language_text=in_concordance).first()

    for act, record in (
        (concordance_findings.accept, finding),
        (language_texts.send_back, in_concordance),
    ):
        with pytest.raises(ValidationError, match="At most 500 characters"):
            act(record, reason="x" * 501, by=officer, at=now)


def test_what_is_certified_was_checked_as_it_stands(in_concordance, secretary, now):
    with pytest.raises(Refused, match="run the checks again"):
        language_texts.certify(in_concordance, by=secretary, at=now)


def test_an_open_finding_stands_in_the_way_of_certifying(in_concordance, officer, secretary, now):
    concordance_findings.run_checks(in_concordance, by=officer, at=now)

    with pytest.raises(Refused, match="1 finding is open"):
        language_texts.certify(in_concordance, by=secretary, at=now)


def test_a_text_without_findings_is_certified(in_concordance, officer, secretary, now):
    said(in_concordance, "Ev sahibi bir saat içinde yanıt verir.")
    concordance_findings.run_checks(in_concordance, by=officer, at=now)

    certified = language_texts.certify(in_concordance, by=secretary, at=now)

    assert (certified.status, len(certified.certified_digest)) == (LanguageStatus.CERTIFIED, 64)


def test_a_translation_with_missing_words_is_not_complete(turkish, officer, now):
    with pytest.raises(Refused, match="1 provision is not translated yet"):
        language_texts.complete(turkish, by=officer, at=now)


def test_beyond_what_is_kept_findings_are_counted(officer, now, monkeypatch):
    monkeypatch.setattr(concordance_findings, "MOST_FINDINGS", 1)
    language_text = LanguageTextFactory(status=LanguageStatus.CONCORDANCE)
    ProvisionTextFactory(provision__instrument=language_text.instrument)
    said(language_text, "Ev sahibi 3 saat içinde yanıt verir.")

    concordance_findings.run_checks(language_text, by=officer, at=now)

    assert (ConcordanceFinding.objects.count(), language_text.left_out_count) == (1, 1)


# ── authentication ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def adopted():
    return on_record(InstrumentFactory(status=InstrumentStatus.ADOPTED))


def test_a_treaty_is_not_authenticated_while_a_language_is_not_certified(adopted, secretary, now):
    LanguageTextFactory(instrument=adopted)

    with pytest.raises(Refused, match="not certified as it stands: Turkish"):
        instruments.authenticate(adopted, by=secretary, at=now)

    adopted.refresh_from_db()
    assert adopted.status == InstrumentStatus.ADOPTED


def test_a_language_is_authenticated_with_its_treaty(adopted, officer, secretary, now):
    language_text = LanguageTextFactory(instrument=adopted, status=LanguageStatus.CONCORDANCE)
    concordance_findings.run_checks(language_text, by=officer, at=now)
    language_texts.certify(language_text, by=secretary, at=now)

    instruments.authenticate(adopted, by=secretary, at=now)

    assert LanguageText.objects.get().status == LanguageStatus.AUTHENTICATED


def test_words_changed_after_they_were_certified_are_not_authenticated(
    adopted, officer, secretary, now
):
    language_text = LanguageTextFactory(instrument=adopted, status=LanguageStatus.CONCORDANCE)
    concordance_findings.run_checks(language_text, by=officer, at=now)
    language_texts.certify(language_text, by=secretary, at=now)
    said(language_text, "Başka sözler.")

    with pytest.raises(Refused, match="not certified as it stands"):
        instruments.authenticate(adopted, by=secretary, at=now)


@pytest.mark.parametrize(
    ("languages", "sentence"),
    [
        ("the English and Russian languages", "not authentic here: Russian"),
        ("the English language", None),
    ],
)
def test_the_authentic_texts_are_those_that_the_text_names(
    adopted, secretary, now, languages, sentence
):
    provision = ProvisionFactory(instrument=adopted, kind=ProvisionKind.FINAL_CLAUSE, number="")
    ProvisionTextFactory(provision=provision, heading="", text=f"Done in {languages}.")

    if sentence is None:
        instruments.authenticate(adopted, by=secretary, at=now)
    else:
        with pytest.raises(Refused, match=sentence):
            instruments.authenticate(adopted, by=secretary, at=now)


def test_a_language_that_is_not_authentic_stands_in_nobodys_way(adopted, secretary, now):
    LanguageTextFactory(instrument=adopted, is_authentic=False)

    instruments.authenticate(adopted, by=secretary, at=now)

    assert LanguageText.objects.get().status == LanguageStatus.DRAFTING
