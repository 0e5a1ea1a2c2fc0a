"""What the page of notices shows of meetings: whom they reach, in words."""

from django.utils.translation import gettext_lazy as _

from meetings import notices
from meetings.notices import in_session, papers
from ots_portal.plugs import plug_audiences

plug_audiences(
    {
        notices.those_who_are_called: _("Editors and heads of the participants that are called"),
        papers.readers: _("Those who may read the document"),
        papers.the_secretariat: _("The secretariat"),
        papers.its_submitters: _("Editors and heads of those who submitted it"),
        notices.those_who_may_now_read: _("All people of the participants that may read them"),
        in_session.those_it_is_open_to: _(
            "Editors and heads of the participants that may read the meeting"
        ),
        in_session.the_responsible: _("Editors and heads of the participant that is responsible"),
        in_session.the_secretariat: _("The secretariat’s people"),
    }
)
