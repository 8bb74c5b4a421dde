"""The benchmark: what a call costs, beside the same server that only reads and beside fhir.resources."""
