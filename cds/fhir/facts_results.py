"""Results: a measurement with its value, range and flag, and a test that was done without a value of ours."""

from __future__ import annotations

from cds.domain.record import Procedure, Result, Side
from cds.fhir import wire
from cds.fhir.desk import Desk
from cds.fhir.facts_findings import Story
from cds.fhir.quantities import flag_in
from cds.fhir.senses import Sense, clean, either, wider
from cds.fhir.several import as_list
from cds.fhir.values import MISNAMED, NO_VALUE, Value, answers, disbelieved, flag_by_range, read_flag, read_value


def file_result(desk: Desk, valued: wire.Observed, sense: Sense, story: Story) -> None:
    """A result, readable or not: an unreadable one still shades older ones. A panel's empty head is none."""
    if not story.is_own:
        return
    value = read_value(desk, valued, sense.analytes)
    if value.problem == NO_VALUE and isinstance(valued, wire.Observation) and valued.component:
        return
    flag, given = read_flag(desk, valued.interpretation) if valued.interpretation is not None else ("", frozenset())
    if not flag and valued.value_string:
        flag = flag_in(valued.value_string)
    if not flag and valued.reference_range is not None:
        flag = flag_by_range(desk, value.quantity, valued.reference_range)
    flag = flag or next((word for word in ("high", "low") if word in value.coded), "")
    coded = value.coded | given
    if not coded and not flag and value.problem == NO_VALUE:
        coded = _said_in(desk, sense.label)
    if sense.is_misnamed:
        value, coded, flag = disbelieved(value, MISNAMED), frozenset(), ""
    by_value = not desk.words.terminology.units.by_value.isdisjoint(sense.results)
    problem = "" if (coded or flag) and not by_value else value.problem
    if by_value and value.quantity is None:
        problem = problem or NO_VALUE
    desk.file(
        Result(
            desk.ref,
            sense.label,
            sense.results,
            value.quantity,
            value.shown or _flagged(valued),
            coded,
            flag,
            story.recorded,
            _side(sense, story, value),
            story.weak,
            sense.is_named,
            problem,
            by_value,
        )
    )


def _flagged(valued: wire.Observed) -> str:
    """The laboratory's flag in its own words, where it is all there is."""
    concepts = as_list(valued.interpretation)
    said = (text for c in concepts for text in (c.text, *(coding.display for coding in c.coding or ())))
    return next((clean(text) for text in said if text), "")


def _side(sense: Sense, story: Story, value: Value) -> Side:
    """The side that the name or the body site tells, else the words of the value ("reduced on left")."""
    side = either(sense.side, story.place.side)
    return value.reading.side if side is Side.UNKNOWN and value.reading is not None else side


def _said_in(desk: Desk, label: str) -> frozenset[str]:
    """The answer with which a name ends: "Left foot monofilament 10g abnormal"."""
    return answers(desk.words.read(label.rpartition(" ")[2]).answer)


def file_test(desk: Desk, sense: Sense, story: Story, outcome: frozenset[str] = frozenset(), told: str = "") -> None:
    """A test without a measurement of ours (nerve conduction): it was done, perhaps with a plain outcome, in words."""
    if not story.is_own:
        return
    is_text = not sense.sets
    sets = (*sense.findings, *(sense.orders or wider(desk.words.kinds, sorted(sense.reading.tests))))
    side = either(sense.side, story.place.side)
    desk.file(
        Procedure(
            desk.ref, sense.label, sets, story.recorded, side, weak=story.weak, text_only=is_text,
            source="Observation", coded=outcome, told=told,
        )
    )  # fmt: skip


def file_answer(desk: Desk, question: wire.Concept, answer: wire.Answer, story: Story) -> bool:
    """The answer to a question that is a measurement of ours (a score); whether it was one."""
    sense = desk.words.sense(question)
    if sense is None or not sense.results:
        return False
    valued = wire.Component(
        code=question,
        value_quantity=answer.value_quantity,
        value_string=answer.value_string,
        value_integer=answer.value_integer,
        value_decimal=answer.value_decimal,
        value_coding=answer.value_coding,
        value_boolean=answer.value_boolean,
    )
    file_result(desk, valued, sense, Story(recorded=story.recorded, weak=story.weak, under=story.under))
    return True
