import pytest
from django.core.exceptions import ValidationError

from ots_portal.people.lookalikes import is_confusable, looks_like_somebody, validate_address
from tests.factories.people import UserFactory

KNOWN = ["duty@turkiye.example", "head@moi.example"]


@pytest.mark.parametrize(
    "email",
    [
        "dutу@turkiye.example",  # Cyrillic у
        "duty@turkiуe.example",
        "dυty@turkiye.example",  # Greek υ
        "αdmin@turkiye.example",
        "duty@xn--turkie-3zf.example",  # the same, encoded: turkiуe
    ],
)
def test_letters_of_two_scripts_in_one_part_are_refused(email):
    with pytest.raises(ValidationError) as refused:
        validate_address(email)

    assert refused.value.code == "mixed_scripts"


@pytest.mark.parametrize(
    "email",
    [
        "duty@turkiye.example",
        "DUTY@Turkiye.Example",
        "o'neil@a.example",
        "a.b+c@мчс.қаз",
        "x1@a-b.az",
    ],
)
def test_an_address_in_one_script_is_accepted(email):
    validate_address(email)


@pytest.mark.parametrize(
    "email", ["", "duty", "duty@", "@a.example", "a b@c.example", "a@b@c.example\n"]
)
def test_what_is_no_address_is_refused(email):
    with pytest.raises(ValidationError):
        validate_address(email)


@pytest.mark.parametrize(
    ("email", "confusable"),
    [
        ("duty@turkiye.example", False),  # the very same is not "like"
        ("ＤＵＴＹ@turkiye.example", False),  # ... also in full width: NFKC
        ("dutу@turkiye.example", True),
        ("duty@türkiye.example", True),
        ("duty@turkıye.example", True),
        ("head@rnoi.example", True),
        ("head@m0i.example", True),
        ("kern@moi.example", False),
        ("second@turkiye.example", False),
    ],
)
def test_what_is_drawn_like_a_known_address_is_found(email, confusable):
    assert is_confusable(email, addresses=KNOWN) == confusable


def test_suspended_and_machine_users_are_looked_like_too(machine_a):
    UserFactory(email="gone@turkiye.example", is_active=False)

    assert looks_like_somebody("g0ne@turkiye.example")
    assert not looks_like_somebody("somebody-else@turkiye.example")
