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
        notices.those_who_comment: _("Editors and heads of the invited member States"),
        notices.those_who_have_not_commented: _(
            "Editors and heads of the invited member States that have not commented"
        ),
        notices.editors_and_heads_of_members: _("Editors and heads of the member States"),
        notices.those_who_read_for_the_first_time: _("All people of States that may read them now"),
        notices.the_secretariat: _("The secretariat’s people"),
        notices.the_commenting_state: _("Editors and heads of the State that commented"),
        notices.those_who_read_the_corrected: _("All people of the participants that read them"),
    }
)
