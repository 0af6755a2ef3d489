"""Self-hosted DNS servers: unbound, BIND, dnsmasq, Knot Resolver, PowerDNS Recursor, each made one of a topology.

The configuration is derived from the server's entry in the topology. Addresses of the topology stand for listeners on
loopback addresses: an inbound endpoint, 168.63.129.16 and another server for the listener of their network, a public
resolver for that of the internet. What nothing answers at is a port that refuses.
"""

from __future__ import annotations

import socket
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acrdns.azure import AZURE_DNS
from acrdns.names import show
from acrdns.record import Type, rdata_text, type_text
from tests.free_ports import free_address
from tests.serve.running import Lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from acrdns.record import RRset
    from acrdns.topology.model import DnsServer, Topology

Address = tuple[str, int]
_SOA = "3600 SOA localhost. hostmaster.localhost. 1 3600 300 2419200 10"
_NS = "3600 NS localhost."
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")


@dataclass(frozen=True)
class Setup:
    """What a program is told: where to listen, whom to ask for what, and what it holds itself."""

    listen: Address
    conditional: dict[str, list[Address]]
    """Domain to targets."""
    default: list[Address]
    zones: dict[str, list[RRset]]
    minimise: bool
    """Query name minimisation (RFC 9156), where the program has it."""
    rebind_protection: bool = False
    dns64: str = ""
    root: Address | None = None
    """A server of the root zone, asked instead of `default`: a conditional forwarder that fails is passed over."""
    stub: bool = False
    """Whether unbound's conditional forwarders are stub zones, and those of Knot Resolver `policy.STUB`."""
    auth: bool = False
    """Whether unbound's own zones are auth zones."""
    exempt: str = ""
    """A domain that rebinding protection lets pass."""
    strict: bool = False
    """Whether dnsmasq asks its servers in order."""


def setup_of(
    server: DnsServer,
    topology: Topology,
    listeners: Mapping[str, Address],
    refusing: Address,
    *,
    minimise: bool,
    root: Address | None = None,
) -> Setup:
    """Read a server's entry, and say where each address of it is on this machine."""
    homes = {
        address: resolver.network
        for resolver in topology.private_resolvers.values()
        for address in resolver.inbound_endpoints
    }
    homes |= {other.address: other.network for other in topology.dns_servers.values() if other is not server}
    in_azure = topology.networks[server.network].kind == "virtual_network"

    def where(address: str) -> Address:
        if address == AZURE_DNS:
            return listeners[server.network] if in_azure else refusing
        if address in homes:
            return listeners[homes[address]]
        return refusing if address.startswith("10.") else listeners["internet"]

    return Setup(
        free_address("127.0.0.1"),
        {show(domain): [where(each) for each in targets] for domain, targets in server.conditional_forwarders.items()},
        [where(each) for each in server.forwarders] or [listeners["internet"]],
        {show(apex): list(records) for apex, records in server.zones.items()},
        minimise,
        server.rebind_protection,
        str(server.dns64 or ""),
        root,
    )


def _unbound(setup: Setup, folder: Path) -> tuple[str, list[str]]:
    lines = [
        "server:",
        f'  directory: "{folder}"',
        '  chroot: ""',
        '  username: ""',
        '  pidfile: ""',
        "  use-syslog: no",
        '  logfile: ""',
        "  verbosity: 1",
        "  do-daemonize: no",
        "  num-threads: 1",
        # It gives up on a server that does not answer within seconds, not minutes.
        "  outbound-msg-retry: 2",
        "  max-sent-count: 6",
        "  unknown-server-time-limit: 50",
        "  infra-cache-min-rtt: 20",
        "  infra-cache-max-rtt: 500",
        "  do-ip6: no",
        f"  interface: {setup.listen[0]}@{setup.listen[1]}",
        "  access-control: 127.0.0.0/8 allow",
        "  do-not-query-localhost: no",
        f'  module-config: "{"dns64 " if setup.dns64 else ""}iterator"',
        *([f"  dns64-prefix: {setup.dns64}"] if setup.dns64 else []),
        *(f"  private-address: {space}" for space in _PRIVATE if setup.rebind_protection),
        *([f'  private-domain: "{setup.exempt}"'] if setup.exempt else []),
        *([] if setup.auth else _local_zones(setup)),
        f"  qname-minimisation: {_yes(setup.minimise)}",
        "remote-control:",
        "  control-enable: no",
    ]
    for apex, file in _zone_files(setup, folder).items() if setup.auth else ():
        lines += ["auth-zone:", f'  name: "{apex}"', f'  zonefile: "{file}"']
    for domain, targets in (*setup.conditional.items(), (".", [setup.root] if setup.root else setup.default)):
        kind = "stub" if (setup.stub and domain != ".") or (setup.root and domain == ".") else "forward"
        lines += [f"{kind}-zone:", f'  name: "{domain}"', *(f"  {kind}-addr: {host}@{port}" for host, port in targets)]
        lines += [f"  {kind}-first: yes"] * (setup.root is not None and domain != ".")
    path = folder / "unbound.conf"
    path.write_text("\n".join(lines) + "\n")
    return "start of service", ["unbound", "-d", "-c", str(path)]


