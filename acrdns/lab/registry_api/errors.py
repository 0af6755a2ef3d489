"""Errors of the registry API, in the JSON form of the OCI distribution specification that ACR uses too."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

API_VERSION = {"Docker-Distribution-Api-Version": "registry/2.0"}
"""Header by which clients know a registry, also in a refusal."""

_STATUS = {
    "BLOB_UNKNOWN": HTTPStatus.NOT_FOUND,
    "BLOB_UPLOAD_INVALID": HTTPStatus.BAD_REQUEST,
    "BLOB_UPLOAD_UNKNOWN": HTTPStatus.NOT_FOUND,
    "DENIED": HTTPStatus.FORBIDDEN,
    "DIGEST_INVALID": HTTPStatus.BAD_REQUEST,
    "MANIFEST_BLOB_UNKNOWN": HTTPStatus.BAD_REQUEST,
    "MANIFEST_INVALID": HTTPStatus.BAD_REQUEST,
    "MANIFEST_UNKNOWN": HTTPStatus.NOT_FOUND,
    "NAME_INVALID": HTTPStatus.BAD_REQUEST,
    "NAME_UNKNOWN": HTTPStatus.NOT_FOUND,
    "NOT_FOUND": HTTPStatus.NOT_FOUND,
    "PAGINATION_NUMBER_INVALID": HTTPStatus.BAD_REQUEST,
    "REGISTRY_DISALLOWED_OPERATION": HTTPStatus.METHOD_NOT_ALLOWED,
    "SIZE_INVALID": HTTPStatus.BAD_REQUEST,
    "TAG_INVALID": HTTPStatus.BAD_REQUEST,
    "UNAUTHORIZED": HTTPStatus.UNAUTHORIZED,
    "UNAVAILABLE": HTTPStatus.SERVICE_UNAVAILABLE,
    "UNKNOWN": HTTPStatus.INTERNAL_SERVER_ERROR,
    "UNSUPPORTED": HTTPStatus.METHOD_NOT_ALLOWED,
}


class ApiError(Exception):
    """An answer that refuses a request: code, message and detail of its only error."""

    def __init__(
        self,
        code: str,
        message: str,
        detail: Any = None,
        *,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.detail = detail
        self.status = int(status or _STATUS[code])
        self.headers = headers or {}

    def response(self) -> Response:
        """Return the answer."""
        error = {"code": self.code, "message": self.message}
        if self.detail is not None:
            error["detail"] = self.detail
        return json_response({"errors": [error]}, self.status, {**API_VERSION, **self.headers})


def json_response(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer in JSON."""
    text = json.dumps(content, separators=(",", ":"))
    return Response(text, status, {"Content-Type": "application/json; charset=utf-8", **(headers or {})})


def denied(client: str) -> ApiError:
    """Return the refusal of a registry's firewall, in ACR's words (facts.md F21)."""
    words = f"client with IP '{client}' is not allowed access. Refer https://aka.ms/acr/firewall to grant access."
    return ApiError("DENIED", words)
