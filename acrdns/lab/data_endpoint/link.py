"""Temporary links: what they say, how they are signed, and the checks in their order.

    https://<label>.<region>.data.azurecr.io/?t=&h=&c=&r=&d=&p=&s=&v=1
    https://<account>.blob.core.windows.net/<container>//docker/registry/v2/blobs/sha256/<2 hex>/<hex>/data?se=&sig=...

The forms are those seen in the wild (facts.md sections 0 and 5), the meaning of each parameter is inferred. A link is
bound to registry, repository, digest, region and time of expiry by an HMAC-SHA256 over all of them.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
import uuid
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from acrdns.azure import Member
from acrdns.lab.data_endpoint.refusal import Refusal, authentication_failed
from acrdns.lab.storage.digest import is_digest
from acrdns.zone.publish.derive import blob_host, digest

if TYPE_CHECKING:
    from acrdns.lab.state import LabState
    from acrdns.lab.storage.keys import SigningKey
    from acrdns.topology.model import Registry

LIFE = 20 * 60
"""Seconds that a link is good for: a real one of 22:41:13 ended at 23:01:11 (facts.md section 0)."""
MAX_LINK = 2048
"""Bytes of a query."""
_PARAMETERS = ("t", "h", "c", "r", "d", "p", "s", "v")
_ACCOUNT_PARAMETERS = ("se", "sig", "sp", "spr", "sr", "sv", "regid")
_STORAGE_VERSION = "2021-12-02"
_BLOB_PATH = re.compile(r"/([0-9a-f]{32})//docker/registry/v2/blobs/(sha256|sha512)/([0-9a-f]{2})/(\3[0-9a-f]+)/data")


def make_link(state: LabState, registry: Registry, region: str, login_server: str, repository: str, digest: str) -> str:
    """Return a link to a layer at the replica of a region: its data endpoint, or its storage account without one."""
    key = state.store.keys.of(registry.name)[0]
    ends = int(state.clock.now()) + LIFE
    if not registry.data_endpoint_enabled:
        return _account_link(state, registry, region, key, ends, digest)
    host = Member("data", region).fqdn(registry.dns_label, state.topology.cloud)
    payload = json.dumps({"region": region, "se": ends}, separators=(",", ":")).encode()
    fields = {
        "t": key.id,
        "h": login_server,
        "c": str(uuid.uuid4()),
        "r": repository,
        "d": digest,
        "p": _encode(payload),
    }
    signature = _encode(key.sign(_signed(host, fields)))
    return f"https://{host}/?{urlencode(fields | {'s': signature, 'v': '1'}, safe='/:')}"


def check_link(state: LabState, registry: Registry, region: str, host: str, query: bytes) -> str:
    """Return the digest that a link at a data endpoint is for. Raises Refusal.

    In this order: form, key, signature, host and region, time of expiry, and that the repository still has the digest.
    """
    fields = _form(query, _PARAMETERS)
    if fields["v"] != "1" or not is_digest(fields["d"]):
        raise Refusal(400, "InvalidQueryParameterValue", "Value for one of the query parameters is invalid.")
    key = next((key for key in state.store.keys.of(registry.name) if key.id == fields["t"]), None)
    # Signed for the host that was asked: a link of another registry or region has another signature.
    wanted = _encode(key.sign(_signed(host, fields))) if key else ""
    if key is None or not hmac.compare_digest(wanted.encode(), fields["s"].encode()):
        raise authentication_failed(state.clock.now(), "Signature did not match.")
    payload = _payload(fields["p"])
    if payload.get("region") != region:
        raise authentication_failed(state.clock.now(), "The link is for another region.")
    _check_expiry(state, payload.get("se"))
    place = state.place(registry.name, region, fields["r"])
    if state.store.content.layer_size(place, fields["d"]) is None:
        raise Refusal(404, "BlobNotFound", "The specified blob does not exist.")
    return fields["d"]


def _account_link(state: LabState, registry: Registry, region: str, key: SigningKey, ends: int, digest: str) -> str:
    host = blob_host(registry, region, state.topology.cloud)
    algorithm, _, value = digest.partition(":")
    path = f"/{_container(registry)}//docker/registry/v2/blobs/{algorithm}/{value[:2]}/{value}/data"
    fields = {
        "se": datetime.fromtimestamp(ends, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "sp": "r",
        "spr": "https",
        "sr": "b",
        "sv": _STORAGE_VERSION,
        "regid": _container(registry),
    }
    signature = base64.b64encode(key.sign(_signed(host + path, fields))).decode()
    return f"https://{host}{path}?{urlencode({'se': fields['se'], 'sig': signature} | fields, safe=':')}"


def check_account_link(state: LabState, registry: Registry, region: str, host: str, path: str, query: bytes) -> str:
    """Return the digest that a link at a storage account is for. Raises Refusal."""
    fields = _form(query, _ACCOUNT_PARAMETERS)
    match = _BLOB_PATH.fullmatch(path)
    if match is None or match[1] != _container(registry) or not is_digest(f"{match[2]}:{match[4]}"):
        raise Refusal(404, "ResourceNotFound", "The specified resource does not exist.")
    signature = fields.pop("sig").encode()
    signed = _signed(host + path, fields)
    keys = state.store.keys.of(registry.name)
    if not any(hmac.compare_digest(base64.b64encode(key.sign(signed)), signature) for key in keys):
        raise authentication_failed(state.clock.now(), "Signature did not match.")
    _check_expiry(state, datetime.fromisoformat(fields["se"]).timestamp())
    digest = f"{match[2]}:{match[4]}"
    if not state.store.content.in_region(registry.name, region, digest, state.clock.now()):
        raise Refusal(404, "BlobNotFound", "The specified blob does not exist.")
    return digest


def _container(registry: Registry) -> str:
    """Return the container of a registry's layers: 32 hexadecimal digits, as seen in the wild."""
    return digest(f"container of {registry.dns_label}")[:32]


def _form(query: bytes, names: tuple[str, ...]) -> dict[str, str]:
    """Return the parameters of a link: each exactly once, and nothing else. Raises Refusal."""
    if not query:
        raise authentication_failed(None, "The request has no signature.")
    bad = Refusal(400, "InvalidQueryParameterValue", "Value for one of the query parameters is invalid.")
    if len(query) > MAX_LINK:
        raise bad
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError as error:
        raise bad from error
    if sorted(name for name, _ in pairs) != sorted(names) or not all(value.isprintable() for _, value in pairs):
        raise bad
    return dict(pairs)


def _signed(host: str, fields: dict[str, str]) -> str:
    """Return the lines that a signature is over. No field has a line break: all are printable."""
    names = sorted(fields.keys() - {"s", "v"})
    return "\n".join(["acrdns-link-1", host, *(f"{name}={fields[name]}" for name in names)])


def _payload(text: str) -> dict[str, Any]:
    try:
        payload = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        return {}
    return payload if isinstance(payload, dict) else {}


def _check_expiry(state: LabState, ends: object) -> None:
    now = state.clock.now()
    if not isinstance(ends, int | float):
        raise authentication_failed(now, "Signed expiry time is not given.")
    if now >= ends:
        end = format_datetime(datetime.fromtimestamp(ends, UTC), usegmt=True)
        current = format_datetime(datetime.fromtimestamp(int(now), UTC), usegmt=True)
        detail = f"Signature not valid in the specified time frame: Expiry [{end}] - Current [{current}]"
        raise authentication_failed(now, detail)


def _encode(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
