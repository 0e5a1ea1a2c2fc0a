"""Coming in: sign-in, second factor, re-authentication, own settings."""
