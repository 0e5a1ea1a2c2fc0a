"""Values made ready for pages, so that templates neither query nor compute."""
