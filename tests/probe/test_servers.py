"""Many names through servers that people run: all of them observed, rightly, and by hand as by dnspython."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from acrdns.probe.ask import observe
from acrdns.probe.observation import Observation, Outcome
from acrdns.probe.resolver import Resolver, ResolverAddress
from acrdns.probe.response import repeated
from tests.conformance.peers import SERVERS, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from acrdns.probe.question import ProbeQuestion
    from acrdns.probe.response.reading import Reading

pytestmark = pytest.mark.interop

COUNT = 600
HEAD = """$ORIGIN azurecr.io.
$TTL 60
@ IN SOA ns admin 1 3600 600 86400 10
@ IN NS ns
ns IN A 192.0.2.53
dual IN A 10.0.0.1
dual IN AAAA 2001:db8::1
dangling IN CNAME missing.privatelink
loop IN CNAME pool
pool IN CNAME loop
text IN TXT hello
round IN A 10.0.0.3
round IN A 10.0.0.2
"""
ODD = ("dual", "dangling", "loop", "text", "round", "missing", "DUAL")


def names() -> list[str]:
    """Return what is asked for: many ordinary names, and a few that are not."""
    return [f"r{n}.eastus.data.azurecr.io" for n in range(COUNT)] + [f"{name}.azurecr.io" for name in ODD]


def zone() -> str:
    """Write the zone: each rN has an alias to an address."""
    records = (
        f"r{n}.eastus.data IN CNAME r{n}.eastus.data.privatelink\n"
        f"r{n}.eastus.data.privatelink 10 IN A 10.1.{n // 256}.{n % 256}\n"
        for n in range(COUNT)
    )
    return HEAD + "".join(records)


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, program: Callable[[str], str]) -> Iterator[ResolverAddress]:
    """Serve the zone."""
    with serving({request.param: program(request.param)}, {"azurecr.io.": zone()}) as (peer,):
        yield ResolverAddress("127.0.0.1", peer.port)


def timeless(observations: list[Observation]) -> list[Observation]:
    """Leave out what differs from one time to the next: milliseconds, and the order of several addresses."""
    return [o._replace(milliseconds=None, addresses=tuple(sorted(o.addresses))) for o in observations]


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_all_are_observed(server: ResolverAddress, *, tcp: bool) -> None:
    """In their order, with aliases, addresses and TTL."""
    observations = observe(names(), Resolver((server,), timeout=20, tcp=tcp))
    for number, observation in enumerate(observations[:COUNT]):
        fqdn = f"r{number}.eastus.data.azurecr.io"
        chain = (fqdn, f"r{number}.eastus.data.privatelink.azurecr.io")
        assert (observation.fqdn, observation.chain, observation.ttl) == (fqdn, chain, 10)
        assert observation.addresses == (f"10.1.{number // 256}.{number % 256}",)
        assert (observation.outcome, observation.ipv6_outcome) == (Outcome.ANSWER, Outcome.NODATA)
    outcomes = {o.fqdn.partition(".")[0]: (o.outcome, o.ipv6_addresses) for o in observations[COUNT:]}
    assert outcomes == {
        "dual": (Outcome.ANSWER, ("2001:db8::1",)),
        "DUAL": (Outcome.ANSWER, ("2001:db8::1",)),
        "dangling": (Outcome.NXDOMAIN, ()),
        "loop": (outcomes["loop"][0], ()),  # what an authoritative server says to a loop is its own choice
        "text": (Outcome.NODATA, ()),
        "round": (Outcome.ANSWER, ()),
        "missing": (Outcome.NXDOMAIN, ()),
    }


def test_dnspython_reads_the_same(server: ResolverAddress, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every response of a real server, whichever way it is read; and the ordinary ones are read by hand."""
    by_hand = []
    read = repeated.read

    def counted(octets: bytes, asked: ProbeQuestion) -> Reading | None:
        reading = read(octets, asked)
        by_hand.append(reading is not None)
        return reading

    resolver = Resolver((server,), timeout=20)
    monkeypatch.setattr(repeated, "read", counted)
    observed = timeless(observe(names(), resolver))
    assert sum(by_hand) >= 2 * COUNT
    monkeypatch.setattr(repeated, "read", lambda *_: None)
    assert timeless(observe(names(), resolver)) == observed
