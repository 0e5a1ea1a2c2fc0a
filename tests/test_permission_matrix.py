"""
Who may do what: every row of permission_matrix.csv, through the page and through the API.

The table is written by hand and reviewed; it is never generated from the rules it tests.
Y allowed · N 403 · - 404, as if missing · C 409, another status · L sign-in page or 401 · . no such door
I 400, the record that the body names is as if it did not exist
"""

import csv
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from agreements.services import concordance_findings
from incidents.models import (
    ChecklistItem,
    HostNationCard,
    Incident,
    Involvement,
    OpeningProposal,
    RequestItem,
)
from incidents.services import amendments, receipts
from incidents.services import offers as offer_services
from incidents.services import requests as request_services
from incidents.services.decisions import LineDecision
from meetings.models import (
    Delegate,
    ExpectedPaper,
    HeadOfDelegation,
    Minutes,
    MinutesComment,
    QuorumCheck,
)
from meetings.services import agenda_versions, derestrictions
from meetings.services import minutes as minutes_services
from meetings.statuses import Classification, Visibility
from ots_portal import plugs
from ots_portal.audit.services import record
from ots_portal.circulars.services import Addressed
from ots_portal.crossrefs import services as crossref_services
from ots_portal.notifications.models import Delivery
from ots_portal.participants.models import Dated, ParticipantKind
from ots_portal.people.models import User
from ots_portal.personal_feeds.models import FeedAddress
from tests.conftest import NOON
from tests.factories import (
    agreements,
    alerts,
    circulars,
    deployments,
    directory,
    documents,
    duty,
    feeds,
    incidents,
    jobs,
    meetings,
    negotiation,
    offers,
    papers,
    positions,
    proposals,
    reports,
    requests,
    reservations,
    reviews,
    silence,
    sittings,
    treaties,
)
from tests.factories.api import bearer
from tests.factories.escalations import AcknowledgedFactory, ClockFactory, UnansweredFactory
from tests.factories.minutes import FAR_AWAY, a_corrigendum, a_draft, comment_with
from tests.factories.notifications import (
    DeliveryPauseFactory,
    InboxItemFactory,
    MessageFactory,
    MutedThreadFactory,
    SubscriptionFactory,
)
from tests.factories.people import (
    INVITED_AT,
    InvitationFactory,
    MachineFactory,
    ParticipantFactory,
    UserFactory,
)
from tests.factories.sessions import sign_in, with_second_factor
from tests.factories.systems import CredentialFactory, SystemFactory
from tests.factories.webhooks import EndpointFactory
from tests.ots_portal.jobs.kinds.works import COUNT
from tests.samples import EARTHQUAKE
from tests.samples.alerts import alert_xml, area_xml, info_xml

TABLE = Path(__file__).with_name("permission_matrix.csv")
PRINCIPALS = {
    "an": None, "ob": "observer", "rA": "reader_a", "eA": "editor_a", "e2": "second_editor_a", "hA": "head_a",
    "mA": "machine_a", "eB": "editor_b", "hB": "head_b", "mB": "machine_b", "se": "officer", "sh": "secretary",
    "sy": "administrator", "au": "auditor",
}  # fmt: skip
SCOPES = (
    "incidents:read incidents:write meetings:read meetings:write agreements:read agreements:write "
    "participants:read participants:write circulars:read circulars:write silence:read silence:write "
    "crossrefs:read crossrefs:write"
)
# Served by others than our views, or only outside of what a principal can be: reviewed, not in the table.
OUTSIDE = {
    # sign-in and second factor: tests/ots_portal/access
    "account_logout", "account_reauthenticate", "step_up_continue", "mfa_index", "mfa_authenticate",
    "mfa_reauthenticate", "mfa_activate_totp", "mfa_totp_qr", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_replace_totp", "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn", "passkey_login", "people:session_end",
    "password_reset", "provider_begin", "provider_callback", "provider_confirm",
    # partner systems' tokens: tests/ots_portal/api
    "oauth_token",
    # the link of an invitation: tests/ots_portal/staff
    "staff:accept",
    # the link of an alert's mail, which stands for one person: tests/ots_portal/escalations
    "escalations:by_link",
    # answers what the workers do, whoever asks: tests/ots_portal/monitoring
    "readyz_deliveries",
    # about any record that the person reads, and for whoever has a mail's link: tests/ots_portal/notifications
    "notifications:mute", "notifications:stop",
    # whoever has the secret reads it, without signing in: tests/ots_portal/personal_feeds
    "personal_feeds:calendar", "personal_feeds:messages", "personal_feeds:published",
    # only in the demonstration: tests/ots_portal/home
    "demo:mail", "demo:mail_message",
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    object: str
    status: str
    action: str
    page: str
    endpoint: str
    answers: dict[str, str]

    @property
    def id(self) -> str:
        return "-".join(filter(None, (self.object, self.status, self.action))).replace(" ", "_")


def rows() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            Row(
                **{
                    name: line.pop(name)
                    for name in ("object", "status", "action", "page", "endpoint")
                },
                answers=line,
            )
            for line in csv.DictReader(file)
        ]


ROWS = rows()


# ── the records ─────────────────────────────────────────────────────────────────────────────────
People = dict[str, User]


def _incident(people: People, status: str, **more: Any) -> Any:
    if status not in ("draft", "discarded"):
        more["reported_by"] = people["eA"]
    return incidents.IncidentFactory(
        participant=people["eA"].participant, status=status, created_by=people["eA"], **more
    )


def _meeting(people: People, status: str, **more: Any) -> Any:
    return meetings.MeetingFactory(status=status, host=people["eA"].participant, **more)


# ── sittings: a meeting in session at which A has a delegate ───────────────────────────────
ITEM = uuid.UUID("00000000-0000-4000-8000-0000000000a1")
DELEGATE, STAY = (
    uuid.UUID("00000000-0000-4000-8000-0000000000a2"),
    uuid.UUID("00000000-0000-4000-8000-0000000000a3"),
)
SAT, LATER_DECISION = (
    uuid.UUID("00000000-0000-4000-8000-0000000000a4"),
    uuid.UUID("00000000-0000-4000-8000-0000000000a5"),
)
DELEGATION = uuid.UUID("00000000-0000-4000-8000-0000000000a6")


def _meeting_sitting(people: People, status: str, *, ended: bool = False, **more: Any) -> Any:
    meeting = _meeting(people, status, pk=ANOTHER, **more)
    meetings.AgendaItemFactory(pk=ITEM, meeting=meeting)
    delegation = sittings.DelegationFactory(
        pk=DELEGATION, meeting=meeting, participant=people["eA"].participant,
        created_by=people["eA"],
    )  # fmt: skip
    sittings.DelegateFactory(pk=DELEGATE, delegation=delegation)
    more_of_sitting = {"ended_at": NOON} if ended else {}
    return sittings.SittingFactory(
        pk=SAT, meeting=meeting, started_at=sittings.OPENED, created_by=people["se"],
        **more_of_sitting,
    )  # fmt: skip


def _stay(people: People, status: str) -> Any:
    sitting = _meeting_sitting(people, status)
    delegate = Delegate.objects.get(pk=DELEGATE)
    return sittings.AttendanceFactory(pk=STAY, sitting=sitting, delegate=delegate)


def _intervention(people: People, status: str) -> Any:
    sitting = _meeting_sitting(people, "in_session")
    more = {"started_at": NOON} if status == "speaking" else {}
    return sittings.InterventionFactory(
        sitting=sitting,
        item=sitting.meeting.agenda_items.get(),
        delegation=sitting.meeting.delegations.get(),
        **more,
    )


def _decision(people: People, status: str, *, quorate: bool = True, **more: Any) -> Any:
    sitting = _meeting_sitting(people, "in_session", **more)
    QuorumCheck.objects.create(
        sitting=sitting, checked_at=NOON, checked_by=people["se"], present=[], member_count=2,
        needed_count=0 if quorate else 2, rule="majority", is_quorate=quorate,
    )  # fmt: skip
    return sittings.DecisionFactory(meeting=sitting.meeting, status=status)


def _decision_superseded(people: People, status: str) -> Any:
    decision = _decision(people, status)
    sittings.DecisionFactory(pk=LATER_DECISION, meeting=decision.meeting, status="adopted")
    return decision


def _action(people: People, status: str, *, of: str = "eA") -> Any:
    return sittings.ActionItemFactory(
        decision=_decision(people, "adopted"), responsible=people[of].participant, status=status,
        created_by=people["se"],
    )  # fmt: skip


def _minutes(people: People, status: str, **more: Any) -> Any:
    minutes = meetings.MinutesFactory(status=status, **{"prepared_by": people["se"], **more})
    meetings.MinutesParagraphFactory(minutes=minutes)
    return minutes


def _minutes_of_one_paragraph(people: People, status: str) -> Any:
    """Minutes that stand still with one paragraph, whose key the tests know."""
    at = timezone.now()
    record = a_draft(prepared_by=people["se"])
    record.paragraphs.all().delete()
    meetings.MinutesParagraphFactory(
        minutes=record, pk=PARAGRAPH, position=1, texts={"en": "A depot."}
    )
    minutes_services.circulate(record, by=people["se"], at=at, comments_until=FAR_AWAY)
    Minutes.objects.filter(pk=record.pk).update(status=status)
    record.refresh_from_db()
    return record


