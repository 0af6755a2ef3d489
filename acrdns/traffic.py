"""The traffic by operation: which hosts of a registry, and of Azure, a client talks to for what, all at port 443.

`TABLE` is the table of the architecture document ("Network Traffic Flow Summary") as the service does it (facts.md
sections 0 and 5). The document says that layers are pushed to the data endpoint; the service takes them at the login
server, and the data endpoint is for downloads alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from acrdns.azure import LOGIN, Member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.azure import Cloud

HTTPS = 443

Operation = Literal[
    "login",
    "token",
    "manifest",
    "layer-pull",
    "layer-push",
    "referrers",
    "management",
    "sync-auth",
    "sync-messages",
    "tasks",
]
OPERATIONS: tuple[Operation, ...] = get_args(Operation)
SYNC: tuple[Operation, ...] = ("sync-auth", "sync-messages")
"""The operations of a connected registry towards its parent."""

Peer = Literal[
    "login server",
    "layer store",
    "gateway",
    "certificate name",
    "Entra ID",
    "Resource Manager",
    "Microsoft registry",
    "Microsoft registry data",
]
"""Who is talked to. `layer store` is a data endpoint, or a storage account where there are none; `gateway` is the data
endpoint of the home region, which a connected registry syncs over."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One line of the table: an operation, and one peer that it needs."""

    operation: Operation
    peer: Peer
    why: str


TABLE = (
    Exchange("login", "login server", "GET /v2/ is answered by the challenge"),
    Exchange(
        "login",
        "certificate name",
        "Microsoft's page asks for it because of the certificate, though no pull or push connects to it",
    ),
    Exchange("token", "login server", "/oauth2/exchange and /oauth2/token"),
    Exchange("token", "Entra ID", "to log in with an identity, as az acr login does; not with a token of the registry"),
    Exchange("manifest", "login server", "manifests, tags and the catalog"),
    Exchange("layer-pull", "login server", "GET of a blob is answered by a redirect"),
    Exchange("layer-pull", "layer store", "the redirect leads there, to the replica that serves"),
    Exchange("layer-push", "login server", "POST, PATCH and PUT of a blob; no redirect"),
    Exchange("referrers", "login server", "signatures and what else refers to an image; their blobs are a layer pull"),
    Exchange("management", "Resource Manager", "az acr, templates and Terraform"),
    Exchange("management", "Entra ID", "tokens for Azure Resource Manager"),
    Exchange("sync-auth", "login server", "the token of a connected registry, for its sync token"),
    Exchange("sync-messages", "gateway", "messages and content, over the data endpoint of the home region"),
    Exchange("tasks", "Resource Manager", "runs of ACR Tasks are queued there; they reach the registry from Azure"),
    Exchange("tasks", "Entra ID", "tokens for Azure Resource Manager"),
    Exchange("tasks", "Microsoft registry", "base images of Microsoft, where an agent pool builds in this network"),
    Exchange("tasks", "Microsoft registry data", "layers of these base images"),
)


@dataclass(frozen=True, slots=True)
class PullRequest:
    """One request of a pull. In its texts, names in braces stand for what depends on registry and image."""

    operation: Operation
    peer: Peer
    path: str
    status: int
    """The status of the answer where all is right."""
    says: str
    """The part of the answer that leads to the next request."""

    @property
    def redirects(self) -> bool:
        """Whether the answer leads to another host."""
        return self.status == REDIRECT


REDIRECT = 307
_MANIFEST = "/v2/{image}/manifests/{reference}"
_BLOB = "/v2/{image}/blobs/sha256:..."
_GRANT = "/oauth2/token?service={login}&scope={scope}"
PULL = (
    PullRequest("login", "login server", "/v2/", 401, 'Bearer realm="https://{login}/oauth2/token",service="{login}"'),
    PullRequest("token", "login server", _GRANT, 200, "access_token, for 75 minutes"),
    PullRequest("manifest", "login server", _MANIFEST, 200, "the digests of config and layers"),
    PullRequest("layer-pull", "login server", _BLOB, REDIRECT, "Location: https://{data}/..., for 20 to 30 minutes"),
    PullRequest("layer-pull", "layer store", "{link}", 200, "the layer; the token is not sent here"),
)
"""The requests of a pull in their order (facts.md section 5)."""

