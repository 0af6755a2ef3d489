"""Fixes that the model proves, completes or refutes."""

from __future__ import annotations

import pytest

from acrdns.check.estate.matrix import matrix
from acrdns.check.facts import Facts
from acrdns.check.finding import Finding
from acrdns.check.fixes.advice import Advice
from acrdns.check.fixes.fix import ZoneName
from acrdns.check.fixes.relax_filter import RelaxFilter
from acrdns.check.fixes.unlink_zone import UnlinkZone
from acrdns.check.lint import lint
from acrdns.check.proof.prover import Prover
from acrdns.resolve.world import World
from acrdns.topology.load import loads
from tests.scenarios.scenario import DIRECTORY, read

SHARED = """
version: 1
registries:
  contoso: {location: eastus, data_endpoint_enabled: true}
  fabrikam: {location: westeurope, data_endpoint_enabled: true}
networks:
  hub: {address_space: [10.0.0.0/16]}
  far: {address_space: [10.9.0.0/16]}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
  fabrikam-pe:
    registry: fabrikam
    network: far
    addresses: {registry: 10.9.0.7, registry_data_westeurope: 10.9.0.8}
private_dns_zones:
  privatelink.azurecr.io: {virtual_network_links: {hub: {resolution_policy: NxDomainRedirect}}}
"""


def test_a_link_that_would_give_others_addresses_out_of_reach_is_not_proposed() -> None:
    """Linked to hub's zone, far would get contoso's private address, which it cannot reach: it gets a zone of its own."""
    finding = next(finding for finding in lint(loads(SHARED, "shared.yaml")) if finding.code == "ACR101")
    assert finding.networks == ("far",)
    assert "RESOURCE_GROUP_OF_PRIVATELINK_AZURECR_IO_OF_FAR" in finding.fix


def test_a_fix_is_completed_by_the_fixes_of_what_it_leads_to() -> None:
    """The peering alone would lead to a server that forwards to public DNS."""
    (finding,) = lint(read(DIRECTORY / "unreachable-dns-server.yaml").topology())
    assert "vnet peering create" in finding.fix
    assert "forward azurecr.io to 168.63.129.16" in finding.fix


def test_a_refuted_fix_is_not_shown() -> None:
    """Without the link, hub would get public addresses."""
    facts = Facts(loads(SHARED, "shared.yaml"))
    unlink = UnlinkZone(ZoneName("privatelink.azurecr.io"), "hub")
    finding = Finding("ACR201", "privatelink.azurecr.io", "hides a zone", (unlink,), networks=("hub",))
    proved = Prover(facts, [finding], lambda *_: []).prove(finding)
    assert proved.mended == frozenset()
    says = "no single change mends this without breaking another answer: what the message asks for "
    entry = "private_dns_zones.privatelink.azurecr.io.virtual_network_links.hub"
    assert proved.finding.fix.startswith(f"{says}(a change of {entry}) makes contoso.azurecr.io wrong in hub; look at")


ASTRAY = """
version: 1
registries: {contoso: {location: eastus}}
networks: {hub: {address_space: [10.0.0.0/16], SETTING}}
private_endpoints: {pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}}
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {LINKS}}}
dns_servers:
  10.0.0.5: {network: hub, SERVER}
  10.0.0.6: {network: hub, forwarders: [10.0.0.5]}
"""


@pytest.mark.parametrize(
    ("setting", "links", "server", "says"),
    [
        ("", "hub: {}", "", "add contoso in privatelink.azurecr.io, linked to hub, or unlink the zone, or let hub ask"),
        ("", "", "", "link a zone privatelink.azurecr.io that has the name to hub"),
        ("dns_servers: [10.0.0.99]", "", "", "let hub ask another DNS server than 10.0.0.99, or mend the way to it"),
        ("dns_servers: [10.0.0.5]", "", "forwarders: [10.0.0.99]", "on 10.0.0.5: forward contoso.azurecr.io elsewhere"),
        ("dns_servers: [10.0.0.5]", "", "forwarders: [10.0.0.6]", "on 10.0.0.6: forward contoso.azurecr.io elsewhere"),
        (
            "dns_servers: [10.0.0.5]",
            "",
            "",
            "let 10.0.0.5 send azurecr.io to Azure-provided DNS or the inbound endpoint",
        ),
    ],
    ids=["zone-without-record", "no-zone", "silent-server", "silent-forwarder", "circle", "public-dns"],
)
def test_a_violation_without_a_known_cause_names_what_to_change(
    setting: str, links: str, server: str, says: str
) -> None:
    """The step that goes astray decides; the command that shows each step follows."""
    text = ASTRAY.replace("SETTING", setting).replace("LINKS", links).replace("SERVER", server)
    finding = next(f for f in lint(loads(text, "estate.yaml"), "ACR15") if f.fqdn == "contoso.azurecr.io")
    assert finding.fix.startswith(says)
    assert "; each step: acrdns trace estate.yaml contoso.azurecr.io --from hub" in finding.fix


@pytest.mark.parametrize("vantage", ["internet", "hub"])
def test_what_the_file_gives_to_public_dns_is_corrected_there(vantage: str) -> None:
    """Neither a zone nor a forwarder changes what is public, and the internet has none."""
    public = "public: {frontend: eus.fe.azcr.io, addresses: {registry: [203.0.113.1]}}"
    text = (
        f"cloud: AzureUSGovernment\nregistries: {{contoso: {{location: usgovvirginia, {public}}}}}\n"
        "networks: {hub: {address_space: [10.0.0.0/16]}}\n"
    )
    finding = next(each for each in lint(loads(text, "estate.yaml")) if each.networks == (vantage,))
    assert (finding.code, finding.fqdn) == ("ACR154", "contoso.azurecr.us")
    assert finding.fix.startswith("correct registries.contoso.public in the file, from which public DNS answers; each")


