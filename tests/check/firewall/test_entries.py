"""The order of entries: held against a firewall that looks at one client at a time."""

from __future__ import annotations

from ipaddress import IPv4Network

from hypothesis import given
from hypothesis import strategies as st

from acrdns.check.firewall.entries import AllowList, ListEntry, without

CLIENTS = IPv4Network("10.0.0.0/28")
HOSTS = ("", "azurecr.io", "contoso.azurecr.io", "10.0.0.7", "10.0.0.0/29")
CONNECTIONS = [
    (host, address, port)
    for host in (None, "contoso.azurecr.io", "fabrikam.azurecr.io", "example.org")
    for address in (None, "10.0.0.7", "10.0.0.9", "20.0.0.1")
    for port in (80, 443)
]
ranges = st.sampled_from([each for length in (28, 29, 30) for each in CLIENTS.subnets(new_prefix=length)])
entries = st.builds(
    ListEntry,
    st.sampled_from(HOSTS),
    wildcard=st.booleans(),
    port=st.sampled_from([None, 443, 80]),
    denies=st.booleans(),
    sources=st.lists(ranges, max_size=2).map(tuple),
).filter(lambda entry: entry.wildcard or entry.host != "")


def one_by_one(entries: list[ListEntry], host: str | None, address: str | None, port: int) -> bool:
    """Return whether a connection passes for each client: the first entry that is for it decides."""
    for client in CLIENTS:
        mine = (each for each in entries if not each.sources or any(client in part for part in each.sources))
        first = next((each for each in mine if each.is_for(host, address, port)), None)
        if first is None or first.denies:
            return False
    return True


@given(st.lists(entries, max_size=6))
def test_the_first_entry_decides_for_each_client(made: list[ListEntry]) -> None:
    """Whatever the order and the clients of the entries."""
    allowed = AllowList(tuple(made), (), (CLIENTS,))
    for host, address, port in CONNECTIONS:
        assert allowed.passes(host, address, port) == one_by_one(made, host, address, port), (host, address, port)


@given(st.lists(entries, max_size=6))
def test_an_entry_that_lets_nothing_pass_lets_nothing_pass(made: list[ListEntry]) -> None:
    """Without it, every connection fares as before."""
    allowed = AllowList(tuple(made), (), (CLIENTS,))
    kept = set(allowed.letting())
    without_it = [each for each in made if each.denies or each in kept]
    for host, address, port in CONNECTIONS:
        assert one_by_one(without_it, host, address, port) == one_by_one(made, host, address, port)


@given(st.lists(ranges), st.lists(ranges))
def test_ranges_without_others_are_what_is_left(first: list[IPv4Network], second: list[IPv4Network]) -> None:
    """Address by address."""
    left = {address for each in without(first, second) for address in each}
    assert left == {a for each in first for a in each} - {a for each in second for a in each}
