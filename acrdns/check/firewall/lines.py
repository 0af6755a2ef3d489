"""The hosts in the lines of a text list, as people write them: `HOST`, `HOST:PORT`, `HOST 443`, `- HOST`, `HOST, HOST`.

A comment begins with `#`, or after a blank with `//` or `;`. A span `10.0.0.7-10.0.0.9` is taken apart into ranges.
"""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from acrdns.check.firewall.entries import is_ipv6, spans
from acrdns.check.firewall.service_tags import is_tag

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT = re.compile(r"#.*|(?:^|\s)(?://|;).*")
_BULLET = re.compile(r"^(?:[-+\u2022]\s+|\*\s+(?=\S*\.))")
_SPAN = re.compile(r"(\d[\d.]*)\s*[-\u2013]\s*(\d[\d.]*)(:\d+)?")
_PORT = re.compile(r"(?:tcp[/ ])?(\d{1,5})(?:/tcp)?", re.IGNORECASE)
_PROTOCOLS = ("tcp", "https")


def hosts(text: str) -> Iterator[tuple[int, str]]:
    """Return each host with its line, as `HOST` or `HOST:PORT`; what cannot be read comes back as it is."""
    if text[:10].lower() == "host,port,":
        reader = csv.reader(io.StringIO(text))
        rows = ((reader.line_num, row) for row in reader if row and row[0].lower() != "host")
        yield from ((number, each) for number, row in rows for each in _spanned(_at(row[0], "".join(row[1:2]))))
        return
    for number, line in enumerate(text.splitlines(), 1):
        written = _BULLET.sub("", _COMMENT.sub("", line).strip()).rstrip(",; \t")
        if written and written != "---":
            yield from ((number, each) for host in _in_line(written) for each in _spanned(host))


def _in_line(written: str) -> list[str]:
    """Return the hosts of a line; the line itself where one of several parts is neither host, tag nor port."""
    parts = [part.strip().strip("'\"") for part in re.split("[,;]", written)]
    found: list[str] = []
    for part in parts:
        host, _, rest = part.partition(" " if " " in part else "\t")
        if found and (port := _PORT.fullmatch(part)):
            found[-1] = _at(found[-1], port[1])
        elif port := _PORT.fullmatch(rest.strip()):
            found.append(_at(host, port[1]))
        elif part.lower() not in _PROTOCOLS or not found:
            found.append(part.removesuffix("/") if part.count("/") == 1 else part)
    labels = (each for each in found if not {".", ":", "*"} & set(each) and not is_tag(each))
    return [written] if len(parts) > 1 and any(labels) else found


def _at(host: str, port: str) -> str:
    return host if is_ipv6(host) or not port else f"{host}:{port}"


def _spanned(host: str) -> list[str]:
    if not (found := _SPAN.fullmatch(host)):
        return [host]
    return [f"{each}{found[3] or ''}" for each in spans(f"{found[1]}-{found[2]}")]
