"""FHIR as it comes over the wire: Structs with just the fields that facts need.

R4 and R4B are the standard; the spellings of DSTU2, STU3 and R5 stand beside them. Every field may be absent or null.
Long because it is one list of fields; there is no logic in it.

Annotations are types here, not texts: the decoder would have to compile each of the many texts at every start.
"""

from typing import TYPE_CHECKING, Any, NewType, Union, cast

from msgspec import Raw, Struct, defstruct, field

from cds.fhir.resource_types import OTHERS

Number = int | float | str | None


class Part(Struct, gc=False, rename="camel"):
    """Part of a resource."""


class Coding(Part):
    """A code in a system, with its display; `extension` holds what a national profile adds, as it was sent."""

    system: str | None = None
    code: str | None = None
    display: str | None = None
    extension: Any = None


class Period(Part):
    """From one day to another."""

    start: str | None = None
    end: str | None = None


class Quantity(Part):
    """A number with its unit; also Age, Duration, Count."""

    value: Number = None
    comparator: str | None = None
    unit: str | None = None
    code: str | None = None
    system: str | None = None


class Range(Part):
    """From one quantity to another."""

    low: Quantity | None = None
    high: Quantity | None = None


class Ratio(Part):
    """One quantity over another; RatioRange has its numerator as a range and is not read."""

    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Reference(Part):
    """A pointer to a resource: `reference` is relative, absolute, urn:uuid, #contained or versioned."""

    reference: str | None = None
    display: str | None = None


References = list[Reference] | Reference | None


class Focus(Reference):
    """Whom or what an observation is about when not the patient; often told by type or display alone."""

    type: str | None = None


class Concept(Part):
    """A CodeableConcept; `extension` holds what a profile adds, as it was sent."""

    coding: list[Coding] | None = None
    text: str | None = None
    extension: Any = None


class CodeableReference(Part):
    """A concept, a pointer, or both; the fields of Concept, Reference and R5 CodeableReference side by side.

    `value` holds the reasons of an R5 Encounter.
    """

    coding: list[Coding] | None = None
    text: str | None = None
    concept: Concept | None = None
    reference: str | Reference | None = None
    display: str | None = None
    value: "list[CodeableReference] | None" = None


Concepts = list[Concept] | Concept | None
CodeableReferences = list[CodeableReference] | CodeableReference | None


class Annotation(Part):
    """A note, and when it was written."""

    text: str | None = None
    time: str | None = None


Notes = list[Annotation] | Annotation | str | None


class Extension(Part):
    """An extension that may change the meaning of what holds it."""

    url: str | None = None
    value_boolean: bool | None = None


class Evidence(Part):
    """What a condition rests on: concepts and pointers, in R5 one CodeableReference each."""

    code: Concepts = None
    concept: Concept | None = None
    detail: References = None
    reference: Reference | None = None


class Meta(Part):
    """When this version was written."""

    last_updated: str | None = None
    version_id: str | None = None


class Repeat(Part):
    """How often, and for how long."""

    bounds_period: Period | None = None
    bounds_duration: Quantity | None = None
    bounds_quantity: Quantity | None = None
    bounds_range: Range | None = None
    count: Number = None
    frequency: Number = None
    period: Number = None
    period_unit: str | None = None
    period_units: str | None = None
    when: list[str] | str | None = None
    time_of_day: list[str] | None = None


class Timing(Part):
    """When something happens, again and again."""

    event: list[str] | None = None
    repeat: Repeat | None = None
    code: Concept | None = None


class DoseAndRate(Part):
    """The dose of one intake."""

    dose_quantity: Quantity | None = None
    dose_range: Range | None = None


class Dosage(Part):
    """How a drug is taken; in R4 the dose stands in `dose_and_rate`, in an administration in `dose`."""

    text: str | None = None
    patient_instruction: str | None = None
    timing: Timing | None = None
    route: Concept | None = None
    dose_and_rate: list[DoseAndRate] | None = None
    dose_quantity: Quantity | None = None
    dose_range: Range | None = None
    quantity_quantity: Quantity | None = None
    dose: Quantity | None = None
    quantity: Quantity | None = None


