"""The hosts that a firewall lets through: lines `HOST` or `HOST:PORT`, or the JSON of `acrdns firewall`.

Configurations of Squid, rules of Azure Firewall and those of network security groups, as ARM and the Azure CLI print
them, are read as well; so are a table that begins with `host,port,` and a JSON list of hosts.

A leading `*.` stands for one or more labels, `*` alone for every host, and `#` begins a comment. A host may be an IPv4
address, a range of them (`10.0.0.0/27`), or a service tag. An entry without a port is for any port. IPv6 addresses are
not judged.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from acrdns.check.firewall import azure_firewall, lines, security_group, squid
from acrdns.check.firewall.entries import AllowList, ListEntry, ipv6_note, is_ipv6, network_of, ranges, without
from acrdns.check.firewall.service_tags import is_tag
from acrdns.errors import InputError, Place, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_ENTRY = re.compile(
    r"(\*\.)?([a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)(/\d{1,2})?\.?(?::(\d{1,5}))?", re.IGNORECASE | re.ASCII
)
_WRITE = "write HOST, HOST:PORT or *.DOMAIN"
_MAX_PORT = 65535
_JSON = re.compile(r"\s*(?:\{|\[\s*[\[\]{\"])")
"""Begins a document; an IPv6 address in brackets does not."""
_CODE = re.compile(r"^(?:az|resource|variable|param)\s", re.MULTILINE)
"""The formats of `acrdns firewall` that are commands or code."""


def read_file(path: Path, clients: tuple[str, ...] = ()) -> AllowList:
    """Read an allow-list from a file, as `read` does. Raises InputError with all problems, and OSError."""
    return read(text_of(path), str(path), clients)


def text_of(path: Path) -> str:
    """Return the text of a list. Raises InputError if it is no list, and OSError."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise InputError([Problem(Place(str(path), line), "", "this is no text in UTF-8")]) from None


def read(text: str, file: str, clients: tuple[str, ...] = ()) -> AllowList:
    """Read an allow-list. Raises InputError with all problems.

    Rules of Squid and Azure hold for clients, and come one before the other; `clients` are those asked for, none or `*`
    where nobody knows them.
    """
    text = text.removeprefix("\ufeff")
    asked = ranges(clients) or ()
    if _JSON.match(text):
        return _from_json(text, file, asked)
    if _CODE.search(text):
        remedy = "check a list, or what --format json, csv, nsg, squid or azure-firewall writes"
        raise InputError([Problem(Place(file, 1), "", "these are commands or code, and no list", remedy)])
    if squid.is_configuration(text):
        found = squid.entries(text)
        problems = [
            Problem(Place(file, number), "", why, "write the hosts here, as dstdomain") for number, why in found.unknown
        ]
        return _checked(found.entries, found.ignored, asked, file, problems)
    return _from_texts(lines.hosts(text), file)


def _from_texts(texts: Iterable[tuple[int, str]], file: str) -> AllowList:
    """Return the list of some entries as written, each with its line. Raises InputError with all problems."""
    entries, problems, ignored = list[ListEntry](), list[Problem](), dict[str, None]()
    for number, text in texts:
        if is_ipv6(text):
            ignored[ipv6_note(text)] = None
            continue
        entry = _entry(text, number)
        if isinstance(entry, ListEntry):
            entries.append(entry)
        else:
            problems.append(Problem(Place(file, number), "", *entry))
    if problems:
        raise InputError(problems)
    return AllowList(tuple(entries), tuple(ignored))


def _checked(
    found: Iterable[ListEntry],
    ignored: tuple[str, ...],
    clients: tuple[IPv4Network, ...],
    file: str,
    problems: Iterable[Problem] = (),
) -> AllowList:
    """Return a list of the entries of another program. Raises InputError for those that are no hosts."""
    entries, wrong = list(found), list(problems)
    ignored = tuple(dict.fromkeys((*ignored, *(ipv6_note(each.host) for each in entries if is_ipv6(each.host)))))
    entries = [each for each in entries if not is_ipv6(each.host)]
    for each in dict.fromkeys(entry for entry in entries if entry.host):
        entry = _entry(each.host)
        if not isinstance(entry, ListEntry):
            wrong.append(Problem(Place(file, each.line or 1), "", *entry))
    if wrong:
        raise InputError(wrong)
    if clients:
        entries = [each for each in entries if not each.sources or without(clients, each.sources) != sorted(clients)]
    while entries and entries[-1].denies:  # what nothing lets pass is dropped
        entries.pop()
    return AllowList(tuple(entries), ignored, clients)


def _entry(written: str, line: int = 0) -> ListEntry | tuple[str, str]:
    """Return an entry, or what is wrong with it and the remedy."""
    if every := re.fullmatch(r"\*(?::(\d{1,5}))?", written):
        return _at_port("", every[1], line, wildcard=True)
    found = _ENTRY.fullmatch(written)
    host = f"{found[2]}{found[3] or ''}".lower() if found else ""
    if not found or ".." in host or (found[1] and network_of(host)):
        return f"{written!r} is no host", _remedy(written)
    if not found[1] and not found[3] and is_tag(host):
        port = _at_port("", found[4], line, wildcard=False)
        return replace(port, tag=found[2]) if isinstance(port, ListEntry) else port
    if (found[3] or re.fullmatch(r"[\d.-]+", host)) and network_of(host) is None:
        return f"{written!r} is no IPv4 address or range", _range(host)
    return _at_port(host, found[4], line, wildcard=found[1] is not None)


