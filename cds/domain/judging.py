"""Small helpers that every stratum uses."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cds.domain.criteria import Criterion
from cds.domain.rule import Because
from cds.domain.scene import Scene
from cds.domain.truth import NOT_MET, Evidence, Verdict

# `{name}` in a sentence of a rule stands for the fact that the criterion of that name found.
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


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


def told(reason: Because, verdict: Verdict, scene: Scene) -> tuple[Evidence, ...]:
    """The evidence of a reason that holds, and the fact for each of its placeholders under that name."""
    named = [(n.name, n.judge(scene)) for n in reason.told]
    more = [Evidence(name, v.evidence[0].fact, v.evidence[0].by) for name, v in named if v.is_met and v.evidence]
    return (*verdict.evidence, *more)
