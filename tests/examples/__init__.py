"""The examples of fhir_examples/ and their golden responses."""
