"""What goes wrong with a request, as a problem document (RFC 9457): one JSON object that
programs and people read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A request that gets no answer, and why."""

    def __init__(
        self, status: int, detail: str, headers: Mapping[str, str] | None = None, **members: object
    ) -> None:
        """Make the problem of a status (RFC 9110) with a sentence about this very request.

        :param members: what programs may want to know besides, such as ``limit_seconds``.
        """
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = members

    def response(self) -> Response:
        """Return the response that tells the client."""
        document = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            **self.members,
        }
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        headers = {"Cache-Control": "no-store", **self.headers}
        return Response(text, self.status, headers, MEDIA_TYPE)
