"""A lossy step beside the guideline that was named: looked at before, and judged with its measured ratio."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from lossytools.errors import ExceedsGuideline
from lossytools.fidelity.target import LARGEST_RATIO
from lossytools.history import format_ratio
from lossytools.policies.policy import judge, limit_for, near_for, ratio_of
from lossytools.policies.reading import policy_named
from lossytools.rules.attributes import text
from lossytools.rules.facts import nears_before, nears_in, steps_before
from lossytools.values import LossyStep

if TYPE_CHECKING:
    from lossytools.pipeline.job import Coded, Job


def check_policy(job: Job, coded: Coded) -> tuple[str, ...]:
    """Return what the guideline says against the result, where it may be only said, or has no figure.

    The whole history counts, its ratios multiplied. Raises ExceedsGuideline.
    """
    if job.options.policy is None:
        return ()
    measured = coded.measurement
    step = LossyStep(job.codec.method, format_ratio(measured.native_bytes, measured.stream_bytes))
    steps, nears = (*steps_before(job.evidence), step), _nears(job, coded)
    verdict = judge(policy_named(job.options.policy), *_subject(job), steps, nears)
    if verdict.kept:
        return ()
    if verdict.limit is not None and not job.options.policy_warns:
        raise ExceedsGuideline(f"{verdict.says}; --policy-warns publishes it anyway")
    return (verdict.says,)


def bounded(job: Job) -> Job:
    """Return the job with what the guideline leaves of a target: its ratio, and NEAR of this step.

    A smaller ratio that the target names itself stays. What the guideline leaves nothing of is judged when it
    is measured.
    """
    keep = job.options.keep
    if job.options.policy is None or keep is None or not keep.conditions:
        return job
    steps = steps_before(job.evidence)
    methods = [job.codec.method, *(step.method for step in steps if step.method)]
    image = policy_named(job.options.policy), *_subject(job), methods
    near, nears = near_for(*image), nears_before(job.evidence)
    if near is not None and near.near is not None and nears is not None and near.near > sum(nears):
        job = replace(job, near=near.near - sum(nears))
    limit, before = limit_for(*image), [ratio_of(step) for step in steps]
    known = [ratio for ratio in before if ratio is not None]
    if limit is None or keep.sized or len(known) < len(before):
        return job
    left = limit.ratio / math.prod(known)
    if not 1 < left <= LARGEST_RATIO or (keep.max_ratio is not None and keep.max_ratio <= left):
        return job
    return replace(job, options=replace(job.options, keep=replace(keep, max_ratio=left)))


def _nears(job: Job, coded: Coded) -> tuple[int, ...] | None:
    """Return NEAR of every JPEG-LS step, this one with it, None where not all are known."""
    before = nears_before(job.evidence)
    words = job.codec.describe() if coded.settings is None else coded.settings.words
    return None if before is None else (*before, *nears_in(words))


def _subject(job: Job) -> tuple[str, str]:
    """Return modality and body part, as the header has them."""
    image = job.source.image
    return text(image, "Modality"), text(image, "BodyPartExamined").upper()