def _comment_of_a(people: People, status: str, *, revised: bool = False) -> Any:
    comment = comment_with(
        status, by=people["eA"], of_secretariat=people["se"], prepared_by=people["se"]
    )
    if revised:
        Minutes.objects.filter(pk=comment.minutes_id).update(status="revised")
    return MinutesComment.objects.select_related("minutes").get(pk=comment.pk)


def _document(people: People, status: str, *, record: str = "reported", **more: Any) -> Any:
    owner = _incident(people, record, **more)
    malware = "Eicar-Signature" if status == "infected" else ""
    return documents.DocumentFactory(
        owner=owner, uploaded_by=people["eA"], status=status, malware=malware
    )


def _clock(of: User, status: str, *, subject: Any) -> Any:
    """A clock of their participant about the record."""
    if status == "acknowledged":
        return AcknowledgedFactory(subject=subject, participant=of.participant, stopped_by=of)
    make = UnansweredFactory if status == "unanswered" else ClockFactory
    return make(subject=subject, participant=of.participant)


def _job(owner: User, status: str) -> Any:
    """A job of theirs; its kind is one that the portal knows in this test."""
    plugs.jobs.setdefault("tests.count", COUNT)
    if status == "done":
        return jobs.done_job(owner=owner)
    if status == "failed":
        return jobs.FailedJobFactory(owner=owner)
    return jobs.JobFactory(owner=owner, status=status)


def _circular(people: People, status: str, **more: Any) -> Any:
    return circulars.a_circular(status, by=people["se"], head=people["sh"], **more)


def _to(role: str, kind: str) -> Addressed:
    return Addressed(roles=frozenset({role}), kinds=frozenset({kind}))


def _report(
    people: People, status: str, *, author: str = "eA", joint: bool = False, **more: Any
) -> Any:
    incident = _incident(people, "active", **more)
    return reports.a_report(incident, status, by=people[author], joint=joint)


def _review(people: People, status: str, **more: Any) -> Any:
    return reviews.a_review(_incident(people, "closed", **more), status, by=people["eA"])


def _deliveries(people: People, status: str) -> None:
    """Pause them, or not; the addresses are about all of them."""
    if status == "paused":
        DeliveryPauseFactory()


def _partner_system(people: People, status: str) -> Any:
    """One of A's own, whatever its machine user calls beside this test."""
    machine = MachineFactory(participant=people["mA"].participant, is_active=status == "active")
    return SystemFactory(user=machine, revoked_at=NOON if status == "revoked" else None)


def _credentials_of_a(people: People, status: str) -> Any:
    system = _partner_system(people, "active")
    ends_at = NOON.replace(year=2020) if status == "ended" else None
    return CredentialFactory(application__user=system.user, ends_at=ends_at)


def _webhook(people: People, status: str) -> Any:
    """One of A's own partner system."""
    return EndpointFactory(owner=people["mA"], is_disabled=status == "disabled")


def _webhook_message(people: People, status: str) -> Any:
    endpoint = _webhook(people, "active")
    more = {"channel": "webhook", "endpoint": endpoint, "recipient": endpoint.owner}
    return MessageFactory(subject=_incident(people, "verified"), status=status, **more)


def _meeting_with(
    people: People, status: str, *, agenda: bool = False, minutes: bool = False
) -> Any:
    meeting = _meeting(people, status)
    if agenda:
        meetings.AgendaItemFactory(meeting=meeting)
    if minutes:
        meetings.MinutesFactory(meeting=meeting, status="adopted")
    return meeting


def _paper(people: People, status: str, **more: Any) -> Any:
    paper = papers.PaperFactory(
        meeting=_meeting(people, "convened"), prepared_by=people["eA"], status=status, **more
    )
    papers.PaperVersionFactory(paper=paper)
    return paper


def _paper_asked(people: People, status: str) -> Any:
    """Of A, whose head asks to open it to everybody."""
    paper = _paper(people, status)
    derestrictions.ask_to_derestrict(
        paper, access="public", takes_effect_at=NOON, reason=REASON, by=people["hA"], at=NOON
    )
    return paper


def _to_meeting(people: People, status: str, *, of: str = "eA", by: str = "eA") -> Any:
    """An invitation of the one's participant to a meeting of the other's."""
    meeting = meetings.MeetingFactory(status="convened", host=people[by].participant)
    answered = {"answered_at": NOON} if status in {"accepted", "declined"} else {}
    return sittings.InvitationFactory(
        meeting=meeting, participant=people[of].participant, status=status,
        sent_at=None if status == "draft" else NOON, created_by=people["se"], **answered,
    )  # fmt: skip


def _delegation(people: People, status: str, *, meeting: str = "convened", **more: Any) -> Any:
    """A's delegation to a meeting of B; one person of it has a key that bodies can name."""
    host = people["eB"].participant
    delegation = sittings.DelegationFactory(
        pk=DELEGATION, meeting__status=meeting, meeting__host=host, participant=people["eA"].participant,
        status=status, created_by=people["eA"], **more,
    )  # fmt: skip
    head = sittings.DelegateFactory(delegation=delegation, capacity="head")
    sittings.DelegateFactory(pk=DELEGATE, delegation=delegation)
    HeadOfDelegation.objects.create(delegation=delegation, delegate=head, since=NOON)
    return delegation


def _delegate(people: People, status: str) -> Any:
    return sittings.DelegateFactory(
        delegation=_delegation(people, "announced"), accreditation=status
    )


def _series(people: People, status: str, *, visibility: str = Visibility.MEMBERS) -> Any:
    series = sittings.SeriesFactory()
    _meeting(people, "closed", series=series, visibility=visibility)
    return series


def _contact_point(people: People, status: str, **more: Any) -> Any:
    return directory.ContactPointFactory(participant=people["eA"].participant, **more)


def _person(people: People, status: str, **more: Any) -> Any:
    return UserFactory(
        participant=people["eA"].participant,
        is_active=status != "suspended",
        is_on_duty=status == "on_duty",
        **more,
    )


def _person_with_factor(people: People, status: str) -> Any:
    person = _person(people, status)
    with_second_factor(person)
    return person


# In the future of the test, not of its stories: what has begun cannot be swapped.
NEXT_YEAR = datetime(timezone.now().year + 1, 1, 1, 8, tzinfo=UTC)


def _shift_of_e2(people: People, status: str) -> Any:
    return duty.ShiftFactory(person=people["e2"], starts_at=NEXT_YEAR, status=status)


def _swap_of_e2(people: People, status: str, asked_of: str = "") -> Any:
    shift = _shift_of_e2(people, "planned")
    return duty.SwapFactory(shift=shift, status=status, asked_of=people.get(asked_of))


def _invitation(people: People, status: str, **more: Any) -> Any:
    at = {
        "accepted": {"accepted_at": INVITED_AT},
        "withdrawn": {"withdrawn_at": INVITED_AT},
        "expired": {"expires_at": INVITED_AT},
        "confirmed": {"confirmed_at": INVITED_AT},
    }
    slug = people["eA"].participant
    return InvitationFactory(person__participant=slug, **at.get(status, {}), **more)


def _replacement(people: People, status: str) -> Any:
    """A head of A whom the administrator brings in although there is one."""
    more = {"person__role": "head", "needs_confirmation": True, "invited_by": people["sy"]}
    return _invitation(people, status, **more)


def _beside_another(people: People, status: str) -> Any:
    """An incident of A, and one of B that every member sees."""
    incidents.IncidentFactory(
        participant=people["eB"].participant, status="active", pk=ANOTHER, number="OTS-2026-9999"
    )
    return _incident(people, status)


def _merged(people: People, status: str) -> Any:
    stays = incidents.IncidentFactory(participant=people["eB"].participant, status="active")
    return _incident(people, status, merged_into=stays)


def _to_open(people: People, status: str) -> Any:
    """One that the first editor of A proposed to open."""
    incident = _incident(people, status, classification="named")
    OpeningProposal.objects.create(
        incident=incident, reason="Over.", proposed_by=people["eA"], proposed_at=NOON
    )
    return incident


def _for_a_part(people: People, status: str, **more: Any) -> Any:
    ParticipantFactory(slug="kazakhstan")
    return _incident(people, status, **more)


def _part(people: People, status: str, whose: str, role: str = "at_risk", **more: Any) -> Any:
    return Involvement.objects.create(
        incident=_incident(people, status, **more), participant=people[whose].participant, role=role
    )


def _reference(people: People, status: str) -> Any:
    incident = _incident(people, status)
    return incident.references.create(
        participant=incident.participant, scheme="usgs", value="us6000jllz"
    )


# ── requests and offers: A asks, B offers ───────────────────────────────────────────────────────
REASON = "It was said so."


def _request(people: People, status: str, *, by: str = "eA", **more: Any) -> Any:
    """A request of A that eA wrote and hA signed, taken by its steps to the status."""
    incident = _incident(people, "active", **more)
    request = requests.drafted(by=people[by], incident=incident)
    if status == "draft":
        return request
    head, at = people["hA"], requests.SIGNED_AT
    request = request_services.sign(request, by=head, at=at, version=request.version)
    if status == "signed":
        return request
    request = request_services.circulate(request, by=head, at=at)
    if status in ("suspended", "withdrawn"):
        step = request_services.suspend if status == "suspended" else request_services.withdraw
        return step(request, by=head, at=at, reason=REASON)
    if status in ("partially_covered", "fulfilled", "closed"):
        _offer_to(people, request, "accepted")
        request.refresh_from_db()
    if status in ("fulfilled", "closed"):
        request_services.fulfil(request, by=head, at=at)
    if status == "closed":
        request_services.close(request, by=head, at=at)
    return request


