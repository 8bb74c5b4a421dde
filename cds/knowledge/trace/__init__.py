"""`cds check --coverage`: what the catalogue names, what carries it, and the case that proves it."""

from cds.knowledge.trace.tracing import Coverage, trace

__all__ = ["Coverage", "trace"]
