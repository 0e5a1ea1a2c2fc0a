"""What the demonstration shows of a treaty's life: an exercise agreement that is played through the services."""
