"""Faults: each made in the file and in the topology alike, each undone by its fix, and each a twin of a sample."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.check import faults
from acrdns.check.estate.diff import difference
from acrdns.check.estate.matrix import Estate
from acrdns.check.faults import PRIORS, UNSEEN, named
from acrdns.check.faults.site import Site
from acrdns.check.rules import TABLE
from acrdns.errors import TopologyError
from acrdns.topology.dump import dumps
from acrdns.topology.load import load, loads
from acrdns.topology.samples import samples
from acrdns.topology.text.rewrite import edited
from tests.resolve import tangled
from tests.topologies import topologies

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = sorted((ROOT / "zones").glob("*.yaml"))
QUICK = {
    "connected-registry",
    "hand-made-records",
    "hub-and-spoke-resolver",
    "on-premises-forwarding",
    "private-link",
    "registry-of-another-company",
    "two-regions",
}
"""Samples that have a place for each fault, between them."""
# What no rule about a file or an answer is called: the name of each is the fault's own.
WITHOUT_RULE = {"shared-record-deleted", "stale-cache"}


def test_every_fault_is_in_the_table() -> None:
    """A fault is the file of its name, and has a prior."""
    files = {path.stem.replace("_", "-") for path in Path(faults.__path__[0]).glob("*.py")}
    assert files - {"--init--", "fault", "forwarding", "site"} == set(PRIORS)
    assert [named(name).name for name in PRIORS] == list(PRIORS)
    assert sum(PRIORS.values()) == pytest.approx(1)


@pytest.mark.parametrize("name", PRIORS)
def test_a_fault_has_its_text(name: str) -> None:
    """Its name is that of a rule, where there is one about it."""
    found = named(name)
    assert (name in TABLE.values()) != (name in WITHOUT_RULE)
    assert all((found.summary, found.client, found.lesson, found.references))
    assert found.summary[0].islower() or found.summary[0] == "`"


def test_what_dns_cannot_show_is_in_the_facts() -> None:
    """With what would show it."""
    facts = (ROOT / "acrdns/pages/facts.md").read_text(encoding="utf-8")
    assert all(f"## {fact} " in facts and what and shown for fact, (what, shown) in UNSEEN.items())


def test_the_quick_samples_have_each_fault() -> None:
    """None is left to the slow part alone."""
    sites = {sample: Site(load(str(sample))) for sample in SAMPLES}
    found = {sample.stem: {n for n in PRIORS if any(named(n).find(site, None))} for sample, site in sites.items()}
    assert set().union(*(found[name] for name in QUICK)) == set().union(*found.values())


@pytest.mark.parametrize(
    "sample",
    [
        pytest.param(sample, id=sample.stem, marks=[] if sample.stem in QUICK else [pytest.mark.slow])
        for sample in SAMPLES
    ],
)
def test_a_fault_is_the_same_in_the_file_and_in_the_topology_and_its_fix_undoes_it(sample: Path) -> None:
    """For every candidate: the edited text loads as the edited topology, and with the fixes made all answers are back."""
    text, topology = sample.read_text(encoding="utf-8"), load(str(sample))
    site, before = Site(topology), Estate(topology)
    candidates = [(name, candidate) for name in PRIORS for candidate in named(name).find(site, None)]
    for name, candidate in candidates:
        broken = candidate.apply(topology)
        assert loads(edited(text, candidate.edits, str(sample)), str(sample)) == broken, candidate
        mended = broken
        for fix in candidate.fixes:
            mended = fix.apply(mended)
        back = mended == topology or not _differ(before, mended)
        assert name == "misspelt-private-zone" or back, (candidate, mended)
        assert topology.place(*candidate.path).line > 1


WITHOUT_LINKS = """\
version: 1
registries: {contoso: {location: eastus}}
networks: {hub: {address_space: [10.0.0.0/16]}, other: {address_space: [10.1.0.0/16]}}
private_endpoints:
  one: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7}, dns_zone_group: [first]}
  two: {registry: contoso, network: other, addresses: {registry: 10.1.0.7}, dns_zone_group: [second]}
private_dns_zones:
  first: {name: privatelink.azurecr.io, virtual_network_links: {hub: {}}}
  second: {name: privatelink.azurecr.io, records: {git: {A: [10.1.0.9]}}}
