"""Questions to the store, apart from how a command line or a page shows the answers."""