def _request_amended(people: People, status: str) -> Any:
    request = _request(people, status)
    more = requests.asked(lines=requests.lines(12), facts={"delivery_place": "Adana airport"})
    amendments.prepare(
        request, more, reason=REASON, by=people["eA"], at=requests.CIRCULATED_AT, version=0
    )
    return request


def _request_of_third(people: People, status: str) -> Any:
    third = ParticipantFactory(slug="third-state", kind=ParticipantKind.THIRD)
    request = request_services.create(
        _incident(people, "active"), requests.asked(), by=people["se"], at=requests.SIGNED_AT,
        participant=third,
    )  # fmt: skip
    documents.DocumentFactory(owner=request, uploaded_by=people["se"])
    if status == "draft":
        return request
    request = request_services.sign(
        request, by=people["sh"], at=requests.SIGNED_AT, version=request.version
    )
    return request_services.circulate(request, by=people["se"], at=requests.CIRCULATED_AT)


def _offer(people: People, status: str, *, by: str = "eB", **more: Any) -> Any:
    return _offer_to(people, _request(people, "circulated", **more), status, by=by)


def _offer_to(people: People, request: Any, status: str, *, by: str = "eB") -> Any:
    """An offer of B that eB wrote and hB signed, taken by its steps to the status."""
    offer = offers.drafted_offer(request, 4, by=people[by])
    if status == "draft":
        return offer
    at = offers.OFFERED_AT
    offer = offer_services.sign(offer, by=people["hB"], at=at, version=offer.version)
    if status == "signed":
        return offer
    offer = offer_services.submit(offer, by=people["hB"], at=at)
    if status == "withdrawn":
        return offer_services.withdraw(offer, by=people["hB"], at=at)
    head = people["hA"]
    steps: dict[str, Callable[[], Any]] = {
        "under_review": lambda: offer_services.review(offer, by=head, at=at),
        "provisional": lambda: offer_services.accept_provisionally(offer, by=head, at=at),
        "accepted": lambda: offer_services.accept(offer, by=head, at=at),
        "partially_accepted": lambda: offer_services.accept_in_part(
            offer, by=head, at=at, decisions=[LineDecision(1, "partial", 2)]
        ),
        "declined": lambda: offer_services.decline(offer, by=head, at=at, reason=REASON),
    }
    return steps[status]() if status in steps else offer


def _offer_without_its_rest(people: People, status: str) -> Any:
    offer = _offer(people, status)
    return offer_services.withdraw_rest(offer, by=people["hB"], at=offers.OFFERED_AT)


def _offer_outdated(people: People, status: str) -> Any:
    request = _request_amended(people, "circulated")
    offer = _offer_to(people, request, status)
    amendments.sign(
        request.amendment, by=people["hA"], at=offers.OFFERED_AT, version=request.amendment.version
    )
    return offer


# ── deployments: B sends, A is the host ─────────────────────────────────────────────────────────
PROPOSED = "2099-01-01T00:00:00+00:00"


def _capacity(people: People, status: str, *, of: str = "eB") -> Any:
    retired_at = NOON if status == "retired" else None
    owner = people[of].participant
    return deployments.CapacityFactory(participant=owner, retired_at=retired_at)


def _line_of_a(people: People, status: str) -> Any:
    return _request(people, status).items.first()


def _accepted_line(people: People, status: str) -> Any:
    return deployments.accepted_line(incident=_incident(people, "active"))


def _deployment(people: People, status: str, *, settled: bool = True, **more: Any) -> Any:
    line = deployments.accepted_line(incident=_incident(people, "active", **more))
    return deployments.DeploymentFactory(offer_item=line, status=status, is_settled=settled)


def _deployment_proposed(people: People, status: str) -> Any:
    """A longer stay is proposed by A, so B answers."""
    deployment = _deployment(people, status)
    deployment.proposed_by = people["eA"].participant
    deployment.proposed_until_at = datetime.fromisoformat(PROPOSED)
    deployment.save()
    return deployment


def _check(people: People, status: str) -> Any:
    deployment = _deployment(people, "mobilising", settled=status == "done")
    return deployment.checklist.get(topic="customs")


# ── alerts ──
# The incident that alerts are drafted from and linked to.
ALERTED = {"pk": uuid.UUID(int=7), "number": "OTS-2026-7777"}
IN_TURKIYE = info_xml(area=area_xml("39.0,32.0 39.0,33.0 40.0,33.0 40.0,32.0 39.0,32.0"))


def _alert(people: People, status: str, *, author: str = "eA", **more: Any) -> Any:
    incident = _incident(people, "active", **more)
    writer, head = people[author], people["hA"]
    return alerts.own(status, editor=writer, head=head, at=timezone.now(), incident=incident)


def _private_alert_on_named(people: People, status: str) -> Any:
    alert = _alert(people, status, classification="named")
    type(alert).objects.filter(pk=alert.pk).update(scope="Private")
    return alert


def _received_alert(people: People, status: str) -> Any:
    _incident(people, "active", **ALERTED)
    return alerts.received(status, info=IN_TURKIYE)


def _linked_alert(people: People, status: str) -> Any:
    alert = _received_alert(people, status)
    type(alert).objects.filter(pk=alert.pk).update(incident=ALERTED["pk"])
    return alert


def _near_kyrgyzstan(people: People, status: str, **more: Any) -> Any:
    ParticipantFactory(slug="kyrgyzstan", iso2="KG", iso3="KGZ")
    return _incident(people, status, countries=["CN"], latitude=39.014, longitude=74.802, **more)


# ── silence about an incident of A, which A and B may break; an agenda item tied to an incident ───
def _silence(people: People, status: str, **more: Any) -> Any:
    """As if incidents could be put under silence, begun by the secretariat's officer."""
    plugs.silent_subjects.setdefault(silence.MODEL, silence.SUBJECT)
    ended = {} if status == "running" else {"result_at": NOON}
    if status == "adopted":
        ended = {"result_at": silence.FAR_AWAY}
    if status == "withdrawn":
        ended["withdraw_reason"] = REASON
    return silence.ProcedureFactory(
        subject_id=_incident(people, "active", **more).pk,
        started_by=people["se"],
        expires_at=silence.FAR_AWAY,
        status=status,
        asked=[people["eA"].participant, people["eB"].participant],
        **ended,
    )


def _silent(people: People, status: str) -> Any:
    """An incident of A that can be put under silence."""
    plugs.silent_subjects.setdefault(silence.MODEL, silence.SUBJECT)
    return _incident(people, status, **ALERTED)


def _item_to_tie(people: People, status: str) -> Any:
    """An item of a meeting, and an incident that it may be tied to."""
    _incident(people, "active", **ALERTED)
    return meetings.AgendaItemFactory(meeting=_meeting(people, status), pk=ANOTHER)


def _meeting_with_result(people: People, status: str) -> Any:
    """A meeting of a series, and a result of silence about a decision of the one before."""
    series = sittings.SeriesFactory()
    last = meetings.MeetingFactory(status="adjourned", series=series, starts_at=sittings.OPENED)
    decision = sittings.DecisionFactory(meeting=last)
    silence.ProcedureFactory(
        subject_type="meetings.decision", subject_id=decision.pk, status="adopted",
        result_at=silence.EXPIRES_AT, started_by=people["se"],
    )  # fmt: skip
    return _meeting(people, status, series=series)


def _paragraph_to_tie(people: People, status: str) -> Any:
    """A paragraph of minutes, and an incident that it may be tied to."""
    _incident(people, "active", **ALERTED)
    minutes = meetings.MinutesFactory(status=status, prepared_by=people["se"])
    return meetings.MinutesParagraphFactory(minutes=minutes, pk=PARAGRAPH)


def _tie(people: People, status: str) -> Any:
    item = _item_to_tie(people, status)
    to = Incident.objects.get(pk=ALERTED["pk"])
    return crossref_services.tie(item, to=to, by=people["se"], at=NOON)


# ── a negotiation of A and B, A in the chair ────────────────────────────────────────────────────
def _negotiated(people: People, status: str) -> Any:
    states = people["eA"].participant, people["eB"].participant
    return negotiation.negotiated_by(*states, status=status, pk=ANOTHER)


def _instrument_closed(people: People, status: str) -> Any:
    """Closed ad referendum; neither A nor B has confirmed."""
    return _closed(people, status).instrument


def _closed(people: People, status: str) -> Any:
    states = people["eA"].participant, people["eB"].participant
    return negotiation.closed_text(*states, status=status)


def _round(people: People, status: str) -> Any:
    instrument = _negotiated(people, "negotiation")
    base = negotiation.frozen_text(instrument)
    opened = {} if status == "planned" else {"opened_at": NOON}
    return negotiation.RoundFactory(
        instrument=instrument, number=1, chair=people["eA"].participant, base_revision=base,
        status=status, **opened,
    )  # fmt: skip


def _confirmation_of_a(people: People, status: str) -> Any:
    found = _closed(people, "ad_referendum").confirmations
    answered = {} if status == "pending" else {"answered_at": NOON}
    found.update(status=status, **answered)
    return found.get(participant=people["eA"].participant)


def _text_silence(people: People, status: str) -> Any:
    standing = _closed(people, "ad_referendum")
    return negotiation.TextSilenceFactory(revision=standing.revision, status=status)


def _frozen_revision(people: People, status: str) -> Any:
    return _closed(people, status).revision


