"""The public Python API: what the names of `__all__` mean stays as it is as long as the first number of the version.

    >>> topology = load("private-link")                        # a file, or a sample's name
    >>> World(topology).resolve("contoso.azurecr.io", vantage="hub").addresses
    ('10.0.0.7',)
    >>> with serve(topology) as server:                        # a DNS server in this process
    ...     result = check(topology, vantage="hub", server=server.at("hub"))
    >>> result.findings
    ()

Everything else in the package is private: it may change in any version.
"""

from __future__ import annotations

import socket
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from acrdns.errors import ListenError, ProbeError, TopologyError
from acrdns.topology.model import Topology

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    import dns.resolver

    from acrdns.serve.threaded import ServedQuery, ThreadedServer

__all__ = [
    "Checked",
    "CheckedEndpoint",
    "CheckedFinding",
    "ListenError",
    "ProbeError",
    "Resolved",
    "ServedFault",
    "ServedTopology",
    "ServedVantage",
    "Topology",
    "TopologyError",
    "World",
    "check",
    "load",
    "serve",
]


def load(path: str | PathLike[str]) -> Topology:
    """Return a topology file, or a sample by its name.

    Raises TopologyError, whose text has every problem with FILE:LINE:COLUMN.
    """
    from acrdns.topology.load import load as load_file

    return load_file(str(path))


class Resolved(NamedTuple):
    """The answer to a question, as a client at a vantage point gets it."""

    rcode: str
    """A mnemonic: `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED`."""
    addresses: tuple[str, ...]
    """Addresses of the type that was asked for, in the order of the answer; empty for other types."""
    chain: tuple[str, ...]
    """The name asked, then each alias target, in lower case and without the last dot."""


class SimulatedWorld:
    """A topology that can be asked, without a socket."""

    def __init__(self, topology: Topology) -> None:
        from acrdns.resolve.world import World as Engine

        self._engine = Engine(topology)

    @property
    def vantages(self) -> tuple[str, ...]:
        """`internet`, then every network in file order, each followed by its clients."""
        return self._engine.vantages

    def resolve(self, name: str, type: str = "A", *, vantage: str) -> Resolved:  # noqa: A002 -- the word of DNS
        """Return the answer to a question at a vantage point.

        Raises LookupError for an unknown vantage point, and ValueError for a text that is no name or no type.
        """
        from acrdns.names import name as read_name
        from acrdns.names import show
        from acrdns.record import Rcode, Type, type_number
        from acrdns.resolve.chain import Question

        _known(vantage, self.vantages)
        question = Question(read_name(name), type_number(type))
        response = self._engine.answer(vantage, question)
        rrsets = response.answer
        found = tuple(text for each in rrsets if each.type == question.type for text in each.texts())
        aliases = tuple(show(each.target) for each in rrsets if each.type == Type.CNAME)
        addresses = found if question.type in (Type.A, Type.AAAA) else ()
        return Resolved(Rcode(response.rcode).name, addresses, (show(question.name), *aliases))


World = SimulatedWorld


class ServedVantage(NamedTuple):
    """Where a vantage point is served: an address and a port, the same for UDP and TCP."""

    address: str
    port: int

    def resolver(self) -> dns.resolver.Resolver:
        """Return a resolver of dnspython that asks this server alone."""
        import dns.resolver

        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = [self.address], self.port
        # Nothing is lost on the way to it: on a busy machine a question is waited for, and not asked twice.
        resolver.timeout = resolver.lifetime = 30.0
        return resolver

    @contextmanager
    def getaddrinfo(self) -> Iterator[None]:
        """Patch `socket.getaddrinfo` for the block: this server answers for simulated names, the real one for others.

        NXDOMAIN and names without an address are a gaierror, as they are on a machine in that network.
        """
        from unittest.mock import patch

        with patch.object(socket, "getaddrinfo", _patched(self, socket.getaddrinfo)):
            yield


