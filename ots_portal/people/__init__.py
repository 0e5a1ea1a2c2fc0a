"""People and machine users: who they are, whom they serve, in which role."""