def _local_zones(setup: Setup) -> Iterator[str]:
    """Write zones as unbound's users do: `local-zone` with `local-data`, which answers for the name asked alone."""
    for apex, records in setup.zones.items():
        yield f'  local-zone: "{apex}" static'
        yield f"  local-data: '{apex}. {_SOA}'"
        for each in records:
            yield from (f"  local-data: '{line}'" for line in _lines(each))


def _bind(setup: Setup, folder: Path) -> tuple[str, list[str]]:
    lines = [
        "options {",
        f'  directory "{folder}";',
        f"  listen-on port {setup.listen[1]} {{ {setup.listen[0]}; }};",
        "  listen-on-v6 { none; };",
        "  pid-file none; session-keyfile none; lock-file none;",
        "  recursion yes; dnssec-validation no; empty-zones-enable no; notify no;",
        f"  qname-minimization {'strict' if setup.minimise else 'off'};",
        *([f"  deny-answer-addresses {{ {' '.join(f'{space};' for space in _PRIVATE)} }}"] * setup.rebind_protection),
        *([f'  except-from {{ "{setup.exempt}"; }}'] if setup.exempt else []),
        *([";"] * setup.rebind_protection),
        *([f"  dns64 {setup.dns64} {{ }};"] if setup.dns64 else []),
        f"  forward only; forwarders {_forwarders(setup.default)};",
        "};",
        "controls { };",
    ]
    if setup.root:
        # Queries to the servers of zones go to the port of the root's server.
        lines.insert(1, f"  port {setup.root[1]};")
        (folder / "root.hints").write_text(f". 3600 NS root.test.\nroot.test. 3600 A {setup.root[0]}\n")
        lines.append(f'zone "." {{ type hint; file "{folder}/root.hints"; }};')
    forward = "first" if setup.root else "only"
    for domain, targets in setup.conditional.items():
        lines.append(f'zone "{domain}" {{ type forward; forward {forward}; forwarders {_forwarders(targets)}; }};')
    for apex, path in _zone_files(setup, folder).items():
        lines.append(f'zone "{apex}" {{ type primary; file "{path}"; check-integrity no; }};')
    path = folder / "named.conf"
    path.write_text("\n".join(lines) + "\n")
    return r"\brunning$", ["named", "-g", "-4", "-n", "1", "-c", str(path)]


def _dnsmasq(setup: Setup, folder: Path) -> tuple[str, list[str]]:
    lines = [
        f"port={setup.listen[1]}",
        f"listen-address={setup.listen[0]}",
        "bind-interfaces",
        "no-resolv",
        "no-hosts",
        "no-poll",
        "pid-file",
        # Each answer by its own way, and not by what an earlier question has left behind.
        "cache-size=0",
        *(f"server={host}#{port}" for host, port in setup.default),
        *(["stop-dns-rebind"] * setup.rebind_protection),
        *([f"rebind-domain-ok=/{setup.exempt}/"] if setup.exempt else []),
        *(["strict-order"] * setup.strict),
    ]
    for domain, targets in setup.conditional.items():
        lines += (f"server=/{domain}/{host}#{port}" for host, port in targets)
    for apex, records in setup.zones.items():
        lines.append(f"local=/{apex}/")
        lines += (
            f"host-record={show(each.name)},{rdata_text(each.type, data)},{each.ttl}"
            for each in records
            if each.type in (Type.A, Type.AAAA)
            for data in each.rdatas
        )
    path = folder / "dnsmasq.conf"
    path.write_text("\n".join(lines) + "\n")
    return r"\bstarted\b", ["dnsmasq", "--no-daemon", f"--conf-file={path}", "--log-facility=-"]


