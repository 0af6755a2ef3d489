"""The hosts that a firewall lets through: lines `HOST` or `HOST:PORT`, or the JSON of `acrdns firewall`.

Access lists of Squid and rules of Azure Firewall, as ARM and the Azure CLI print them, are read as well.

A leading `*.` stands for one or more labels, `*` alone for every host, and `#` begins a comment. A host may be an IPv4
address, or a range of them (`10.0.0.0/27`). An entry without a port is for any port.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network, ip_address
from typing import TYPE_CHECKING, Any

from acrdns.check.firewall import azure_firewall, squid
from acrdns.errors import InputError, Place, Problem

if TYPE_CHECKING:
    from pathlib import Path

_ENTRY = re.compile(
    r"(\*\.)?([a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)(/\d{1,2})?\.?(?::(\d{1,5}))?", re.IGNORECASE | re.ASCII
)
_WRITE = "write HOST, HOST:PORT or *.DOMAIN"
_MAX_PORT = 65535
_CODE = re.compile(r"^(?:az|resource|variable|param)\s|^host,port,", re.MULTILINE)
"""The other formats of `acrdns firewall`."""


@dataclass(frozen=True)
class AllowedHost:
    """One host, or all below a domain."""

    host: str
    """In lower case, without the wildcard; an address or range as it is; empty for every host."""
    wildcard: bool
    port: int | None
    """None: any."""
    line: int = 0
    """The line of the list, from 1; 0 in JSON."""

    @property
    def written(self) -> str:
        """The entry as a line of a list."""
        name = f"*.{self.host}" if self.wildcard and self.host else self.host or "*"
        return name if self.port is None else f"{name}:{self.port}"

    @cached_property
    def network(self) -> IPv4Network | None:
        """The addresses that are meant; None where the host is a name."""
        return _network(self.host)

    def allows(self, host: str, port: int) -> bool:
        """Return whether connections to a host's port pass by the host's name."""
        matches = not self.host or host.endswith(f".{self.host}") if self.wildcard else host == self.host
        return matches and self.port in (None, port)

    def covers_domain(self, domain: str) -> bool:
        """Return whether every host below a domain passes, at the entry's port."""
        return self.wildcard and (f".{domain}".endswith(f".{self.host}") or not self.host)

    def allows_address(self, address: str, port: int) -> bool:
        """Return whether connections to an address pass, whatever its name."""
        return self.network is not None and self.port in (None, port) and ip_address(address) in self.network


@dataclass(frozen=True)
class AllowList:
    """The hosts that pass; everything else is dropped."""

    entries: tuple[AllowedHost, ...]
    ignored: tuple[str, ...] = ()
    """The parts of another program's rules that say nothing about hosts, such as service tags."""

    def allows(self, host: str, port: int) -> bool:
        """Return whether connections to a host's port pass by the host's name."""
        labels = host.lower().split(".")
        above = [".".join(labels[at:]) for at in range(1, len(labels) + 1)]  # the last one is empty: every host
        exact = self._ports.get((host.lower(), False), set())
        return not {None, port}.isdisjoint(exact.union(*(self._ports.get((each, True), ()) for each in above)))

    @cached_property
    def _ports(self) -> dict[tuple[str, bool], set[int | None]]:
        found: dict[tuple[str, bool], set[int | None]] = {}
        for entry in self.entries:
            found.setdefault((entry.host, entry.wildcard), set()).add(entry.port)
        return found

    def allows_address(self, address: str, port: int) -> bool:
        """Return whether connections to an address pass, whatever its name."""
        return any(entry.allows_address(address, port) for entry in self.entries)


def read_file(path: Path, clients: tuple[str, ...] = ()) -> AllowList:
    """Read an allow-list from a file, as `read` does. Raises InputError with all problems, and OSError."""
    return read(text_of(path), str(path), clients)


