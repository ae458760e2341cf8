"""Triples → bytes: the formats, their compression, and files that appear when they are complete."""
