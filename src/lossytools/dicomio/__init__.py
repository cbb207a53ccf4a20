"""The only door to files: lazy frames in, atomic publish out."""
