"""Sign-in through the identity provider of a participant (OpenID Connect)."""
