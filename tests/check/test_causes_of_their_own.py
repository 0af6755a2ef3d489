"""A fix mends what its finding is about: a defect elsewhere is a finding by itself, or said in words in the message."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from acrdns.check.fixes.peer_networks import PeerNetworks
from acrdns.check.lint import lint
from acrdns.topology.load import loads
from tests.check.test_law_of_fixes import fixed, holds, turned_wrong

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

ENDPOINT = """\
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    status: STATUS
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {LINKS}}
"""


class Estate(NamedTuple):
    """A registry whose endpoint is not approved, with a network that asks a server which does not answer there."""

    about: str
    far: str
    further: str = ""
    status: str = "Pending"

    def topology(self) -> Topology:
        """Return its topology."""
        far = f"  far: {{address_space: [10.5.0.0/16], {self.far}}}\n"
        head = (
            "version: 1\nregistries: {contoso: {location: eastus}}\nnetworks:\n  hub: {address_space: [10.0.0.0/16]}\n"
        )
        endpoint = ENDPOINT.replace("STATUS", self.status).replace("LINKS", "hub: {}")
        return loads(head + far + endpoint + self.further, "estate.yaml")


RESOLVER = "private_resolvers: {resolver: {network: hub, inbound_endpoints: [10.0.1.4]}}\n"
ESTATES = [
    Estate("clients-ask-a-resolver-out-of-reach", "clients: {pods: {dns_servers: [10.0.1.4]}}", RESOLVER),
    Estate("a-network-asks-a-resolver-out-of-reach", "dns_servers: [10.0.1.4]", RESOLVER),
    Estate("a-server-out-of-reach", "dns_servers: [10.0.2.9]", "dns_servers: {10.0.2.9: {network: hub}}\n"),
    Estate("a-rejected-endpoint", "dns_servers: [10.0.1.4]", RESOLVER, "Rejected"),
]


@pytest.mark.parametrize("estate", ESTATES, ids=lambda estate: estate.about)
def test_a_server_that_does_not_answer_is_no_matter_of_an_endpoint_to_approve(estate: Estate) -> None:
    """Approval gives the registry a data endpoint, which is wrong where the login server was; storage is gone there."""
    topology = estate.topology()
    found = {each.code: each for each in lint(topology)}
    assert found.keys() == {"ACR104", "ACR111"}
    assert not any(isinstance(fix, PeerNetworks) for fix in found["ACR104"].fixes)
    assert not any(vantage.startswith("far") for vantage in (*found["ACR104"].networks, *found["ACR104"].impact))
    assert {vantage.partition("/")[0] for vantage in found["ACR111"].impact} == {"far"}
    holds(topology)


def test_a_new_endpoint_must_be_right_where_the_login_server_is() -> None:
    """Without a record, it is an answer that the approval turns wrong."""
    zone = "records: {contoso: {A: [10.0.0.7]}}, virtual_network_links"
    text = "version: 1\nregistries: {contoso: {location: eastus}}\nnetworks: {hub: {address_space: [10.0.0.0/16]}}\n"
    text += ENDPOINT.replace("LINKS", "hub: {}").replace("virtual_network_links", zone)
    before = loads(text.replace("STATUS", "Pending").replace("    dns_zone_group: [privatelink.azurecr.io]\n", ""), "e")
    after = loads(text.replace("STATUS", "Approved").replace("    dns_zone_group: [privatelink.azurecr.io]\n", ""), "e")
    assert turned_wrong(before, after) == {("hub", "contoso.eastus.data.azurecr.io")}
    for finding in lint(before):
        if made := fixed(before, finding):
            assert not turned_wrong(before, made)


@pytest.mark.parametrize("public", ["true", "false"])
def test_a_message_says_why_its_fix_peers_networks(public: str) -> None:
    """A zone that is linked to a network out of reach gives it the address, once the endpoint is approved."""
    registry = f"registries: {{contoso: {{location: eastus, public_network_access_enabled: {public}}}}}\n"
    networks = "networks: {hub: {address_space: [10.0.0.0/16]}, far: {address_space: [10.3.0.0/16]}}\n"
    endpoint = ENDPOINT.replace("STATUS", "Pending").replace("LINKS", "hub: {}, far: {}")
    topology = loads(f"version: 1\n{registry}{networks}{endpoint}", "estate.yaml")
    (finding,) = lint(topology)
    assert finding.code == "ACR104"
    assert PeerNetworks("far", "hub") in finding.fixes
    assert finding.message.endswith("; mending that gives far an address out of reach, so peer far with hub, too")
    holds(topology)
