"""The kinds of values that a topology file has: each checks a text and returns its canonical form."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, Strict
from pydantic_core import PydanticCustomError

from acrdns import regions
from acrdns.errors import NameSyntaxError
from acrdns.names import name, show
from acrdns.record import MAX_TTL, PRIVATE

WRONG = "acrdns"
"""The pydantic error type of everything that is raised here."""


def wrong(message: str, allowed: str) -> PydanticCustomError:
    """Make the error of a value: what is wrong with it, and what is allowed."""
    return PydanticCustomError(WRONG, "{message}", {"message": message, "allowed": allowed})


def describe(value: Any) -> str:
    """Say what kind of value something is: `'x' is a text`."""
    if value is None:
        return "has no value"
    if isinstance(value, bool):
        return f"{str(value).lower()} is a switch"
    if isinstance(value, int):
        return f"{value} is a number"
    if isinstance(value, str):
        return f"{value!r} is a text"
    return "is a list" if isinstance(value, list) else "is a mapping"


# --- texts ------------------------------------------------------------------------------------------------------------

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_RELATIVE = re.compile(rf"@|(?:\*|{_LABEL})(?:\.{_LABEL})*")
_REPOSITORY = r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?:/?\*)?|\*"

DOMAIN = "allowed: a domain name such as corp.example"
RELATIVE = "allowed: a name relative to the zone such as contoso.eastus.data, @ for the zone itself, or *.name"


def domain_complaint(text: str) -> str:
    """Say what is wrong with a domain name that people make up; empty where nothing is."""
    try:
        canonical = show(name(text))
    except NameSyntaxError as error:
        return str(error)
    return "" if _DOMAIN.fullmatch(canonical) else f"{text!r} is no domain name"


def domain(text: str) -> str:
    """Check a domain name; canonical is lower case without the trailing dot."""
    if complaint := domain_complaint(text):
        raise wrong(complaint, DOMAIN)
    return show(name(text))


def relative_complaint(text: str) -> str:
    """Say what is wrong with the name of a record set; empty where nothing is."""
    if text.endswith("."):
        return f"{text!r} ends in a dot, but names of record sets are relative to the zone"
    return "" if _RELATIVE.fullmatch(text.lower()) else f"{text!r} is no name of a record set"


def region(text: str) -> str:
    """Check a region; canonical is Azure Resource Manager's spelling."""
    canonical = regions.normalize(text)
    if complaint := regions.complaint(canonical):
        raise wrong(*complaint)
    return canonical


def repository(text: str) -> str:
    """Check the name of a repository (OCI distribution specification), or a pattern that ends in `*`."""
    if not re.fullmatch(_REPOSITORY, text):
        raise wrong(f"{text!r} is no name of a repository", "allowed: lower-case names such as hello-world or team/app")
    return text


# --- addresses --------------------------------------------------------------------------------------------------------

_NOT_PUBLIC = (*PRIVATE, *map(ipaddress.ip_network, ("0.0.0.0/8", "224.0.0.0/3", "::/128", "ff00::/8")))
"""Not to be reached from the internet. Without the documentation ranges: made-up public addresses come from them."""


