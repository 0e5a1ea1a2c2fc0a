"""Values made ready for the pages of meetings."""
