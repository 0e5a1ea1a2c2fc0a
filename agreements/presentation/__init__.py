"""Values of agreements made ready for pages."""
