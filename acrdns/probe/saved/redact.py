"""Replace names and addresses, the same way throughout a file.

These stay: the number and kind of labels (a region, `data`, `geo`, `privatelink`), public suffixes, and whether an
address is private, public or a proxy's, IPv4 or IPv6. Free text is left out, but for the codes of Extended DNS Errors.
"""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS, CLOUDS, INTERNET
from acrdns.record import BENCHMARKS, is_private
from acrdns.regions import REGIONS

if TYPE_CHECKING:
    from acrdns.probe.answer import ObservedAnswer

_REGISTRIES = tuple(suffix for cloud in CLOUDS.values() for suffix in (cloud.privatelink, cloud.registry))
_SUFFIXES = (
    *_REGISTRIES,
    *(suffix for cloud in CLOUDS.values() for suffix in (cloud.frontend, cloud.traffic_manager, cloud.cloudapp)),
    *(cloud.blob for cloud in CLOUDS.values()),
)
"""Names of Azure's own: they say nothing of the user. A privatelink name stands before the one that it ends in."""
_KINDS = frozenset({"data", "geo"})
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "net", "org"})
_TWO_LETTERS = 2
_PRIVATE4, _PUBLIC4 = int(IPv4Address("10.0.0.1")), int(IPv4Address("203.0.113.1"))
_PRIVATE6, _PUBLIC6 = int(IPv6Address("fd00::1")), int(IPv6Address("2001:db8::1"))
_PROXY4 = int(BENCHMARKS.network_address) + 1
_EDE_CODE = re.compile(r"EDE:? \d+(?: \([A-Za-z ]+\))?")


class Redaction:
    """The replacements so far."""

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}
        self._vantages: dict[str, str] = {}
        self._addresses: dict[str, str] = {}
        self._counts: dict[int, int] = {}

    def __call__(self, answer: ObservedAnswer) -> ObservedAnswer:
        """Return an answer with replaced names and addresses."""
        return replace(
            answer,
            fqdn=self.name(answer.fqdn),
            addresses=tuple(map(self.address, answer.addresses)),
            chain=tuple(map(self.name, answer.chain)),
            server=self._server(answer.server) if answer.server else None,
            vantage=self._vantage(answer.vantage) if answer.vantage else None,
            source=None,
            detail="",
            ede=tuple(found[0] if (found := _EDE_CODE.match(text)) else "EDE" for text in answer.ede),
            soa=(self.name(answer.soa[0]), self.name(answer.soa[1])) if answer.soa else None,
        )

    def name(self, name: str) -> str:
        """Return a name of as many labels."""
        own, suffix = _divided(name.lower())
        labels = own.split(".") if own else []
        if suffix in _REGISTRIES:
            kept = 2 if len(labels) > 1 and labels[-1] in _KINDS else 0
            own_labels, rest = labels[: len(labels) - kept], labels[len(labels) - kept :]
            shown = [*map(self._label, own_labels), *rest]
        else:
            shown = [label if label in REGIONS else self._label(label) for label in labels]
        return ".".join([*shown, *filter(None, [suffix])])

    def address(self, address: str) -> str:
        """Return an address of the same family, private where this one is."""
        parsed = ip_address(address)
        if parsed.is_loopback or parsed.is_unspecified or parsed.is_link_local or address == AZURE_DNS:
            return address  # the same on every machine
        private = is_private(address)
        if parsed.version == 4:  # noqa: PLR2004
            public = _PROXY4 if parsed in BENCHMARKS else _PUBLIC4
            return self._next(address, _PRIVATE4 if private else public, IPv4Address)
        return self._next(address, _PRIVATE6 if private else _PUBLIC6, IPv6Address)

    def _next(self, address: str, first: int, family: type[IPv4Address | IPv6Address]) -> str:
        if address not in self._addresses:
            count = self._counts[first] = self._counts.get(first, 0) + 1
            self._addresses[address] = str(family(first + count - 1))
        return self._addresses[address]

    def _label(self, label: str) -> str:
        return self._labels.setdefault(label, f"name{len(self._labels) + 1}")

    def _vantage(self, vantage: str) -> str:
        if vantage == INTERNET:
            return vantage
        return self._vantages.setdefault(vantage, f"network{len(self._vantages) + 1}")

    def _server(self, server: str) -> str:
        return ", ".join(map(self._one_server, server.split(", ")))

    def _one_server(self, server: str) -> str:
        """Return `[SCHEME://]HOST[:PORT][/PATH]` with another host; the path, which may hold a key, is left out."""
        scheme, separator, rest = server.rpartition("://")
        host = rest.partition("/")[0]
        bracketed = re.fullmatch(r"\[(.*)\](:\d+)?", host)
        plain = re.fullmatch(r"([^:]*)(:\d+)?", host)
        found = bracketed or plain
        text, port = (found[1], found[2] or "") if found else (host, "")
        try:
            shown = self.address(text)
        except ValueError:
            shown = self.name(text)
        return scheme + separator + (f"[{shown}]" if bracketed else shown) + port


def _divided(name: str) -> tuple[str, str]:
    """Return a name's own labels, and its public suffix."""
    for suffix in _SUFFIXES:
        if name == suffix or name.endswith(f".{suffix}"):
            return name.removesuffix(suffix).removesuffix("."), suffix
    labels = name.split(".")
    if len(labels) == 1:
        return name, ""
    many = len(labels) > _TWO_LETTERS and len(labels[-1]) == _TWO_LETTERS and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[: -2 if many else -1]), ".".join(labels[-2 if many else -1 :])
