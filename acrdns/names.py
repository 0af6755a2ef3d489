"""Domain names, and the grammar of registry names in each Azure cloud.

A `Name` is a domain name in lower-case, uncompressed wire form (RFC 1035 section 3.1), so that equal names are equal
bytes, a parent is a slice, and a name is a cheap dictionary key. Only ASCII letters are lowered (RFC 4343).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, NewType

from acrdns.errors import NameSyntaxError

if TYPE_CHECKING:
    from collections.abc import Iterator

Name = NewType("Name", bytes)

ROOT = Name(b"\x00")
MAX_NAME = 255
MAX_LABEL = 63

_ESCAPE = re.compile(rb"\\(\d{3}|[^\d])|\\")
_LENGTHS = tuple(bytes((length,)) for length in range(MAX_LABEL + 1))
_SPECIAL = frozenset(b'."\\;()@$')


def name(text: str) -> Name:
    r"""Read a name in presentation form (RFC 1035 section 5.1), with `\.` and `\DDD` escapes.

    Every name is absolute: the trailing dot is optional. Raises NameSyntaxError.
    """
    return Name(wire(text).lower())


@lru_cache(maxsize=65536)
def wire(text: str) -> bytes:
    """Give the uncompressed wire form of a name, its letter case kept. Raises NameSyntaxError."""
    if text in ("", "."):
        return bytes(ROOT)
    labels = _split(text)
    encoded = b"".join([_LENGTHS[len(label)] + label for label in labels]) + b"\x00"
    if len(encoded) > MAX_NAME:
        raise NameSyntaxError(f"{text!r} is longer than {MAX_NAME} octets")
    return encoded


def _split(text: str) -> list[bytes]:
    try:
        raw = text.encode("ascii")
    except UnicodeEncodeError:
        raise NameSyntaxError(f"{text!r} has letters outside ASCII; write the IDNA form (xn--...)") from None
    labels = _split_escaped(raw, text) if b"\\" in raw else raw.removesuffix(b".").split(b".")
    if not all(labels):
        raise NameSyntaxError(f"{text!r} has an empty label")
    if max(map(len, labels)) > MAX_LABEL:
        raise NameSyntaxError(f"{text!r} has a label of more than {MAX_LABEL} octets")
    return labels


def _split_escaped(raw: bytes, text: str) -> list[bytes]:
    labels: list[bytes] = []
    label = bytearray()
    position = 0
    while position < len(raw):
        if raw[position] == ord("."):
            labels.append(bytes(label))
            label.clear()
            position += 1
        elif raw[position] == ord("\\"):
            match = _ESCAPE.match(raw, position)
            escaped = match[1] if match else None
            if escaped is None or (len(escaped) == 3 and int(escaped) > 255):  # noqa: PLR2004
                raise NameSyntaxError(f"{text!r} has a bad escape; write \\DDD (000 to 255) or \\ and one character")
            label.append(int(escaped) if len(escaped) == 3 else escaped[0])  # noqa: PLR2004
            position += 1 + len(escaped)
        else:
            label.append(raw[position])
            position += 1
    if label or not labels:
        labels.append(bytes(label))
    return labels


def show(name: bytes) -> str:
    """Write a name in presentation form, without the trailing dot (the root is `.`)."""
    return ".".join(map(_escape, labels(name))) or "."


@lru_cache(maxsize=65536)
def _escape(label: bytes) -> str:
    return "".join(
        f"\\{chr(octet)}" if octet in _SPECIAL else chr(octet) if 0x20 < octet < 0x7F else f"\\{octet:03d}"  # noqa: PLR2004
        for octet in label
    )


def labels(name: bytes) -> Iterator[bytes]:
    """Give the labels from left to right, without the root."""
    position = 0
    while length := name[position]:
        yield name[position + 1 : position + 1 + length]
        position += 1 + length


def ancestors(name: Name) -> Iterator[Name]:
    """Give the name itself, then its parent, and so on, the root last."""
    while True:
        yield name
        if name == ROOT:
            return
        name = parent(name)


def parent(name: Name) -> Name:
    """Give the name without its first label. The root has no parent; asked for it, this is an IndexError."""
    if name == ROOT:
        raise IndexError("the root has no parent")
    return Name(name[1 + name[0] :])


def is_under(name: bytes, apex: bytes) -> bool:
    """Tell whether `name` is `apex` or a name below it."""
    if not name.endswith(apex):
        return False
    position, start = 0, len(name) - len(apex)
    while position < start:
        position += 1 + name[position]
    return position == start


def join(relative: str, apex: Name) -> Name:
    """Give the absolute name of a record set's relative name; `@` is the apex. Raises NameSyntaxError."""
    if relative == "@":
        return apex
    joined = Name(wire(relative).lower()[:-1] + apex)
    if len(joined) > MAX_NAME:
        raise NameSyntaxError(f"{relative!r} under {show(apex)} is longer than {MAX_NAME} octets")
    return joined


