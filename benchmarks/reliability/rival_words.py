"""The sentences around the table of the contestants: how they took part, and what it means."""

from __future__ import annotations

import textwrap
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reliability.rival_speed import Pace

INTRODUCTION = """
Whoever compresses an archive today starts a converter for every file, or lets a server transcode what it
takes in. The same archive of {objects} objects went through each, with {tools}. Converters were given every
file by `find -type f -print0 | parallel -0 -j2`, with the tree kept; Orthanc had `IngestTranscoding` set to
JPEG Baseline and `DicomLossyTranscodingQuality` to 90, and all objects were posted to it and downloaded
again; `migrate` had a recipe of one rule, `jpeg:quality=90` for modality US. What came out was judged with
pydicom and hashlib.
"""
NOTES = """
Compressed images are counted apart, because not every tool compresses the same ones: `migrate` leaves alone
what its recipe does not name, here captures of modality OT, and, unless told otherwise, what was lossy
before; Orthanc leaves alone what is JPEG Baseline already. Lossy images are those that were compressed, and
those that were lossy before. The exit status of `parallel` is the number of jobs that failed; that of
Orthanc stands for a refused POST. In "disk full" the results went to a file system with half the space they
need, and Orthanc had 1 MiB more for its index. "Of" says how many files stood under their final names; of a
migration none does before its study is whole.
A kill seldom meets a converter while it writes; what it leaves when it does, a full disk shows.
"""
MEANING = """### What they do better

* `dcmcjpeg` and `gdcmconv` need no recipe, no ledger and no plan, and what they have done stands there at
  once.
* A job of a few small files is done sooner: `migrate` starts Python and its workers first.
* `dcmcjpeg` keeps the record of an image: new UID, flag, ratio and method, and the lists of an image that
  was lossy before grow by one. It compresses that one without asking, which `migrate` does not unless it is
  allowed. Documents without pixels it writes again, with a warning and status 0.
* Their files are a little smaller: their colour is subsampled, and DCMTK optimises its Huffman tables;
  `migrate` keeps colour whole, and takes standard tables.
* Orthanc is an archive as well; what it transcodes can be asked for, routed and viewed. After a kill and
  after a full disk it served nothing that is not whole.
* None of them changed an original.

### What `migrate` does better

* Every reference leads somewhere. A converter sees one file at a time, and so does Orthanc: each gives an
  image a new UID and leaves the report that names it as it is. `+un` avoids that at the price of other
  pixels under the old UID.
* Every object has an outcome, with a reason. `gdcmconv` writes nothing for documents, for captures that
  name a source and for images that are JPEG already: its status says how many, and nothing is there in
  their place. It states no compression method.
* A file under its final name is whole, on a full disk too. Converters write to the final name: what was
  begun when the disk was full stays there, cut off or empty. Whoever goes on by skipping what exists keeps
  it. `dcmcjpeg` 3.6.7 ends with status 0 where an object is so small that only closing its file fails.
* The same command again does nothing. Converters encode everything once more, under other new UIDs if they
  give any; Orthanc encodes the images once more, and then holds both.
"""
_PACE_HEADING = "### How long it takes\n\n"
_PACE = """
{cines} cines of {size}, RGB, {frames} frames, with two workers each, in turn, {rounds} rounds: `migrate
run` took {ratio:.2f} times as long as `find | parallel -j2 dcmcjpeg +eb +q 90` (rounds: {low:.2f} to
{high:.2f}), {planned:.2f} times with the plan, which here looks at all cines because it takes a sample of
20 objects of each kind. Where `dcmcjpeg` takes standard Huffman tables as `migrate` does (`-ho`), it took
{plain:.2f} times as long ({plain_low:.2f} to {plain_high:.2f}). Its files came to {bytes:.2f} times the
bytes of `dcmcjpeg` as it comes, with a PSNR {psnr:+.1f} dB from that. Meanwhile it decodes and measures
every frame, audits every result, hashes source and result, and flushes every file and every folder to the
disk; the converter does none of that. The machine had other work to do, which is why times alone are not
told.
"""


def pace_words(pace: Pace) -> str:
    """Return what the rounds came to."""
    text = _PACE.format(
        cines=pace.cines,
        size=f"{pace.columns} x {pace.rows}",
        frames=pace.frames,
        rounds=len(pace.ratios),
        ratio=median(pace.ratios),
        low=min(pace.ratios),
        high=max(pace.ratios),
        planned=pace.planned,
        plain=median(pace.plain_ratios),
        plain_low=min(pace.plain_ratios),
        plain_high=max(pace.plain_ratios),
        bytes=pace.sizes[0] / pace.sizes[1],
        psnr=pace.psnr_db[0] - pace.psnr_db[1],
    )
    return _PACE_HEADING + filled(text) + "\n"


def filled(text: str) -> str:
    """Return one paragraph in lines of ordinary length."""
    return textwrap.fill(" ".join(text.split()), 110, break_long_words=False, break_on_hyphens=False)
