"""Double slashes in a path: clients join a base URL that ends in a slash with a path that begins with one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_SLASHES = re.compile("//+")


class SingleSlashes:
    """WSGI middleware that reads every run of slashes as one. A redirect instead would lose a POST's body."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Pass the request on, with its path mended when that is needed."""
        path = environ["PATH_INFO"]
        if "//" in path:
            environ["PATH_INFO"] = _SLASHES.sub("/", path)
        return self._app(environ, start_response)
