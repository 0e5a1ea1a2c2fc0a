from agreements.api.negotiation import ConfirmationViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(ConfirmationViewSet, "confirmations")
