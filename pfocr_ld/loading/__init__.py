"""Graphs into stores: staged, verified, put into place."""
