"""
The negotiation of the training protocol: a round that is closed, one that is open, and what States say in it.

Everything goes through the services, by the demonstration's people, as with the exercise agreement.
"""

from datetime import datetime
from typing import Any

from agreements.demo.stage import Stage
from agreements.models import Alternative, Instrument, LanguageText, Proposal, Provision, Round
from agreements.services import brackets, comments, language_texts, proposals, revisions, rounds
from agreements.services.brackets import Wording
from agreements.services.translations import write_translation
from agreements.statuses import Audience, CommentKind, Placement, ProposalOp, ProvisionKind
from ots_portal.participants.models import Participant

TURKISH = {
    "article-purpose": (
        "Tatbikatların amacı",
        (
            "Katılımcı Devletlerin makamları; ekipleri, nöbetçi görevlileri ve haberleşme araçları önceden birlikte çalışmış "
            "olsun diye ortak tatbikatlar yapar."
        ),
    ),
    "article-lessons": (
        "Çıkarılan dersler",
        "Ev sahibi, tatbikattan sonraki iki ay içinde öğrenilenleri dağıtır ve her Devlet neyi değiştireceğini bildirir.",
    ),
}


def beginning(at: datetime) -> datetime:
    """Return when the protocol is entered that is negotiated."""
    return Stage(at).on(-70, "09:00")


def play(protocol: Instrument, at: datetime) -> None:
    """Play the rounds of an instrument under negotiation; the caller keeps it in one transaction."""
    stage = Stage(at)
    _first_round(stage, protocol)
    _second_round(stage, protocol)
    _turkish(stage, protocol)


def _state(slug: str) -> Participant:
    return Participant.objects.get(pk=slug)


def _provision(protocol: Instrument, key: str) -> Provision:
    return Provision.objects.select_related("instrument").get(instrument=protocol, key=key)


# ── the first round ─────────────────────────────────────────────────────────────────────────────
def _first_round(stage: Stage, protocol: Instrument) -> None:
    """Begin with four brackets, settle one of them, and let a proposal lapse."""
    lessons = _provision(protocol, "article-lessons")
    opened = brackets.open_bracket(
        lessons, language="en", quote="two months", present=Wording(sponsors=(_state("turkiye"),)),
        others=[Wording("three months", sponsors=(_state("kazakhstan"),))], version=lessons.version,
        by=stage.officer, at=stage.on(-65, "09:00"),
    )  # fmt: skip
    begun = _begin_round(stage, protocol, chair="turkiye", days=-60)
    _table(
        stage, protocol, "head@kazakhstan", -60, op=ProposalOp.INSERT,
        provision=_provision(protocol, "article-costs"), placement=Placement.AFTER, new_kind=ProvisionKind.ARTICLE,
        new_number="3 bis", heading="Interpreters",
        text="The host provides interpreters between the languages of the participating States.",
        rationale="Teams lost time in earlier exercises.",
    )  # fmt: skip
    kept = Alternative.objects.get(bracket=opened.pk, label="A")
    version = _provision(protocol, "article-lessons").version
    brackets.resolve_bracket(
        kept, version=version, by=stage.head_of_turkiye, at=stage.on(-59, "11:00")
    )
    rounds.close(begun, by=stage.head, at=stage.on(-58, "17:00"))


def _begin_round(stage: Stage, protocol: Instrument, *, chair: str, days: int) -> Round:
    working = protocol.revisions.filter(status="working").first()
    if working:
        revisions.freeze(working, by=stage.head, at=stage.on(days - 2, "16:00"))
    base = protocol.revisions.order_by("-number")[0]
    planned = rounds.plan_round(
        protocol, chair=_state(chair), base_revision=base, by=stage.officer, at=stage.on(days - 1, "10:00"),
    )  # fmt: skip
    return rounds.begin(planned, by=stage.head, at=stage.on(days, "08:00"))


# ── the second round ────────────────────────────────────────────────────────────────────────────
def _second_round(stage: Stage, protocol: Instrument) -> None:
    """Leave a round open with proposals that collide, one that is private, and words of a delegation."""
    _begin_round(stage, protocol, chair="azerbaijan", days=-6)
    lessons = _provision(protocol, "article-lessons")
    tabled = _table(
        stage, protocol, "head@turkiye", -5, op=ProposalOp.REPLACE, provision=lessons,
        quote="says what it will change", text="says in writing what it will change",
        rationale="What is written can be followed up.",
    )  # fmt: skip
    proposals.cosponsor(
        tabled, version=tabled.version, by=stage.person("head@azerbaijan"), at=stage.on(-5, "15:00")
    )
    _table(
        stage, protocol, "head@kazakhstan", -4, op=ProposalOp.REPLACE, provision=lessons,
        quote="what it will change", text="what it will change and until when",
        rationale="A change without a day is none.",
    )  # fmt: skip
    proposals.draft(
        protocol, by=stage.person("duty@turkiye"), at=stage.on(-2, "14:00"), op=ProposalOp.REPLACE,
        provision=_provision(protocol, "article-costs"), language="en", quote="shelter and fuel",
        text="shelter, fuel and interpreters", rationale="Ask the treasury before it is tabled.",
    )  # fmt: skip
    _say(stage, protocol)


def _table(stage: Stage, protocol: Instrument, who: str, days: int, **said: Any) -> Proposal:
    head = stage.person(who)
    drafted = proposals.draft(protocol, by=head, at=stage.on(days, "09:00"), language="en", **said)
    return proposals.table(drafted, version=drafted.version, by=head, at=stage.on(days, "10:00"))


def _say(stage: Stage, protocol: Instrument) -> None:
    costs = _provision(protocol, "article-costs")
    duty, head = stage.person("duty@turkiye"), stage.head_of_turkiye
    comments.comment(
        costs, text="Alternative A is the limit: fuel is paid by the host, not by the teams.",
        kind=CommentKind.INSTRUCTION, by=head, at=stage.on(-3, "09:00"),
    )  # fmt: skip
    said = comments.comment(
        costs, text="We could live with alternative C if the costs are agreed three months before.",
        by=duty, at=stage.on(-3, "10:00"),
    )  # fmt: skip
    comments.send(said, by=duty, at=stage.on(-3, "10:05"))
    comments.release(said, scope=Audience.ALL, by=head, at=stage.on(-3, "16:00"))


# ── languages ───────────────────────────────────────────────────────────────────────────────────
def _turkish(stage: Stage, protocol: Instrument) -> None:
    """Leave a translation half done, so that its page shows what is missing."""
    version = language_texts.add_language(
        protocol, tag="tr", by=stage.officer, at=stage.on(-2, "09:00")
    )
    for key, (heading, text) in TURKISH.items():
        _translate(stage, version, _provision(protocol, key), heading, text)


def _translate(
    stage: Stage, version: LanguageText, provision: Provision, heading: str, text: str
) -> None:
    original = provision.texts.get(language="en")
    write_translation(
        version, provision, heading=heading, text=text, version=0, original_sha256=original.sha256,
        by=stage.officer, at=stage.on(-2, "11:00"),
    )  # fmt: skip
