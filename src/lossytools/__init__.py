"""Lossy recompression of DICOM images that leaves a true record."""

__version__ = "0.1.0"
