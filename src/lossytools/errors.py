"""Everything lossytools raises on purpose.

LossyToolsError
  SourceError            this object cannot be worked on; a batch goes on
    UnreadableSource       not DICOM, truncated, claims what it does not hold
    UnsupportedPixels      the transfer syntax does not allow these pixels
    RefusedByPolicy        IOD policy, already lossy
        ExceedsGuideline       more is lost than the guideline allows that was named
      NotSmaller             the code streams are not smaller than the native pixels
  DestinationError       the target cannot be written: folder missing, disk full, read-only
    TargetExists           something is there already, and --force was not given
  CodecError
    CodecSettingError      a knob out of its range, an unknown codec or knob
    CodecMissing           an optional library is absent or broken
    EncodeError            the library refused the frame, or broke the promise of its setting
    DecodeError            the code stream is damaged, or is not what it says
  TargetError            what a result has to keep
    TargetSettingError     a target that cannot be understood
    TargetUnreachable      no setting keeps it; nothing was written
  PolicySettingError     a guideline that does not exist
  LibraryMissing         an optional library, no codec's, is absent or broken
  InconsistentResult     our own audit or verification refused the result; nothing was written
  NetError               an archive on the network fails; its kinds are in lossytools.net.failures
  RecipeError            a recipe that cannot be followed; the message says in which line
  LedgerError            the ledger of a migration cannot be used; the batch stops
    LedgerInUse            another run works on it

Messages say the path, what was asked, the value found, the limit and its unit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class LossyToolsError(Exception):
    """Whatever lossytools raises on purpose. path: the file it speaks of, None if its words say that."""

    path: Path | None = None


class SourceError(LossyToolsError):
    """This object cannot be worked on; a batch goes on with the next."""


class UnreadableSource(SourceError):
    """Not DICOM, truncated, or claims what it does not hold."""


class UnsupportedPixels(SourceError):
    """The transfer syntax asked for does not allow these pixels (PS3.5 section 8.2)."""


class RefusedByPolicy(SourceError):
    """Legal or not, it would do harm: the IOD policy, or a source that is already lossy."""


class ExceedsGuideline(RefusedByPolicy):
    """A result loses more than the guideline allows that was named."""


class PolicySettingError(LossyToolsError, ValueError):
    """A guideline that does not exist."""


class NotSmaller(RefusedByPolicy):
    """The code streams are not smaller than the native pixel data."""


class DestinationError(LossyToolsError):
    """The target cannot be written; whatever stood there is as it was."""


class TargetExists(DestinationError):
    """Something stands at the target already, and replacing it was not asked for."""


class CodecError(LossyToolsError):
    """A codec could not do its work."""


class CodecSettingError(CodecError, ValueError):
    """An unknown codec or knob, or a value out of the knob's range."""


class CodecMissing(CodecError):
    """A library this codec needs is absent or broken; the message says how to install it."""


class EncodeError(CodecError):
    """The library refused the frame, or its stream broke the promise of the setting."""


class DecodeError(CodecError):
    """The code stream is damaged, truncated, or is not what the transfer syntax says."""


class TargetError(LossyToolsError):
    """Something is wrong with what a result has to keep."""


class TargetSettingError(TargetError, ValueError):
    """A target, a part of the image or a scale that does not exist."""


class TargetUnreachable(TargetError):
    """No setting of the codec keeps what was asked for.

    reached: how close it came. The words say as well which other codecs would keep it, where that is known.
    """

    def __init__(self, reached: str, others: str = "") -> None:
        """Keep what was reached apart from who else would reach it."""
        super().__init__(f"{reached}. {others}" if others else reached)
        self.reached = reached


class LibraryMissing(LossyToolsError):
    """An optional library that is no codec's is absent or broken; the message says how to install it."""


class InconsistentResult(LossyToolsError):
    """Our own verification or audit refused the result; nothing was written."""


class NetError(LossyToolsError):
    """Something between this machine and an archive on the network, or at that archive, went wrong."""


class RecipeError(LossyToolsError, ValueError):
    """A migration's recipe cannot be followed; its words say in which line."""


class LedgerError(LossyToolsError):
    """The ledger of a migration cannot be used: of another job, damaged, on a network file system."""


class LedgerInUse(LedgerError):
    """Another run works on this ledger."""
