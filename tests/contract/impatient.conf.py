"""The configuration that is deployed, with less patience, so that a test need not have much."""

from pathlib import Path

exec(Path("deploy/gunicorn.conf.py").read_text(encoding="utf-8"))

DiscreetWorker.first_byte = DiscreetWorker.patience = 0.3  # type: ignore[name-defined] # noqa: F821 - it comes from there
