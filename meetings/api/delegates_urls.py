from django.urls import path

from meetings.api.delegations import ACCREDITATION_VERBS, DelegateViewSet
from ots_portal.api.routes import routes_of

urlpatterns = [
    *routes_of(DelegateViewSet, "delegates"),
    *(
        path(
            f"<uuid:pk>/accreditation/{verb}/",
            DelegateViewSet.as_view({"post": "examine"}),
            {"verb": verb},
            name=f"accreditations-{verb}",
        )
        for verb in ACCREDITATION_VERBS
    ),
]
