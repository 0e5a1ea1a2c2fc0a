"""What the page of notices shows of agreements: whom they reach, and what their records do not say."""

from django.utils.translation import gettext_lazy as _

from agreements import notices
from ots_portal.plugs import Sample, plug_audiences, plug_sample

_NEGOTIATORS = _("Editors and heads of the negotiating States, and the secretariat")
plug_audiences(
    {
        notices.heads_and_editors_of_members: _("Editors and heads of member States"),
        notices.those_notified: _("Editors and heads of the States that the depositary notifies"),
        notices.its_delegation: _("Editors and heads of the State that is asked"),
        notices.who_negotiates_with_it: _("Editors and heads of the negotiating States"),
        notices.who_is_told_of_comment: _(
            "Whom the head released it to: the chair, or the negotiating States"
        ),
        notices.negotiators_of_round: _NEGOTIATORS,
        notices.negotiators_of_text: _NEGOTIATORS,
        notices.negotiators_of_confirmation: _NEGOTIATORS,
        notices.those_who_confirm: _("Editors and heads of the States that have yet to confirm"),
        notices.those_who_negotiate: _("Editors and heads of member States, and the secretariat"),
        notices.its_sponsors: _("Editors and heads of the States that stand behind the proposal"),
        notices.heads_who_confirm_an_annulment: _("Heads of the secretariat and of the depositary"),
        notices.its_state: _("Editors and heads of the State whose document it is"),
        notices.heads_of_the_depositary: _("Heads of the secretariat and of the depositary"),
    }
)
plug_sample(
    "agreements.milestone", Sample(fields={"sources": ["https://authority.example/gazette"]})
)
plug_sample(
    "agreements.depositary_notification",
    Sample(
        fields={
            "number": "CN.7.2026",
            "body": '{"number":"CN.7.2026","text":"Türkiye deposited its instrument of ratification."}',
        }
    ),
)
plug_sample("agreements.full_powers", Sample(fields={"reason": "Which office issued them?"}))
plug_sample("agreements.state_instrument", Sample(fields={"reason": "The signature is missing."}))
plug_sample(
    "agreements.ad_referendum.reopened", Sample(fields={"reason": "Article 9 goes too far."})
)
plug_sample("agreements.confirmation.refused", Sample(fields={"reason": "Article 9 goes too far."}))
plug_sample(
    "agreements.proposal",
    Sample(
        fields={
            "number": "TR-3",
            "op": "replace",
            "quote": "within one hour",
            "text": "within two hours",
            "outcome_reason": "",
        }
    ),
)
plug_sample("agreements.annulment", Sample(fields={"reason": "The day was read wrongly."}))
