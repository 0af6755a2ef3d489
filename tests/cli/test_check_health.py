"""`az acr check-health --vnet` as a second opinion: it says of each name what is expected, and what the resolver gives.

Written from what the facts record of it (section 4), without anything of acrdns: it reads names and addresses of the
private endpoints in a network from the file, as Azure's command reads them from the network interfaces, asks the
resolver for each with dnspython, and compares.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import dns.resolver
import pytest
import yaml

from acrdns.cli import main
from tests.cli.test_check_served import running
from tests.serve.running import SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator

ZONES = Path(__file__).parents[2] / "zones"
CASES = (
    "private-link-geo",
    "broken/missing-data-record",
    "broken/stale-private-ip",
    "broken/network-without-zone-link",
)


def _names(file: Path, network: str) -> Iterator[tuple[str, str]]:
    """Return each name of the private endpoints in a network, with its address."""
    written = yaml.safe_load(file.read_text(encoding="utf-8"))
    for endpoint in written["private_endpoints"].values():
        if endpoint["network"] == network:
            for member, address in endpoint["addresses"].items():
                kind, _, region = member.removeprefix("registry").removeprefix("_").rpartition("_")
                between = f".{region}.{kind or 'geo'}" if region else ""
                label = written["registries"][endpoint["registry"]].get("dns_label", endpoint["registry"])
                yield f"{label}{between}.azurecr.io", address


def _actual(fqdn: str, server: tuple[str, int]) -> list[str]:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [server[0]], server[1]
    resolver.timeout = resolver.lifetime = SECONDS
    try:
        return sorted(str(record) for record in resolver.resolve(fqdn, "A"))
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []


@pytest.mark.parametrize("name", CASES)
def test_both_agree_on_expected_and_actual(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """For every name that check-health knows, and right and wrong are the same."""
    file = ZONES / f"{name}.yaml"
    with running(file) as server:
        address = server.address("hub")
        main.run(["check", name, "--from", "hub={}:{}".format(*address), "--format", "json"])
        results = {each["fqdn"]: each for each in json.loads(capsys.readouterr().out)["results"]}
        names = list(_names(file, "hub"))
        assert names
        for fqdn, expected in names:
            actual = _actual(fqdn, address)
            result = results[fqdn]
            assert (result["expected"], sorted(result["observed"])) == ([expected], actual), fqdn
            assert (result["status"] == "pass") == (actual == [expected]), fqdn
