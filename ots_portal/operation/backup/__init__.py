"""A copy of the portal apart from it: database, files and keys; checked, and made a portal again."""
