from django.urls import path

from incidents.api.deployments import CHECK_VERBS, EXTENSION_VERBS, DeploymentViewSet
from ots_portal.api.routes import routes_of

urlpatterns = [
    *routes_of(DeploymentViewSet, "deployments"),
    path(
        "<uuid:pk>/log/",
        DeploymentViewSet.as_view({"get": "read_log", "post": "add_to_log"}),
        name="deployments-log",
    ),
    *(
        path(
            f"<uuid:pk>/{verb}/",
            DeploymentViewSet.as_view({"post": "extend"}),
            {"verb": verb},
            name=f"deployments-{verb}",
        )
        for verb in EXTENSION_VERBS
    ),
    *(
        path(
            f"<uuid:pk>/checklist/<uuid:item_pk>/{verb}/",
            DeploymentViewSet.as_view({"post": "settle"}),
            {"verb": verb},
            name=f"checklist-{verb}",
        )
        for verb in CHECK_VERBS
    ),
]
