"""`cds check`: all that must hold for the rules beyond what the loader refuses. One kind of fault, one check."""

from cds.knowledge.checks.report import Report
from cds.knowledge.checks.run import check

__all__ = ["Report", "check"]