def _at_port(host: str, written: str | None, line: int, *, wildcard: bool) -> ListEntry | tuple[str, str]:
    port = int(written) if written else None
    if port is not None and not 0 < port <= _MAX_PORT:
        return f"{port} is no port", f"allowed: 1 to {_MAX_PORT}"
    return ListEntry(host, wildcard, port, line)


def _remedy(written: str) -> str:
    """Return what to write instead, of a URL, a pattern or a list of Squid."""
    if found := re.fullmatch(r"https?://([^/:]+)(?::(\d+))?(?:/.*)?", written):
        return f"write {found[1]}:{found[2] or (80 if written.startswith('http:') else 443)}"
    if re.fullmatch(r"(?:\*|\.)[\w-]+(\.[\w-]+)+", written):
        return f"write *.{written.lstrip('*.')} for all below it"
    told = {
        "rules that deny hosts are not judged: leave them out": written.startswith("http_access"),
        "write letters outside ASCII in their IDNA form, xn--...": not written.isascii(),
        "a wildcard stands for whole labels at the beginning: write a line for each host": "*" in written[1:],
    }
    return next((remedy for remedy, fits in told.items() if fits), _WRITE)


def _range(host: str) -> str:
    """Return what to write instead of a range whose host bits are set."""
    try:
        return f"write {IPv4Network(host, strict=False)}"
    except ValueError:
        return "write 10.0.0.7, 10.0.0.0/27 or 10.0.0.7-10.0.0.9"


def _from_json(text: str, file: str, clients: tuple[IPv4Network, ...]) -> AllowList:
    try:
        document = _document(text)
    except json.JSONDecodeError as error:
        place = Place(file, error.lineno, error.colno)
        raise InputError([Problem(place, "", f"this is no JSON: {error.msg}")]) from None
    if isinstance(document, list) and document and all(isinstance(each, str) for each in document):
        listed = ((_line_of(text, number), each) for number, each in enumerate(document))
        return _from_texts(((line, host) for line, each in listed for _, host in lines.hosts(each)), file)
    rules = document.get("rules") if isinstance(document, dict) else None
    if not isinstance(rules, list) or azure_firewall.is_rule(*rules[:1]):
        return _from_azure(document, file, clients)
    entries, problems, ignored = [], [], dict[str, None]()
    for number, rule in enumerate(rules):
        if isinstance(rule, dict) and is_ipv6(str(rule.get("host"))):
            ignored[ipv6_note(rule["host"])] = None
            continue
        entry = _rule(rule)
        if isinstance(entry, ListEntry):
            entries.append(entry)
        else:
            problems.append(Problem(Place(file, _line_of(text, number)), f"rules.{number}", *entry))
    if problems:
        raise InputError(problems)
    return AllowList(tuple(entries), tuple(ignored))


def _document(text: str) -> Any:
    """Return what JSON says, though there be a comma after a last value. Raises json.JSONDecodeError."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        tolerated = re.sub(r",(\s*[\]}])", r"\1", text)
        if tolerated == text:
            raise
        return json.loads(tolerated)


def _from_azure(document: Any, file: str, clients: tuple[IPv4Network, ...]) -> AllowList:
    program = security_group if security_group.is_group(document) else azure_firewall
    try:
        found = program.entries(document)
    except ValueError as error:
        raise InputError([Problem(Place(file, 1), "", f"a port or a priority is no number: {error}")]) from None
    if not found.is_policy:
        remedy = "write it with acrdns firewall --format json"
        if isinstance(document, dict) and {"ruleCollectionGroups", "firewallPolicy"} & document.keys():
            remedy = "the rules are in groups of a policy: az network firewall policy rule-collection-group list"
        message = "this is no firewall document of acrdns, and no rules of Azure Firewall or of a security group"
        raise InputError([Problem(Place(file, 1), "", message, remedy)])
    return _checked(found.entries, found.ignored, clients, file)


def _rule(rule: Any) -> ListEntry | tuple[str, str]:
    host, port = (rule.get("host"), rule.get("port")) if isinstance(rule, dict) else (None, None)
    if not isinstance(host, str) or not isinstance(port, int) or isinstance(port, bool):
        return "a rule has a host and a port", 'write {"host": "contoso.azurecr.io", "port": 443}'
    wildcard = "*." if rule.get("wildcard") is True and not host.startswith("*.") else ""
    return _entry(f"{wildcard}{host}:{port}")


def _line_of(text: str, number: int) -> int:
    """Return the line of a rule or a host: JSON is YAML, whose reader knows places."""
    import yaml

    root = yaml.compose(text.replace("\t", " "), Loader=yaml.SafeLoader)
    if isinstance(root, yaml.SequenceNode):
        return int(root.value[number].start_mark.line) + 1
    rules = next((value for key, value in root.value if key.value == "rules"), None) if root else None
    return rules.value[number].start_mark.line + 1 if rules else 1