class ReferenceRange(Part):
    """What the laboratory calls normal."""

    low: Quantity | None = None
    high: Quantity | None = None
    text: str | None = None
    type: Concept | None = None


class Valued(Part):
    """Anything with a value[x]: an Observation, a component, an answer."""

    value_quantity: Quantity | None = None
    value_codeable_concept: Concept | None = None
    value_string: str | None = None
    value_boolean: bool | None = None
    value_integer: Number = None
    value_decimal: Number = None
    value_range: Range | None = None
    value_ratio: Ratio | None = None
    value_coding: Coding | None = None
    data_absent_reason: Concept | None = None


class Component(Valued):
    """One of several values of an Observation."""

    code: Concept | None = None
    interpretation: Concepts = None
    reference_range: list[ReferenceRange] | None = None


class Answer(Valued):
    """One answer to a question, with the questions below it."""

    item: "list[Item] | None" = None


class Item(Part):
    """A question and its answers."""

    link_id: str | None = None
    text: str | None = None
    answer: list[Answer] | None = None
    item: "list[Item] | None" = None


# --- resources ---


class Resource(Struct, gc=False, rename="camel", tag_field="resourceType", tag=True):
    """What any resource may have. Types that facts do not need have this and no more."""

    id: str | None = None
    meta: Meta | None = None
    subject: Reference | None = None
    patient: Reference | None = None
    contained: "Contained | None" = None
    modifier_extension: list[Extension] | None = None


class PatientLink(Part):
    """Another record of the same person: the one that this took in, or that took in this."""

    other: Reference | None = None
    type: str | None = None


class Patient(Resource):
    """The person."""

    birth_date: str | None = None
    gender: str | None = None
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None
    link: Raw = Raw()  # records of the same person; one that cannot be read must not cost the age


class Stage(Part):
    """How far a condition has gone."""

    summary: Concept | None = None


class Condition(Resource):
    """A problem or diagnosis."""

    clinical_status: str | Concepts = None
    verification_status: str | Concepts = None
    code: Concept | None = None
    body_site: Concepts = None
    severity: Concepts = None
    stage: list[Stage] | Stage | None = None
    onset_date_time: str | None = None
    onset_period: Period | None = None
    onset_age: Quantity | None = None
    onset_quantity: Quantity | None = None
    onset_range: Range | None = None
    onset_string: str | None = None
    abatement_date_time: str | None = None
    abatement_date: str | None = None
    abatement_period: Period | None = None
    abatement_age: Quantity | None = None
    abatement_range: Range | None = None
    abatement_string: str | None = None
    abatement_boolean: bool | None = None
    body_structure: References = None
    recorded_date: str | None = None
    asserted_date: str | None = None
    date_recorded: str | None = None
    evidence: list[Evidence] | Evidence | None = None
    encounter: Reference | None = None
    context: Reference | None = None
    note: Notes = None
    notes: str | None = None
    extension: Raw = Raw()  # what a profile adds; looked at for its words first


class Observation(Resource):
    """A measurement, an answer or a sign."""

    status: str | None = None
    code: Concept | None = None
    value_quantity: Quantity | None = None
    value_codeable_concept: Concept | None = None
    value_string: str | None = None
    value_boolean: bool | None = None
    value_integer: Number = None
    value_range: Range | None = None
    value_ratio: Ratio | None = None
    value_decimal: Number = None
    value_coding: Coding | None = None
    data_absent_reason: Concept | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    effective_instant: str | None = None
    effective_timing: Timing | None = None
    issued: str | None = None
    interpretation: Concepts = None
    reference_range: list[ReferenceRange] | None = None
    body_site: Concepts = None
    body_structure: References = None
    component: list[Component] | None = None
    focus: list[Focus] | Focus | None = None
    category: Raw = Raw()  # looked at for its words only, and seldom
    has_member: Raw = Raw()  # looked at under a name that says something of what is below it
    encounter: Reference | None = None
    context: Reference | None = None
    note: Notes = None
    comment: str | None = None
    comments: str | None = None


