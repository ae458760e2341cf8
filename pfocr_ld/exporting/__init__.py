"""Many records → one graph: the order, the workers, the report, and what is counted on the way."""
