"""Outcomes -> at most four cards, in order: red flag, differential, work-up, medication (contract §3)."""

from __future__ import annotations

from cds.domain.truth import Truth
from cds.hooks.card_differential import differential_card
from cds.hooks.card_medication import medication_card
from cds.hooks.card_red_flag import red_flag_card
from cds.hooks.card_work_up import work_up_card
from cds.hooks.composing import Composing, Json, missing_text


def compose(now: Composing, *, tell_gap: bool) -> list[Json]:
    """The cards of one answer. `tell_gap`: say so when the gate itself is unknown (consult and /evaluate)."""
    gate = now.outcomes.gate
    if not gate.is_open:
        is_gap = tell_gap and gate.truth is Truth.UNKNOWN and not gate.deceased
        return [data_gap_card(now)] if is_gap else []
    red = red_flag_card(now)
    if gate.child:
        return [card for card in (red, scope_card(now)) if card]
    cards = [red, differential_card(now)]
    if not gate.comfort:
        is_critical = red is not None and red["indicator"] == "critical"
        cards += [None if is_critical else work_up_card(now), medication_card(now)]
    return [card for card in cards if card]


def scope_card(now: Composing) -> Json:
    """Under 18 nothing but red flags is judged, and a card says so."""
    words = now.wording["scope"]
    lines = [*words["detail"].splitlines(), *now.notices(now.publisher.book.red_flags)]
    return now.card("scope", words["summary"], "info", lines, {})


def data_gap_card(now: Composing) -> Json:
    """The record could not show whether there is a symptom: never an empty answer that reads as "nothing found"."""
    words = now.wording["data_gap"]
    needs = now.wording["notices"]["needs"]
    conditions = [m for m in now.missing if m["need"] in ("conditions", "observations")]
    text = words["detail"].format(missing=missing_text(conditions or now.missing, needs))
    lines = [*text.splitlines(), *now.notices(now.publisher.book.gates)]
    return now.card("data-gap", words["summary"], "info", lines, {})
