"""People's pages, and the door through which people come in."""
