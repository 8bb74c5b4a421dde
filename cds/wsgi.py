"""The WSGI entry point: `gunicorn cds.wsgi:application`."""

from __future__ import annotations

import gc
import os
import sys

from flask import Flask

from cds.app import create_app
from cds.knowledge.rulebook import RulebookError
from cds.settings import SettingsError, load

# Rules are never freed and a call makes few cycles: collecting seldom halves the slowest answers.
_SELDOM = 50_000


def build() -> Flask:
    """The app for the settings of this environment; wrong settings or rules end the start, every problem named."""
    gc.disable()  # next to nothing of what is loaded is garbage, and looking for it costs
    try:
        app = create_app(load(os.environ))
    except (SettingsError, RulebookError) as error:
        sys.exit(f"cds: {error}")
    finally:
        gc.enable()
    _settle_memory()
    return app


def _settle_memory() -> None:
    """Take what is loaded out of the collector's sight, before workers are forked off and share it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_SELDOM, *gc.get_threshold()[1:])


application = build()
