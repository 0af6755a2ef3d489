"""What the reporters of public estates saw: the answers at their vantage points, and the cause that is to be named.

They are written down by hand as a ticket has them, and not taken from the simulation. `test_public_answers` holds them.
"""

from __future__ import annotations

from typing import NamedTuple


class Ticket(NamedTuple):
    """What somebody saw, and what is to be said about it."""

    seen: str
    """A line for each answer; `private` and `public` stand for the addresses of the two endpoints of contoso."""
    fault: str
    """The fault of the file and its subject; empty where no fault of the table does it, and the findings say so."""
    meant: tuple[str, ...] = ()
    """Faults that are named for the file as it is meant, of those that cannot be told apart; the first is the true one."""
    blind: str = ""
    """The vantage point whose answers are judged without a file."""
    told: str = ""
    """A part of what is said of them."""


PRIVATE, PUBLIC = ("10.0.0.7", "10.0.0.8"), ("20.45.122.144", "20.45.122.150")
LOGIN, DATA = "contoso.azurecr.io", "contoso.eastus.data.azurecr.io"
ALL_PUBLIC = "all its addresses are public, as they are without a private endpoint; whether they should be, --expect"
MIXED = "a forwarder or a hosts file covers some of the names only"


def seen(**answers: str) -> str:
    """Return the lines of a ticket: for each vantage point, the answers for the login server and the data endpoint."""
    lines = []
    for vantage, both in answers.items():
        words = both.split() if " " in both else [both, both]
        values = {"private": PRIVATE, "public": PUBLIC}
        for name, word, at in zip((LOGIN, DATA), words, (0, 1), strict=True):
            lines.append(f"{vantage.replace('__', '/')} {name} {values[word][at] if word in values else word}\n")
    return "".join(lines)


