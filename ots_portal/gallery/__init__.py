"""The gallery: every component of the pages in every form, with its rule in a sentence."""
