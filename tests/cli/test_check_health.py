"""`az acr check-health --vnet` as a second opinion: it says of each name what is expected, and what the resolver gives.

Written from what the facts record of it (section 4), without anything of acrdns: it reads names and addresses of the
private endpoints in a network from the file, as Azure's command reads them from the network interfaces, asks the
resolver for each with dnspython, and compares.
"""

from __future__ import annotations

import json
from pathlib import Path

import dns.resolver
import pytest
import yaml

from acrdns.cli import main
from tests.cli.test_check_served import running
from tests.serve.running import SECONDS

ZONES = Path(__file__).parents[2] / "zones"
CASES = (
    "private-link-geo",
    "broken/missing-data-record",
    "broken/stale-private-ip",
    "broken/network-without-zone-link",
)
EVERY = tuple(str(file.relative_to(ZONES).with_suffix("")) for file in sorted(ZONES.glob("**/*.yaml")))
NO_ENDPOINT = {
    "broken/endpoint-not-approved",
    "broken/parent-out-of-reach",
    "broken/sync-without-data-endpoint",
    "broken/wrong-local-name",
    "connected-registry",
    "dedicated-data-endpoints",
    "geo-replicated",
    "public",
    "single-region",
}
"""Without an endpoint that check-health would look at: none is approved in a virtual network."""
AAAA = {"broken/ipv6-bypass"}
"""check-health asks for IPv4 addresses alone."""
SUFFIXES = {"AzureUSGovernment": "azurecr.us", "AzureChinaCloud": "azurecr.cn"}


def _names(file: Path, network: str) -> dict[str, set[str]]:
    """Return each name of the approved private endpoints in a network, with the addresses that it has there."""
    written = yaml.safe_load(file.read_text(encoding="utf-8"))
    suffix = SUFFIXES.get(written.get("cloud", ""), "azurecr.io")
    found: dict[str, set[str]] = {}
    for endpoint in (written.get("private_endpoints") or {}).values():
        if endpoint["network"] == network and endpoint.get("status", "Approved") == "Approved":
            for member, address in endpoint["addresses"].items():
                kind, _, region = member.removeprefix("registry").removeprefix("_").rpartition("_")
                between = f".{region}.{kind or 'geo'}" if region else ""
                label = written["registries"][endpoint["registry"]].get("dns_label", endpoint["registry"])
                found.setdefault(f"{label}{between}.{suffix}", set()).add(address)
    return found


def _actual(fqdn: str, server: tuple[str, int]) -> list[str]:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [server[0]], server[1]
    resolver.timeout = resolver.lifetime = SECONDS
    try:
        return sorted(str(record) for record in resolver.resolve(fqdn, "A"))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.NoNameservers):
        return []


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in CASES else pytest.mark.slow) for name in EVERY]
)
def test_both_agree_on_expected_and_actual(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """For every name that check-health knows in a network, and right and wrong are the same."""
    file = ZONES / f"{name}.yaml"
    networks = yaml.safe_load(file.read_text(encoding="utf-8")).get("networks", {})
    inside = [key for key, network in networks.items() if network.get("kind", "virtual_network") == "virtual_network"]
    asked = {key: names for key in inside if (names := _names(file, key))}
    assert bool(asked) != (name in NO_ENDPOINT)
    with running(file) as server:
        for network, names in asked.items():
            address = server.address(network)
            main.run(["check", str(file), "--from", f"{network}={address[0]}:{address[1]}", "--format", "json"])
            results = {each["fqdn"]: each for each in json.loads(capsys.readouterr().out)["results"]}
            for fqdn, expected in names.items():
                actual = _actual(fqdn, address)
                result = results[fqdn]
                assert (set(result["expected"]), sorted(result["observed"])) == (expected, actual), fqdn
                right = bool(actual) and set(actual) <= expected
                assert (result["status"] == "pass") == right or (name in AAAA and right), fqdn