def _checked_language(people: People, status: str) -> Any:
    """A language of which the checks found nothing."""
    language_text = agreements.LanguageTextFactory(status=status)
    concordance_findings.run_checks(language_text, by=people["se"], at=NOON)
    return language_text


SUBJECTS: dict[str, Callable[[People, str], Any]] = {
    "instrument_negotiated": _negotiated,
    "instrument_closed": _instrument_closed,
    "ad_referendum": _closed,
    "round": _round,
    "confirmation_of_a": _confirmation_of_a,
    "text_silence": _text_silence,
    "frozen_revision": _frozen_revision,
    "silence": _silence,
    "silence_named": lambda p, s: _silence(p, s, classification="named"),
    "silence_with_h": lambda p, s: _silence(p, s, involved=[p["ob"].participant]),
    "silent": _silent,
    "item_to_tie": _item_to_tie,
    "paragraph_to_tie": _paragraph_to_tie,
    "meeting_with_result": _meeting_with_result,
    "tie": _tie,
    "incident": _incident,
    "incident_named": lambda p, s: _incident(p, s, classification="named"),
    "incident_with_h": lambda p, s: _incident(p, s, involved=[p["ob"].participant]),
    "incident_named_with_h": lambda p, s: _incident(
        p, s, classification="named", involved=[p["ob"].participant]
    ),
    "incident_beside_another": _beside_another,
    "incident_merged": _merged,
    "incident_to_open": _to_open,
    "incident_for_a_part": _for_a_part,
    "incident_named_for_a_part": lambda p, s: _for_a_part(p, s, classification="named"),
    "part_of_a": lambda p, s: _part(p, s, "eA", role="affected"),
    "part_of_b": lambda p, s: _part(p, s, "eB"),
    "part_of_h_in_named": lambda p, s: _part(p, s, "ob", classification="named"),
    "reference": _reference,
    "meeting": _meeting,
    "meeting_for_observers": lambda p, s: _meeting(p, s, visibility=Visibility.OBSERVERS),
    "meeting_public": lambda p, s: _meeting(p, s, visibility=Visibility.PUBLIC),
    "agenda_version": lambda p, s: agenda_versions.circulate_agenda(
        _meeting_with(p, s, agenda=True), by=p["se"], at=NOON
    ),
    "paper": _paper,
    "paper_for_heads": lambda p, s: _paper(p, s, access="heads_only"),
    "paper_for_observers": lambda p, s: _paper(p, s, access="observers"),
    "paper_public": lambda p, s: _paper(p, s, access="public"),
    "paper_asked": _paper_asked,
    "expected_paper": lambda p, s: ExpectedPaper.objects.create(
        meeting=_meeting(p, s), kind="note", languages=["en"], created_at=NOON
    ),
    "meeting_with_agenda": lambda p, s: _meeting_with(p, s, agenda=True),
    "meeting_with_minutes": lambda p, s: _meeting_with(p, s, minutes=True),
    "sitting": _meeting_sitting,
    "meeting_sitting": lambda p, s: _meeting_sitting(p, s).meeting,
    "meeting_without_sitting": lambda p, s: _meeting(p, s, pk=ANOTHER),
    "sitting_risen": lambda p, s: _meeting_sitting(p, s, ended=True),
    "stay": _stay,
    "sitting_with_stay": lambda p, s: _stay(p, s).sitting,
    "intervention": _intervention,
    "decision": _decision,
    "decision_for_observers": lambda p, s: _decision(p, s, visibility=Visibility.OBSERVERS),
    "decision_public": lambda p, s: _decision(p, s, visibility=Visibility.PUBLIC),
    "decision_without_quorum": lambda p, s: _decision(p, s, quorate=False),
    "decision_superseded": _decision_superseded,
    "action": _action,
    "action_of_h": lambda p, s: _action(p, s, of="ob"),
    "meeting_invitation": _to_meeting,
    "meeting_invitation_by_b": lambda p, s: _to_meeting(p, s, of="eB"),
    "delegation": _delegation,
    "delegation_examined": lambda p, s: _delegation(p, s, credentials="submitted"),
    "delegation_over": lambda p, s: _delegation(p, s, meeting="adjourned"),
    "delegate": _delegate,
    "series": _series,
    "series_public": lambda p, s: _series(p, s, visibility=Visibility.PUBLIC),
    "agenda_item": lambda p, s: meetings.AgendaItemFactory(meeting=_meeting(p, s)),
    "minutes": _minutes,
    "minutes_for_comments": _minutes_of_one_paragraph,
    "minutes_to_correct": _minutes_of_one_paragraph,
    "comment_of_a": _comment_of_a,
    "comment_of_a_in_revision": lambda p, s: _comment_of_a(p, s, revised=True),
    "corrigendum": lambda p, s: a_corrigendum(s, by=p["sh"]),
    "minutes_by_the_head": lambda p, s: _minutes(p, s, prepared_by=p["sh"]),
    "minutes_for_observers": lambda p, s: _minutes(p, s, classification=Classification.OBSERVERS),
    "minutes_public": lambda p, s: _minutes(p, s, classification=Classification.PUBLIC),
    "instrument": lambda p, s: agreements.InstrumentFactory(status=s),
    "instrument_training": lambda p, s: agreements.InstrumentFactory(status=s, is_training=True),
    "milestone": lambda p, s: agreements.MilestoneFactory(instrument__status=s),
    "domestic_step": lambda p, s: agreements.DomesticStepFactory(instrument__status=s),
    "provision": lambda p, s: agreements.ProvisionFactory(instrument__status=s),
    "negotiated_text": lambda p, s: positions.table_of(p, s).instrument,
    "negotiated_article": lambda p, s: positions.table_of(p, s, ANOTHER),
    "agreed_article": lambda p, s: positions.agreed_article(p, ANOTHER),
    "position_of_a": lambda p, s: positions.position_of(p["eA"], positions.table_of(p, s)),
    "position_of_a_own": lambda p, s: positions.position_of(
        p["eA"], positions.table_of(p, s), "own"
    ),
    "position_of_a_to_the_chair": lambda p, s: positions.position_of(
        p["eA"], positions.table_of(p, s), "chair"
    ),
    "reopening_of_a": lambda p, s: positions.reopening_of(p, ANOTHER),
    "bracket": lambda p, s: positions.bracket_in(positions.table_of(p, s), None),
    "bracket_of_b": lambda p, s: positions.bracket_in(
        positions.table_of(p, s), p["eB"].participant
    ),
    "alternative": lambda p, s: positions.bracket_in(
        positions.table_of(p, s), None
    ).alternatives.get(),
    "alternative_of_b": lambda p, s: positions.bracket_in(
        positions.table_of(p, s), p["eB"].participant
    ).alternatives.get(),
    "comment_of_as_room": lambda p, s: positions.comment_of(
        p["eA"], positions.table_of(p, "negotiation"), s
    ),
    "comment_of_a_released": lambda p, s: positions.comment_of(
        p["eA"], positions.table_of(p, "negotiation"), s, "all", p["hA"]
    ),
    "treaty": lambda p, s: agreements.InstrumentFactory(pk=ANOTHER, status=s),
    "treaty_signed_by_one": lambda p, s: treaties.treaty_signed_by_one(p["eA"], s),
    "text_on_record": lambda p, s: treaties.text_on_record(p["eA"], s),
    "text_to_adopt": lambda p, s: treaties.text_to_adopt(p["eA"], s, pk=ANOTHER),
    "adoption_of_a": lambda p, s: treaties.text_on_record(p["eA"], s).adoption,
    "authentication_of_a": lambda p, s: treaties.text_on_record(p["eA"], s).authentication,
    "waiver_of_a": lambda p, s: treaties.WaiverFactory(participant=p["eA"].participant),
    "known_entry": lambda p, s: treaties.known_entry(p["eA"], pk=ANOTHER, by=p["sh"]),
    "annulment_of_a": lambda p, s: treaties.annulment_of_a(p["eA"], s, head=p["sh"]),
    "annulment_by_the_head": lambda p, s: treaties.annulment_of_a(
        p["eA"], s, head=p["sh"], created_by=p["sh"]
    ),
    "full_powers_of_a": lambda p, s: treaties.full_powers_of(p["eA"], s),
    "full_powers_by_the_head": lambda p, s: treaties.full_powers_of(p["eA"], s, created_by=p["sh"]),
    "signature_of_a": lambda p, s: treaties.signature_of(p["eA"], s),
    "instrument_of_a": lambda p, s: treaties.instrument_of(p["eA"], s),
    "instrument_by_the_head": lambda p, s: treaties.instrument_of(p["eA"], s, created_by=p["sh"]),
    "withdrawal_of_a": lambda p, s: treaties.withdrawal_of(p["eA"], s, head=p["sh"]),
    "treaty_of_a": lambda p, s: reservations.treaty_of(p["eA"], s, pk=ANOTHER),
    "reservation_of_a": lambda p, s: reservations.reservation_of(p["eA"], s, pk=ANOTHER),
    "reservation_when_signing": lambda p, s: reservations.reservation_when_signing(
        p["eA"], s, head=p["sh"]
    ),
    "reservation_for_the_organ": lambda p, s: reservations.reservation_for_the_organ(
        p["eA"], s, decision=LATER_DECISION
    ),
    "objection_of_a": lambda p, s: reservations.objection_of(p["eA"], s),
    "declaration_of_a": lambda p, s: reservations.declaration_of(p["eA"], s),
    "correction": lambda p, s: reservations.correction(s, signed_by=(p["eA"], p["eB"])),
    "registration": lambda p, s: reservations.registration(s),
    "ledger_entry": lambda p, s: treaties.an_entry(p["sh"], participant=p["eA"].participant),
    "depositary_notification": lambda p, s: treaties.a_notification(p["sh"]),
    "receipt_of_a": lambda p, s: treaties.a_receipt(p["sh"], p["eA"].participant, s),
    "revision": lambda p, s: agreements.RevisionFactory(instrument__status=s),
    "proposal": lambda p, s: proposals.a_proposal(p["eA"], s, officer=p["se"]),
    "proposal_joined_by_b": lambda p, s: proposals.a_proposal(p["eA"], s, joined_by=p["hB"]),
    "proposal_with_a_later_one": lambda p, s: proposals.one_with_a_later(p["eA"], later=ANOTHER),
    "proposal_import_of_a": lambda p, s: proposals.ProposalImportFactory(
        participant=p["eA"].participant, created_by=p["eA"], status=s
    ),
    "text_to_propose_on": lambda p, s: proposals.a_text(
        agreements.InstrumentFactory(pk=ANOTHER, status=s)
    ),
    "text_import": lambda p, s: agreements.TextImportFactory(status=s),
    "language_text": lambda p, s: agreements.LanguageTextFactory(status=s),
    "language_text_mandated": lambda p, s: agreements.LanguageTextFactory(
        status=s, instrument__status="mandated"
    ),
    "language_text_of_signed": lambda p, s: agreements.LanguageTextFactory(
        status=s, instrument__status="signed"
    ),
    "language_text_checked": _checked_language,
    "concordance_finding": lambda p, s: agreements.FindingFactory(
        status=s, reason=REASON if s == "accepted" else ""
    ),
    "instrument_with_text": lambda p, s: (
        agreements.ProvisionTextFactory(provision__instrument__status=s).provision.instrument
    ),
    "instrument_to_open": lambda p, s: agreements.InstrumentFactory(pk=ANOTHER, status=s),
    "document": _document,
    "document_on_named": lambda p, s: _document(p, s, classification="named"),
    "document_on_draft": lambda p, s: _document(p, s, record="draft"),
    "upload_to_incident": _incident,
    "job_of_a": lambda p, s: _job(p["eA"], s),
    "job_of_a_system": lambda p, s: _job(p["mA"], s),
    "inbox_item_of_e2": lambda p, s: InboxItemFactory(
        recipient=p["e2"], subject=_incident(p, "reported")
    ),
    "mute_of_e2": lambda p, s: MutedThreadFactory(user=p["e2"], subject=_incident(p, "reported")),
    "subscription_of_e2": lambda p, s: SubscriptionFactory(user=p["e2"]),
    "deliveries": _deliveries,
    "message_to_e2": lambda p, s: MessageFactory(
        recipient=p["e2"], subject=_incident(p, "reported"), status=s
    ),
    "notice": lambda p, s: SimpleNamespace(pk="incidents.incident.verified"),
    "clock_of_b": lambda p, s: _clock(p["eB"], s, subject=_incident(p, "verified")),
    "participant": lambda p, s: p["eA"].participant,
    "audit_entry_of_a": lambda p, s: record(
        "incidents.incident.closed", subject=p["eA"], by=p["eA"], at=NOON
    ),
    "data_of_one_who_left": lambda p, s: UserFactory(
        participant=p["eA"].participant, is_active=False
    ),
    "data_of_one_who_stays": lambda p, s: UserFactory(participant=p["eA"].participant),
    "circular": _circular,
    "circular_to_readers": lambda p, s: _circular(p, s, addressed=_to("reader", "member")),
    "circular_to_observers": lambda p, s: _circular(p, s, addressed=_to("reader", "observer")),
    "circular_with_receipt": lambda p, s: _circular(p, s, needs_receipt=True),
    "circular_waiting": lambda p, s: circulars.issued(by=p["se"], head=p["sh"], at=timezone.now()),
    "circular_of_head": lambda p, s: circulars.a_circular(s, by=p["hA"]),
    "report": _report,
    "report_named": lambda p, s: _report(p, s, classification="named"),
    "report_joint": lambda p, s: _report(p, s, author="se", joint=True),
    "report_by_its_head": lambda p, s: _report(p, s, author="hA"),
    "report_pdf": _report,
    "report_csv": _report,
    "report_list": _incident,
    "report_list_with_h": lambda p, s: _incident(p, s, involved=[p["ob"].participant]),
    "figures": _incident,
    "figures_csv": _incident,
    "figures_xlsx": _incident,
    "review": _review,
    "review_with_h": lambda p, s: _review(p, s, involved=[p["ob"].participant]),
    "finding": lambda p, s: _review(p, s).findings.get(),
    "recommendation": lambda p, s: reviews.a_recommendation(_review(p, "published"), s, by=p["eA"]),
    "recommendation_unpublished": lambda p, s: reviews.a_recommendation(
        _review(p, "open"), s, by=p["eA"]
    ),
    "authority": lambda p, s: directory.AuthorityFactory(participant=p["eA"].participant),
    "emergency_number": lambda p, s: directory.EmergencyNumberFactory(
        participant=p["eA"].participant
    ),
    "contact_point": _contact_point,
    "contact_point_for_observers": lambda p, s: _contact_point(p, s, visibility="observers"),
    "contact_point_public": lambda p, s: _contact_point(p, s, visibility="public"),
    "partner_system": _partner_system,
    "credentials_of_a": _credentials_of_a,
    "webhook": _webhook,
    "webhook_message": _webhook_message,
    "person": _person,
    "person_invited": lambda p, s: _invitation(p, s).person,
    "person_last_head": lambda p, s: p["hA"],
    "person_auditor": lambda p, s: p["au"],
    "person_of_the_secretariat": lambda p, s: UserFactory(
        participant=p["se"].participant, role="secretariat_officer"
    ),
    "person_with_factor": _person_with_factor,
    "feed_of_e2": lambda p, s: FeedAddress.objects.create(
        user=p["e2"], kind="calendar", name="Phone", digest="d", created_at=NOON
    ),
    "roster_of_a": lambda p, s: duty.RosterFactory(participant=p["eA"].participant),
    "shift_of_e2": _shift_of_e2,
    "pattern_of_e2": lambda p, s: duty.PatternFactory(person=p["e2"], status=s),
    "swap_e2_asks": _swap_of_e2,
    "swap_e2_asks_ea": lambda p, s: _swap_of_e2(p, s, asked_of="eA"),
    "invitation": _invitation,
    "invitation_replacing": _replacement,
    "request": _request,
    "request_by_the_head": lambda p, s: _request(p, s, by="hA"),
    "request_with_h": lambda p, s: _request(p, s, involved=[p["ob"].participant]),
    "request_named": lambda p, s: _request(p, s, classification="named"),
    "request_amended": _request_amended,
    "request_of_third": _request_of_third,
    "offer": _offer,
    "offer_by_the_head": lambda p, s: _offer(p, s, by="hB"),
    "offer_with_h": lambda p, s: _offer(p, s, involved=[p["ob"].participant]),
    "offer_outdated": _offer_outdated,
    "offer_without_its_rest": _offer_without_its_rest,
    "capacity_of_b": _capacity,
    "capacity_of_h": lambda p, s: _capacity(p, s, of="ob"),
    "request_line": _line_of_a,
    "accepted_line": _accepted_line,
    "deployment": _deployment,
    "deployment_open": lambda p, s: _deployment(p, s, settled=False),
    "deployment_named": lambda p, s: _deployment(p, s, classification="named"),
    "deployment_with_h": lambda p, s: _deployment(p, s, involved=[p["ob"].participant]),
    "deployment_proposed": _deployment_proposed,
    "check": _check,
    "card_of_a": lambda p, s: deployments.HostNationCardFactory(participant=p["eA"].participant),
    "offer_unsolicited": lambda p, s: offers.unsolicited_offer(_incident(p, "active"), by=p["eB"]),
    "alert": _alert,
    "alert_by_the_head": lambda p, s: _alert(p, s, author="hA"),
    "alert_private_on_named": _private_alert_on_named,
    "alert_of_incident": lambda p, s: _incident(p, s, **ALERTED),
    "received_alert": _received_alert,
    "received_alert_linked": _linked_alert,
    "alert_receipt": lambda p, s: receipts.acknowledge(
        _received_alert(p, "accepted"), by=p["eA"], at=NOON
    ),
    "known_sender": lambda p, s: alerts.known_sender(),
    "feed_item": lambda p, s: feeds.feed_item(status=s),
    "feed": lambda p, s: feeds.FeedFactory(is_active=s != "paused"),
    "incident_near_kyrgyzstan": _near_kyrgyzstan,
    "incident_named_near_kyrgyzstan": lambda p, s: _near_kyrgyzstan(p, s, classification="named"),
}


