"""The documents that describe a release, each a function of what is known of it."""
