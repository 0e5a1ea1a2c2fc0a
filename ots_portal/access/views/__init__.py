"""Pages of coming in and of the own account; many are allauth's, behind our own conditions."""
