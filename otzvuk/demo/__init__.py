"""A constructed shop and forum on loopback, to see everything at work without a network."""
