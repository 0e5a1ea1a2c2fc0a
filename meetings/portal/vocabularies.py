"""What the codes of the meetings' API mean."""

from meetings import statuses
from meetings.statuses import agenda, decisions, delegations, documents, series, sittings
from ots_portal.plugs import plug_enumerations

plug_enumerations(
    "meetings",
    statuses.AdoptedBy, statuses.Classification, statuses.CorrigendumStatus, statuses.DatePrecision,
    statuses.Disposition, statuses.ItemKind, statuses.MeetingKind, statuses.MeetingStatus,
    statuses.MinutesStatus, statuses.Mode, statuses.Visibility, agenda.AgendaStage, agenda.ItemAccess,
    agenda.ItemOutcome, decisions.ActionStatus, decisions.DecisionMode, decisions.DecisionStatus,
    decisions.Vote, delegations.Accreditation, delegations.DelegateCapacity, delegations.DelegationStatus,
    delegations.InvitationCapacity, delegations.InvitationStatus, documents.Access, documents.PaperKind,
    documents.PaperRelation, documents.PaperStatus, documents.TranslationState, series.DecisionRule,
    series.QuorumRule, sittings.AttendanceMode, sittings.InterventionKind,
)  # fmt: skip