def is_public(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    """Return whether a range is one that a client on the internet may have; documentation ranges count as such."""
    return not any(network.version == private.version and network.overlaps(private) for private in _NOT_PUBLIC)


def _without_zone(text: str) -> str:
    """Refuse an address of one link (`fe80::1%eth0`): the file's addresses mean the same everywhere."""
    if "%" in text:
        raise ValueError(text)
    return text


def address(text: str) -> str:
    """Check an IPv4 or IPv6 address; canonical is RFC 5952 for IPv6."""
    try:
        return str(ipaddress.ip_address(_without_zone(text)))
    except ValueError:
        raise wrong(f"{text!r} is no IP address", "allowed: an IPv4 or IPv6 address such as 10.0.0.4") from None


_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_ADDRESS4 = re.compile(rf"{_OCTET}\.{_OCTET}\.{_OCTET}\.{_OCTET}")
"""IPv4 addresses as `ipaddress` reads and writes them; it needs six times as long."""


def address4(text: str) -> str:
    """Check an IPv4 address."""
    if _ADDRESS4.fullmatch(text):
        return text
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        raise wrong(f"{text!r} is no IPv4 address", "allowed: an IPv4 address such as 10.0.0.7") from None


def private_address(text: str) -> str:
    """Check an address of a private endpoint: private endpoints are IPv4 only (facts.md section 3)."""
    if ":" in text:
        raise wrong(f"{text!r} is no IPv4 address", "allowed: IPv4; private endpoints have no IPv6 addresses")
    return address4(text)


def address6(text: str) -> str:
    """Check an IPv6 address; canonical is RFC 5952."""
    try:
        return str(ipaddress.IPv6Address(_without_zone(text)))
    except ValueError:
        raise wrong(f"{text!r} is no IPv6 address", "allowed: an IPv6 address such as 2001:db8::7") from None


def public_address(text: str) -> str:
    """Check a public address, IPv4 or IPv6."""
    canonical = address(text)
    if not is_public(ipaddress.ip_network(canonical)):
        raise wrong(f"{canonical} is no public address", "allowed: an address that the internet can reach")
    return canonical


def cidr(text: str) -> str:
    """Check a range of an address space. Host bits are refused, as Azure does, with the range that was meant."""
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise wrong(f"{text!r} is no address range", "allowed: CIDR such as 10.0.0.0/16") from None
    if "/" not in text:
        raise wrong(f"{text!r} has no prefix length", "allowed: CIDR such as 10.0.0.0/16")
    if str(network.network_address) != str(ipaddress.ip_address(text.partition("/")[0])):
        raise wrong(f"{text!r} has bits set behind the prefix", f"did you mean {network}?")
    return str(network)


def ip_rule(text: str) -> str:
    """Check a rule of a registry's firewall: a public IPv4 address or range; canonical has no host bits."""
    allowed = "allowed: a public IPv4 address or range such as 203.0.113.7 or 203.0.113.0/24"
    try:
        network = ipaddress.IPv4Network(text, strict=False)
    except ValueError:
        raise wrong(f"{text!r} is no IPv4 address or range", allowed) from None
    if not is_public(network):
        raise wrong(f"{text!r} is not public; the registry's firewall never sees private addresses", allowed)
    return str(network) if "/" in text else str(network.network_address)


def nat64_prefix(text: str) -> str:
    """Check a prefix that AAAA records are synthesized with (RFC 6147); the length is 96 here."""
    allowed = "allowed: an IPv6 prefix of 96 bits such as 64:ff9b::/96"
    try:
        prefix = ipaddress.IPv6Network(text)
    except ValueError:
        raise wrong(f"{text!r} is no IPv6 prefix", allowed) from None
    if prefix.prefixlen != 96:  # noqa: PLR2004
        raise wrong(f"{text!r} has a length of {prefix.prefixlen} bits", allowed)
    return str(prefix)


# --- switches and numbers ---------------------------------------------------------------------------------------------

_SWITCH = {"yes": True, "on": True, "no": False, "off": False}


def switch(value: Any) -> Any:
    """Read YAML 1.1's other words for true and false."""
    return _SWITCH.get(value.lower(), value) if isinstance(value, str) else value


def nothing_is_empty(value: Any) -> Any:
    """Read a key without a value as an empty mapping."""
    return {} if value is None else value


def no_items(value: Any) -> Any:
    """Read a key without a value as an empty list."""
    return [] if value is None else value


Key = str
"""A key of another section; whether it exists is not checked here."""
Switch = Annotated[bool, Strict(), BeforeValidator(switch)]
Region = Annotated[str, AfterValidator(region), Field(examples=["eastus", "westeurope"])]
Domain = Annotated[str, AfterValidator(domain)]
Repository = Annotated[str, AfterValidator(repository)]
Address = Annotated[str, AfterValidator(address), Field(examples=["10.0.0.4"])]
Address4 = Annotated[str, AfterValidator(address4), Field(examples=["10.0.0.4"])]
Address6 = Annotated[str, AfterValidator(address6), Field(examples=["2001:db8::4"])]
PrivateAddress = Annotated[str, AfterValidator(private_address), Field(examples=["10.0.0.7"])]
PublicAddress = Annotated[str, AfterValidator(public_address), Field(examples=["203.0.113.7"])]
Cidr = Annotated[str, AfterValidator(cidr), Field(examples=["10.0.0.0/16"])]
Nat64Prefix = Annotated[str, AfterValidator(nat64_prefix), Field(examples=["64:ff9b::/96"])]
IpRule = Annotated[str, AfterValidator(ip_rule), Field(examples=["203.0.113.0/24"])]
Ttl = Annotated[int, Strict(), Field(ge=0, le=MAX_TTL)]
Octet = Annotated[int, Strict(), Field(ge=0, le=255)]
Short = Annotated[int, Strict(), Field(ge=0, le=65535)]
