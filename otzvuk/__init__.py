"""The application: everything a person starts."""

__version__ = "0.1.0"
