import pytest
from django.core.exceptions import ValidationError

from ots_portal.directory.phones import Phone, parse


@pytest.mark.parametrize(
    ("written", "number", "extension"),
    [
        ("+90 312 555 01 01", "+903125550101", ""),
        ("0090 (312) 555-01-01", "+903125550101", ""),
        ("+90.312/555.0101 ext. 12", "+903125550101", "12"),
        ("+903125550101;ext=12", "+903125550101", "12"),
        ("+90 312 555 01 01, extension 7", "+903125550101", "7"),
        ("+90 312 555 01 01 x3", "+903125550101", "3"),
        ("+90 312 555 01 01#4", "+903125550101", "4"),
    ],
)
def test_a_number_is_read_however_it_is_written(written, number, extension):
    assert parse(written) == Phone(number, extension)


@pytest.mark.parametrize(
    "written",
    [
        "0312 555 01 01",  # whose country?
        "112",
        "+90 312 CALL ME",
        "+90 312 555 01 01 ext. twelve",
        "+90 312 555 01 01 ext.",
        "+90312",
        "+9031255501012345",
        "+90 312 555 01 01 ext. 1234567",
        "+९०३१२५५५०१०१",
        "+",
        "tel:+903125550101",
    ],
)
def test_what_is_no_international_number_is_refused_with_what_was_written(written):
    with pytest.raises(ValidationError) as refused:
        parse(written)

    assert f"“{written[:60]}”: " in refused.value.messages[0]


def test_a_number_is_read_out_in_groups_and_dialled_with_its_extension():
    phone = Phone("+903125550101", "12")

    assert (phone.text, phone.uri) == ("+903 125 550 101 ext. 12", "tel:+903125550101;ext=12")


def test_an_invented_number_cannot_be_dialled():
    phone = Phone("+00000010001")

    assert (phone.is_invented, phone.uri) == (True, "")


@pytest.mark.parametrize("number", ["+9031255", "+90312555", "+903125550"])
def test_what_is_shown_is_read_back(number):
    phone = Phone(number, "1")

    assert parse(phone.text) == phone
