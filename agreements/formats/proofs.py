"""A calculation of entry into force as text and as JSON: the day, and what it follows from."""

from collections.abc import Iterator
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.rules.entry_into_force import Act, Calculation, rule_text
from agreements.rules.entry_into_force.results import StateDate
from ots_portal.texts.languages import inside_a_sentence


def as_text(result: Calculation) -> str:
    """Return the proof for people, its first line the day, or that there is none yet."""
    return "\n".join(_lines(result))


def verdict_text(result: Calculation) -> str:
    """Return the result in one line: the day in both ways of writing, or that none is determined."""
    if result.date is None:
        return _("Entry into force: not determined.")
    said = {"iso": result.date.isoformat(), "day": formats.date_format(result.date, "j E Y")}
    if result.as_of and result.date > result.as_of:
        return _("Entry into force: %(iso)s (%(day)s), still to come.") % said
    return _("Entry into force: %(iso)s (%(day)s).") % said


def _lines(result: Calculation) -> Iterator[str]:
    yield verdict_text(result)
    yield _("Rule: %(rule)s.") % {"rule": rule_text(result.rule)}
    if result.as_of:
        yield _("As of: %(day)s.") % {"day": result.as_of.isoformat()}
    if result.trigger:
        told = {"number": result.trigger.number, "act": act_text(result.trigger.act)}
        yield _("Trigger: no. %(number)s, %(act)s.") % told
    yield _("Missing: %(missing)s") % {"missing": result.missing or _("nothing.")}
    for note in result.notes:
        yield _("Note: %(note)s") % {"note": note}
    yield from _parts(result)
    yield from _counted(result)
    yield from _not_counted(result)
    yield from _later(result)


def act_text(act: Act) -> str:
    """Return "Togo, accession, 28 Dec 1979", and what is particular about it."""
    kind = inside_a_sentence(act.kind_label)
    text = f"{act.participant}, {kind}, {formats.date_format(act.date, 'j M Y')}"
    if act.is_supposed:
        return _("%(act)s (supposed)") % {"act": text}
    return _("%(act)s (%(note)s)") % {"act": text, "note": act.note} if act.note else text


def _parts(result: Calculation) -> Iterator[str]:
    for number, part in enumerate(result.parts, start=1):
        day = part.date.isoformat() if part.date else part.missing
        yield f"  ({number}) {rule_text(part.rule)}: {day}"


def _counted(result: Calculation) -> Iterator[str]:
    count = len(result.counted)
    yield ngettext("Counted: %(count)s act.", "Counted: %(count)s acts.", count) % {"count": count}
    for counted in result.counted:
        yield f"{counted.number:5}. {act_text(counted.act)}"


def _not_counted(result: Calculation) -> Iterator[str]:
    if result.not_counted:
        yield _("Not counted:")
    for left_out in result.not_counted:
        yield f"    {act_text(left_out.act)}: {left_out.reason}"


def _later(result: Calculation) -> Iterator[str]:
    """Yield the States for which it enters into force on another day than the treaty's own."""
    others = [one for one in result.states if one.date != result.date or one.ended_on]
    if result.date and others:
        yield _("For these States on another day:")
        yield from (f"    {act_text(one.act)}: {state_text(one)}" for one in others)


def state_text(one: StateDate) -> str:
    """Return when the treaty enters into force for a State, in one line."""
    day = formats.date_format(one.date, "j M Y") if one.date else ""
    ended = ""
    if one.ended_on:
        ended = _("until its withdrawal on %(day)s") % {
            "day": formats.date_format(one.ended_on, "j M Y")
        }
    return "; ".join(part for part in (day, ended, one.note) if part) or "—"


def as_data(result: Calculation) -> dict[str, Any]:
    """Return the same for programs: days in ISO 8601, None where there is none."""
    return {
        "date": _iso(result.date),
        "as_of": _iso(result.as_of),
        "rule": rule_text(result.rule),
        "trigger": _numbered(result.trigger) if result.trigger else None,
        "missing": result.missing,
        "counted": [_numbered(counted) for counted in result.counted],
        "not_counted": [
            {**act_data(left_out.act), "reason": left_out.reason} for left_out in result.not_counted
        ],
        "states": [_state_data(one) for one in result.states],
        "notes": list(result.notes),
        "parts": [
            {"rule": rule_text(part.rule), "date": _iso(part.date), "missing": part.missing}
            for part in result.parts
        ],
    }


def without_rule(missing: str) -> dict[str, Any]:
    """Return what ``as_data`` returns, where no rule says when the treaty enters into force."""
    nothing: dict[str, Any] = {"date": None, "as_of": None, "rule": "", "trigger": None}
    lists = ("counted", "not_counted", "states", "notes", "parts")
    return {**nothing, "missing": missing, **{name: [] for name in lists}}


def act_data(act: Act) -> dict[str, Any]:
    """Return one act for programs."""
    return {
        "participant": act.participant,
        "code": act.key,
        "kind": act.kind,
        "date": act.date.isoformat(),
        "is_supposed": act.is_supposed,
    }


def _numbered(counted: Any) -> dict[str, Any]:
    return {"number": counted.number, **act_data(counted.act)}


def _state_data(one: StateDate) -> dict[str, Any]:
    days = {"enters_into_force": _iso(one.date), "ended_on": _iso(one.ended_on)}
    return {**act_data(one.act), **days, "note": one.note}


def _iso(day: Any) -> str | None:
    return day.isoformat() if day else None