def _patched(server: ServedVantage, real: object) -> object:
    """Return what stands in for `socket.getaddrinfo`."""
    import dns.exception
    import dns.rcode
    import dns.resolver
    from dns.rdatatype import AAAA, A

    types = {socket.AF_INET: (A,), socket.AF_INET6: (AAAA,)}
    failures = {"NXDOMAIN": socket.EAI_NONAME, "SERVFAIL": socket.EAI_AGAIN}
    assert callable(real)

    def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):  # type: ignore[no-untyped-def]  # noqa: A002, ANN001, ANN202 -- those of socket
        text = host.decode() if isinstance(host, bytes) else host
        if not isinstance(text, str) or "." not in text or _is_literal(text) or flags & socket.AI_NUMERICHOST:
            return real(host, port, family, type, proto, flags)
        addresses, name = [], text
        for kind in types.get(family, (A, AAAA)):
            try:
                answer = server.resolver().resolve(text.rstrip(".") + ".", kind, raise_on_no_answer=False, search=False)
            except dns.resolver.NXDOMAIN:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None
            except dns.resolver.NoNameservers as error:
                rcodes = [dns.rcode.to_text(each[4].rcode()) for each in error.kwargs["errors"] if each[4] is not None]
                if "REFUSED" in rcodes:  # outside the simulated zones
                    return real(host, port, family, type, proto, flags)
                raise socket.gaierror(failures["SERVFAIL"], "Temporary failure in name resolution") from None
            name = answer.canonical_name.to_text(omit_final_dot=True)
            addresses += [record.to_text() for record in answer.rrset or ()]
        if not addresses:
            raise socket.gaierror(failures["NXDOMAIN"], "No address associated with hostname")
        found = [each for address in addresses for each in real(address, port, family, type, proto, flags)]
        if flags & socket.AI_CANONNAME:
            found[0] = (*found[0][:3], name, found[0][4])
        return found

    return getaddrinfo


def _is_literal(text: str) -> bool:
    import ipaddress

    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


class ServedFault(NamedTuple):
    """A fault that is in the served topology."""

    name: str
    subject: str
    """Where it is, as `acrdns break` names it."""
    message: str
    """The state of things, in a sentence."""


class ServedTopology:
    """A topology that is served in this process: each vantage point on a free port, from when it is first asked for."""

    def __init__(self, topology: Topology) -> None:
        from acrdns.resolve.world import World as Engine

        self.topology = topology
        """As it is served now: with the faults whose blocks have not ended."""
        self.queries: list[ServedQuery] = []
        """Every question so far, in order: `vantage`, `name`, `type`, `rcode`."""
        self._engine = Engine(topology)
        self._servers: dict[str, ThreadedServer] = {}
        self._open = ExitStack()

    def at(self, vantage: str) -> ServedVantage:
        """Return where a vantage point is served. Raises LookupError, which names those that there are."""
        _known(vantage, self.topology.vantages)
        if vantage not in self._servers:
            from acrdns.serve.threaded import ThreadedServer

            server = ThreadedServer(self._engine, vantage, self.queries.append)
            self._servers[vantage] = self._open.enter_context(server)
        address = self._servers[vantage].address
        return ServedVantage(address.host, address.port)

    @contextmanager
    def fault(self, name: str, at: str | None = None) -> Iterator[ServedFault]:
        """Serve the topology with a fault in it until the block ends, however it ends; blocks may be nested.

        `name` and `at` are those of `acrdns faults` and `acrdns break`; without `at`, the first place that changes an
        answer. Raises ValueError, with a guess, for an unknown one.
        """
        from acrdns.check.repair.breaking import breaking

        candidate = breaking(name, self.topology, at)
        before = self.topology
        self._swap(candidate.apply(before))
        try:
            yield ServedFault(name, candidate.subject, candidate.message)
        finally:
            self._swap(before)

    def _swap(self, topology: Topology) -> None:
        from acrdns.resolve.world import World as Engine

        self.topology, self._engine = topology, Engine(topology)
        for server in self._servers.values():
            server.swap(self._engine)

    def close(self) -> None:
        """Stop all servers."""
        self._open.close()
        self._servers.clear()