# What has an address below another record, and where it keeps that one's key; a mail has none.
PARENTS: dict[type, str] = {
    ChecklistItem: "deployment_id",
    Delivery: "endpoint_id",
    RequestItem: "request_id",
}


# The addresses that need more than one key.
KEYS_OF: dict[str, Callable[[Any], list[Any]]] = {
    "meetings:agenda_version": lambda version: [version.meeting_id, version.number],
    "meetings:paper_file": lambda paper: [paper.pk, paper.versions.get().pk],
    "api:papers-language": lambda paper: [paper.pk, paper.versions.get().pk],
    "meetings:paper_list_export": lambda meeting: [meeting.pk, "csv"],
    "systems:end_credentials": lambda one: [
        one.application.user.partner_system.pk,
        one.application.pk,
    ],
    "api:vocabularies-detail": lambda _none: ["incidents.alert-level"],
    "silence:start": lambda record: [record._meta.label_lower, record.pk],
    "agreements:translation_edit": lambda version: [version.pk, "art-1"],
    "api:language_texts-provision": lambda version: [version.pk, "art-1"],
    "api:revisions-compare": lambda revision: [revision.pk, revision.pk],
    "crossrefs:tie": lambda record: [record._meta.label_lower, record.pk],
    "api:negotiating_history": lambda record: [],
}
ARGUMENTS: dict[str, list[Any]] = {"take along": ["csv"], "put under silence": [], "tie": []}


