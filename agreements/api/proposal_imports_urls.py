from agreements.api.proposals import ProposalImportViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(ProposalImportViewSet, "proposal_imports")
