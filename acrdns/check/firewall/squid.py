"""Access lists of Squid as lines of an allow-list: the hosts of those that an `http_access allow` names."""

from __future__ import annotations

import re

_HOSTS = ("dstdomain", "dst")
_ACL = re.compile(r"\s*acl\s+(\S+)\s+(\S+)\s+(.*)")
_ALLOW = re.compile(r"\s*http_access\s+allow\s+(.*)")


def is_configuration(text: str) -> bool:
    """Return whether a text is a configuration of Squid, or a part of one."""
    return any(map(_ACL.match, text.splitlines()))


def allowed(text: str) -> list[tuple[int, str]]:
    """Return the lines of an allow-list, with the lines that they stand at.

    A leading dot is for a domain and all below it. Other conditions of a rule, such as clients and methods, are taken
    for met; a rule without a list of hosts would let everything pass, and so it is when one names `all` alone.
    """
    lines = [(number, line.partition("#")[0]) for number, line in enumerate(text.splitlines(), 1)]
    named = {name for _, line in lines if (found := _ALLOW.match(line)) for name in found[1].split()}
    result = []
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
