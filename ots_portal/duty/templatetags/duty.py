"""What the messages about the roster say, one sentence a kind, and the bar of a day."""

from datetime import date
from typing import Any

from django import template
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ots_portal.audit.models import AuditEntry
from ots_portal.duty.models import Pattern, Shift, Swap
from ots_portal.duty.presentation import MONTH, Day, Piece, Window, pattern_text, span_text
from ots_portal.duty.queries.coverage import Gap
from ots_portal.people.models import User
from ots_portal.ui.moments import WEEKDAYS, day_text, zoned_text

register = template.Library()

# kind: the subject, and what the message says
SENTENCES: dict[str, tuple[str | Promise, str | Promise]] = {
    "duty.shift.planned": (
        _("You are on the duty roster: %(start)s"),
        _("%(actor)s has put you on the duty roster of %(participant)s. %(rank)s, %(span)s."),
    ),
    "duty.shift.changed": (
        _("A shift on the duty roster is changed: %(start)s"),
        _(
            "%(actor)s has changed a shift that concerns you. It is now: %(person)s, %(rank)s, %(span)s."
        ),
    ),
    "duty.shift.cancelled": (
        _("Your shift is cancelled: %(start)s"),
        _("%(actor)s has taken your shift out of the duty roster: %(span)s."),
    ),
    "duty.shift.taken_over": (
        _("A shift is yours now: %(start)s"),
        _(
            "%(actor)s has suspended the account of the person who had this shift. It is yours now: %(rank)s, "
            "%(span)s."
        ),
    ),
    "duty.pattern.begun": (
        _("You are on the duty roster each week"),
        _(
            "%(actor)s has planned weekly shifts for you, by the clock of %(participant)s: %(pattern)s, from "
            "%(first)s on. %(rank)s."
        ),
    ),
    "duty.pattern.ended": (
        _("Your weekly shifts end"),
        _(
            "%(actor)s has ended your weekly shifts: %(pattern)s. The coming ones are taken out of the duty "
            "roster."
        ),
    ),
    "duty.swap.asked": (
        _("%(asker)s asks for a swap: %(start)s"),
        _("%(asker)s asks you to take this shift: %(rank)s, %(span)s. In return: %(back)s."),
    ),
    "duty.swap.accepted": (
        _("%(actor)s takes the shift: %(start)s"),
        _("%(actor)s takes the shift of %(asker)s: %(rank)s, %(span)s. In return: %(back)s."),
    ),
    "duty.swap.declined": (
        _("%(actor)s cannot take your shift: %(start)s"),
        _("%(actor)s cannot take your shift: %(span)s. It stays yours."),
    ),
    "duty.swap.withdrawn": (
        _("A swap is not asked for any more: %(start)s"),
        _("%(actor)s has withdrawn the swap of this shift: %(span)s."),
    ),
    "duty.swap.lapsed": (
        _("Nobody has taken your shift: %(start)s"),
        _("The swap you asked for has lapsed: %(span)s. The roster says whose shift it is."),
    ),
    "duty.roster.gap_ahead": (
        _("Nobody is on duty: %(gap)s"),
        _(
            "Nobody is on duty for %(participant)s at these times: %(gaps)s. Until you plan somebody, alerts "
            "reach the deputy on duty, else the heads."
        ),
    ),
    "duty.roster.ran_out": (
        _("The duty roster has run out"),
        _(
            "No further shift is planned for %(participant)s. Whoever was on duty last stays marked; until you "
            "plan a shift, people are marked on duty by hand."
        ),
    ),
}


@register.simple_tag
def headline(entry: AuditEntry, record: Any) -> str:
    """Say in a line what happened on the roster."""
    return str(SENTENCES[entry.kind][0]) % _words(entry, record)


@register.simple_tag
def sentence(entry: AuditEntry, record: Any) -> str:
    """Say what happened on the roster, who did it, and what follows."""
    return str(SENTENCES[entry.kind][1]) % _words(entry, record)


