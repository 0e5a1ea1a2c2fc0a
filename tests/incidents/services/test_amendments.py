"""Changing a circulated request: two people, a new version, offers kept and flagged."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from incidents.exports.assistance import acceptance_pdf
from incidents.models import Amendment
from incidents.presentation.requests import comparison
from incidents.services import amendments as services
from incidents.services import offers as offer_services
from incidents.services.asked import Line
from incidents.services.decisions import LineDecision
from ots_portal.lifecycle import StaleVersion, WrongStatus
from ots_portal.verdicts import Refused
from tests.factories.offers import OFFERED_AT, submitted_offer
from tests.factories.requests import asked, circulated, lines
from tests.ots_portal.paper.reading import text_of

AT = OFFERED_AT + timedelta(hours=1)


@pytest.fixture
def request_(editor_a):
    return circulated(by=editor_a, lines=lines(10, 3))


def _line(number, needed, **more):
    values = {"description": f"Tents for camp {number}", "line": number, **more}
    return Line("in_kind", needed, "tent", **values)


def _prepare(request, *some, by, version=0, **more):
    return services.prepare(
        request, asked(lines=some, **more), reason="More families.", by=by, at=AT, version=version
    )


def test_an_amendment_makes_a_new_version_and_keeps_the_old_one(request_, editor_a, head_a):
    amendment = _prepare(request_, _line(1, 15), _line(2, 3), by=editor_a)

    services.sign(amendment, by=head_a, at=AT, version=amendment.version)

    request_.refresh_from_db()
    old, new = request_.versions.order_by("number")
    changes = [(change.label, change.before, change.after) for change in comparison(old, new)]
    assert (request_.text_version, request_.digest == new.digest, old.digest != new.digest) == (
        2,
        True,
        True,
    )
    assert changes == [("Line 1, quantity", "10 tents", "15 tents")]
    assert Amendment.objects.count() == 0


def test_a_line_is_added_and_another_cancelled(request_, editor_a, head_a):
    amendment = _prepare(request_, _line(1, 10), _line(None, 7), by=editor_a)

    services.sign(amendment, by=head_a, at=AT, version=amendment.version)

    found = [
        (item.line, item.needed, item.cancelled_at is not None)
        for item in request_.items.order_by("line")
    ]
    assert found == [(1, 10, False), (2, 3, True), (3, 7, False)]


def test_live_offers_stay_and_are_flagged_until_they_are_confirmed(
    request_, editor_a, head_a, editor_b, head_b
):
    offer = submitted_offer(request_, 4, by=editor_b)
    services.sign(
        _prepare(request_, _line(1, 15), _line(2, 3), by=editor_a), by=head_a, at=AT, version=1
    )
    offer.refresh_from_db()
    flagged = (offer.status, offer.is_outdated)

    with pytest.raises(WrongStatus, match="Read it again"):
        offer_services.confirm(offer, by=head_b, at=AT, text_version=1)
    offer_services.confirm(offer, by=head_b, at=AT, text_version=2)

    assert (flagged, offer.is_outdated, offer.request_text_version) == (
        ("submitted", True),
        False,
        2,
    )


@pytest.mark.parametrize("needed", [4, None], ids=["less than accepted", "cancelled"])
def test_less_than_was_accepted_cannot_be_needed(request_, editor_a, editor_b, head_a, needed):
    offer = submitted_offer(request_, 5, by=editor_b)
    offer_services.accept(offer, by=head_a, at=AT)
    kept = [_line(2, 3)] if needed is None else [_line(1, needed), _line(2, 3)]

    with pytest.raises(ValidationError) as refusal:
        _prepare(request_, *kept, by=editor_a)

    assert refusal.value.messages == [
        "Line 1: 5 tents are accepted already; less cannot be needed."
    ]


def test_what_was_accepted_in_between_is_seen_at_the_signature(
    request_, editor_a, editor_b, head_a
):
    amendment = _prepare(request_, _line(1, 4), _line(2, 3), by=editor_a)
    offer_services.accept(submitted_offer(request_, 5, by=editor_b), by=head_a, at=AT)

    with pytest.raises(ValidationError, match="5 tents are accepted already"):
        services.sign(amendment, by=head_a, at=AT, version=amendment.version)

    request_.refresh_from_db()
    assert (request_.text_version, Amendment.objects.count()) == (1, 1)


def test_kind_and_unit_of_a_line_stay(request_, editor_a):
    other = Line("in_kind", 10, "kg", description="Tents", line=1)

    with pytest.raises(ValidationError, match="kind and unit stay"):
        _prepare(request_, other, _line(2, 3), by=editor_a)


def test_an_amendment_that_changes_nothing_is_refused(request_, editor_a):
    with pytest.raises(ValidationError, match="Nothing would change"):
        _prepare(request_, _line(1, 10), _line(2, 3), by=editor_a)


def test_an_amendment_leaves_something_to_ask_for(request_, editor_a):
    nothing = asked(lines=())

    with pytest.raises(ValidationError, match="withdraw it instead"):
        services.prepare(request_, nothing, reason="Less.", by=editor_a, at=AT, version=0)


def test_the_print_tells_the_signed_text_and_what_was_confirmed_later(
    request_, editor_a, head_a, editor_b, head_b
):
    offer = submitted_offer(request_, 4, by=editor_b)
    services.sign(
        _prepare(request_, _line(1, 15), _line(2, 3), by=editor_a), by=head_a, at=AT, version=1
    )
    offer.refresh_from_db()
    offer_services.confirm(offer, by=head_b, at=AT, text_version=2)
    offer_services.accept(offer, by=head_a, at=AT)

    printed = (
        text_of(acceptance_pdf(offer, language="en", at=AT)).replace("\n", "").replace(" ", "")
    )

    first, second = request_.versions.order_by("number")
    assert "Confirmedforalatertext" in printed
    assert printed.index(f"{request_.number},version1") < printed.index("version2")
    assert (first.digest in printed, second.digest in printed, offer.digest in printed) == (
        True,
        True,
        True,
    )


def test_the_writer_of_an_amendment_does_not_sign_it(request_, head_a):
    amendment = _prepare(request_, _line(1, 15), _line(2, 3), by=head_a)

    with pytest.raises(Refused) as refusal:
        services.sign(amendment, by=head_a, at=AT, version=amendment.version)

    assert refusal.value.verdict.code == "same_person"


def test_an_amendment_that_changed_is_not_signed_unread(
    request_, editor_a, second_editor_a, head_a
):
    seen = _prepare(request_, _line(1, 15), _line(2, 3), by=editor_a)
    _prepare(request_, _line(1, 99), _line(2, 3), by=second_editor_a, version=1)

    with pytest.raises(WrongStatus, match="Read it again"):
        services.sign(seen, by=head_a, at=AT, version=seen.version)


def test_of_two_amendments_the_second_writer_is_told(request_, editor_a, second_editor_a):
    _prepare(request_, _line(1, 15), _line(2, 3), by=editor_a)

    with pytest.raises(StaleVersion):
        _prepare(request_, _line(1, 20), _line(2, 3), by=second_editor_a)


def test_a_dropped_amendment_changes_nothing(request_, editor_a):
    amendment = _prepare(request_, _line(1, 15), _line(2, 3), by=editor_a)

    services.drop(amendment, by=editor_a, at=AT)

    request_.refresh_from_db()
    assert (
        request_.text_version,
        request_.items.get(line=1).needed,
        Amendment.objects.count(),
    ) == (1, 10, 0)


def test_more_that_is_needed_uncovers_a_covered_request(request_, editor_a, editor_b, head_a):
    offer_services.accept(submitted_offer(request_, 10, 3, by=editor_b), by=head_a, at=AT)

    services.sign(
        _prepare(request_, _line(1, 15), _line(2, 3), by=editor_a), by=head_a, at=AT, version=1
    )

    request_.refresh_from_db()
    assert request_.status == "partially_covered"


def test_nothing_is_accepted_for_a_cancelled_line(request_, editor_a, editor_b, head_a):
    offer = submitted_offer(request_, 4, 2, by=editor_b)
    services.sign(_prepare(request_, _line(1, 10), by=editor_a), by=head_a, at=AT, version=1)

    with pytest.raises(Exception, match="was cancelled"):
        offer_services.accept_in_part(
            offer, by=head_a, at=AT, decisions=[LineDecision(2, "accept")]
        )
