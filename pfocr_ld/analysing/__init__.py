"""Gene-set statistics over the figures: over-representation of a list, and figures
that resemble each other.
"""
