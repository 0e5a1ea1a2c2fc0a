"""Who works for a participant: invitations, roles, duty, suspension."""
