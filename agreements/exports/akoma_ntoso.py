"""A text as Akoma Ntoso 3.0: the present one of an instrument, or a revision, in one of its languages."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from agreements.formats.akoma_ntoso_out import (
    SECRETARIAT,
    Document,
    Entry,
    Event,
    Expression,
    WorkStep,
    write_akoma_ntoso,
)
from agreements.formats.tree import CHAIR, Node, NodeBracket, Wording
from agreements.models import (
    Bracket,
    FrozenProvision,
    Instrument,
    LanguageText,
    Round,
    TextRevision,
)
from agreements.queries import states_of
from agreements.queries.languages import languages_written, original_tag, versions_of
from agreements.queries.text_rows import live_rows, rows_of
from agreements.services.imported_trees import tree_of
from agreements.statuses import PUBLIC_STATUSES, ProvisionStatus, RevisionStatus
from agreements.vocabularies.languages import VERSIONS
from ots_portal.participants.models import Participant
from ots_portal.texts import in_language


def instrument_as_akoma_ntoso(
    instrument: Instrument, *, tag: str, at: datetime, with_drafts: bool
) -> bytes:
    """
    Return the present text in one language; ``with_drafts`` tells of the revisions, which stay among the members.

    A bill until the treaty is signed, an act after.
    """
    newest = TextRevision.objects.filter(instrument=instrument).order_by("-number").first()
    nodes = tree_of(live_rows(instrument, tag))
    brackets = _brackets(instrument, tag)
    for node in (node for root in nodes for node in root.walk()):
        node.brackets = brackets.get(node.key, [])
    statuses = dict(instrument.provisions.filter(is_live=True).values_list("key", "status"))
    return _written(instrument, newest, nodes, statuses, tag=tag, at=at, with_drafts=with_drafts)


def revision_as_akoma_ntoso(revision: TextRevision, *, tag: str, at: datetime) -> bytes:
    """
    Return a revision in one language, as it was frozen; of the one worked on the present words with their brackets.

    The wordings in brackets are not frozen with a revision: of a frozen one its words are told, and the status of
    each provision.
    """
    instrument = revision.instrument
    if revision.is_working:
        return instrument_as_akoma_ntoso(instrument, tag=tag, at=at, with_drafts=True)
    nodes = tree_of(rows_of(revision, tag))
    frozen = FrozenProvision.objects.filter(revision=revision)
    statuses = dict(frozen.values_list("provision__key", "status"))
    return _written(instrument, revision, nodes, statuses, tag=tag, at=at, with_drafts=True)


def _written(  # noqa: PLR0913 -- the parts of a document
    instrument: Instrument,
    revision: TextRevision | None,
    nodes: Sequence[Node],
    statuses: dict[str, str],
    *,
    tag: str,
    at: datetime,
    with_drafts: bool,
) -> bytes:
    versions = {version.tag: version for version in versions_of(instrument)}
    original = original_tag(instrument)
    tags = languages_written(instrument, revision)
    expressions = {one: _expression(one, versions.get(one)) for one in {tag, original, *tags}}
    revisions = list(instrument.revisions.order_by("number")) if with_drafts else []
    rounds = list(instrument.rounds.select_related("chair")) if with_drafts else []
    chairs = {one.chair for one in rounds}
    sponsors = Participant.objects.filter(slug__in=_sponsors(nodes))
    states = sorted({*states_of(instrument), *chairs, *sponsors}, key=lambda state: state.slug)
    text_date = (revision.frozen_at or revision.updated_at) if revision else instrument.updated_at
    return write_akoma_ntoso(
        Document(
            code=instrument.code,
            subtype=instrument.kind,
            title=in_language(instrument.titles, tag) or instrument.code,
            is_act=_is_act(instrument, revision),
            expression=expressions[tag],
            original=expressions[original],
            others=[expressions[one] for one in tags if one != tag],
            revision=revision.number if revision else 1,
            work_date=_work_date(instrument),
            text_date=_day(text_date),
            written_date=_day(at),
            nodes=nodes,
            parties=[Entry(state.slug, state.name) for state in states],
            roles=[Entry(CHAIR, _("Chair"))],
            concepts=_concepts(),
            statuses=statuses,
            events=[Event(one.number, _day(one.created_at), str(one)) for one in revisions],
            steps=steps_of(revisions, rounds),
        )
    )


def _sponsors(nodes: Sequence[Node]) -> set[str]:
    """Return who stands behind a wording in brackets: a State that negotiates no more may be among them."""
    brackets = (bracket for root in nodes for node in root.walk() for bracket in node.brackets)
    return {party for bracket in brackets for wording in bracket.wordings for party in wording.by}


def steps_of(revisions: Iterable[TextRevision], rounds: Iterable[Round] = ()) -> list[WorkStep]:
    """
    Return the steps of the text's way, oldest first: each revision as it was frozen, or is worked on, and each round
    as it began and as it closed, taken by the delegation in the chair.
    """
    steps = [
        (
            one.frozen_at or one.created_at,
            SECRETARIAT,
            Entry(one.status, str(RevisionStatus(one.status).label)),
        )
        for one in revisions
    ]
    for one in rounds:
        for moment, outcome in ((one.opened_at, _BEGUN), (one.closed_at, _CLOSED)):
            if moment:
                steps.append((moment, one.chair.slug, _round_concept(outcome)))
    return [
        WorkStep(_day(moment), by, outcome)
        for moment, by, outcome in sorted(steps, key=lambda step: step[0])
    ]


# Keys of their own: "closed" and "open" are statuses of other things in the same file.
_BEGUN, _CLOSED = "round-begun", "round-closed"


def _round_concept(key: str) -> Entry:
    return Entry(key, _("Round begun") if key == _BEGUN else _("Round closed"))


def _is_act(instrument: Instrument, revision: TextRevision | None) -> bool:
    """Return whether it is the treaty itself: a draft stays one when what came of it is signed."""
    is_last = revision is None or revision.status != RevisionStatus.SUPERSEDED
    return instrument.status in PUBLIC_STATUSES and is_last


def _expression(tag: str, version: LanguageText | None) -> Expression:
    """Return the language; one that nobody keeps as a language version is authentic as the only text."""
    known = VERSIONS.get(tag)
    code = known.iso3 if known else get_language_info(tag)["code"]
    if known and "-" in tag:
        code = f"{code}-{known.script}"
    return Expression(code, tag, version.is_authentic if version else True)


def _work_date(instrument: Instrument) -> date:
    days = instrument.signature_dates
    return days[0] if days else _day(instrument.created_at)


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)


def _concepts() -> list[Entry]:
    found = [Entry(status.value, str(status.label)) for status in ProvisionStatus]
    found += [Entry(status.value, str(status.label)) for status in RevisionStatus]
    return [*found, _round_concept(_BEGUN), _round_concept(_CLOSED)]


def _brackets(instrument: Instrument, tag: str) -> dict[str, list[NodeBracket]]:
    """Return the brackets of the present text in this language, by the key of their provision."""
    rows = Bracket.objects.filter(provision__instrument=instrument, provision__is_live=True)
    found: dict[str, list[NodeBracket]] = {}
    rows = rows.filter(language=tag).select_related("provision").order_by("position")
    for bracket in rows.prefetch_related("alternatives__sponsors"):
        wordings = tuple(
            Wording(
                one.text,
                (
                    *((CHAIR,) if one.is_by_chair else ()),
                    *sorted(sponsor.slug for sponsor in one.sponsors.all()),
                ),
            )
            for one in bracket.alternatives.all()
        )
        found.setdefault(bracket.provision.key, []).append(NodeBracket(bracket.quote, wordings))
    return found