def _nested_arguments(row: Row, subject: Any, name: str) -> list[Any] | None:
    """Return the arguments of what lies under another record, or has none; None for all others."""
    if row.object.startswith("list_of_"):
        name_of_list = row.object.removeprefix("list_of_").replace("_", "-")
        return [name_of_list] if ":list_export" in name else []
    if name in KEYS_OF:
        return KEYS_OF[name](subject)
    if row.action in ARGUMENTS:
        return ARGUMENTS[row.action]
    for kind, parent in PARENTS.items():
        if isinstance(subject, kind) and (parent_id := getattr(subject, parent)):
            return [parent_id, subject.pk]
    if isinstance(subject, HostNationCard):
        is_of_topic = row.action in ("write the card", "confirm the card")
        return [subject.participant_id, *([subject.topic] if is_of_topic else [])]
    return None


# What is made, or taken away, without an address of its own.
WITHOUT_A_RECORD = (
    "list", "create", "fill from a file", "export", "add",
    "call it to order", "ask for the floor for a", "propose the decision", "give the action", "take away",
    "plan it", "prepare the minutes", "draft a document",
)  # fmt: skip


def _address_arguments(row: Row, subject: Any, name: str) -> list[Any]:
    if row.object == "upload_to_incident":
        return ["incidents.incident", subject.pk]
    if (nested := _nested_arguments(row, subject, name)) is not None:
        return nested
    has_no_key = name.endswith("-list") or name == "meetings:series_new"
    if subject is None or has_no_key or row.action in WITHOUT_A_RECORD:
        return []
    if isinstance(subject, Dated):
        return [subject.participant_id, subject.pk]
    if row.action == "by number":
        return [subject.number]
    return [subject.pk, *(["en"] if name == "meetings:intervention_summary" else [])]


