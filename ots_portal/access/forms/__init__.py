"""Forms of sign-in, second factor and the own account."""
