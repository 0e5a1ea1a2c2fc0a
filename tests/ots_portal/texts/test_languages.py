import pytest
from django.utils.translation import override

from ots_portal.texts.languages import inside_a_sentence


@pytest.mark.parametrize(
    ("language", "label", "inside"),
    [
        ("tr", "İmza", "imza"), ("tr", "Işık", "ışık"), ("az", "İmza", "imza"), ("en", "Istanbul", "istanbul"),
        ("en", "Accession", "accession"), ("tr", "", ""),
    ],
)  # fmt: skip
def test_the_first_letter_becomes_small_by_the_languages_own_rule(language, label, inside):
    with override(language):
        assert inside_a_sentence(label) == inside