def relative(name: Name, apex: Name) -> str:
    """Give the name relative to an apex that it is under; the apex itself is `@`."""
    return "@" if name == apex else show(Name(name[: len(name) - len(apex)] + ROOT))


# --- the grammar of registry names (facts.md section 1) ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cloud:
    """The DNS suffixes of one Azure cloud (facts.md section 1.5)."""

    name: str
    registry: str
    """The login server's suffix: `azurecr.io`."""
    frontend: str
    """Where the service's own front ends live: `azcr.io`. In sovereign clouds this is INFERRED."""
    traffic_manager: str
    cloudapp: str
    blob: str

    @property
    def privatelink(self) -> str:
        """The one private zone that a registry needs: `privatelink.azurecr.io`."""
        return f"privatelink.{self.registry}"


CLOUDS = {
    cloud.name: cloud
    for cloud in (
        Cloud(
            "AzureCloud", "azurecr.io", "azcr.io", "trafficmanager.net", "cloudapp.azure.com", "blob.core.windows.net"
        ),
        Cloud(
            "AzureChinaCloud",
            "azurecr.cn",
            "azcr.cn",
            "trafficmanager.cn",
            "cloudapp.chinacloudapi.cn",
            "blob.core.chinacloudapi.cn",
        ),
        Cloud(
            "AzureUSGovernment",
            "azurecr.us",
            "azcr.us",
            "usgovtrafficmanager.net",
            "cloudapp.usgovcloudapi.net",
            "blob.core.usgovcloudapi.net",
        ),
    )
}

MEMBER_LOGIN = "registry"
_MEMBER_DATA = "registry_data_"
_MEMBER_REGIONAL = "registry_"


class Member(NamedTuple):
    """A member of the private link group `registry`: one endpoint of a registry (facts.md section 2.1).

    A tuple, because a large estate has tens of thousands that are looked up by.
    """

    kind: str
    """`login`, `data` or `regional`."""
    region: str = ""
    """The region of a data or regional endpoint; empty for the login server."""

    def __str__(self) -> str:
        if self.kind == "login":
            return MEMBER_LOGIN
        return (_MEMBER_DATA if self.kind == "data" else _MEMBER_REGIONAL) + self.region

    @staticmethod
    @lru_cache(maxsize=1024)
    def parse(text: str) -> Member | None:
        """Read `registry`, `registry_data_<region>` or `registry_<region>`; None for anything else."""
        if text == MEMBER_LOGIN:
            return LOGIN
        for kind, prefix in (("data", _MEMBER_DATA), ("regional", _MEMBER_REGIONAL)):
            if text.startswith(prefix) and text[len(prefix) :].isalnum():
                return Member(kind, text[len(prefix) :])
        return None

    def relative(self, label: str) -> str:
        """Give the endpoint's name below the suffix: `contoso`, `contoso.eastus.data`, `contoso.eastus.geo`."""
        if self.kind == "login":
            return label
        return f"{label}.{self.region}.{'data' if self.kind == 'data' else 'geo'}"

    def fqdn(self, label: str, cloud: Cloud) -> str:
        """Give the public name that clients use, e.g. `contoso.eastus.data.azurecr.io`."""
        return f"{self.relative(label)}.{cloud.registry}"

    def privatelink(self, label: str, cloud: Cloud) -> str:
        """Give the privatelink name, e.g. `contoso.eastus.data.privatelink.azurecr.io`."""
        return f"{self.relative(label)}.{cloud.privatelink}"


LOGIN = Member("login")
