"""Errors in the JSON of Azure Resource Manager."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response


class ArmError(Exception):
    """An answer that refuses a request."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    def response(self) -> Response:
        """Return the answer."""
        return answer({"error": {"code": self.code, "message": self.message}}, self.status)


def answer(content: Any, status: int = 200) -> Response:
    """Return an answer in JSON."""
    return Response(json.dumps(content), status, {"Content-Type": "application/json; charset=utf-8"})


def invalid(message: str) -> ArmError:
    """Return the refusal of a body that does not do."""
    return ArmError(400, "InvalidRequestContent", message)
