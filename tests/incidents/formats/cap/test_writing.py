from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from lxml import etree

from incidents.formats import cap
from incidents.formats.cap import FormatError, as_cap_time
from tests.samples import shared_sample
from tests.samples.alerts import FLOOD


def test_what_was_read_is_written_alike():
    alert = cap.read(FLOOD.read_bytes())

    assert cap.read(cap.write(alert)) == alert


def test_what_is_written_is_valid_by_the_schema():
    oasis = etree.XMLSchema(etree.parse(shared_sample("cap/CAP-v1.2.xsd")))

    written = cap.write(cap.read(FLOOD.read_bytes()))

    assert oasis.validate(etree.fromstring(written)), oasis.error_log


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 3, 12, 9, 30, tzinfo=UTC), "2026-03-12T09:30:00-00:00"),
        (
            datetime(2026, 3, 12, 14, 30, 1, 999_999, tzinfo=timezone(timedelta(hours=5))),
            "2026-03-12T14:30:01+05:00",
        ),
        (
            datetime(2026, 3, 12, 2, tzinfo=timezone(-timedelta(hours=3, minutes=30))),
            "2026-03-12T02:00:00-03:30",
        ),
        (datetime(933, 1, 2, tzinfo=UTC), "0933-01-02T00:00:00-00:00"),
    ],
)
def test_times_have_an_offset_and_never_a_z(moment, written):
    assert as_cap_time(moment) == written


def test_what_would_be_refused_is_not_written():
    alert = replace(cap.read(FLOOD.read_bytes()), references=())

    with pytest.raises(FormatError, match="says in “references” which one it means"):
        cap.write(alert)


def test_a_control_character_is_not_written():
    alert = replace(cap.read(FLOOD.read_bytes()), note="\x00")

    with pytest.raises(FormatError, match="control character"):
        cap.write(alert)


def test_letters_with_a_meaning_in_xml_are_kept():
    alert = replace(cap.read(FLOOD.read_bytes()), note="<b> & ]]> “ə”")

    assert cap.read(cap.write(alert)).note == "<b> & ]]> “ə”"
