"""The webhooks of an authority's partner systems: where they lead, how they fare, what they were sent."""
