"""The foundation of the portal: knows no domain app."""
