from meetings.api.invitations import InvitationViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(InvitationViewSet, "invitations")
