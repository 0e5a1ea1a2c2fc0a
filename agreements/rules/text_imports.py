from agreements.models import Instrument, TextImport
from agreements.rules.revisions import may_open_revision
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict


def may_read_in(user: User, instrument: Instrument) -> Verdict:
    return may_open_revision(user, instrument)


def may_take_in(user: User, text_import: TextImport) -> Verdict:
    return may_open_revision(user, text_import.instrument)
