"""What the house is for: one object in, one true object out; and the measuring of any two."""

from lossytools.pipeline.comparison import Comparison, measure
from lossytools.pipeline.decompression import Decompressed, decompress
from lossytools.pipeline.options import Options, Outcome
from lossytools.pipeline.repairing import Repaired, repair
from lossytools.pipeline.transcoding import transcode

__all__ = [
    "Comparison",
    "Decompressed",
    "Options",
    "Outcome",
    "Repaired",
    "decompress",
    "measure",
    "repair",
    "transcode",
]
