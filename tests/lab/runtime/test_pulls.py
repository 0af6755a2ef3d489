"""Real clients in each sample, from each of its vantage points: out by skopeo, in by skopeo, and what curl sees."""

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
    ("china", "contoso.azurecr.cn", "hub", "internet"),
    ("clients-in-a-network", "contoso.azurecr.io", "aks aks/nodes aks/pods aks/builds aks/laptops", "internet"),
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
skopeo copy -q docker://{host}/hello-world:latest dir:pulled || exit 3
skopeo copy -q dir:pulled docker://{host}/team/pushed:v1 || exit 4
skopeo copy -q docker://{host}/team/pushed:v1 dir:again || exit 5
diff -r pulled again && echo same
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


@pytest.mark.parametrize(("sample", "host", "vantage", "outcome"), CASES)
def test_a_client_pulls_and_pushes_where_it_should(
    labs: Labs, program: Callable[[str], str], tmp_path: Path, sample: str, host: str, vantage: str, outcome: str
) -> None:
    """The image comes back as it went; over public addresses that are switched off it is ACR's 403, as in Azure."""
    program("skopeo")
    script = f"cd {tmp_path}\n{SCRIPT.format(host=host)}"
    done = labs.run(sample, vantage, "--patience", "quick", script=script)
    if outcome == "pulls":
        assert (done.returncode, done.stdout) == (0, "401\nsame\n"), done.stderr
        return
    assert (done.returncode, done.stdout) == (3, "403\n")
    assert "invalid status code from registry 403 (Forbidden)" in done.stderr
    denied = r'"DENIED","message":"client with IP \'198\.18\.\d+\.\d+\' is not allowed access\. Refer https://aka\.ms/acr/firewall'
    assert re.search(denied, (tmp_path / "answer").read_text())