def _knot_resolver(setup: Setup, folder: Path) -> tuple[str, list[str]]:
    """Write policies: the first that fits decides, so the longest suffix comes first. It has no zones of its own."""
    lines = [
        f"net.listen('{setup.listen[0]}', {setup.listen[1]}, {{ kind = 'dns' }})",
        "net.ipv6 = false",
        "trust_anchors.remove('.')",
        # They ask root servers by themselves.
        *(f"modules.unload('{module}')" for module in ("priming", "detect_time_skew", "ta_update", "ta_signal_query")),
        "modules.load('policy')",
        "cache.size = 1 * MB",
        # Each answer by its own way, as with dnsmasq.
        "policy.add(policy.all(policy.FLAGS({'NO_CACHE'})))",
    ]
    if setup.dns64:
        lines.append(f"modules.load('dns64'); dns64.config({{ prefix = '{setup.dns64.partition('/')[0]}' }})")
    lines += ["modules.load('rebinding < iterate')"] * setup.rebind_protection
    conditional = sorted(setup.conditional.items(), key=lambda item: -item[0].count("."))
    for domain, targets in (*conditional, (".", setup.default)):
        addresses = ", ".join(f"'{host}@{port}'" for host, port in targets)
        kind = "STUB" if setup.stub and domain != "." else "FORWARD"
        lines.append(f"policy.add(policy.suffix(policy.{kind}({{{addresses}}}), policy.todnames({{'{domain}'}})))")
    lines.append("log_level('info')")
    lines.append("io.stderr:write('configured\\n')")
    path = folder / "kresd.conf"
    path.write_text("\n".join(lines) + "\n")
    return "configured", ["kresd", "-n", "-c", str(path), str(folder)]


def _pdns_recursor(setup: Setup, folder: Path) -> tuple[str, list[str]]:
    forwards = [
        f"{'+' if domain == '.' else ''}{domain}=" + ";".join(f"{host}:{port}" for host, port in targets)
        for domain, targets in (*setup.conditional.items(), (".", setup.default))
    ]
    lines = [
        f"local-address={setup.listen[0]}",
        f"local-port={setup.listen[1]}",
        f"socket-dir={folder}",
        f"config-dir={folder}",
        "daemon=no",
        "setuid=",
        "setgid=",
        "write-pid=no",
        "threads=1",
        "dnssec=off",
        "disable-packetcache=yes",
        "dont-query=",
        "hint-file=no",
        "serve-rfc1918=no",
        "quiet=yes",
        "security-poll-suffix=",
        "loglevel=6",
        f"qname-minimization={_yes(setup.minimise)}",
        f"forward-zones-recurse={','.join(each.removeprefix('+') for each in forwards)}",
    ]
    if setup.zones:
        lines.append("auth-zones=" + ",".join(f"{apex}={path}" for apex, path in _zone_files(setup, folder).items()))
    (folder / "recursor.conf").write_text("\n".join(lines) + "\n")
    return "Enabled multiplexer", ["pdns_recursor", f"--config-dir={folder}"]


_CONFIGURE: dict[str, Callable[[Setup, Path], tuple[str, list[str]]]] = {
    "unbound": _unbound,
    "named": _bind,
    "dnsmasq": _dnsmasq,
    "kresd": _knot_resolver,
    "pdns_recursor": _pdns_recursor,
}


def _yes(wanted: bool) -> str:
    return "yes" if wanted else "no"


def _forwarders(targets: list[Address]) -> str:
    return "{ " + " ".join(f"{host} port {port};" for host, port in targets) + " }"


def _zone_files(setup: Setup, folder: Path) -> dict[str, Path]:
    found = {}
    for number, (apex, records) in enumerate(setup.zones.items()):
        lines = [f"{apex}. {_SOA}", f"{apex}. {_NS}"]
        lines += (line for each in records for line in _lines(each))
        found[apex] = folder / f"{number}.zone"
        found[apex].write_text("\n".join(lines) + "\n")
    return found


def _lines(rrset: RRset) -> Iterator[str]:
    """Write a record set as a master file does, with absolute names."""
    dot = "." if rrset.type == Type.CNAME else ""
    for data in rrset.rdatas:
        yield f"{show(rrset.name)}. {rrset.ttl} {type_text(rrset.type)} {rdata_text(rrset.type, data)}{dot}"


@contextmanager
def running(name: str, find: Callable[[str], str], setup: Setup, folder: Path) -> Iterator[Address]:
    """Run a product until the block ends; gives where it answers."""
    started, (program, *arguments) = _CONFIGURE[name](setup, folder)
    command = [find(program), *arguments]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=folder) as process:
        assert process.stderr is not None
        log = Lines(process.stderr)
        try:
            log.until(started)
            yield setup.listen
            process.terminate()
            log.all()
        finally:
            process.kill()


@contextmanager
def refusing() -> Iterator[Address]:
    """Hold a port of 127.0.0.1 at which nobody answers: what is sent there comes back as unreachable, at once.

    The sockets keep others from taking the port. One that is connected elsewhere takes nobody else's packets.
    """
    host, port = free_address("127.0.0.1")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
        udp.bind((host, port))
        udp.connect((host, port))
        tcp.bind((host, port))
        yield host, port