def test_the_impact_is_every_vantage_point_that_the_fix_makes_right() -> None:
    """As the matrix shows it."""
    topology = read(DIRECTORY / "inbound-endpoint-in-unlinked-network.yaml").topology()
    (finding,) = [finding for finding in lint(topology) if finding.code == "ACR108"]
    assert set(finding.networks) == {vantage for _, vantage, _ in matrix(World(topology)).surprises()}


def test_ipv6_beside_a_private_address_is_a_wrong_cell() -> None:
    """Both addresses are shown."""
    cells = {
        (row.fqdn, vantage): cell.addresses
        for row, vantage, cell in matrix(World(read(DIRECTORY / "ipv6-bypass.yaml").topology())).surprises()
    }
    assert cells == {("contoso.azurecr.io", "hub"): ("10.0.0.7", "2001:db8::7")}


REJECTED = """
version: 1
registries: {contoso: {location: eastus}}
networks: {hub: {address_space: [10.0.0.0/16]}}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    status: Rejected
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io, corp.example]
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}}, corp.example: {}}
"""


def test_an_endpoint_that_is_made_again_has_one_zone_group() -> None:
    """Its first zone creates the group, and the other is added to it: a second `create` would replace the first."""
    (finding,) = (each for each in lint(loads(REJECTED, "rejected.yaml")) if each.code == "ACR104")
    groups = [command for fix in finding.fixes for command in fix.az if "dns-zone-group" in command]
    assert [command.split(" -g ")[0] for command in groups] == [
        "az network private-endpoint dns-zone-group create",
        "az network private-endpoint dns-zone-group add",
    ]


def test_advice_is_left_as_it_is() -> None:
    """What does not edit the file is not tried."""
    (finding,) = lint(read(DIRECTORY / "hosts-in-a-circle.yaml").topology())[:1]
    assert all(isinstance(fix, Advice) for fix in finding.fixes)


BEHIND = """
version: 1
registries: {contoso: {location: eastus}}
networks:
  hub: {address_space: [10.0.0.0/16]}
  plant: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.53], peerings: [hub]}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}}}
private_resolvers: {inbound: {network: hub, inbound_endpoints: [10.0.0.4], outbound_endpoints: [out]}}
dns_servers:
  192.168.0.53: {network: plant, SERVER}
"""
DNS64 = "dns64: '64:ff9b::/96'"


@pytest.mark.parametrize(
    ("server", "code"),
    [
        (f"forwarders: [168.63.129.16], filters: {{{DNS64}}}", "ACR110"),
        (f"forwarders: [8.8.8.8], filters: {{{DNS64}}}", "ACR107"),
        (f"forwarders: [192.168.0.53], filters: {{{DNS64}}}", "ACR112"),
        (f"forwarders: [10.0.0.4], filters: {{rebind_protection: true, {DNS64}}}", "ACR152"),
    ],
)
def test_dns64_behind_what_a_fix_mends_is_mended_with_it(server: str, code: str) -> None:
    """The address that comes through would be an IPv6 address, too, and one finding would follow another."""
    topology = loads(BEHIND.replace("SERVER", server), "behind.yaml")
    (finding,) = lint(topology)
    assert finding.code == code
    assert isinstance(finding.fixes[-1], RelaxFilter)
    assert finding.fixes[-1].filter == "dns64"
    for fix in finding.fixes:
        topology = fix.apply(topology)
    assert not lint(topology)


def test_a_fix_does_not_mend_what_another_finding_mends_behind_it() -> None:
    """Two defects on one route are two findings, each with its own fix."""
    zone = "  10.0.0.53: {network: hub, forwarders: [168.63.129.16], zones: {azurecr.io: {www: {A: [10.9.9.9]}}}}\n"
    rule = "rules: {azurecr.io: {target_dns_servers: [10.0.0.53]}}"
    ruleset = f"dns_forwarding_rulesets: {{r: {{outbound_endpoint: out, virtual_network_links: [hub], {rule}}}}}\n"
    text = BEHIND.replace("SERVER", "forwarders: [8.8.8.8]") + zone + ruleset
    first, second = lint(loads(text, "behind.yaml"))
    assert (first.code, first.fix) == ("ACR107", "on 192.168.0.53: forward azurecr.io to 10.0.0.4")
    assert second.code == "ACR207"


PUBLIC_FROM_THE_PLANT = """\
version: 1
registries: {contoso: {location: eastus}}
networks:
  plant: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.53]}
dns_servers:
  192.168.0.53: {network: plant, forwarders: [168.63.129.16]}
"""


def test_a_server_on_premises_forwards_to_nobody_where_public_dns_is_right() -> None:
    """The message says so, too: there may be no virtual network to put an inbound endpoint in."""
    (found,) = lint(loads(PUBLIC_FROM_THE_PLANT, "plant.yaml"))
    assert found.code == "ACR110"
    assert found.message.endswith("or to nobody where no private endpoint is in reach: public DNS is right there")
    assert found.fix == "on 192.168.0.53: resolve all other names by public DNS, without a forwarder"
