"""The service tags of Azure that an address is in, as network rules and groups name them (facts.md section 5)."""

from __future__ import annotations

from acrdns.record import is_private

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
