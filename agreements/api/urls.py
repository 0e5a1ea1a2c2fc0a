from django.urls import path

from agreements.api.positions import GateView, MatrixView
from agreements.api.views import InstrumentViewSet
from ots_portal.api.routes import routes_of

urlpatterns = [
    path("<uuid:pk>/matrix/", MatrixView.as_view(), name="agreements-matrix"),
    path("<uuid:pk>/gate/", GateView.as_view(), name="agreements-gate"),
    path("<uuid:pk>/akn/", InstrumentViewSet.as_view({"get": "akn"}), name="agreements-akn"),
    *routes_of(InstrumentViewSet, "agreements"),
]
