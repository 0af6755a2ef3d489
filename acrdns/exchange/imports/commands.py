"""The read-only commands that collect an estate into one directory, which an import reads.

Reader on the subscriptions is enough. Resource Graph sees all subscriptions at once, and has no zone groups, forwarding
rules and links of rulesets: loops ask for those in the subscription that az is set to.
"""

from __future__ import annotations

from typing import Literal

Source = Literal["az", "resource-graph", "terraform"]
Shell = Literal["bash", "powershell"]
SOURCES: tuple[Source, ...] = ("az", "resource-graph", "terraform")

_TYPES = (
    "microsoft.containerregistry/registries",
    "microsoft.containerregistry/registries/replications",
    "microsoft.network/privateendpoints",
    "microsoft.network/networkinterfaces",
    "microsoft.network/virtualnetworks",
    "microsoft.network/privatednszones",
    "microsoft.network/privatednszones/virtualnetworklinks",
    "microsoft.network/dnsresolvers",
    "microsoft.network/dnsresolvers/inboundendpoints",
    "microsoft.network/dnsresolvers/outboundendpoints",
    "microsoft.network/dnsforwardingrulesets",
    "microsoft.network/virtualhubs",
    "microsoft.network/azurefirewalls",
    "microsoft.network/firewallpolicies",
    "microsoft.containerservice/managedclusters",
)
_RESOURCES = (
    f"resources | where type in~ ({', '.join(map(repr, _TYPES))}) "
    "| project id, name, type, location, resourceGroup, subscriptionId, sku, properties | order by id asc"
)
_RECORDS = (
    "dnsresources | where type startswith 'microsoft.network/privatednszones/' and id contains 'azurecr' "
    "| project id, name, type, resourceGroup, subscriptionId, properties | order by id asc"
)
_ZONES = "\"[?contains(name, 'azurecr')].[resourceGroup, name]\""
_GROUP_AND_NAME = "'[].[resourceGroup, name]'"


def script(sources: tuple[Source, ...], shell: Shell) -> str:
    """Return a script that collects all that some sources say of the current subscription, or of all of them."""
    writer = _BASH if shell == "bash" else _POWERSHELL
    seen: set[str] = set()
    parts = [writer["head"]]
    for source in sources:
        parts.append(f"\n# {_TITLES[source]}\n")
        # Among others they are comments: not every directory has a configuration.
        mark = "# " if source == "terraform" and len(sources) > 1 else ""
        for line in _steps(source, writer):
            if line not in seen:
                seen.add(line)
                parts.append(f"{mark}{line}\n")
    parts.append(writer["tail"])
    return "".join(parts)


_TITLES = {
    "az": "The current subscription. Another one: az account set -s NAME, then this again with another directory.",
    "resource-graph": "All subscriptions that you may read. It needs az extension add -n resource-graph.",
    "terraform": "In the directory of the configuration. PLANFILE is what terraform plan -out PLANFILE wrote.",
}


def _steps(source: Source, writer: dict[str, str]) -> list[str]:
    if source == "terraform":
        return [writer["save"].format(command=command, file=file) for command, file in _TERRAFORM]
    if source == "resource-graph":
        queries = [
            writer["save"].format(command=f'az graph query --first 1000 -o json -q "{query}"', file=file)
            for query, file in ((_RESOURCES, "resources.json"), (_RECORDS, "records.json"))
        ]
        return [*queries, writer["more"], *(writer["loop"].format(**loop) for loop in _FURTHER)]
    plain = [writer["save"].format(command=f"az {command} -o json", file=file) for command, file in _LISTS]
    return [*plain, *(writer["loop"].format(**loop) for loop in (*_LOOPS, *_FURTHER))]


_TERRAFORM = (("terraform show -json", "show.json"), ("terraform show -json PLANFILE", "plan.json"))
_LISTS = (
    ("acr list", "registries.json"),
    ("network private-endpoint list", "private-endpoints.json"),
    ("network nic list", "network-interfaces.json"),
    ("network vnet list", "networks.json"),
    ("network private-dns zone list", "zones.json"),
    ("dns-resolver list", "resolvers.json"),
    ("dns-resolver forwarding-ruleset list", "rulesets.json"),
    ("network vhub list", "virtual-hubs.json"),
    ("network firewall list", "firewalls.json"),
    ("network firewall policy list", "firewall-policies.json"),
    ("aks list", "clusters.json"),
)


