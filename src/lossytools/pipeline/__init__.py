"""What the house is for: one object in, one true object out; and the measuring of any two."""
