"""What a caller may allow or ask of one transcode, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from lossytools.errors import PolicySettingError, TargetSettingError
from lossytools.policies.reading import policy_named

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lossytools.changes import Change
    from lossytools.fidelity.scales import Scale
    from lossytools.fidelity.spread import PartFidelity
    from lossytools.fidelity.target import Target
    from lossytools.measurement import Measurement
    from lossytools.values import ImagePixel, LossyStep

Verify = Literal["first", "independent", "none"]


@dataclass(frozen=True, slots=True)
class Options:
    """Permissions and choices; nothing risky is allowed unless it is asked for.

    allow_recompress: a source that has lost already may lose again. allow_larger: the result need
    not be smaller. allow_quantitative: objects whose pixels are measured (policy OK-WARN). expand_palette:
    PALETTE COLOR becomes RGB. force: an existing target is replaced. uid: "name" derives the new SOP
    Instance UID from the source's, the codec and its library, the same on every run; "random".
    keep: what the result has to keep, for which the codec's knob is turned; None takes it as it stands.
    policy: name or .toml file of a guideline, that the whole lossy history has to keep to, policy_warns: or
    else that is only said. resample_timing: a video may show frames of different times at one rate.
    new_series: the result gets a series and an equipment of its own (PS3.3 section A.1.2.3).
    verify: "first" decodes every frame with the encoder's library, "independent" with another as well, "none"
    decodes nothing: then nobody knows what was lost, or whether the frames decode at all.
    uid_map: a CSV or JSON file that gains a row of old and new UIDs. workers: threads that code frames, 0 for
    one a processor. now: the time to record, None for the clock.
    """

    allow_recompress: bool = False
    allow_larger: bool = False
    allow_quantitative: bool = False
    expand_palette: bool = False
    force: bool = False
    uid: Literal["name", "random"] = "name"
    new_series: bool = False
    resample_timing: bool = False
    keep: Target | None = None
    policy: str | None = None
    policy_warns: bool = False
    uid_map: Path | None = None
    verify: Verify = "first"
    workers: int = 0
    now: datetime | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for a choice that does not exist: a typing error must not verify less."""
        if self.uid not in {"name", "random"}:
            raise ValueError(f"uid is name or random, not {self.uid!r}")
        if self.verify not in {"first", "independent", "none"}:
            raise ValueError(f"verify is first, independent or none, not {self.verify!r}")
        if self.keep is not None and self.verify == "none":
            raise TargetSettingError("nothing can be kept that is not measured: verify first or independent")
        if self.policy is not None:
            policy_named(self.policy)
        elif self.policy_warns:
            raise PolicySettingError("policy_warns says nothing without a policy")
        if self.workers < 0:
            raise ValueError(f"workers is 0 or more threads, not {self.workers}")

    def time(self) -> datetime:
        """Return the time to record, with its zone."""
        return self.now or datetime.now(UTC).astimezone()


def not_kept(missed: str) -> tuple[str, ...]:
    """Return the warning of a target that is missed, none where it is not."""
    return (f"not kept: {missed}",) if missed else ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a transcode did. A lossless one keeps the UID and the history.

    source_uid, uid: SOP Instance UIDs before and after. declared: the pixels as published.
    history: all lossy steps, a new one last. changes: of the data set, each with its clause.
    digest: SHA-256 of all code streams in order. seconds: wall time. source_bytes: of the source's pixel data
    as it lies there, without headers and padding. warnings: what the caller should know of the result. parts:
    how true the parts of the image stayed, kept: the target in words, encodes: frames encoded for each of the
    result, where there was a target; missed: the target and what was reached instead, where with best_effort
    it is not kept, and `kept` is "". scale: what the parts were measured against.
    """

    source: Path
    target: Path
    source_uid: str
    uid: str
    codec: str
    transfer_syntax: str
    declared: ImagePixel
    measurement: Measurement
    history: tuple[LossyStep, ...]
    changes: tuple[Change, ...]
    digest: str
    seconds: float
    source_bytes: int
    warnings: tuple[str, ...] = ()
    parts: Mapping[str, PartFidelity] = field(default_factory=dict)
    kept: str = ""
    missed: str = ""
    scale: Scale | None = None
    encodes: float = 1.0
