from agreements.api.text_records import WaiverViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(WaiverViewSet, "waivers")
