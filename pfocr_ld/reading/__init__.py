"""A source → figures: archives and folders, the front matter, the tables of
mentions (data model, section 1).
"""