TICKETS = {
    "Azure/acr#360": Ticket(
        seen(hub="public"), "vnet-without-zone-link hub", ("vnet-without-zone-link hub",), "hub", ALL_PUBLIC
    ),
    "Azure/acr#488": Ticket(
        seen(hub="private", plant="public"),
        "privatelink-only-forwarding 192.168.0.53",
        ("privatelink-only-forwarding 192.168.0.53", "bypassed-azure-dns 192.168.0.53"),
        "plant",
        ALL_PUBLIC,
    ),
    "MicrosoftDocs/azure-docs#124714": Ticket(
        seen(hub="private", plant="private public"),
        "bypassed-azure-dns 192.168.0.53",
        ("bypassed-azure-dns 192.168.0.53", "privatelink-only-forwarding 192.168.0.53"),
        "plant",
        MIXED,
    ),
    "microsoft/azure-pipelines-tasks#10616": Ticket(
        seen(hub="NXDOMAIN"),
        "shared-record-deleted privatelink.azurecr.io",
        ("shared-record-deleted privatelink.azurecr.io", "wrong-zone-linked hub"),
        "hub",
        "no name of contoso exists here: does the registry exist, and is this the right resolver?",
    ),
    "Azure/AKS#1839": Ticket(
        "hub fabrikam.azurecr.io NXDOMAIN\nhub fabrikam.westus.data.azurecr.io NXDOMAIN\n" + seen(hub="private"),
        "third-party-hidden fabrikam",
        ("third-party-hidden fabrikam", "zone-of-public-name hub"),
    ),
    "Azure/AKS#1750": Ticket(
        seen(hub="private", spoke="public", spoke__pods="private public"),
        "vnet-without-zone-link spoke",
        ("vnet-without-zone-link spoke", "bypassed-azure-dns spoke"),
        "spoke/pods",
        MIXED,
    ),
    "MicrosoftDocs/azure-docs#97249": Ticket(
        seen(hub="10.0.0.7 NXDOMAIN"),
        "missing-record privatelink.azurecr.io/contoso.eastus.data",
        (
            "missing-record privatelink.azurecr.io/contoso.eastus.data",
            "shadowed-private-zone eastus.data.privatelink.azurecr.io @ hub",
        ),
        "hub",
        "privatelink.azurecr.io has no record contoso.eastus.data",
    ),
    "Azure/Azure-Landing-Zones#2064": Ticket(
        seen(hub="10.2.0.7 10.2.0.8", west="10.2.0.7 10.2.0.8"),
        "endpoint-records-collide privatelink.azurecr.io",
        ("endpoint-records-collide privatelink.azurecr.io", "wrong-zone-linked hub"),
        "hub",
        "which of them are right only a topology can tell",
    ),
    "Azure/missionlz#674": Ticket(
        seen(hub="private", tier1="private", tier3="public"),
        "vnet-without-zone-link tier3",
        ("vnet-without-zone-link tier3", "link-in-progress tier3"),
        "tier3",
        ALL_PUBLIC,
    ),
    "Azure/Azure-Landing-Zones#867": Ticket(
        seen(hub="private", dns="public", spoke="public", plant="public"),
        "resolver-network-without-zone-link dns",
        ("resolver-network-without-zone-link dns", "link-in-progress dns"),
    ),
    "Azure/aca-landing-zone-accelerator#84": Ticket(
        seen(hub="private", spoke="public"),
        "vnet-without-zone-link spoke",
        ("vnet-without-zone-link spoke", "bypassed-azure-dns spoke"),
    ),
    "Microsoft Learn": Ticket(
        seen(hub="private", dns="public", plant="public"),
        "resolver-network-without-zone-link dns",
        ("resolver-network-without-zone-link dns", "link-in-progress dns"),
    ),
    "MicrosoftDocs/azure-docs#93146": Ticket(
        seen(hub="private", hub__p2s="public"),
        "bypassed-azure-dns hub/p2s",
        ("bypassed-azure-dns hub/p2s", "hosts-file-pin hub/p2s"),
    ),
    "Azure/acr#603": Ticket(
        seen(hub="private", plant="private", plant__docker="public"),
        "bypassed-azure-dns plant/docker",
        ("bypassed-azure-dns plant/docker", "hosts-file-pin plant/docker"),
    ),
    "microsoft/azure-container-apps#727": Ticket(
        seen(hub="private", aca="private", aca__containers="public"),
        "vnet-without-zone-link aca",
        ("vnet-without-zone-link aca", "bypassed-azure-dns aca/containers"),
    ),
    "Azure/AKS#808": Ticket(seen(aks="public"), "", ("bypassed-azure-dns aks",)),
    "docker/login-action#718": Ticket(seen(hub="private", hub__runner="SERVFAIL"), ""),
    "tailscale/tailscale#14085": Ticket(
        seen(hub="private", west="public", home="public"), "", blind="home", told=ALL_PUBLIC
    ),
    "dmauser/PrivateLink#8": Ticket(
        seen(hub="private", plant="private") + "plant fabrikam.azurecr.io NXDOMAIN\nhub fabrikam.azurecr.io NXDOMAIN\n",
        "third-party-hidden fabrikam",
        ("third-party-hidden fabrikam", "zone-of-public-name hub"),
    ),
    "hashicorp/terraform-provider-azurerm#9408": Ticket(
        seen(hub="public"),
        "misspelt-private-zone privatelink.azurecr.net",
        ("misspelt-private-zone privatelink.azurecr.io", "vnet-without-zone-link hub"),
    ),
    "aztfmod/terraform-azurerm-caf#1030": Ticket(
        seen(hub="public"),
        "shared-record-deleted privatelink.azurecr.io",
        ("shared-record-deleted privatelink.azurecr.io", "vnet-without-zone-link hub"),
    ),
    "microsoft/WSL#416": Ticket(
        seen(hub="private", hub__wsl="public"),
        "bypassed-azure-dns hub/wsl",
        ("bypassed-azure-dns hub/wsl", "hosts-file-pin hub/wsl"),
    ),
    "MicrosoftDocs/azure-docs, quickstart": Ticket(
        seen(hub="SERVFAIL", spoke="SERVFAIL"),
        "forwarding-loop all",
        ("forwarding-loop all",),
        "hub",
        "or that forwards in a circle",
    ),
    "MicrosoftDocs/cloud-adoption-framework#1057": Ticket(
        seen(hub="private", spoke="public"),
        "bypassed-azure-dns 10.0.2.4",
        ("bypassed-azure-dns 10.0.2.4", "bypassed-azure-dns 10.0.1.4"),
    ),
    "MicrosoftDocs/cloud-adoption-framework#1009": Ticket(
        seen(hub="private", spoke="TIMEOUT"), "unreachable-dns-server spoke", ("unreachable-dns-server spoke",)
    ),
    "MicrosoftDocs/azure-docs#47578": Ticket(
        seen(hub="private", plant="SERVFAIL"), "", blind="plant", told="168.63.129.16 answers inside Azure only"
    ),
    "MicrosoftDocs/azure-docs#94320": Ticket(
        seen(hub="private") + "hub contoso.westus.data.azurecr.io NXDOMAIN\n",
        "replica-without-record privatelink.azurecr.io/contoso.westus.data",
        (
            "replica-without-record privatelink.azurecr.io/contoso.westus.data",
            "replica-without-address pe/registry_data_westus",
        ),
    ),
    "MicrosoftDocs/azure-docs#119443": Ticket(
        seen(hub="private") + "hub contoso.westus.data.azurecr.io NXDOMAIN\n",
        "replica-without-address pe/registry_data_westus",
    ),
    "hashicorp/terraform-provider-azurerm#25348": Ticket(
        seen(hub="private"),
        "stale-private-ip privatelink.azurecr.io/contoso and "
        "stale-private-ip privatelink.azurecr.io/contoso.eastus.data",
        blind="hub",
        told="which of them are right only a topology can tell",
    ),
    "TechnitiumSoftware/DnsServer#2111": Ticket(
        seen(hub="private", plant="NODATA"), "", blind="plant", told="(rebinding protection) fix: see whether there is"
    ),
    "Azure/terraform-azurerm-avm-ptn-network-private-link-private-dns-zones#96": Ticket(
        seen(hub="10.0.0.7 NXDOMAIN"),
        "shadowed-private-zone eastus.data.privatelink.azurecr.io @ hub",
        (
            "shadowed-private-zone eastus.data.privatelink.azurecr.io @ hub",
            "missing-record privatelink.azurecr.io/contoso.eastus.data",
        ),
    ),
    "mrlm-net/cure#42": Ticket(seen(hub="private", aks="public"), "privatelink-only-forwarding 10.0.2.5"),
}
