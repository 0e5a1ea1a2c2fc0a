from agreements.models import Instrument, ProposalImport
from agreements.rules import proposals
from ots_portal.people.models import User
from ots_portal.verdicts import Verdict


def may_read_in(user: User, instrument: Instrument) -> Verdict:
    return proposals.may_draft(user, instrument)


def may_make_drafts(user: User, proposal_import: ProposalImport) -> Verdict:
    return proposals.may_draft(user, proposal_import.instrument)
