"""Records of meetings as PDF."""