# what has a question and a value
Observed = Component | Observation


class Medicated(Resource):
    """What the five medication resources share."""

    status: str | None = None
    medication_codeable_concept: Concept | None = None
    medication_reference: Reference | None = None
    medication: CodeableReference | None = None
    status_reason: CodeableReferences = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    extension: Raw = Raw()  # what a profile adds; looked at for its words first


class Adherence(Part):
    """Whether a drug is taken as prescribed, as R5 says it."""

    code: Concept | None = None


class MedicationStatement(Medicated):
    """What a patient is said to take."""

    effective_timing: Timing | None = None
    taken: str | None = None
    was_not_taken: bool | None = None
    reason_not_taken: Concepts = None
    adherence: Adherence | None = None
    date_asserted: str | None = None
    dosage: list[Dosage] | Dosage | None = None


class MedicationRequest(Medicated):
    """A prescription."""

    intent: str | None = None
    do_not_perform: bool | None = None
    reported_boolean: bool | None = None
    reported_reference: Reference | None = None
    reported: bool | None = None
    authored_on: str | None = None
    date_written: str | None = None
    date_ended: str | None = None
    effective_dose_period: Period | None = None
    dosage_instruction: list[Dosage] | Dosage | None = None
    dispense_request: "DispenseRequest | None" = None


class MedicationOrder(MedicationRequest):
    """The prescription of DSTU2."""


class DispenseRequest(Part):
    """What the pharmacy is asked to hand out."""

    validity_period: Period | None = None
    expected_supply_duration: Quantity | None = None
    number_of_repeats_allowed: Number = None


class MedicationAdministration(Medicated):
    """A dose given."""

    not_given: bool | None = None
    was_not_given: bool | None = None
    effective_time_date_time: str | None = None
    effective_time_period: Period | None = None
    occurence_date_time: str | None = None
    occurence_period: Period | None = None
    occurrence_date_time: str | None = None
    occurrence_period: Period | None = None
    dosage: list[Dosage] | Dosage | None = None


class MedicationDispense(Medicated):
    """A supply handed out."""

    not_done: bool | None = None
    when_prepared: str | None = None
    when_handed_over: str | None = None
    days_supply: Quantity | None = None
    dosage_instruction: list[Dosage] | Dosage | None = None


class Ingredient(Part):
    """What a medication is made of, and how much; `item` is a pointer in DSTU2, a concept or a pointer in R5."""

    item_codeable_concept: Concept | None = None
    item_reference: Reference | None = None
    item: CodeableReference | None = None
    strength: Ratio | None = None
    strength_ratio: Ratio | None = None
    strength_quantity: Quantity | None = None
    amount: Ratio | None = None


class Product(Part):
    """The make-up of a DSTU2 medication."""

    form: Concept | None = None
    ingredient: list[Ingredient] | None = None


class Medication(Resource):
    """A drug product."""

    code: Concept | None = None
    form: Concept | None = None
    dose_form: Concept | None = None
    ingredient: list[Ingredient] | None = None
    product: Product | None = None


class Reasoned(Resource):
    """What says why it is there, in the spellings of all releases."""

    reason_code: Concepts = None
    reason_codeable_concept: Concept | None = None
    reason_reference: References = None
    reason: CodeableReferences = None
    note: Notes = None
    notes: Notes = None


class FocalDevice(Part):
    """A device that a procedure put in, took out or worked on."""

    action: Concept | None = None
    manipulated: Reference | None = None


class Procedure(Reasoned):
    """Something done to the patient."""

    status: str | None = None
    not_done: bool | None = None
    not_performed: bool | None = None
    code: Concept | None = None
    body_site: Concepts = None
    body_structure: References = None
    extension: Any = None
    performed_date_time: str | None = None
    performed_period: Period | None = None
    performed_string: str | None = None
    occurrence_date_time: str | None = None
    occurrence_period: Period | None = None
    status_reason: Concepts = None
    outcome: CodeableReferences = None
    focal_device: list[FocalDevice] | None = None


