"""Access lists of Squid as lines of an allow-list: the hosts of those that an `http_access allow` names."""

from __future__ import annotations

import re

from acrdns.check.firewall.azure_firewall import covers

_HOSTS = ("dstdomain", "dst")
_ACL = re.compile(r"\s*acl\s+(\S+)\s+(\S+)\s+(.*)")
_ALLOW = re.compile(r"\s*http_access\s+allow\s+(.*)")


def is_configuration(text: str) -> bool:
    """Return whether a text is a configuration of Squid, or a part of one."""
    return any(map(_ACL.match, text.splitlines()))


def allowed(text: str, clients: tuple[str, ...] = ()) -> list[tuple[int, str]]:
    """Return the lines of an allow-list, with the lines that they stand at.

    A leading dot is for a domain and all below it. A rule counts if it is for all clients in these ranges, and stands
    before `http_access deny all`; other conditions, such as methods, are taken for met. A rule that denies hosts is
    returned as it is: it is no entry.
    """
    lines = [(number, line.partition("#")[0]) for number, line in enumerate(text.splitlines(), 1)]
    acls = [found for _, line in lines if (found := _ACL.match(line))]
    named: set[str] = set()
    result: list[tuple[int, str]] = []
    for number, line in lines:
        words = line.split()
        if words[:3] == ["http_access", "deny", "all"]:
            break
        if words[:2] == ["http_access", "deny"] and any(acl[1] in words[2:] and acl[2] in _HOSTS for acl in acls):
            result.append((number, line.strip()))
        elif found := _ALLOW.match(line):
            sources = [v for acl in acls if acl[1] in words and acl[2] == "src" for v in acl[3].split()]
            if covers(sources or ["*"], clients):
                named.update(found[1].split())
    for number, line in lines:
        acl = _ACL.match(line)
        if acl and acl[1] in named and acl[2] in _HOSTS:
            for value in acl[3].split():
                result += [(number, entry) for entry in _entries(value)]
    return result


def _entries(value: str) -> tuple[str, ...]:
    """Return a value as entries; options such as `-n` are none."""
    if value.startswith("-"):
        return ()
    return (value[1:], f"*{value}") if value.startswith(".") else (value,)
