from agreements.api.proposals import ProposalViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(ProposalViewSet, "proposals")
