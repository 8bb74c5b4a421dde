"""From rule files to domain rules: strict YAML, schemas, value sets, checks, the lock and mutants."""
