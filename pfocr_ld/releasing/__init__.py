"""The folder that a steward publishes."""
