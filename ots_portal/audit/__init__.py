"""What happened, who did it and when: append-only, sealed, and the source of every notification."""
