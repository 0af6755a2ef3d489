"""A pull step by step: login, token, manifest, and each layer by its link, until one fails."""

from __future__ import annotations

import base64
import hashlib
import json
import platform
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

import httpx

from acrdns.probe.pull.connection import MAX_BODY, RequestFailed
from acrdns.probe.pull.result import PullResult, PullStep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.probe.pull.connection import HttpAnswer, PullConnection
    from acrdns.probe.pull.credentials import PullCredentials
    from acrdns.probe.pull.reference import ImageName
    from acrdns.probe.pull.result import PullCause, StepName

_INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
_IMAGES = ("application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json")
_MACHINES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "armv7l": "arm"}
_REDIRECTS = (301, 302, 303, 307, 308)
_OK, _PARTIAL, _UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 200, 206, 401, 403, 404
_HOPS = 5
_UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, httpx.InvalidURL)
"""The errors that an answer of another form than it should have leads to."""
_PARAMETER = re.compile(r'(\w+)="([^"]*)"')


def pull(
    connection: PullConnection, registry: str, host: str, image: ImageName, credentials: PullCredentials | None
) -> PullResult:
    """Pull an image from a login server, layers included. Layers of more than a few mebibytes are read in part."""
    steps: list[PullStep] = []
    try:
        for step in _Pull(connection, host, image, credentials).steps():
            steps.append(step)
            if not step.passed:
                break
    except _UNREADABLE as error:
        last = steps[-1]
        words = f"the answer of {last.host} cannot be read: {type(error).__name__}"
        steps[-1] = replace(last, passed=False, message=words, cause="other")
    return PullResult(registry, f"{host}/{image}", tuple(steps))


class _Pull:
    def __init__(
        self, connection: PullConnection, host: str, image: ImageName, credentials: PullCredentials | None
    ) -> None:
        self._connection = connection
        self._host = host
        self._image = image
        self._credentials = credentials
        self._bearer: dict[str, str] = {}
        self._answer: HttpAnswer | None = None

    def steps(self) -> Iterator[PullStep]:
        """Return the steps; nobody asks for the next one after one that failed."""
        yield self._request("login", f"https://{self._host}/v2/", {}, (_OK, _UNAUTHORIZED))
        if self._answered.status == _UNAUTHORIZED:
            yield self._token()
        base = f"https://{self._host}/v2/{self._image.repository}"
        accept = {"Accept": ", ".join((*_INDEXES, *_IMAGES))}
        yield self._request("manifest", f"{base}/manifests/{self._image.reference}", accept | self._bearer)
        manifest = self._json()
        if "manifests" in manifest:
            chosen = _for_this_machine(manifest["manifests"])
            yield self._request("manifest", f"{base}/manifests/{quote(chosen, safe=':')}", accept | self._bearer)
            manifest = self._json()
        descriptors = [*filter(None, [manifest.get("config")]), *(manifest.get("layers") or [])]
        for descriptor in descriptors:
            digest = quote(str(descriptor.get("digest")), safe=":")
            yield from self._layer(f"{base}/blobs/{digest}", descriptor)

    @property
    def _answered(self) -> HttpAnswer:
        if self._answer is None:
            raise AssertionError("a step that failed is the last one")
        return self._answer

    def _json(self) -> dict[str, Any]:
        found = json.loads(self._answered.body)
        return found if isinstance(found, dict) else {}

    def _token(self) -> PullStep:
        challenge = self._answered.headers.get("www-authenticate", "")
        fields = dict(_PARAMETER.findall(challenge))
        if not challenge.lower().startswith("bearer") or "realm" not in fields:
            return _step("login", self._host, self._answered, "other", f"no Bearer challenge, but {challenge!r}")
        scope = f"repository:{self._image.repository}:pull"
        query = urlencode({"service": fields.get("service", self._host), "scope": scope})
        headers = {}
        if self._credentials:
            pair = f"{self._credentials.user}:{self._credentials.password}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
        step = self._request("token", f"{fields['realm']}?{query}", headers)
        if not step.passed:
            return step
        token = self._json()
        self._bearer = {"Authorization": f"Bearer {token.get('access_token') or token.get('token')}"}
        return step

    def _layer(self, url: str, descriptor: dict[str, Any]) -> Iterator[PullStep]:
        """Ask for a blob, and follow the redirect without the token, as clients do at another host."""
        size = int(descriptor.get("size") or 0)
        part = {"Range": "bytes=0-0"} if size > MAX_BODY else {}
        headers = self._bearer | part
        for _ in range(_HOPS):
            yield self._request("layer", url, headers, (_OK, _PARTIAL, *_REDIRECTS))
            if self._answered.status not in _REDIRECTS:
                break
            url = urljoin(url, self._answered.headers.get("location", ""))
            headers = part
        digest = f"sha256:{hashlib.sha256(self._answered.body).hexdigest()}"
        if not part and digest != descriptor.get("digest"):
            host = urlsplit(url).hostname or ""
            words = f"the layer has another content than its digest {descriptor.get('digest')}"
            yield _step("layer", host, self._answered, "other", words)

    def _request(self, step: StepName, url: str, headers: dict[str, str], wanted: tuple[int, ...] = (_OK,)) -> PullStep:
        host = urlsplit(url).hostname or ""
        try:
            self._answer = answer = self._connection.send(url, headers)
        except RequestFailed as error:
            return PullStep(step, host, error.address, passed=False, message=error.message, cause=error.cause)
        if answer.status in wanted:
            return PullStep(step, host, answer.address, http=answer.status)
        cause, words = refusal(step, host, answer, at_login=host == self._host)
        return _step(step, host, answer, cause, words)


def _step(step: StepName, host: str, answer: HttpAnswer, cause: PullCause, words: str) -> PullStep:
    return PullStep(step, host, answer.address, passed=False, http=answer.status, message=words, cause=cause)


def refusal(step: StepName, host: str, answer: HttpAnswer, *, at_login: bool) -> tuple[PullCause, str]:
    """Return why an answer refuses, from its status and body: JSON of a registry, XML of a storage service."""
    said = _said(answer)
    words = f"{host} answers {answer.status}" + (f": {said}" if said else "")
    if answer.status == _UNAUTHORIZED:
        return "credentials", words
    if answer.status == _FORBIDDEN and ("DENIED" in said or "AuthorizationFailure" in said):
        return "denied", words
    if step == "layer" and not at_login and "Authentication" in said:
        return "link", words
    if answer.status == _FORBIDDEN:
        return "denied", words
    return ("absent" if answer.status == _NOT_FOUND else "other"), words


def _said(answer: HttpAnswer) -> str:
    text = answer.body[:4096].decode("utf-8", "replace")
    if code := re.search(r"<Code>(\w+)</Code>", text):
        detail = re.search(r"<AuthenticationErrorDetail>([^<]*)<", text)
        return f"{code[1]}: {detail[1]}" if detail else code[1]
    try:
        error = json.loads(text)["errors"][0]
        return f"{error['code']}: {error['message']}"
    except (ValueError, KeyError, IndexError, TypeError):
        return ""


def _for_this_machine(manifests: list[dict[str, Any]]) -> str:
    """Return the digest of the image for this machine's processor, else of the first one."""
    wanted = _MACHINES.get(platform.machine(), platform.machine())
    found = next((m for m in manifests if (m.get("platform") or {}).get("architecture") == wanted), manifests[0])
    return str(found.get("digest"))
