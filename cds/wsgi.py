"""The WSGI entry point: `gunicorn cds.wsgi:application`."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

from cds.settings import SettingsError, load

if TYPE_CHECKING:
    from flask import Flask

# Rules are never freed and a call makes few cycles: collecting seldom halves the slowest answers.
_SELDOM = 50_000


def build() -> Flask:
    """The app for the settings of this environment; wrong settings or rules end the start, every problem named."""
    gc.disable()  # next to nothing of what is loaded is garbage, and looking for it costs a tenth of the start
    try:
        return _load()
    finally:
        gc.enable()


def _load() -> Flask:
    from cds.app import create_app
    from cds.knowledge.rulebook import RulebookError

    try:
        app = create_app(load(os.environ))
    except (SettingsError, RulebookError) as error:
        sys.exit(f"cds: {error}")
    # Out of the collector's sight, before workers are forked off and share it.
    gc.freeze()
    gc.set_threshold(_SELDOM, *gc.get_threshold()[1:])
    return app


application = build()
