"""Small helpers that every stratum uses."""

from __future__ import annotations

from collections.abc import Iterable

from cds.domain.criteria import Criterion
from cds.domain.rule import Because
from cds.domain.scene import Scene
from cds.domain.truth import NOT_MET, Verdict


def met(criterion: Criterion | None, scene: Scene) -> Verdict:
    """The verdict of an optional criterion; one that is not there is not met."""
    return NOT_MET if criterion is None else criterion.judge(scene)


def first_met(reasons: Iterable[Because], scene: Scene, *, firm: bool = False) -> tuple[Because, Verdict] | None:
    """The first reason that holds; with `firm`, by facts strong enough to set aside or suppress."""
    for reason in reasons:
        verdict = reason.when.judge(scene)
        if verdict.is_firm if firm else verdict.is_met:
            return reason, verdict
    return None
