from agreements.api.text_records import AnnulmentViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(AnnulmentViewSet, "annulments")
