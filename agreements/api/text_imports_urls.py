from agreements.api.revisions import TextImportViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(TextImportViewSet, "text_imports")