# ── what is sent ────────────────────────────────────────────────────────────────────────────────
DRAFT = {
    "language": "en", "title": "Quake", "hazard": "GH0101", "alert_level": "red",
    "onset_at": "2026-11-20T08:00:00Z", "countries": ["TR"],
}  # fmt: skip
ANOTHER = uuid.UUID("11111111-1111-4111-8111-111111111111")
DELEGATION = uuid.UUID("d0000000-0000-4000-8000-000000000001")
DELEGATE = uuid.UUID("d0000000-0000-4000-8000-000000000002")
REQUEST = {
    "language": "en", "situation": "Houses are down.", "delivery_place": "Adana airport",
    "lines": [{"kind": "in_kind", "needed": 20, "unit": "tent", "description": "Tents"}],
}  # fmt: skip
OFFER = {
    "language": "en", "valid_until": "2099-01-01T00:00:00Z", "lines": [{"request_line": 1, "offered": 2}],
}  # fmt: skip
UNSOLICITED = {**OFFER, "lines": [{"kind": "team", "offered": 1, "capacity_type": "USAR-M"}]}
# Acts that say which version was seen.
SEEN = (
    "sign", "adopt the text", "move the day", "settle it", "translate it", "correct the speaker", "table it",
    "set it on the present words", "join it", "put it into brackets", "merge it",
    "add a wording", "resolve the bracket",
)  # fmt: skip
# Parameters without which an endpoint has nothing to answer.
ASKED = {"search": {"q": "kura"}, "read its history": {"instrument": str(ANOTHER)}}
HAPPENED = {"happened_at": "2026-11-21T10:00"}
PARAGRAPH = uuid.UUID("22222222-2222-4222-8222-222222222222")
COMMENT = {
    "paragraph": PARAGRAPH.hex, "language": "en", "proposed_text": "Two depots.", "reason": REASON,
}  # fmt: skip
CHANGE = {"paragraph": PARAGRAPH.hex, "language": "en", "old": "A depot", "new": "Two depots"}
FORMS: dict[str, dict[str, Any]] = {
    "close it ad referendum": {"confirm_by": "2099-01-01T10:00"},
    "find substance": {"reason": REASON, "confirm_by": "2099-01-01T10:00"},
    "comment": COMMENT,
    "correct": {**{f"{name}_1": text for name, text in CHANGE.items()}, "reason": REASON},
    "put the corrigendum under silence": {"expires_at": "2099-01-01T10:00"},
    "ask for the floor": {"delegation": str(DELEGATION), "item": str(ITEM), "kind": "statement"},
    "summarise": {"text": "It was said.", "seen": "0"},
    "tie to a decision": {"decision": ""},
    "adopt the text": {"mode": "consensus", "version": "1"},
    "adopt without a ruling": {"mode": "consensus", "version": "1"},
    "reject the text": {"mode": "consensus", "reason": REASON},
    "move the day": {"due_on": "2099-01-01", "reason": REASON, "version": "1"},
    "open a revision": {"kind": "rolling"},
    "resolve the bracket": {"version": "1"},
    "add a language": {"tag": "ru"},
    "mark it": {"version": "1", "is_authentic": "on"},
    "send the language back": {"reason": REASON},
    "accept the difference": {"reason": REASON},
    "change the head": {"delegate": str(DELEGATE)},
    "enter a delegate": {"full_name": "Leyla Aliyeva", "capacity": "member"},
    "enter a series": {"title_en": "Ministers", "code": "MM", "kind": "ministerial"},
    "invite": {"participant": "azerbaijan"},
    "invite all": {"kinds": ["member"]},
    "make a feed": {"kind": "calendar", "name": "Phone"},
    "decide line by line": {"line1-outcome": "accept"},
    "issue the circular": {"version": "1"},
    "confirm the offer": {"version": "2"},
    "withdraw the message": {"reason": REASON},
    "retry all": {"reason": REASON},
    "withdraw all": {"reason": REASON},
    **dict.fromkeys(("mobilise", "depart", "arrive", "begin_work", "demobilise", "return_home"), HAPPENED),
    "recall": {**HAPPENED, "reason": REASON},
    "call off": {**HAPPENED, "reason": REASON},
    "add to the log": {**HAPPENED, "note": "Waiting at the border."},
    "propose a longer stay": {"until_at": "2099-01-01T00:00"},
    "add a person": {"full_name": "Rauf Əliyev", "nationality": "AZ"},
}  # fmt: skip
PLANNED = {
    "kind": "expert_group", "titles": {"en": "Experts"}, "host": "secretariat", "city": "Ankara",
    "starts_at": "2099-01-01T07:00:00Z", "ends_at": "2099-01-01T09:00:00Z", "time_zone": "Europe/Istanbul",
}  # fmt: skip
BODIES: dict[str, dict[str, Any]] = {
    "close it ad referendum": {"confirm_by": "2099-01-01T00:00:00Z"},
    "take it back to the table": {"reason": REASON},
    "find substance": {"reason": REASON, "confirm_by": "2099-01-01T00:00:00Z"},
    "plan a round": {"chair": "turkiye"},
    "plan a round for it": {"instrument": str(ANOTHER), "chair": "turkiye"},
    "correct the round": {"chair": "azerbaijan"},
    "refuse to confirm": {"reason": REASON},
    "put the text under silence": {
        "expires_at": "2099-01-01T12:00:00Z", "time_zone": "Europe/Istanbul",
    },
    "open one by program": {"instrument": str(ANOTHER), "kind": "rolling"},
    "add one by program": {"instrument": str(ANOTHER), "tag": "ru"},
    "mark it": {"is_authentic": True},
    "send the language back": {"reason": REASON},
    "accept the difference": {"reason": REASON},
    "translate the provision": {"text": "Yanıt verir.", "original_sha256": ""},
    "plan it": PLANNED,
    "propose": {
        "instrument": str(ANOTHER), "op": "insert", "language": "en", "new_kind": "article",
        "text": "The Parties meet.",
    },
    "change the proposal": {"text": "within three hours"},
    "set it on the present words": {"quote": "one hour", "text": "three hours"},
    "withdraw the proposal": {"reason": REASON},
    "let it give way": {"superseded_by": str(ANOTHER)},
    "change it": {"city": "Izmir"},
    "plan the next one": {name: PLANNED[name] for name in ("starts_at", "ends_at")},
    "invite all of a kind": {"kinds": ["observer"]},
    "put an item on the agenda": {"titles": {"en": "Radio"}, "kind": "discussion"},
    "word it anew": {"titles": {"en": "Radio"}},
    "move it": {"direction": "up"},
    "settle it": {"outcome": "concluded"},
    "prepare the minutes": {"meeting": str(ANOTHER)},
    "translate it": {"language": "tr", "paragraphs": []},
    "draft a document": {"meeting": str(ANOTHER), "kind": "note", "titles": {"en": "Radio"}},
    "change the document": {"titles": {"en": "Radio"}},
    "ask to open it": {
        "access": "public", "takes_effect_at": "2099-01-01T00:00:00Z", "reason": REASON,
    },
    "agree to open it": {"answer": "agree", "reason": REASON},
    "expect a document": {"kind": "report", "languages": ["en"]},
    "pack the documents": {"language": "en"},
    "call it to order": {"meeting": str(ANOTHER)},
    "record an arrival": {"delegate": str(DELEGATE), "mode": "in_room"},
    "record a departure": {"delegate": str(DELEGATE)},
    "correct the hours": {
        "started_at": "2026-11-20T06:30:00Z", "ended_at": None, "reason": REASON,
    },
    "correct a stay": {
        "stay": str(STAY), "arrived_at": "2026-11-20T07:10:00Z", "left_at": None, "reason": REASON,
    },
    "add the stay": {
        "delegate": str(DELEGATE), "mode": "in_room", "arrived_at": "2026-11-20T07:10:00Z",
        "left_at": None, "reason": REASON,
    },
    "correct the speaker": {
        "participant": "turkiye", "item": str(ITEM), "kind": "right_of_reply", "delegate": None,
        "reason": REASON,
    },
    "ask for the floor for a": {
        "sitting": str(SAT), "participant": "turkiye", "item": str(ITEM), "kind": "statement",
    },
    "move up": {"place": 1},
    "summarise it": {"language": "en", "text": "It was said.", "seen": 0},
    "tie to a decision": {"decision": None},
    "propose the decision": {
        "meeting": str(ANOTHER), "titles": {"en": "Exercise"}, "texts": {"en": "Decides."},
    },
    "reword": {"texts": {"en": "Decides otherwise."}},
    "adopt the text": {"mode": "consensus"},
    "reject the text": {"mode": "consensus", "reason": REASON},
    "defer": {"reason": REASON},
    "put it under silence": {"expires_at": "2099-01-01T12:00:00Z", "time_zone": "Europe/Istanbul"},
    "supersede": {"by_decision": str(LATER_DECISION)},
    "enter full powers": {
        "instrument": str(ANOTHER), "participant": "turkiye", "holder": "The Minister",
        "office": "minister", "issued_by": "The Foreign Minister", "issued_on_date": "2020-01-01",
        "received_on_date": "2020-01-02",
    },
    "enter a signature": {
        "instrument": str(ANOTHER), "participant": "turkiye", "kind": "subject_to_ratification",
        "signed_by": "The President", "office": "head_of_state", "signed_on_date": "2020-01-01",
        "place": "Bishkek",
    },
    "enter an instrument": {
        "instrument": str(ANOTHER), "participant": "turkiye", "kind": "succession",
        "signed_by": "The President", "dated_date": "2020-01-01", "received_on_date": "2020-01-02",
        "effective_date": "1991-08-30",
    },
    "name the chair": {"participant": "azerbaijan"},
    "reopen what is agreed": {"provision": str(ANOTHER), "reason": REASON},
    "put words into brackets": {
        "provision": str(ANOTHER), "version": 1, "language": "en", "quote": "within one hour",
        "present": {"is_by_chair": True},
    },
    "add a wording": {"text": "at once", "is_by_chair": True},
    "stand behind it": {"label": "A", "participant": "azerbaijan"},
    "stand behind it no more": {"label": "A", "participant": "azerbaijan"},
    "resolve the bracket": {"label": "A"},
    "write in the room": {"provision": str(ANOTHER), "text": "Ours."},
    "change the draft": {"text": "Ours alone."},
    "release it": {"scope": "all"},
    "enter a reservation": {
        "instrument": str(ANOTHER), "participant": "turkiye", "made_with": "signature",
        "received_on_date": "2020-01-01", "provisions": ["Article 5"], "texts": {"en": "Not bound."},
    },
    "enter a declaration": {
        "instrument": str(ANOTHER), "participant": "turkiye", "kind": "authority",
        "received_on_date": "2020-01-01", "texts": {"en": "AFAD."},
    },
    "enter an objection": {
        "reservation": str(ANOTHER), "participant": "kazakhstan",
        "received_on_date": "2020-05-01", "texts": {"en": "No."},
    },
    "propose a correction": {
        "instrument": str(ANOTHER), "error": "A letter is missing.",
        "lines": [{"place": "Article 5", "language": "en", "wrong": "mutal", "right": "mutual"}],
    },
    "enter its transmission": {"instrument": str(ANOTHER), "submitted_on_date": "2020-06-01"},
    "accept it": {"participant": "kazakhstan", "on": "2020-05-01"},
    "enter the decision of the organ": {"decision": str(LATER_DECISION), "on": "2020-05-01"},
    "withdraw it": {"on": "2020-05-02"},
    "object to it": {"reason": REASON},
    "enter the number": {"number": "I-1", "on": "2020-07-01"},
    "enter the volume": {"volume": "1", "on": "2020-08-01"},
    "enter its adoption": {
        "instrument": str(ANOTHER), "method": "consent", "on_date": "2020-01-01",
        "acts": [{"participant": "turkiye", "how": "note"}],
    },
    "correct the adoption": {"place": "Bishkek"},
    "enter its authentication": {
        "instrument": str(ANOTHER), "procedure": "agreed", "agreed_in": "Article 21",
        "on_date": "2020-01-02", "place": "Bishkek",
    },
    "correct the authentication": {"place": "Ankara"},
    "enter a waiver": {
        "instrument": str(ANOTHER), "participant": "turkiye", "holder": "The Minister",
        "office": "minister", "basis": "practice", "reason": REASON,
    },
    "propose an annulment": {"entry": str(ANOTHER), "reason": REASON},
    "reject it": {"reason": REASON},
    "query it": {"reason": REASON},
    "refuse it": {"reason": REASON},
    "return it": {"reason": REASON},
    "confirm it": {"on": "2020-02-01"},
    "deposit it": {"on": "2020-03-02"},
    "give the action": {
        "decision": str(LATER_DECISION), "titles": {"en": "List"}, "responsible": "turkiye",
        "due_on": "2099-01-01",
    },
    "report on it": {"report": "Sent."},
    "cancel it": {"reason": REASON},
    "move the day": {"due_on": "2099-01-01", "reason": REASON},
    "break the silence": {"kind": "objection", "reason": REASON},
    "withdraw from under silence": {"reason": REASON},
    "put under silence": {
        "subject_type": silence.MODEL, "subject_id": str(ALERTED["pk"]),
        "expires_at": "2099-01-01T00:00:00Z", "time_zone": "UTC",
    },
    "tie the paragraph": {
        "from_type": "meetings.minutesparagraph", "from_id": str(PARAGRAPH),
        "to_type": "incidents.incident", "to_id": str(ALERTED["pk"]),
    },
    "tie": {
        "from_type": "meetings.agendaitem", "from_id": str(ANOTHER),
        "to_type": "incidents.incident", "to_id": str(ALERTED["pk"]),
    },
    "write": {"language": "en", "paragraphs": [{"text": "Written anew."}]},
    "adopt": {"adopted_by": "in_sitting"},
    "accept partly": {"reply": REASON},
    "decline the comment": {"reply": REASON},
    "put the corrigendum under silence": {
        "expires_at": "2099-01-01T10:00:00Z",
        "time_zone": "Europe/Istanbul",
    },
    "change the head": {"delegate": str(DELEGATE)},
    "enter a delegate by its id": {"delegation": str(DELEGATION), "full_name": "Leyla Aliyeva"},
    "correct the person": {"title": "Minister"},
    "enter a series": {"code": "MM", "kind": "ministerial", "names": {"en": "Ministers"}},
    "rename": {"names": {"en": "Ministers"}},
    "word the invitation": {"note_verbale": "NV 1"},
    "register": {"capacity_type": "HUSAR", "name": "Rescue"},
    "correct it": {"name": "Rescue One"},
    "set the readiness": {"readiness": "partial"},
    "recall": {"reason": REASON},
    "call off": {"reason": REASON},
    "confirm the offer": {"text_version": 2},
    "add to the log": {"note": "Waiting at the border."},
    "propose a longer stay": {"until_at": PROPOSED},
    "agree to a longer stay": {"until_at": PROPOSED},
    "decline a longer stay": {"reason": REASON, "until_at": PROPOSED},
    "waive": {"reason": REASON},
    "merge": {"into": str(ANOTHER), "reason": "The same."},
    "tell apart": {"other": str(ANOTHER)},
    "level": {"alert_level": "red"},
    "restrict": {"reason": "A prison is hit."},
    "propose opening": {"reason": "The prison is empty."},
    "add a part": {"participant": "kazakhstan", "role": "neighbour"},
    "role": {"role": "neighbour"},
    "add a name": {"scheme": "glide", "value": "EQ-2023-000015-TUR"},
    "ask for assistance": REQUEST,
    "offer": OFFER,
    "offer without a request": UNSOLICITED,
    "rewrite the request": REQUEST,
    "rewrite the offer": OFFER,
    "amend": {
        **REQUEST,
        "reason": REASON,
        "lines": [
            {"line": 1, "kind": "in_kind", "needed": 20, "unit": "tent", "description": "Tents"}
        ],
    },
    "sign the amendment": {"version": 1},
    "suspend the request": {"reason": REASON},
    "withdraw the request": {"reason": REASON},
    "withdraw the document": {"reason": REASON},
    "decline": {"reason": REASON},
    "accept provisionally": {"reason": REASON},
    "decide line by line": {"decisions": [{"line": 1, "outcome": "accept"}]},
    "reject": {"reason": "It was a drill."},
    "reopen": {"reason": "It goes on."},
    "send_back": {"reason": "Which source?"},
    "report_done": {"report": "Agreed in Baku."},
    "find": {"language": "en", "text": "Radios did not fit."},
    "recommend": {
        "language": "en",
        "text": "One frequency.",
        "participant": "turkiye",
        "due_date": "2099-01-01",
    },
    "take back": {"reason": "Counted twice."},
    "publish": {"classification": "observers"},
    "language": {"language": "en"},
    "move": {"direction": "down"},
    "export": {"format": "csv"},
    "forget": {"reason": "left"},
    "suspend the account": {"reason": "left"},
    "link": {"number": ALERTED["number"]},
    "follow": {"message_type": "Update"},
    "object": {"reason": "The area is wrong."},
    "add": {"sender": "other@example.org", "name": "Another service"},
    "dismiss": {"reason": "Nothing was felt."},
    "ask a feed": {
        "name": "GDACS", "scheme": "gdacs", "address": "https://feeds.example/rss", "every_minutes": 5,
    },
    "tell neighbours": {"participants": ["kyrgyzstan"]},
}  # fmt: skip


