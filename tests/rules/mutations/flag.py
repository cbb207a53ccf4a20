"""Faults of the flag (0028,2110)."""

from __future__ import annotations

from mutations.corrupting import Mutation, absent, both, byte, sets, stream

FLAG = "LossyImageCompression"
LISTS = ("LossyImageCompressionRatio", "LossyImageCompressionMethod")

MUTATIONS = {
    "L01": Mutation(absent(FLAG), {"L07": "the lists still say lossy"}),
    "L02": Mutation(sets(**{FLAG: "00"}), {"L07": "the lists still say lossy"}, base="jpeg2000"),
    "L03": Mutation(sets(**{FLAG: "1"}), {"L01": "1 is not 01", "L07": "1 is not 01"}),
    "L04": Mutation(sets(**{FLAG: ""}), {"L01": "empty is not 01", "L07": "empty is not 01"}),
    "L05": Mutation(
        both(sets(**{FLAG: "00"}), absent(*LISTS)),
        {
            "L06": "the source is a JPEG as well",
            "M12": "the lists went with the flag",
            "U02": "so they did under the old UID",
        },
        base="native",
    ),
    "L06": Mutation(absent(FLAG, *LISTS), base="native", source=absent(FLAG, *LISTS)),
    "L07": Mutation(
        sets(**{FLAG: "00"}), {"L05": "the source has the flag", "L06": "the source is a JPEG"}, base="native"
    ),
    "L08": Mutation(
        both(stream(byte(b"\xff\xc0", 1, 0xC3), 0), sets(**{FLAG: "00"})),
        {
            "L01": "the syntax is lossy whatever a frame says",
            "L07": "the lists still say lossy",
            "P15": "SOF3 is no baseline",
        },
    ),
    "L09": Mutation(
        absent(FLAG),
        {"L02": "the code stream is near-lossless", "L07": "the lists still say lossy"},
        base="radiograph",
    ),
    "L10": Mutation(
        absent(FLAG),
        {"L05": "the source has the flag", "L06": "the source is a JPEG", "L07": "the lists still say lossy"},
        base="jpegxl",
    ),
    "L11": Mutation(sets(LossyImageCompressionRetired="01")),
}
