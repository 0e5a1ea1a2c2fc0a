from django.urls import path

from agreements.api.views import InstrumentViewSet
from ots_portal.api.routes import routes_of

urlpatterns = [
    *routes_of(InstrumentViewSet, "agreements"),
    path("<uuid:pk>/akn/", InstrumentViewSet.as_view({"get": "akn"}), name="agreements-akn"),
]
