"""What the page of notices shows of agreements: whom they reach, and what their records do not say."""

from django.utils.translation import gettext_lazy as _

from agreements import notices
from ots_portal.plugs import Sample, plug_audiences, plug_sample

plug_audiences(
    {
        notices.heads_and_editors_of_members: _("Editors and heads of member States"),
        notices.those_notified: _("Editors and heads of the States that the depositary notifies"),
        notices.heads_of_the_depositary: _("Heads of the secretariat and of the depositary"),
        notices.its_state: _("Editors and heads of the State whose document it is"),
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
plug_sample("agreements.annulment", Sample(fields={"reason": "The day was read wrongly."}))
