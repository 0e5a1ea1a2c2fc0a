from agreements.api.corrections import RegistrationViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(RegistrationViewSet, "registrations")