def _loop(listed: str, query: str, *commands: str, file: str) -> dict[str, str]:
    """Return one loop: for each resource group and name of a list, commands with {g} and {n} for them."""
    bash = (each.format(g='"$g"', n='"$n"') for each in commands)
    powershell = (each.format(g="$g", n="$n") for each in commands)
    return {
        "list": f"az {listed} --query {query} -o tsv",
        "bash": " ".join(f"az {each} -o json < /dev/null;" for each in bash),
        "powershell": " ".join(f"az {each} -o json;" for each in powershell),
        "file": file,
    }


_LOOPS = (
    _loop(
        "acr list",
        _GROUP_AND_NAME,
        "acr replication list -g {g} -r {n}",
        "acr connected-registry list -g {g} -r {n}",
        file="registries-in-detail.json",
    ),
    _loop(
        "network private-dns zone list",
        _ZONES,
        "network private-dns link vnet list -g {g} -z {n}",
        "network private-dns record-set list -g {g} -z {n}",
        file="zones-in-detail.json",
    ),
    _loop(
        "dns-resolver list",
        _GROUP_AND_NAME,
        "dns-resolver inbound-endpoint list -g {g} --dns-resolver-name {n}",
        "dns-resolver outbound-endpoint list -g {g} --dns-resolver-name {n}",
        file="resolver-endpoints.json",
    ),
)
_FURTHER = (
    _loop(
        "network private-endpoint list",
        _GROUP_AND_NAME,
        "network private-endpoint dns-zone-group list -g {g} --endpoint-name {n}",
        file="zone-groups.json",
    ),
    _loop(
        "dns-resolver forwarding-ruleset list",
        _GROUP_AND_NAME,
        "dns-resolver forwarding-rule list -g {g} --ruleset-name {n}",
        "dns-resolver vnet-link list -g {g} --ruleset-name {n}",
        file="rules.json",
    ),
    _loop(
        "network vhub list",
        _GROUP_AND_NAME,
        "network vhub connection list -g {g} --vhub-name {n}",
        file="virtual-hub-connections.json",
    ),
)
FILES = frozenset(
    [file for _, file in _LISTS] + [loop["file"] for loop in (*_LOOPS, *_FURTHER)] + ["resources.json", "records.json"]
)
"""Files that the script of az and Resource Graph writes: what is empty in them was asked for, and is not there."""

_BASH = {
    "head": """\
#!/usr/bin/env bash
# Read-only: every command lists or shows. Run it where you are logged in (az login): bash collect.sh [DIRECTORY]
# Extensions of az that it uses: dns-resolver; virtual-wan and azure-firewall where you have those.
set -u -o pipefail
out=${1:-acrdns-input}
mkdir -p "$out"
""",
    "save": '{command} > "$out/{file}"',
    "more": (
        "# More than 1000 rows: repeat each query with --skip-token "
        '"$(jq -r .skip_token "$out/resources.json")" > "$out/resources-2.json"'
    ),
    # The empty list says that it was asked: a file with nothing in it is one of a command that failed.
    "loop": '{list} | while read -r g n; do {bash} done > "$out/{file}" && echo "[]" >> "$out/{file}"',
    "tail": '\n# Then: acrdns import "$out" -o topology.yaml\n',
}
_POWERSHELL = {
    "head": """\
# Read-only: every command lists or shows. Run it where you are logged in (az login): ./collect.ps1 [DIRECTORY]
# Extensions of az that it uses: dns-resolver; virtual-wan and azure-firewall where you have those.
param([string]$out = 'acrdns-input')
New-Item -ItemType Directory -Force $out | Out-Null
""",
    "save": '{command} | Set-Content -Encoding utf8 "$out/{file}"',
    "more": "# More than 1000 rows: repeat each query with --skip-token (in resources.json), into resources-2.json",
    "loop": (
        '{list} | ForEach-Object {{ $g, $n = $_ -split "`t"; {powershell} }} | Set-Content -Encoding utf8 "$out/{file}"'
        '; if ($LASTEXITCODE -eq 0) {{ "[]" | Add-Content -Encoding utf8 "$out/{file}" }}'
    ),
    "tail": "\n# Then: acrdns import $out -o topology.yaml\n",
}
