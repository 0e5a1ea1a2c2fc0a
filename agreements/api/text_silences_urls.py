from agreements.api.negotiation import TextSilenceViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(TextSilenceViewSet, "text_silences")
