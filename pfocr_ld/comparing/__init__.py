"""What changed between two dumps, and the update that makes the one of the other."""
