from agreements.api.text_records import AuthenticationViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(AuthenticationViewSet, "authentications")
