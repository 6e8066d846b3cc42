"""Tells people about alerts: an outbox in the store, and one file a kind of channel."""
