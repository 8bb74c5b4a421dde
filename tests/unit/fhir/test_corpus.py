"""Real payloads: every one is read without an exception, and what cannot be read is named."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cds.domain.record import PatientRecord
from cds.fhir import wire
from cds.fhir.bundles import open_value
from cds.fhir.decode import Reader
from cds.fhir.errors import DataError
from cds.fhir.ndjson import group_ndjson
from cds.fhir.validation import validate
from tests.unit.fhir.conftest import TODAY


def files(corpus: Path, *folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in (corpus / folder).iterdir() if path.is_file())


def read_body(reader: Reader, body: bytes) -> PatientRecord | None:
    """The record, or None when the body as a whole is refused for a documented reason."""
    try:
        return reader.read_document(body, TODAY)
    except DataError:
        return None


def test_every_document_of_the_corpus_is_read(shared_corpus: Path, reader: Reader) -> None:
    read = 0
    for path in files(shared_corpus, "bundles", "resources", "searchsets"):
        record = read_body(reader, path.read_bytes())
        read += record is not None
    assert read > 75


def test_every_hook_request_of_the_corpus_is_read(shared_corpus: Path, reader: Reader) -> None:
    for path in files(shared_corpus, "hooks"):
        request: Any = json.loads(path.read_bytes())
        prefetch = request.get("prefetch")
        values = {k: json.dumps(v).encode() for k, v in prefetch.items()} if isinstance(prefetch, dict) else {}
        context = request.get("context")
        patient = str(context.get("patientId") or "") if isinstance(context, dict) else ""
        try:
            record = reader.read_prefetch(values, patient, None, TODAY)
        except DataError:
            continue
        assert len(record.supply) == 11


def test_every_line_of_the_corpus_is_read(shared_corpus: Path, reader: Reader) -> None:
    for path in files(shared_corpus, "ndjson"):
        groups = list(group_ndjson(path.read_bytes().splitlines()))
        assert groups
        for group in groups:
            record = reader.read_resources(group.lines, TODAY, group.patient, group.troubles)
            assert record.counts["resources"] > 0


def test_every_resource_is_read_or_named(shared_corpus: Path) -> None:
    for path in files(shared_corpus, "bundles", "resources", "searchsets"):
        value: Any = json.loads(path.read_bytes())
        opened = open_value(path.read_bytes(), "body")
        kinds = [one.get("resourceType") for one in resources_of(value)]
        expected = sum(1 for kind in kinds if kind not in ("OperationOutcome", "Parameters"))
        assert len(opened.found) + len(opened.troubles) >= expected, path.name


def resources_of(value: Any) -> Iterator[dict[str, Any]]:
    """Every resource that stands alone in a document."""
    for one in value if isinstance(value, list) else [value]:
        if one.get("resourceType") != "Bundle":
            yield one
            continue
        for entry in one.get("entry") or ():
            if isinstance(entry.get("resource"), dict):
                yield from resources_of(entry["resource"])


def test_the_known_stories_are_told(shared_corpus: Path, reader: Reader) -> None:
    stories = {
        "bundles/synthea_r4_dm_neuropathy_metformin.json": ("exposures", "metformin"),
        "bundles/mcode_pathways_maryam.json": ("exposures", "paclitaxel"),
        "bundles/synthea_stu3_dm_neuropathy_oxaliplatin.json": ("exposures", "oxaliplatin"),
        "bundles/custom_dstu2_hca_chemo.json": ("exposures", "paclitaxel"),
        "bundles/llmonfhir_spine_warner.json": ("findings", "lumbar-radiculopathy"),
        "bundles/cds4cpm_feet_tingling_obs.json": ("findings", "sensory-symptom"),
        "resources/gpconnect_burning_feet_active.json": ("findings", "sensory-symptom"),
        "bundles/synthea_r4_hypothyroid_unicode.json": ("findings", "hypothyroidism"),
    }
    for name, (shelf, expected) in stories.items():
        record = read_body(reader, (shared_corpus / name).read_bytes())
        assert record is not None, name
        assert expected in getattr(record, shelf), (name, sorted(getattr(record, shelf)))


def test_the_whole_corpus_can_be_checked(shared_corpus: Path) -> None:
    for path in files(shared_corpus, "resources", "searchsets"):
        if path.stat().st_size < 50_000:
            assert validate(path.read_bytes()).issues is not None


def test_no_type_of_the_corpus_is_unknown(shared_corpus: Path) -> None:
    for path in files(shared_corpus, "bundles"):
        value: Any = json.loads(path.read_bytes())
        for one in resources_of(value):
            assert one["resourceType"] in wire.BY_NAME, path.name
