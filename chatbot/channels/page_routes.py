"""Which of Gradio's routes are served: those that the chat page and Gradio's clients use, none for files."""

import re

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

_DOCUMENT = r"/|/config/?|/theme\.css|/favicon\.ico|/robots\.txt|/(assets|static|svelte)/.+"
_EVENTS = r"info/?|call/.+|queue/(join|data)|cancel|reset/?|heartbeat/[^/]+|startup-events|app_id/?"
_SERVED = re.compile(rf"{_DOCUMENT}|/gradio_api/({_EVENTS})")


class Needed:
    """Serves what the chat page needs of an application.

    Uploads, other files, logins, monitoring, run history and the editors of Gradio are not there: the page has no use
    for them, and each would be one more way into the server.

    Args:
        app: Gradio's.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request.

        Raises:
            HTTPException: There is nothing at the path.
        """
        if scope["type"] == "http" and not _SERVED.fullmatch(scope["path"]):
            raise HTTPException(404)
        await self._app(scope, receive, send)