class OrderItem(Part):
    """One test of a DSTU2 order."""

    code: Concept | None = None
    status: str | None = None


class ServiceRequest(Reasoned):
    """An order for a test, an image, a procedure or a referral."""

    status: str | None = None
    intent: str | None = None
    do_not_perform: bool | None = None
    code: CodeableReference | None = None
    authored_on: str | None = None
    ordered_on: str | None = None
    date: str | None = None
    date_sent: str | None = None
    occurrence_date_time: str | None = None
    occurrence_period: Period | None = None
    scheduled_date_time: str | None = None
    body_site: Concepts = None
    body_structure: References = None
    item: list[OrderItem] | None = None
    service_requested: Concepts = None
    type: Concept | None = None
    specialty: Concept | None = None
    description: str | None = None


class ProcedureRequest(ServiceRequest):
    """The order of STU3."""


class DiagnosticOrder(ServiceRequest):
    """The test order of DSTU2."""


class ReferralRequest(ServiceRequest):
    """The referral of DSTU2 and STU3."""


class DiagnosticReport(Resource):
    """A report with its conclusion."""

    status: str | None = None
    code: Concept | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    issued: str | None = None
    conclusion: str | None = None
    conclusion_code: CodeableReferences = None
    coded_diagnosis: Concepts = None
    result: Raw = Raw()  # as `has_member` of an observation


class ImagingStudy(Resource):
    """Images taken."""

    status: str | None = None
    availability: str | None = None
    started: str | None = None
    description: str | None = None
    procedure_code: Concepts = None
    procedure: CodeableReferences = None


class DeviceName(Part):
    """A name of a device; R5 calls it `value`."""

    name: str | None = None
    value: str | None = None


class Device(Resource):
    """A device in or on the patient."""

    status: str | None = None
    type: Concepts = None
    device_name: list[DeviceName] | None = None
    definition: CodeableReference | None = None


class DeviceUseStatement(Resource):
    """That a device is in use; R5 says DeviceUsage."""

    status: str | None = None
    device: CodeableReference | None = None
    body_site: CodeableReferences = None
    recorded_on: str | None = None
    date_asserted: str | None = None
    timing_date_time: str | None = None
    timing_period: Period | None = None


class DeviceUsage(DeviceUseStatement):
    """The same in R5."""


class DeviceAssociation(Resource):
    """That a device belongs to somebody, in R5, where a device itself names no patient."""

    status: Concept | None = None
    device: CodeableReference | None = None
    period: Period | None = None


class EncounterClass(Part):
    """The kind of contact: a coding, in R5 a list of concepts."""

    code: str | None = None
    display: str | None = None
    coding: list[Coding] | None = None
    text: str | None = None


class EncounterDiagnosis(Part):
    """A diagnosis of an encounter; in R5 `condition` is a list."""

    condition: CodeableReferences = None


class Encounter(Resource):
    """A contact with the patient; `reason` is a concept in STU3, a group of concepts and pointers in R5."""

    status: str | None = None
    class_: list[EncounterClass] | EncounterClass | str | None = field(name="class", default=None)
    type: Concepts = None
    service_type: CodeableReferences = None
    period: Period | None = None
    actual_period: Period | None = None
    reason_code: Concepts = None
    reason_reference: References = None
    reason: CodeableReferences = None
    indication: References = None
    diagnosis: list[EncounterDiagnosis] | None = None


class FamilyCondition(Part):
    """What a relative has."""

    code: Concept | None = None


class FamilyMemberHistory(Resource):
    """The history of one relative."""

    status: str | None = None
    condition: list[FamilyCondition] | None = None


class IncludedStructure(Part):
    """One part of the body, in R5."""

    structure: Concept | None = None
    laterality: Concept | None = None
    qualifier: Concepts = None