def _words(entry: AuditEntry, record: Any) -> dict[str, str]:
    actor = User.objects.filter(pk=entry.actor_id).first() if entry.actor_id else None
    words = {"actor": str(actor or gettext("The portal"))}
    if isinstance(record, Shift):
        return words | _of_shift(record)
    if isinstance(record, Swap):
        back = record.in_return
        return words | {
            **_of_shift(record.shift),
            "asker": record.asked_by.name,
            "back": span_text(back.starts_at, back.ends_at) if back else gettext("nothing"),
        }
    if isinstance(record, Pattern):
        return words | {
            "participant": record.participant.name,
            "pattern": pattern_text(record),
            "first": day_text(record.first_date),
            "rank": str(record.get_rank_display()),
        }
    gaps = [_gap_text(gap) for gap in entry.data.get("gaps", [])]
    return words | {
        "participant": record.participant.name,
        "gaps": "; ".join(gaps),
        "gap": gaps[0] if gaps else "",
    }


def _of_shift(shift: Shift) -> dict[str, str]:
    return {
        "participant": shift.participant.name,
        "person": shift.person.name,
        "rank": str(shift.get_rank_display()),
        "start": zoned_text(shift.starts_at),
        "span": span_text(shift.starts_at, shift.ends_at),
    }


def _gap_text(gap: dict[str, Any]) -> str:
    """Return a gap as the entry tells it: as it was when the heads were warned."""
    start = parse_datetime(gap["starts_at"])
    end = parse_datetime(gap["ends_at"]) if gap["ends_at"] else None
    return span_text(start, end) if start else ""


# ── words of the pages ──────────────────────────────────────────────────────────────────────────


@register.simple_tag
def span_words(shift: Shift, zone: str = "") -> str:
    """Say from when to when the shift lasts, in the zone named or in the reader's own."""
    return span_text(shift.starts_at, shift.ends_at, zone)


@register.simple_tag
def until_text(shift: Shift) -> str:
    """Say until when a shift lasts, by the reader's clock."""
    return gettext("until %(end)s") % {"end": zoned_text(shift.ends_at)}


@register.simple_tag
def gap_text(gap: Gap) -> str:
    return span_text(gap.starts_at, gap.ends_at)


@register.simple_tag
def weekday(day: date) -> str:
    return str(WEEKDAYS[day.isoweekday()])


@register.simple_tag
def day_words(day: date) -> str:
    return day_text(day)


@register.simple_tag
def span_of_days(window: Window) -> str:
    """Say which days are shown: the month by its name, though the days that fill up its weeks stand by."""
    if window.view == MONTH:
        return date_format(window.day, "YEAR_MONTH_FORMAT")
    return f"{day_text(window.first)} – {day_text(window.last)}"


# ── the bar of a day ────────────────────────────────────────────────────────────────────────────

WIDTH = 240  # ten a hour


@register.simple_tag
def day_bar(day: Day) -> SafeString:
    """
    Draw a day from midnight to midnight: officers above, deputies below, gaps as an outline.

    It only repeats what the row says in words, so it is hidden from those who hear the page.
    """
    parts = [
        *((piece, "officer", 2, 9) for piece in day.officers),
        *((piece, "deputy", 13, 5) for piece in day.deputies),
        *((piece, "gap", 2, 9) for piece in day.gaps),
    ]
    hours = format_html_join(
        "", '<line class="roster-hour" x1="{0}" x2="{0}" y1="0" y2="20"></line>',
        ((number * WIDTH // 4,) for number in range(1, 4)),
    )  # fmt: skip
    return format_html(
        '<svg class="roster-bar" viewBox="0 0 {} 20" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="roster-ground" x="0" y="0" width="{}" height="20"></rect>{}{}</svg>',
        WIDTH,
        WIDTH,
        format_html_join("", "{}", ((_rect(*part),) for part in parts)),
        hours,
    )


def _rect(piece: Piece, name: str, top: int, height: int) -> SafeString:
    # Text, because no language may put a comma into a number here.
    x, width = piece.begins * WIDTH, (piece.ends - piece.begins) * WIDTH
    return format_html(
        '<rect class="roster-{}" x="{}" y="{}" width="{}" height="{}"></rect>',
        name, f"{x:.1f}", str(top), f"{max(width, 1):.1f}", str(height),
    )  # fmt: skip


@register.simple_tag
def bar_sample(name: str) -> SafeString:
    """Draw what stands for an officer, a deputy or a gap in the bars."""
    return format_html(
        '<svg viewBox="0 0 24 12" aria-hidden="true" focusable="false">'
        '<rect class="roster-{}" x="1" y="1" width="22" height="10"></rect></svg>',
        name,
    )
