"""From FHIR JSON to domain facts, and from needs to prefetch templates."""
