from django.urls import path

from incidents.api.alerts import ReceivedAlertViewSet
from ots_portal.api.routes import routes_of

urlpatterns = [
    *routes_of(ReceivedAlertViewSet, "received-alerts"),
    path(
        "<uuid:pk>/xml/", ReceivedAlertViewSet.as_view({"get": "xml"}), name="received-alerts-xml"
    ),
    *[
        path(
            f"<uuid:pk>/{verb}/",
            ReceivedAlertViewSet.as_view({"post": verb}),
            name=f"received-alerts-{verb}",
        )
        for verb in ("propose", "acknowledge", "object")
    ],
]
