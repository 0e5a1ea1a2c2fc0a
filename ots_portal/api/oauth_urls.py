"""/oauth/: the one address that a partner system gets its tokens from."""

from django.urls import path

from ots_portal.api.oauth import Token

urlpatterns = [path("token/", Token.as_view(), name="oauth_token")]