def _form(row: Row, subject: Any) -> dict[str, Any]:
    if row.action == "fill from a file":
        return {"file": documents.upload("quake.geojson", EARTHQUAKE.read_bytes())}
    if row.action == "attach":
        return {"title": "Report", "file": documents.upload()}
    if row.action == "level":
        return {"alert_level": "red", "seen": "orange"}
    seen = {"version": str(subject.version)} if row.action == "sign" else {}
    if row.object.startswith("proposal"):
        seen = {"version": str(subject.version)}
    if row.object == "text_import":
        seen = {"instrument_version": str(subject.instrument.version)}
    return {**FORMS.get(row.action, BODIES.get(row.action, {})), **seen, "confirmed": "yes"}


def _json(row: Row, subject: Any) -> Any:
    if row.action in ("comment", "correct"):
        said = COMMENT if row.action == "comment" else {"changes": [CHANGE], "reason": REASON}
        return {**said, "minutes": str(subject.pk)}
    if row.action == "take a position":
        told = {"provision": str(subject.pk), "stance": "accept", "visibility": "all"}
        return {**told, "on_sha256": positions.digest(subject)}
    if row.action == "reconfirm the position":
        return {"on_sha256": positions.digest(subject.provision)}
    if row.object == "text_import" and row.action == "take_in":
        return {"instrument_version": subject.instrument.version}
    return _usual_json(row)


def _usual_json(row: Row) -> Any:
    if row.action == "take in":
        return alert_xml()
    if row.action.startswith("link"):
        return {"incident": str(ALERTED["pk"])}
    if row.object.startswith("alert") and row.action in ("create", "update"):
        return {"incident": str(ALERTED["pk"])} if row.action == "create" else {"note": "Careful."}
    if row.object == "circular" and row.action == "create":
        return {"titles": {"en": "Winter"}}
    if row.object == "incident" and row.action in ("create", "update"):
        return DRAFT if row.action == "create" else {"place": "Elbistan", "language": "en"}
    return BODIES.get(row.action, {}) if row.object not in ("instrument", "text_on_record") else {}


# ── the doors ───────────────────────────────────────────────────────────────────────────────────
def through_page(row: Row, user: User | None, subject: Any) -> str:
    method, name = row.page.split()
    client = Client()
    if user:
        sign_in(client, user)
    address = reverse(name, args=_address_arguments(row, subject, name))
    answer = client.get(address) if method == "GET" else client.post(address, _form(row, subject))
    _let_go(answer)
    to_sign_in = answer.status_code == 302 and answer["Location"].startswith(
        reverse("account_login")
    )
    return "L" if to_sign_in else _letter(answer.status_code)


def through_api(row: Row, user: User | None, subject: Any) -> str:
    method, name = row.endpoint.split()
    client = Client()
    headers: dict[str, str] = {}
    if user and user.is_machine:
        headers = bearer(user, SCOPES)
    elif user:
        sign_in(client, user)
    address = reverse(name, args=_address_arguments(row, subject, name))
    if method == "GET":
        answer = client.get(address, ASKED.get(row.action, {}), **headers)
        _let_go(answer)
        return _letter(answer.status_code)
    if method == "PATCH":
        headers["HTTP_IF_MATCH"] = client.get(address, **headers).headers.get("ETag", '"none"')
    if row.action in SEEN or row.object == "sitting":
        headers["HTTP_IF_MATCH"] = f'"{subject.version}.seen"'
    if row.action == "send a file with a text":
        file = SimpleUploadedFile(
            "text.txt", b"AGREEMENT\n\nArticle 1\n\nThe Parties train together."
        )
        sent = {"file": file, "language": "en", "instrument": str(ANOTHER)}
        return _letter(client.post(address, sent, **headers).status_code)
    if row.action == "give it in a language":
        sent = {"file": documents.upload(), "language": "tr", "translation": "draft"}
        return _letter(client.post(address, sent, **headers).status_code)
    send = getattr(client, method.lower())
    content_type = "application/cap+xml" if row.action == "take in" else "application/json"
    return _letter(
        send(address, _json(row, subject), content_type=content_type, **headers).status_code
    )


def _let_go(answer: Any) -> None:
    """Close the file of a download; closing the whole answer would close the test's database, too."""
    for close in answer._resource_closers:
        close()


def _letter(status: int) -> str:
    known = {
        200: "Y",
        201: "Y",
        202: "Y",
        204: "Y",
        301: "Y",
        302: "Y",
        400: "I",
        401: "L",
        403: "N",
        404: "-",
        409: "C",
    }
    return known.get(status, str(status))


def asked_through(
    door: Callable[..., str], row: Row, people: People, *, skip: set[str]
) -> dict[str, str]:
    """Ask as every principal about one record; what one does is undone for the next."""
    answers = {}
    subject = _subject(row, people)
    for name in PRINCIPALS:
        if name in skip:
            answers[name] = row.answers[name]
            continue
        savepoint = transaction.savepoint()
        answers[name] = door(row, people.get(name), subject)
        transaction.savepoint_rollback(savepoint)
    return answers


def _subject(row: Row, people: People) -> Any:
    """Make the record at its status; None where the row is about no record in particular."""
    has_status = row.status or row.object not in ("incident", "meeting", "invitation")
    return (
        SUBJECTS[row.object](people, row.status) if row.object in SUBJECTS and has_status else None
    )


@pytest.fixture
def people(request: pytest.FixtureRequest) -> People:
    return {
        name: request.getfixturevalue(fixture) for name, fixture in PRINCIPALS.items() if fixture
    }


@pytest.mark.parametrize("row", [row for row in ROWS if row.page], ids=lambda row: row.id)
def test_the_page_answers_as_the_matrix_says(row, people):
    machines = {"mA", "mB"}  # partner systems have no pages

    assert asked_through(through_page, row, people, skip=machines) == row.answers


@pytest.mark.parametrize("row", [row for row in ROWS if row.endpoint], ids=lambda row: row.id)
def test_the_api_answers_as_the_matrix_says(row, people):
    assert asked_through(through_api, row, people, skip=set()) == row.answers


# ── no route without a row ──────────────────────────────────────────────────────────────────────
def _route_names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}"
        else:
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _route_names(entry, inner)


def test_every_route_stands_in_the_matrix():
    listed = {door.split()[1] for row in ROWS for door in (row.page, row.endpoint) if door}

    assert set(_route_names(get_resolver())) - listed - OUTSIDE == set()


def test_the_matrix_names_no_route_that_does_not_exist():
    listed = {door.split()[1] for row in ROWS for door in (row.page, row.endpoint) if door}

    assert listed - set(_route_names(get_resolver())) == set()


def test_every_cell_is_one_of_the_letters():
    assert {letter for row in ROWS for letter in row.answers.values()} <= set("YN-CLI.")


def test_no_row_stands_twice():
    assert len({row.id for row in ROWS}) == len(ROWS)


# ── what an id tells ────────────────────────────────────────────────────────────────────────────
def _hidden_rows() -> list[Row]:
    return [
        row
        for row in ROWS
        if row.action in ("read", "download") and row.answers["ob"] == "-" and row.object
    ]


@pytest.mark.parametrize("row", _hidden_rows(), ids=lambda row: row.id)
@pytest.mark.parametrize("door", ["page", "endpoint"])
def test_what_may_not_be_read_is_in_every_byte_as_if_it_did_not_exist(row, door, people):
    if not getattr(row, door):
        pytest.skip("no such door")
    name = getattr(row, door).split()[1]
    subject = SUBJECTS[row.object](people, row.status)
    client = Client()
    sign_in(client, people["ob"])

    below = _address_arguments(row, subject, name)[1:] if name == "meetings:agenda_version" else []
    of = subject.meeting_id if below else subject.pk
    hidden = client.get(reverse(name, args=[of, *below]))
    missing = client.get(reverse(name, args=[uuid.uuid4(), *below]))
    never = client.get(f"/{'api/v1' if door == 'endpoint' else 'never'}/{uuid.uuid4()}/")

    assert (hidden.status_code, dict(hidden.headers), hidden.content) == (
        404,
        dict(missing.headers),
        missing.content,
    )
    assert (never.status_code, dict(never.headers), never.content) == (
        404,
        dict(missing.headers),
        missing.content,
    )


def test_the_settings_of_this_test_are_those_of_a_portal():
    assert "ots_portal.access.middleware.ConstantNotFoundMiddleware" in settings.MIDDLEWARE
