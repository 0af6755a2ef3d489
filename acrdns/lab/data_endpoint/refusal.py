"""Refusals in the XML of Azure Storage."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from starlette.responses import Response

_FAILED = (
    "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly"
    " including the signature."
)


class Refusal(Exception):  # noqa: N818 -- an answer, not a mistake of this program
    """An answer without a byte of the layer."""

    def __init__(
        self, status: int, code: str, message: str, detail: str = "", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail
        self.headers = headers or {}

    def response(self) -> Response:
        """Return the answer."""
        detail = f"<AuthenticationErrorDetail>{escape(self.detail)}</AuthenticationErrorDetail>" if self.detail else ""
        body = (
            f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{self.code}</Code>'
            f"<Message>{escape(self.message)}</Message>{detail}</Error>"
        )
        headers = {"Content-Type": "application/xml", "x-ms-error-code": self.code, **self.headers}
        return Response(body, self.status, headers)


def authentication_failed(now: float | None, detail: str) -> Refusal:
    """Return the refusal of a link that is forged, altered, expired or for something else."""
    words = f"{_FAILED}\nRequestId:{uuid.uuid4()}"
    if now is not None:
        words += f"\nTime:{datetime.fromtimestamp(now, UTC).isoformat(timespec='microseconds')}"
    return Refusal(403, "AuthenticationFailed", words, detail)
