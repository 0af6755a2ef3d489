"""Azure's own names and addresses: clouds, members of the private link group, well-known addresses.

The grammar of registry names is that of facts.md section 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

AZURE_DNS = "168.63.129.16"
"""Azure-provided DNS: one virtual public address, the same in every virtual network (facts.md section 3)."""

INTERNET = "internet"
"""The vantage point that always exists."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """The DNS suffixes of one Azure cloud (facts.md section 1.5)."""

    name: str
    registry: str
    """The login server's suffix: `azurecr.io`."""
    frontend: str
    """Where the service's own front ends live: `azcr.io`. In sovereign clouds this is INFERRED."""
    traffic_manager: str
    cloudapp: str
    blob: str

    @property
    def privatelink(self) -> str:
        """The one private zone that a registry needs: `privatelink.azurecr.io`."""
        return f"privatelink.{self.registry}"


CLOUDS = {
    cloud.name: cloud
    for cloud in (
        Cloud(
            "AzureCloud", "azurecr.io", "azcr.io", "trafficmanager.net", "cloudapp.azure.com", "blob.core.windows.net"
        ),
        Cloud(
            "AzureChinaCloud",
            "azurecr.cn",
            "azcr.cn",
            "trafficmanager.cn",
            "cloudapp.chinacloudapi.cn",
            "blob.core.chinacloudapi.cn",
        ),
        Cloud(
            "AzureUSGovernment",
            "azurecr.us",
            "azcr.us",
            "usgovtrafficmanager.net",
            "cloudapp.usgovcloudapi.net",
            "blob.core.usgovcloudapi.net",
        ),
    )
}


def cloud_of(fqdn: str) -> Cloud:
    """Return the cloud of an endpoint's name. Raises ValueError."""
    for cloud in CLOUDS.values():
        if fqdn.endswith("." + cloud.registry):
            return cloud
    raise ValueError(f"{fqdn} is no endpoint's name")


MEMBER_LOGIN = "registry"
_MEMBER_DATA = "registry_data_"
_MEMBER_REGIONAL = "registry_"


class Member(NamedTuple):
    """A member of the private link group `registry`: one endpoint of a registry (facts.md section 2.1).

    A tuple, because a large estate has tens of thousands that are looked up by.
    """

    kind: str
    """`login`, `data` or `regional`; `connected` for the local endpoint of a connected registry, which is no member."""
    region: str = ""
    """The region of a data or regional endpoint; empty for the login server. The key of a connected registry."""

    def __str__(self) -> str:
        if self.kind == "login":
            return MEMBER_LOGIN
        if self.kind == "connected":
            return f"connected_registry_{self.region}"
        return (_MEMBER_DATA if self.kind == "data" else _MEMBER_REGIONAL) + self.region

    @staticmethod
    @lru_cache(maxsize=1024)
    def parse(text: str) -> Member | None:
        """Read `registry`, `registry_data_<region>` or `registry_<region>`; None for anything else."""
        if text == MEMBER_LOGIN:
            return LOGIN
        for kind, prefix in (("data", _MEMBER_DATA), ("regional", _MEMBER_REGIONAL)):
            if text.startswith(prefix) and text[len(prefix) :].isalnum():
                return Member(kind, text[len(prefix) :])
        return None

    def relative(self, label: str) -> str:
        """Return the endpoint's name below the suffix: `contoso`, `contoso.eastus.data`, `contoso.eastus.geo`."""
        if self.kind == "login":
            return label
        return f"{label}.{self.region}.{'data' if self.kind == 'data' else 'geo'}"

    def fqdn(self, label: str, cloud: Cloud) -> str:
        """Return the public name that clients use, e.g. `contoso.eastus.data.azurecr.io`."""
        return f"{self.relative(label)}.{cloud.registry}"

    def privatelink(self, label: str, cloud: Cloud) -> str:
        """Return the privatelink name, e.g. `contoso.eastus.data.privatelink.azurecr.io`."""
        return f"{self.relative(label)}.{cloud.privatelink}"


LOGIN = Member("login")
