"""Graphs held against the SHACL shapes of the model."""
