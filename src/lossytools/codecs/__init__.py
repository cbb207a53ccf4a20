"""Codec adapters: pixels to code stream and back, one module a standard."""
