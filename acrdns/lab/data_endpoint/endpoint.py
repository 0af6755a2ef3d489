"""A data endpoint or storage account: GET and HEAD of a link, everything else is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers

from acrdns.lab.data_endpoint.link import check_account_link, check_link
from acrdns.lab.data_endpoint.refusal import Refusal, authentication_failed
from acrdns.lab.data_endpoint.stream import file_answer

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Scope

    from acrdns.lab.sites import LabSite
    from acrdns.lab.state import LabState


def answer(state: LabState, site: LabSite, host: str, scope: Scope) -> ASGIApp:
    """Return the answer to a request. Raises Refusal."""
    headers = Headers(scope=scope)
    registry = state.topology.registries[site.registry]
    if scope["method"] not in ("GET", "HEAD"):
        words = "The resource doesn't support specified Http Verb."
        raise Refusal(405, "UnsupportedHttpVerb", words, headers={"Allow": "GET, HEAD"})
    if "authorization" in headers:
        words = (
            "Authentication information is not given in the correct format. Check the value of Authorization header."
        )
        raise Refusal(400, "InvalidAuthenticationInfo", words)
    if not state.is_up(site.region):
        raise Refusal(
            503, "ServerBusy", "The server is currently unable to receive requests. Please retry your request."
        )
    path, query = scope["path"], scope["query_string"]
    if site.kind == "storage":
        digest = check_account_link(state, registry, site.region, host, path, query)
    elif path != "/":
        raise authentication_failed(state.clock.now(), "The request is no link.")
    else:
        digest = check_link(state, registry, site.region, host, query)
    file = state.store.blobs.path(digest)
    found = {"Docker-Content-Digest": digest, "Etag": f'"{digest}"', "x-ms-version": "2021-12-02"}
    return file_answer(file, file.stat().st_size, headers.get("range"), found)
