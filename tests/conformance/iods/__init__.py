"""Generated objects: one small valid image for every IOD that may be compressed with loss."""
