"""What the generator draws reaches the service as it was meant: valid R4, with nothing in it that cannot be read."""

from __future__ import annotations

import json

from fhir.resources.R4B import get_fhir_model_class

from tests.examples import goldens
from tests.oracle.patients import CAUSES, DAY, draw_patient
from tests.oracle.writing import call, prefetch


def test_drawn_charts_are_valid_and_read_whole() -> None:
    for seed in range(40):
        who = draw_patient(seed, CAUSES)
        bundles = [value for value in prefetch(who).values() if value and value["resourceType"] == "Bundle"]
        for bundle in bundles:
            get_fhir_model_class("Bundle").model_validate(bundle)
        answer = goldens.engine().evaluate_data(json.dumps(call(who)).encode(), today=DAY, symptom="recorded")
        assert [issue["severity"] for issue in answer["issues"]["issue"]] == ["information"], (seed, answer["issues"])
