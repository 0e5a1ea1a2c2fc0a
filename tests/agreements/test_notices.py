import re
from datetime import date
from pathlib import Path

import agreements
from agreements import notices
from agreements.services import facts as services
from ots_portal import plugs
from ots_portal.audit.models import AuditEntry
from ots_portal.notifications.wording import wording_for
from tests.factories.agreements import SOURCES, InstrumentFactory
from tests.factories.people import UserFactory

KIND = re.compile(r"\"(agreements\.[a-z_]+\.[a-z_]+)\"")
NOTICE = plugs.notices["agreements.milestone.recorded"]


def record_one(instrument, by, at):
    milestone = services.record_milestone(
        instrument,
        by=by,
        at=at,
        kind="signature",
        on_date=date(2026, 10, 5),
        texts={"en": "Two States signed."},
        confidence="confirmed",
        sources=SOURCES,
    )
    return milestone, AuditEntry.objects.get(subject_id=str(milestone.pk))


def test_every_kind_of_entry_tells_somebody_or_is_silent_on_purpose():
    code = Path(agreements.__file__).parent
    sources = [*code.glob("services/*.py"), code / "statuses.py", code / "portal.py"]
    kinds = {kind for file in sources for kind in KIND.findall(file.read_text(encoding="utf-8"))}

    told = {kind for kind in plugs.notices if kind.startswith("agreements.")}
    assert kinds == told | set(notices.SILENT)
    assert not told & set(notices.SILENT)


def test_a_milestone_tells_heads_and_editors_of_members_but_not_who_recorded_it(
    signed,
    officer,
    secretary,
    now,
    head_a,
    editor_a,
    editor_b,
    reader_a,
    observer,
    machine_a,
    auditor,
):
    UserFactory(participant=head_a.participant, is_active=False)

    _milestone, entry = record_one(signed, officer, now)

    assert set(NOTICE.recipients(entry)) == {head_a, editor_a, editor_b}


def test_a_milestone_is_told_to_nobody_who_may_not_read_it(officer, secretary, editor_a, now):
    milestone, _entry = record_one(InstrumentFactory(status="mandated"), officer, now)

    told = [NOTICE.record_for(user, str(milestone.pk)) for user in (editor_a, secretary)]

    assert told == [None, milestone]


def test_the_message_says_what_happened_and_where_it_stands(signed, officer, editor_a, now):
    milestone, entry = record_one(signed, officer, now)

    wording = wording_for(NOTICE, entry, milestone, editor_a)

    assert wording.subject == "Agreements: Two States signed."
    assert "https://one.example/report" in wording.text
    assert milestone.get_absolute_url() in wording.html


def test_the_message_of_a_training_instrument_says_so(officer, editor_a, now):
    milestone, entry = record_one(InstrumentFactory(is_training=True), officer, now)

    wording = wording_for(NOTICE, entry, milestone, editor_a)

    mark = "Training text: not a text of the Organization."
    assert wording.subject == "[Training] Agreements: Two States signed."
    assert (mark in wording.text, mark in wording.html) == (True, True)
