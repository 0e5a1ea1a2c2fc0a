from django.urls import path

from meetings.api.delegations import CREDENTIALS_VERBS, DelegationViewSet
from ots_portal.api.routes import routes_of

urlpatterns = [
    *routes_of(DelegationViewSet, "delegations"),
    path(
        "<uuid:pk>/head/",
        DelegationViewSet.as_view({"post": "change_head"}),
        name="delegations-head",
    ),
    *(
        path(
            f"<uuid:pk>/credentials/{verb}/",
            DelegationViewSet.as_view({"post": "examine"}),
            {"verb": verb},
            name=f"credentials-{verb}",
        )
        for verb in CREDENTIALS_VERBS
    ),
]
