"""A migration: many objects, one job that can be stopped and taken up again, nothing lost."""
