from agreements.api.treaty import ReceiptViewSet
from ots_portal.api.routes import routes_of

urlpatterns = routes_of(ReceiptViewSet, "notification_receipts")
