"""Figures → triples (data model, sections 3 to 5)."""
