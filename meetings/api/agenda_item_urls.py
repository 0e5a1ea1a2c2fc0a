from django.urls import path

from meetings.api.agenda import AgendaItemViewSet
from ots_portal.api.routes import acts_of

single = AgendaItemViewSet.as_view({"get": "retrieve", "patch": "partial_update"})
urlpatterns = [
    path("<uuid:pk>/", single, name="agenda-items-detail"),
    *acts_of(AgendaItemViewSet, "agenda-items"),
]
