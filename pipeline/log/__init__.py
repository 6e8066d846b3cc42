"""The event log: one protocol, two implementations, chosen by URL."""
