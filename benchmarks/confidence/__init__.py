"""How often the readings of each level of confidence are right."""
