"""The service tags of Azure that an address is in, as network rules and groups name them (facts.md section 5)."""

from __future__ import annotations

from acrdns.record import is_private
from acrdns.regions import REGIONS

_KINDS: dict[str, str] = {
    "login": "azurecontainerregistry",
    "regional": "azurecontainerregistry",
    "data": "azurecontainerregistry",
    "storage": "storage",
    "management": "azureresourcemanager",
}
REGISTRIES, STORAGE, NETWORK = "azurecontainerregistry", "storage", "virtualnetwork"
EVERYTHING = ("internet", "azurecloud")
SERVICES = ("azureactivedirectory", "azureresourcemanager", "microsoftcontainerregistry", "azurefrontdoor.firstparty")

_OTHERS = ("appservice", "eventhub", "servicebus", "sql", "azurefrontdoor.frontend", "azurefrontdoor.backend")
"""Tags that firewalls of networks with a registry often have, and that say nothing about it."""


def is_tag(text: str) -> bool:
    """Return whether a text is a service tag, and no name of a host: `Storage`, `AzureContainerRegistry.EastUS`."""
    text = text.lower()
    name, _, region = text.partition(".")
    known = (REGISTRIES, STORAGE, NETWORK, *EVERYTHING, *SERVICES, *_OTHERS)
    begins = name in known or (name.startswith("azure") and name.isalpha())
    return text in known or (begins and (not region or region in REGIONS))


def tags_of(kind: str, region: str, address: str | None) -> frozenset[str]:
    """Return the tags of an endpoint's address, in lower case; with an empty region those of all regions alone.

    `kind` is that of a host of `acrdns.traffic`, or of an endpoint of the lab. `address` may be None for a public one
    that is not known.
    """
    if address is not None and is_private(address):
        return frozenset((NETWORK,))
    names = ("azurecloud", *((_KINDS[kind],) if kind in _KINDS else ()))
    of_region = (f"{name}.{region}" for name in names if region)
    return frozenset(("internet", *names, *of_region))
