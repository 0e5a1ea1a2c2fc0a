"""What holds for every change of a text that States are silent about."""

from django.utils.translation import gettext as _

from agreements.models import Instrument
from agreements.queries.text_silences import running_of
from ots_portal.lifecycle import WrongStatus


def refuse_while_silent(instrument: Instrument) -> None:
    """
    Let nothing become of a text about which a silence procedure runs; the instrument's row is held.

    :raises WrongStatus: until the silence has ended, or was withdrawn
    """
    if running_of(instrument):
        raise WrongStatus(
            _("The text is under silence: wait for the result, or withdraw it from there first.")
        )