@contextmanager
def serve(topology: Topology) -> Iterator[ServedTopology]:
    """Serve a topology on loopback until the block ends."""
    served = ServedTopology(topology)
    try:
        yield served
    finally:
        served.close()


@dataclass(frozen=True, slots=True)
class CheckedEndpoint:
    """One endpoint of a registry, as a live resolver answers for it."""

    fqdn: str
    status: Literal["pass", "fail", "error", "ignored"]
    """`error`: the resolver gave no usable answer. `ignored`: it is wrong, and all that is found of it is excused."""
    outcome: str
    """`NOERROR`, `NODATA`, `NXDOMAIN`, `SERVFAIL`, `REFUSED`, `TIMEOUT` or `OTHER`."""
    expected: tuple[str, ...]
    """Any one of these is right; empty where any address of the right kind is."""
    observed: tuple[str, ...]
    """IPv4 and IPv6."""
    chain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckedFinding:
    """One defect."""

    code: str
    name: str
    severity: Literal["error", "warning", "info"]
    fqdn: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of `check`."""

    results: tuple[CheckedEndpoint, ...]
    findings: tuple[CheckedFinding, ...]

    @property
    def clean(self) -> bool:
        """Whether no finding is worse than `info`, and each endpoint had an answer; accepted findings do not count."""
        wrong = any(finding.severity != "info" for finding in self.findings)
        return not wrong and all(result.status in ("pass", "ignored") for result in self.results)


def check(topology: Topology, *, vantage: str, server: str | tuple[str, int], timeout: float = 2.0) -> Checked:
    """Ask a live resolver for every endpoint of a topology, and judge the answers as at a vantage point.

    `server` is what `acrdns check --server` takes, or what `.at()` returns; `timeout` is in seconds, for each answer.
    Findings that the topology accepts are left out. Raises LookupError for an unknown vantage point, and ProbeError for
    a server that cannot be asked.
    """
    from datetime import UTC, datetime

    from acrdns.check.endpoints import of_topology
    from acrdns.check.facts import Facts
    from acrdns.check.judge import judge, rules_at_a_vantage
    from acrdns.check.rules import TABLE
    from acrdns.probe.ask import observe
    from acrdns.probe.resolver import Resolver, ResolverAddress, parse_server

    _known(vantage, topology.vantages)
    asked = parse_server(server) if isinstance(server, str) else ResolverAddress(*server)
    endpoints = of_topology(topology, vantage)
    observations = observe([each.fqdn for each in endpoints], Resolver((asked,), timeout))
    cases = tuple(each.observed(seen) for each, seen in zip(endpoints, observations, strict=True))
    judgement = judge(
        Facts(topology, vantage, cases), rules_at_a_vantage(), today=datetime.now(UTC).astimezone().date()
    )
    results = tuple(
        CheckedEndpoint(
            fqdn=case.fqdn,
            status=verdict.status,
            outcome=case.observation.outcome.value,
            expected=case.expectation.addresses,
            observed=case.observation.addresses + case.observation.ipv6_addresses,
            chain=case.observation.chain,
        )
        for verdict in judgement.verdicts
        for case in (verdict.case,)
    )
    findings = tuple(
        CheckedFinding(f.code, TABLE[f.code], judgement.profile.severity(f.code), f.fqdn, f.message, f.fix)
        for f in judgement.findings
    )
    return Checked(results, findings)


def _known(vantage: str, vantages: tuple[str, ...]) -> None:
    if vantage not in vantages:
        from acrdns.suggest import remedy

        raise LookupError(f"there is no vantage point {vantage!r}; {remedy(vantage, vantages)}")
