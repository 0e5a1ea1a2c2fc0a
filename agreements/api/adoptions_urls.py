from agreements.api.text_records import AdoptionViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(AdoptionViewSet, "adoptions")
