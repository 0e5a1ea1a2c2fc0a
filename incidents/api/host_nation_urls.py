from django.urls import path

from incidents.api.host_nation import HostNation

urlpatterns = [path("<slug:slug>/", HostNation.as_view(), name="host-nation")]