IN_AZURE = "acr-tasks"
"""The place of runs of ACR Tasks without an agent pool: Azure, outside of every network of the file (facts.md F34)."""
OF_A_RUN: tuple[Operation, ...] = ("login", "token", "manifest", "layer-pull", "layer-push")
"""The operations of such a run towards the registry."""


HostKind = Literal["login", "regional", "data", "storage", "connected", "service"]


@dataclass(frozen=True, slots=True)
class Host:
    """A host that is talked to."""

    name: str
    """In lower case; a wildcard begins with `*.`."""
    kind: HostKind
    of: str = ""
    """The region of an endpoint, the name of a connected registry, or the peer that is a service; else empty."""

    @property
    def wildcard(self) -> bool:
        """Whether every host below a domain is meant, since the name of the one is not known before."""
        return self.name.startswith("*.")

    @property
    def is_address(self) -> bool:
        """Whether it is an IPv4 address, as that of a connected registry without a name."""
        return not self.name.strip("0123456789.")

    @property
    def domain(self) -> str:
        """The name without the wildcard."""
        return self.name.removeprefix("*.")


@dataclass(frozen=True, slots=True)
class RegistryNames:
    """The properties of a registry that its names are made of."""

    label: str
    regions: tuple[str, ...]
    """The home region comes first."""
    dedicated: bool
    """Whether there are dedicated data endpoints."""
    regional: bool
    """Whether there are regional endpoints."""
    cloud: Cloud

    def hosts(self, peer: Peer) -> Iterator[Host]:
        """Return the hosts of a peer; none for one that belongs to no registry."""
        if peer == "login server":
            yield Host(LOGIN.fqdn(self.label, self.cloud), "login")
            for region in self.regions if self.regional else ():
                yield Host(Member("regional", region).fqdn(self.label, self.cloud), "regional", region)
        elif peer == "gateway":
            yield self._data(self.regions[0])
        elif peer == "layer store" and self.dedicated:
            yield from map(self._data, self.regions)
        elif peer == "layer store":
            yield Host(f"*.{self.cloud.blob}", "storage")

    def _data(self, region: str) -> Host:
        return Host(Member("data", region).fqdn(self.label, self.cloud), "data", region)


_ENTRA_ID = {
    "AzureCloud": "login.microsoftonline.com",
    "AzureChinaCloud": "login.chinacloudapi.cn",
    "AzureUSGovernment": "login.microsoftonline.us",
}
_RESOURCE_MANAGER = {
    "AzureCloud": "management.azure.com",
    "AzureChinaCloud": "management.chinacloudapi.cn",
    "AzureUSGovernment": "management.usgovcloudapi.net",
}


SERVICES: dict[str, str] = {
    "certificate name": "the bare suffix, optional",
    "Entra ID": "Microsoft Entra ID",
    "Resource Manager": "Azure Resource Manager",
    "Microsoft registry": "Microsoft Container Registry",
    "Microsoft registry data": "Microsoft Container Registry",
}
"""The peers that belong to no registry, as people know them."""


def service_host(peer: Peer, cloud: Cloud) -> Host | None:
    """Return the host of a peer that belongs to no registry, in a cloud; None for the peers of `RegistryNames`."""
    name = {
        "certificate name": cloud.registry,
        "Entra ID": _ENTRA_ID[cloud.name],
        "Resource Manager": management_host(cloud),
        "Microsoft registry": "mcr.microsoft.com",
        "Microsoft registry data": "*.data.mcr.microsoft.com",
    }.get(peer)
    return Host(name, "service", peer) if name else None


def management_host(cloud: Cloud) -> str:
    """Return the host of Azure Resource Manager in a cloud."""
    return _RESOURCE_MANAGER[cloud.name]