"""


def test_a_zone_without_links_loses_none() -> None:
    """The zone stays for its record, and there is no link to take away."""
    topology = loads(WITHOUT_LINKS, "t.yaml")
    candidate = next(named("endpoint-records-collide").find(Site(topology), None))
    broken = candidate.apply(topology)
    assert broken.private_endpoints["two"].dns_zone_group == ("first",)
    assert broken.private_dns_zones["second"] == topology.private_dns_zones["second"]


@given(tangled.topologies() | topologies(additions=True))
def test_every_candidate_can_be_made(topology: Topology) -> None:
    """Or makes a topology that Azure refuses, which is said."""
    for name in PRIORS:
        for candidate in islice(named(name).find(Site(topology), None), 2):
            with suppress(TopologyError):
                candidate.apply(topology)


def _differ(before: Estate, after: Topology) -> list[str]:
    found = difference(before, Estate(after, before))
    # A record that comes back by hand has the TTL of a zone group's.
    return [
        f"{c.vantage} {c.fqdn}"
        for c in found.changes
        if c.before and c.after and c.before.addresses != c.after.addresses
    ]


# twin, fault, subject, sample
TWINS = [
    ("azure-dns-from-on-premises", "azure-dns-from-on-premises", "192.168.0.53", "on-premises-forwarding"),
    ("bypassed-azure-dns", "bypassed-azure-dns", "spoke-aks", "hub-and-spoke-resolver"),
    ("dnl-record-without-hash", "dnl-record-without-hash", "privatelink.azurecr.io/tailspin-fre2bbgcdmbdg8fz", "hand-made-records"),
    ("endpoint-not-approved", "endpoint-not-approved", "contoso-pe", "private-link"),
    ("endpoint-records-collide", "endpoint-records-collide", "east-zone", "two-regions"),
    ("ipv6-bypass", "ipv6-bypass", "privatelink.azurecr.io/contoso", "private-link"),
    ("link-in-progress", "link-in-progress", "hub", "private-link"),
    ("missing-data-record", "missing-record", "privatelink.azurecr.io/contoso.eastus.data", "hand-made-records"),
    ("misspelt-private-zone", "misspelt-private-zone", "privatelink.eastus.data.azurecr.io", "hand-made-records"),
    ("network-without-zone-link", "vnet-without-zone-link", "hub", "private-link"),
    ("node-local-asks-public-dns", "bypassed-azure-dns", "node-local", "clients-in-a-network"),
    ("other-registrys-address", "other-registrys-address", "privatelink.azurecr.io/contoso", "hand-made-records"),
    ("peered-network-without-zone-link", "vnet-without-zone-link", "spoke-build", "hub-and-spoke"),
    ("privatelink-only-forwarding", "privatelink-only-forwarding", "192.168.0.53", "on-premises-forwarding"),
    ("redirect-masks-missing-record", "redirect-masks-missing-record", "privatelink.azurecr.io/contoso.eastus.data", "hand-made-records"),
    ("replica-without-address", "replica-without-address", "contoso-pe/registry_data_westus", "hub-and-spoke"),
    ("replica-without-record", "replica-without-record", "privatelink.azurecr.io/contoso.westus.data", "hand-made-records"),
    ("resolver-network-without-zone-link", "resolver-network-without-zone-link", "hub", "hub-and-spoke-resolver"),
    ("ruleset-loop", "forwarding-loop", "corp", "hub-and-spoke-resolver"),
    ("server-network-without-zone-link", "resolver-network-without-zone-link", "hub", "hub-and-spoke-dns-server"),
    ("shadowed-private-zone", "shadowed-private-zone", "eastus.data.privatelink.azurecr.io @ hub", "private-link-geo"),
    ("shadowed-private-zone-government", "shadowed-private-zone", "usgovarizona.data.privatelink.azurecr.us @ hub", "government"),
    ("stale-private-ip", "stale-private-ip", "privatelink.azurecr.io/contoso", "hand-made-records"),
    ("survivor-without-records", "shared-record-deleted", "west-zone", "two-regions"),
    ("third-party-hidden", "third-party-hidden", "fabrikam", "partner-registry"),
    ("another-companys-registry-hidden", "third-party-hidden", "fabrikam", "registry-of-another-company"),
    ("wrong-zone-linked", "wrong-zone-linked", "hub", "private-link"),
    ("zone-of-another-cloud", "misspelt-private-zone", "privatelink.azurecr.cn", "china"),
    ("zone-of-public-name", "zone-of-public-name", "hub", "partner-registry"),
]  # fmt: skip
# No answer changes in the one, what is meant changes in the other; the rest are no rows of the table of faults.
NO_FAULT = {
    "record-ttl-too-long",
    "acceptance-expired",
    "forwarders-disagree",
    "one-of-two-servers-is-public",
    "pinned-address-is-stale",
    "rule-target-is-public",
    "endpoint-deleted-link-left",
    "branch-outside-the-wan",
    "builds-ask-public-dns",
    "hub-without-transit",
    "dns64-of-private-addresses",
    "fallback-hides-silent-forwarder",
    "private-addresses-stripped",
    "private-zone-on-unbound",
    "rebind-protection",
    "servers-disagree",
    "standby-server-disagrees",
    "sync-without-data-endpoint",
    "parent-out-of-reach",
    "wrong-local-name",
}


def test_every_twin_is_made_or_no_fault() -> None:
    """A new twin needs a row above."""
    assert {row[0] for row in TWINS} | NO_FAULT == {path.stem for path in (ROOT / "zones/broken").glob("*.yaml")}
    assert {row[3] for row in TWINS} <= set(samples())


@pytest.mark.parametrize(("twin", "name", "subject", "sample"), TWINS, ids=[row[0] for row in TWINS])
def test_break_makes_the_twin(twin: str, name: str, subject: str, sample: str) -> None:
    """Compared by what they mean, not by their comments."""
    topology = load(str(ROOT / f"zones/{sample}.yaml"))
    made = [found for found in named(name).find(Site(topology), None) if found.subject == subject]
    meant = load(str(ROOT / f"zones/broken/{twin}.yaml"))
    assert any(candidate.apply(topology) == _called(meant, topology.file) for candidate in made[:1])


def _called(topology: object, file: str) -> object:
    return replace(topology, file=file)  # type: ignore[type-var]


@given(topologies(), st.sampled_from(list(PRIORS)))
def test_a_fault_of_any_topology_is_the_same_in_its_file(topology: Topology, name: str) -> None:
    """Whatever a file says: unless Azure would refuse the result, the edited text loads as the edited topology."""
    text = dumps(topology)
    for candidate in islice(named(name).find(Site(topology), None), 4):
        try:
            loaded = loads(edited(text, candidate.edits, topology.file), topology.file)
        except TopologyError:
            continue
        assert replace(loaded, assumptions=topology.assumptions) == candidate.apply(topology), candidate


@pytest.mark.parametrize("name", [name for name in PRIORS if name != "stale-cache"])
def test_a_diagnosis_names_no_value_that_is_made_up(name: str) -> None:
    """Only those of the file, and names that follow from it."""
    for sample in ("government", "hand-made-records", "hub-and-spoke-dns-server"):
        topology, text = (
            load(str(ROOT / f"zones/{sample}.yaml")),
            (ROOT / f"zones/{sample}.yaml").read_text(encoding="utf-8"),
        )
        cloud, known = topology.cloud, [text, "168.63.129.16"]
        for registry in topology.registries.values():
            known += [
                member.fqdn(label, cloud)
                for label in (registry.dns_label, registry.name)
                for member in registry.members()
            ]
            known += [
                f"{region}.data.{cloud.privatelink} privatelink.{region}.data.{cloud.registry}"
                for region in registry.regions
            ]
        for candidate in named(name).find(Site(topology), {}):
            for said in (candidate.message, *(fix.text for fix in candidate.fixes)):
                values = re.findall(r"(?<![\w.-])(?:[\w-]+\.)+[\w-]+", said)
                assert [value for value in values if value not in " ".join(known)] == [], said


def test_a_record_by_hand_goes_with_the_one_that_a_zone_group_would_write_in_its_place() -> None:
    """Else the record that is missing would be there again, and right."""
    topology = loads(
        "version: 1\nregistries: {contoso: {location: eastus}}\nnetworks: {hub: {address_space: [10.0.0.0/16]}}\n"
        "private_endpoints:\n  contoso-pe:\n    registry: contoso\n    network: hub\n"
        "    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}\n"
        "    dns_zone_group: [privatelink.azurecr.io]\nprivate_dns_zones:\n  privatelink.azurecr.io:\n"
        "    virtual_network_links: {hub: {}}\n    records: {contoso: {A: [10.0.0.9]}}\n",
        "",
    )
    for fault, left in (("missing-record", 1), ("shared-record-deleted", 0)):
        candidate = next(named(fault).find(Site(topology), None))
        assert len(Site(candidate.apply(topology)).records) == left, fault