def text_of(path: Path) -> str:
    """Return the text of a list. Raises InputError if it is none, and OSError."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise InputError([Problem(Place(str(path), line), "", "this is no text in UTF-8")]) from None


def read(text: str, file: str, clients: tuple[str, ...] = ()) -> AllowList:
    """Read an allow-list. Raises InputError with all problems.

    Of rules of Squid and Azure Firewall, those count that are for all `clients`; none means anybody.
    """
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith(("{", "[")):
        return _from_json(text, file, clients)
    entries, problems = list[AllowedHost](), list[Problem]()
    if _CODE.search(text):
        remedy = "check a list, or what --format json, squid or azure-firewall writes"
        raise InputError([Problem(Place(file, 1), "", "these are commands or code, and no list", remedy)])
    lines = squid.allowed(text, clients) if squid.is_configuration(text) else list(enumerate(text.splitlines(), 1))
    for number, line in lines:
        written = line.partition("#")[0].strip()
        if not written:
            continue
        entry = _entry(written, number)
        if isinstance(entry, AllowedHost):
            entries.append(entry)
        else:
            problems.append(Problem(Place(file, number), "", *entry))
    if problems:
        raise InputError(problems)
    return AllowList(tuple(entries))


def _entry(written: str, line: int = 0) -> AllowedHost | tuple[str, str]:
    """Return an entry, or what is wrong with it and the remedy."""
    if every := re.fullmatch(r"\*(?::(\d{1,5}))?", written):
        return _at_port("", every[1], line, wildcard=True)
    found = _ENTRY.fullmatch(written)
    host = f"{found[2]}{found[3] or ''}".lower() if found else ""
    if not found or ".." in host or (found[1] and _network(host)):
        return f"{written!r} is no host", _remedy(written)
    if (found[3] or re.fullmatch(r"[\d.-]+", host)) and _network(host) is None:
        return f"{written!r} is no IPv4 address or range", _range(host)
    return _at_port(host, found[4], line, wildcard=found[1] is not None)


def _at_port(host: str, written: str | None, line: int, *, wildcard: bool) -> AllowedHost | tuple[str, str]:
    port = int(written) if written else None
    if port is not None and not 0 < port <= _MAX_PORT:
        return f"{port} is no port", f"allowed: 1 to {_MAX_PORT}"
    return AllowedHost(host, wildcard, port, line)


def _remedy(written: str) -> str:
    """Return what to write instead, of a URL, a pattern or a list of Squid."""
    if found := re.fullmatch(r"https?://([^/:]+)(?::(\d+))?(?:/.*)?", written):
        return f"write {found[1]}:{found[2] or (80 if written.startswith('http:') else 443)}"
    if re.fullmatch(r"(?:\*|\.)[\w-]+(\.[\w-]+)+", written):
        return f"write *.{written.lstrip('*.')} for all below it"
    told = {
        "rules that deny hosts are not judged: leave them out": written.startswith("http_access"),
        "IPv6 addresses are not judged: private endpoints have none": written.count(":") > 1,
        "write letters outside ASCII in their IDNA form, xn--...": not written.isascii(),
        "a wildcard stands for whole labels at the beginning: write a line for each host": "*" in written[1:],
    }
    return next((remedy for remedy, fits in told.items() if fits), _WRITE)


def _range(host: str) -> str:
    """Return what to write instead of a range whose host bits are set."""
    try:
        return f"write {IPv4Network(host, strict=False)}"
    except ValueError:
        return "write 10.0.0.7 or 10.0.0.0/27"


def _network(host: str) -> IPv4Network | None:
    try:
        return IPv4Network(host)
    except ValueError:
        return None


def _from_json(text: str, file: str, clients: tuple[str, ...]) -> AllowList:
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        place = Place(file, error.lineno, error.colno)
        raise InputError([Problem(place, "", f"this is no JSON: {error.msg}")]) from None
    rules = document.get("rules") if isinstance(document, dict) else None
    if not isinstance(rules, list) or azure_firewall.is_rule(*rules[:1]):
        if name := azure_firewall.denies_first(document):
            message = f"collection {name} denies hosts before others allow some; that is not judged"
            raise InputError([Problem(Place(file, 1), "", message, "leave it out")])
        return _from_azure(azure_firewall.allowed(document, clients), file)
    entries, problems = [], []
    for number, rule in enumerate(rules):
        entry = _rule(rule)
        if isinstance(entry, AllowedHost):
            entries.append(entry)
        else:
            problems.append(Problem(Place(file, _line_of(text, number)), f"rules.{number}", *entry))
    if problems:
        raise InputError(problems)
    return AllowList(tuple(entries))


def _from_azure(found: azure_firewall.AzureAllowed, file: str) -> AllowList:
    if not found.is_policy:
        remedy = "write it with acrdns firewall --format json"
        message = "this is no firewall document of acrdns, and no rules of Azure Firewall"
        raise InputError([Problem(Place(file, 1), "", message, remedy)])
    entries, problems = list[AllowedHost](), list[Problem]()
    for name in found.hosts:
        entry = _entry(name)
        if isinstance(entry, AllowedHost):
            entries.append(entry)
        else:
            problems.append(Problem(Place(file, 1), "", *entry))
    if problems:
        raise InputError(problems)
    return AllowList(tuple(entries), found.ignored)


def _rule(rule: Any) -> AllowedHost | tuple[str, str]:
    host, port = (rule.get("host"), rule.get("port")) if isinstance(rule, dict) else (None, None)
    if not isinstance(host, str) or not isinstance(port, int) or isinstance(port, bool):
        return "a rule has a host and a port", 'write {"host": "contoso.azurecr.io", "port": 443}'
    wildcard = "*." if rule.get("wildcard") is True and not host.startswith("*.") else ""
    return _entry(f"{wildcard}{host}:{port}")


def _line_of(text: str, number: int) -> int:
    """Return the line of a rule: JSON is YAML, whose reader knows places."""
    import yaml

    root = yaml.compose(text.replace("\t", " "), Loader=yaml.SafeLoader)
    rules = next((value for key, value in root.value if key.value == "rules"), None) if root else None
    return rules.value[number].start_mark.line + 1 if rules else 1