class BodyStructure(Resource):
    """A part of the body that others point to: one location in R4, included structures in R5."""

    location: Concept | None = None
    location_qualifier: Concepts = None
    included_structure: list[IncludedStructure] | None = None
    description: str | None = None


class BodySite(Resource):
    """The same in DSTU2 (`modifier`) and STU3 (`qualifier`)."""

    code: Concept | None = None
    qualifier: Concepts = None
    modifier: Concepts = None
    description: str | None = None


class ImpressionFinding(Part):
    """One finding of an assessment; `item` is a concept in DSTU2, a CodeableReference in R5."""

    item_codeable_concept: Concept | None = None
    item_reference: Reference | None = None
    item: CodeableReference | None = None


class ClinicalImpression(Resource):
    """An assessment by a clinician."""

    status: str | None = None
    description: str | None = None
    summary: str | None = None
    date: str | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    finding: list[ImpressionFinding] | None = None
    problem: References = None
    note: Notes = None


class Flag(Resource):
    """A warning on the chart."""

    status: str | None = None
    code: Concept | None = None
    period: Period | None = None


class QuestionnaireResponse(Resource):
    """A form filled in."""

    status: str | None = None
    authored: str | None = None
    encounter: Reference | None = None
    item: list[Item] | Item | None = None


class Issue(Part):
    """What went wrong."""

    severity: str | None = None
    code: str | None = None


class OperationOutcome(Resource):
    """That something went wrong."""

    issue: list[Issue] | None = None


class Search(Part):
    """Why an entry is in a searchset."""

    mode: str | None = None


class Request(Part):
    """What an entry of a transaction or history did."""

    method: str | None = None
    url: str | None = None


class Response(Part):
    """What came of an entry of a batch."""

    status: str | None = None
    outcome: "AnyResource | None" = None


class Entry(Part):
    """One resource of a Bundle."""

    full_url: str | None = None
    resource: "AnyResource | None" = None
    search: Search | None = None
    request: Request | None = None
    response: Response | None = None


class Link(Part):
    """A pointer to another page."""

    relation: str | None = None


class Bundle(Resource):
    """Many resources."""

    type: str | None = None
    total: Number = None
    link: list[Link] | None = None
    entry: list[Entry] | None = None


class Parameter(Part):
    """One parameter of an operation."""

    resource: "AnyResource | None" = None
    part: "list[Parameter] | None" = None


class Parameters(Resource):
    """The parameters of an operation; only the resources among them are read."""

    parameter: list[Parameter] | None = None


KNOWN: tuple[type[Resource], ...] = (
    Patient,
    Condition,
    Observation,
    MedicationStatement,
    MedicationRequest,
    MedicationOrder,
    MedicationAdministration,
    MedicationDispense,
    Medication,
    Procedure,
    ServiceRequest,
    ProcedureRequest,
    DiagnosticOrder,
    ReferralRequest,
    DiagnosticReport,
    ImagingStudy,
    Device,
    DeviceUseStatement,
    DeviceUsage,
    DeviceAssociation,
    Encounter,
    FamilyMemberHistory,
    QuestionnaireResponse,
    ClinicalImpression,
    Flag,
    BodyStructure,
    BodySite,
    OperationOutcome,
    Bundle,
    Parameters,
)

# What they contain is opened by itself where there is any: it may be anything, and to be ready for anything in each of
# so many types takes the decoder longer than all the rest.
_UNOPENED = [("contained", list[Raw] | None, None)]
PASSED_OVER: tuple[type[Resource], ...] = tuple(
    cast(type[Resource], defstruct(name, _UNOPENED, bases=(Resource,), module=__name__, gc=False, tag=name))
    for name in OTHERS
)

BY_NAME: dict[str, type[Resource]] = {kind.__name__: kind for kind in KNOWN + PASSED_OVER}

if TYPE_CHECKING:
    AnyResource = Resource
else:
    AnyResource = Union[KNOWN + PASSED_OVER]  # noqa: UP007 - the members are a tuple

# A type of its own, so that the many members of the union are not looked through again for every one of them.
Contained = NewType("Contained", list[AnyResource])
