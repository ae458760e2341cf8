"""Where graphs are kept: the embedded store, and the protocols of those on servers."""
