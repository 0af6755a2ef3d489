"""dnslib's own UDP server over a dictionary: what one gets without a server of one's own.

Run as `python -m scripts.benchmarks._dnslib ZONEFILE PORT`. Its zone resolver, which compares every record with every
question, is another 20 times as slow.
"""

from __future__ import annotations

import sys
from pathlib import Path

from dnslib import QTYPE, RCODE, RR, DNSRecord
from dnslib.server import BaseResolver, DNSLogger, DNSServer


class Table(BaseResolver):  # type: ignore[misc]  # dnslib has no types
    """Looks names up in a dictionary."""

    def __init__(self, text: str) -> None:
        self._found: dict[tuple[str, int], list[RR]] = {}
        self._names: set[str] = set()
        for record in RR.fromZone(text):
            name = str(record.rname).lower()
            self._names.add(name)
            self._found.setdefault((name, record.rtype), []).append(record)

    def resolve(self, request: DNSRecord, handler: object) -> DNSRecord:  # noqa: ARG002 -- dnslib's interface
        """Answer one request."""
        reply = request.reply()
        name = str(request.q.qname).lower()
        reply.add_answer(*self._found.get((name, request.q.qtype), ()))
        if name not in self._names and request.q.qtype != QTYPE.SOA:
            reply.header.rcode = RCODE.NXDOMAIN
        return reply


if __name__ == "__main__":
    table = Table(Path(sys.argv[1]).read_text(encoding="ascii"))
    DNSServer(table, address="127.0.0.1", port=int(sys.argv[2]), logger=DNSLogger("-request,-reply")).start()
