"""What the page of notices shows of meetings: whom they reach, in words."""

from django.utils.translation import gettext_lazy as _

from meetings import notices
from meetings.notices import papers
from ots_portal.plugs import plug_audiences

plug_audiences(
    {
        notices.those_who_are_called: _("Editors and heads of the participants that are called"),
        papers.readers: _("Those who may read the document"),
        papers.the_secretariat: _("The secretariat"),
        papers.its_submitters: _("Editors and heads of those who submitted it"),
        notices.those_who_may_now_read: _("All people of the participants that may read them"),
    }
)
