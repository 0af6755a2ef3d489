"""Real clients in each sample, from each of its vantage points: skopeo, podman and oras, out and in, and curl."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from acrdns.topology.load import load
from acrdns.topology.samples import located, samples

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.lab.conftest import Labs

pytestmark = pytest.mark.interop

# Sample, login server, vantage points that pull and push, vantage points that the registry's firewall keeps out.
PULLS = [
    ("accepted-findings", "contoso-fre2bbgcdmbdg8fz.azurecr.io", "hub", "internet"),
    ("china", "contoso.azurecr.cn", "hub", "internet"),
    ("clients-in-a-network", "contoso.azurecr.io", "aks aks/nodes aks/pods aks/builds aks/laptops plant", "internet"),
    ("connected-registry", "contoso.azurecr.io", "internet plant", ""),
    ("dedicated-data-endpoints", "contoso.azurecr.io", "internet", ""),
    ("filtering-dns-servers", "contoso.azurecr.io", "internet hub office guests", ""),
    ("forwarder-with-fallback", "contoso.azurecr.io", "internet hub office", ""),
    ("geo-replicated", "contoso.azurecr.io", "internet", ""),
    ("government", "contoso.azurecr.us", "hub", "internet"),
    ("hand-made-records", "contoso.azurecr.io", "hub", "internet"),
    ("hand-made-records", "tailspin-fre2bbgcdmbdg8fz.azurecr.io", "hub", "internet"),
    ("hub-and-spoke", "contoso.azurecr.io", "hub spoke-aks spoke-build", "internet"),
    ("hub-and-spoke-dns-server", "contoso.azurecr.io", "hub spoke", "internet"),
    ("hub-and-spoke-resolver", "contoso.azurecr.io", "hub spoke-aks spoke-build office", "internet"),
    ("lists-of-dns-servers", "contoso.azurecr.io", "hub spoke office office/scanners", "internet"),
    ("on-premises-forwarding", "contoso.azurecr.io", "hub office", "internet"),
    ("partner-registry", "contoso.azurecr.io", "hub", "internet partner"),
    ("partner-registry", "fabrikam.azurecr.io", "internet hub partner", ""),
    ("private-link", "contoso.azurecr.io", "hub", "internet"),
    ("private-link-geo", "contoso.azurecr.io", "hub", "internet"),
    ("public", "contoso.azurecr.io", "internet", ""),
    ("registry-of-another-company", "contoso.azurecr.io", "hub", "internet"),
    ("registry-of-another-company", "fabrikam.azurecr.io", "internet hub", ""),
    ("several-dns-servers", "contoso.azurecr.io", "hub spoke", "internet"),
    ("single-region", "contoso.azurecr.io", "", "internet build"),
    ("transit-hub", "contoso.azurecr.io", "hub shared aks office", "internet"),
    ("two-regions", "contoso.azurecr.io", "east west", "internet"),
    ("virtual-wan", "contoso.azurecr.io", "wan-east/vpn shared aks branch", "internet"),
]
CASES = [
    (sample, host, vantage, outcome)
    for sample, host, pulls, denied in PULLS
    for outcome, vantages in (("pulls", pulls), ("denied", denied))
    for vantage in vantages.split()
]
SCRIPT = """
curl -sS -o answer -w '%{{http_code}}\\n' https://{host}/v2/
of_skopeo() {{
    skopeo copy -q docker://{host}/hello-world:latest dir:pulled &&
    skopeo copy -q dir:pulled docker://{host}/team/pushed:v1 &&
    skopeo copy -q docker://{host}/team/pushed:v1 dir:again && diff -r pulled again
}}
of_podman() {{
    set -- podman --root "$short/root" --runroot "$short/run" --tmpdir "$short/tmp" --storage-driver vfs
    "$@" pull -q {host}/hello-world:latest > image && "$@" push -q {host}/hello-world:latest {host}/team/podman:v1 &&
    "$@" rmi -a -f > removed && "$@" pull -q {host}/team/podman:v1 | diff image -
}}
of_oras() {{
    {python} artifact.py
}}
short=$(mktemp -d)  # podman's sockets are there
trap 'rm -rf "$short"' EXIT
export HOME="$short" XDG_RUNTIME_DIR="$short"
for client in skopeo podman oras; do
    of_$client 2> said && echo $client || echo $client "$(grep -ow 403 said | uniq)"
done
"""
ARTIFACT = """
import os
from pathlib import Path
from oras.client import OrasClient
client = OrasClient(hostname="{host}", auth_backend="basic")
client.login(hostname="{host}", username=os.environ["ACRDNS_LAB_USER"], password=os.environ["ACRDNS_LAB_PASSWORD"])
asked = client.do_request("https://{host}/v2/hello-world/manifests/latest")
assert asked.status_code == 200, asked.status_code
client.push(target="{host}/team/oras:v1", files=["artifact.py"], disable_path_validation=True)
client.pull(target="{host}/team/oras:v1", outdir="pulled-by-oras")
assert Path("pulled-by-oras/artifact.py").read_text() == Path("artifact.py").read_text()
"""


def test_the_table_has_every_sample_and_vantage_point() -> None:
    """A new sample, network or registry needs its rows."""
    expected = {
        (sample, f"{registry.dns_label}.{topology.cloud.registry}", vantage)
        for sample in samples()
        if "/" not in sample
        for topology in [load(located(sample))]
        for registry in topology.registries.values()
        for vantage in topology.vantages
    }
    assert {case[:3] for case in CASES} == expected


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_clients_pull_and_push_where_they_should(
    labs: Labs,
    program: Callable[[str], str],
    python_of_clients: Path,
    tmp_path: Path,
    case: tuple[str, str, str, str],
) -> None:
    """The image comes back as it went; over public addresses that are switched off it is ACR's 403, as in Azure."""
    sample, host, vantage, outcome = case
    for each in ("curl", "skopeo", "podman"):
        program(each)
    (tmp_path / "artifact.py").write_text(ARTIFACT.format(host=host))
    script = f"cd {tmp_path}\n{SCRIPT.format(host=host, python=python_of_clients)}"
    done = labs.run(sample, vantage, "--patience", "quick", "--as-root", script=script)
    if outcome == "pulls":
        assert done.stdout == "401\nskopeo\npodman\noras\n", (tmp_path / "said").read_text()
        return
    assert done.stdout == "403\nskopeo 403\npodman 403\noras 403\n", (tmp_path / "said").read_text()
    denied = r'"DENIED","message":"client with IP \'198\.18\.\d+\.\d+\' is not allowed access\. Refer https://aka\.ms/acr/firewall'
    assert re.search(denied, (tmp_path / "answer").read_text())
