from agreements.api.revisions import RevisionViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(RevisionViewSet, "revisions")
