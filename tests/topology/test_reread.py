"""A file that is read again gives what it gives when it is read for the first time."""

from __future__ import annotations

from unittest.mock import Mock, patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.errors import Problem, TopologyError
from acrdns.topology.dump import SECTIONS, dumps
from acrdns.topology.load import loads
from acrdns.topology.model import Topology
from acrdns.topology.reread import Reread
from acrdns.topology.text.edit import Append, Drop, Edit, Put
from acrdns.topology.text.entries import Entries
from acrdns.topology.text.rewrite import edited
from tests.resolve import tangled
from tests.topologies import topologies

TEXT = """\
version: 1
# what we have
registries:
  contoso: {location: eastus}
  # the second
  fabrikam:
    location: westus
    replications:
    - eastus
networks:

  hub: {address_space: [10.0.0.0/16], peerings: [spoke]}
  spoke: {address_space: [10.1.0.0/16]}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {}, spoke: {}}
"""
LINES = (
    "",
    "# said",
    "networks:",
    "  other: {address_space: [10.7.0.0/16]}",
    "  other:",
    "    address_space: [10.7.0.0/16]",
    "    location: westus",
    "  accept: [{rule: ACR101, reason: known}]",
    "  'quoted': {location: eastus}",
    "  northwind: {location: uksouth, replications: [eastus]}",
    "  text: |",
    "    more",
    " odd: 1",
    "---",
    "...",
    "  x: &here {location: eastus}",
    "  y: *here",
    "  - item",
    '  "open',
    "  z: [1,",
)


def result(text: str) -> tuple[object, ...]:
    """Return what loading gives: the topology and places in it, or the problems."""
    try:
        return described(loads(text, "edited.yaml"))
    except TopologyError as error:
        return error.problems


def again(reread: Reread, text: str) -> tuple[object, ...]:
    """Return the same of reading again."""
    try:
        return described(reread.read(text))
    except TopologyError as error:
        return error.problems


def described(topology: Topology) -> tuple[object, ...]:
    """Return a topology, and the places of its sections, of their entries, and of one value in each entry."""
    orders = [(section, *getattr(topology, section)) for section in SECTIONS]
    paths = [(section, key) for section, *keys in orders for key in keys]
    deeper = [path for path in topology.places if len(path) == 3]
    return topology, orders, [topology.place(*path) for path in (*paths, *deeper, ("registries",))]


@st.composite
def edits(draw: st.DrawFn, text: str) -> str:
    """Delete, insert, double or change some lines that stand together."""
    lines = text.split("\n")
    start = draw(st.integers(0, len(lines)))
    end = min(start + draw(st.integers(0, 3)), len(lines))
    new = draw(st.lists(st.sampled_from((*LINES, *lines)), max_size=3))
    return "\n".join((*lines[:start], *new, *lines[end:]))


@given(st.data())
def test_a_reading_is_that_of_the_whole_text(data: st.DataObject) -> None:
    """After each of several edits, allowed or not."""
    text = data.draw(st.sampled_from((TEXT, TEXT.replace("\n", "\r\n"))) | files())
    reread = Reread(text, "edited.yaml")
    accepted = text
    for _ in range(data.draw(st.integers(1, 4))):
        text = data.draw(edits(data.draw(st.sampled_from((accepted, text)))))
        text = data.draw(edits(text)) if data.draw(st.booleans()) else text
        expected = result(text)
        assert again(reread, text) == expected
        accepted = text if isinstance(expected[0], Topology) else accepted


@st.composite
def files(draw: st.DrawFn) -> str:
    """Write a random topology that loads."""
    return dumps(draw(tangled.topologies() | topologies(additions=True)))


@pytest.mark.parametrize(
    ("old", "new", "section"),
    [
        ("location: westus", "location: uksouth", "registries"),
        ("  # the second\n", "  # the second\n  northwind: {location: eastus}\n", "registries"),
        ("  hub: {", "  lab: {address_space: [10.3.0.0/16]}\n  hub: {", "networks"),
        (", spoke: {}}", "}", "private_dns_zones"),
        ("10.0.0.8", "10.0.0.9", "private_endpoints"),
    ],
)
def test_an_edit_of_an_entry_is_read_alone(old: str, new: str, section: str) -> None:
    """The text that is parsed is that of the entry and its neighbour."""
    edit = Entries(TEXT).edited(TEXT.replace(old, new))
    assert edit is not None
    (alone,) = edit.sections
    assert alone.section.name == section
    assert len(alone.lines) < 8
    assert Entries(TEXT).after(edit, TEXT.replace(old, new)) is not None


SEVERAL = {
    "a registry that is renamed": (("fabrikam", "northwind"),),
    "one that is renamed with its endpoint": (
        ("  contoso:", "  northwind:"),
        ("registry: contoso\n", "registry: northwind\n"),
    ),
    "one that is taken away": (
        ("  contoso: {location: eastus}\n", ""),
        (
            TEXT[TEXT.index("  contoso-pe") : TEXT.index("private_dns")],
            "  x-pe: {registry: fabrikam, network: hub, addresses: {registry: 10.0.0.4}}\n",
        ),
    ),
    "a network that is taken away": (
        ("  spoke: {address_space: [10.1.0.0/16]}\n", ""),
        (", peerings: [spoke]", ""),
        (", spoke: {}", ""),
    ),
    "a comment above the sections": (
        ("# what we have\n", "# what we have\n# and what not\n"),
        ("# the second", "# second"),
    ),
    "registries in another order": (
        ("  contoso: {location: eastus}\n", ""),
        ("networks:\n", "  contoso: {location: eastus}\nnetworks:\n"),
    ),
    "a comment that is gone": (("# what we have\n", ""), ("10.0.0.8", "10.0.0.9")),
}


@pytest.mark.parametrize("changes", SEVERAL.values(), ids=SEVERAL)
def test_an_edit_of_several_sections_is_read_without_the_others(changes: tuple[tuple[str, str], ...]) -> None:
    """No more of each section is parsed than the entries that differ and their neighbours."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    reread, whole = Reread(TEXT, "edited.yaml"), Mock(side_effect=AssertionError)
    with patch("acrdns.topology.reread.Entries", whole):
        assert again(reread, text) == result(text)


def test_a_text_that_does_not_load_is_refused_without_reading_the_whole() -> None:
    """The next text that loads is compared with the last one that did."""
    texts = ("  hub: {address_space: [10.0.0.0/16]", "  hub: {peerings: spoke}", "  hub: {kind: odd}")
    reread, whole = Reread(TEXT, "edited.yaml"), Mock(side_effect=AssertionError)
    with patch("acrdns.topology.reread.Entries", whole):
        for text in texts:
            wrong = TEXT.replace("  hub: {address_space: [10.0.0.0/16], peerings: [spoke]}", text)
            assert isinstance(result(wrong)[0], Problem)
            assert again(reread, wrong) == result(wrong)
            assert again(reread, TEXT.replace("10.0.0.8", "10.0.0.9")) == result(TEXT.replace("10.0.0.8", "10.0.0.9"))


REFUSED = {
    "an address outside the space of its network": ("10.0.0.8", "10.2.0.8"),
    "an address that another endpoint has": ("10.0.0.8", "10.0.0.9"),
    "an address that a peer has": ("10.0.0.8", "10.1.0.9"),
    "a space that an address falls out of": ("[10.0.0.0/16]", "[10.0.1.0/24]"),
    "a peering with a network that has the same address": (
        "far: {address_space: [10.9.0.0/16]",
        "far: {peerings: [twin], address_space: [10.9.0.0/16]",
    ),
    "a region that an address is of": ("replications: [northeurope]", "replications: [uksouth]"),
    "a region of another cloud": ("location: westus", "location: usgovvirginia"),
    "a registry without Premium": ("contoso: {location: eastus}", "contoso: {location: eastus, sku: Basic}"),
    "a network that an endpoint is in": ("  far: {", "  away: {"),
    "a zone that a group names": ("  privatelink.azurecr.io:\n", "  privatelink.azurecr.us:\n"),
    "an endpoint of no registry": ("registry: widgets", "registry: gadgets"),
}
WIDER = TEXT.replace(
    "private_endpoints:\n",
    """\
  far: {address_space: [10.9.0.0/16]}
  twin: {address_space: [10.9.0.0/16]}
private_endpoints:
  widgets-pe:
    registry: widgets
    network: hub
    addresses: {registry: 10.0.0.9, registry_data_northeurope: 10.0.0.10}
  far-pe: {registry: fabrikam, network: far, addresses: {registry: 10.9.0.4}}
  twin-pe: {registry: fabrikam, network: twin, addresses: {registry: 10.9.0.4}}
  spoke-pe: {registry: fabrikam, network: spoke, addresses: {registry: 10.1.0.9}}
""",
).replace("networks:\n", "  widgets: {location: westeurope, replications: [northeurope]}\nnetworks:\n", 1)


@pytest.mark.parametrize(("old", "new"), REFUSED.values(), ids=REFUSED)
def test_an_edit_is_refused_as_the_whole_is(old: str, new: str) -> None:
    """What it breaks may be in an entry that has not been edited."""
    assert WIDER.count(old) == 1
    expected = result(WIDER.replace(old, new))
    assert expected
    assert not isinstance(expected[0], Topology)
    assert again(Reread(WIDER, "edited.yaml"), WIDER.replace(old, new)) == expected


def test_an_alias_without_an_anchor_is_found_before_what_is_no_yaml() -> None:
    """Whoever builds the text meets it first."""
    broken = TEXT.replace("  # the second\n", "  y: *here\n").replace("  spoke: {", " odd: 1\n  spoke: {")
    assert again(Reread(TEXT, "edited.yaml"), broken) == result(broken)


def test_another_order_of_addresses_is_an_edit() -> None:
    """Fixes and records are in the order of the file."""
    swapped = TEXT.replace(
        "{registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}", "{registry_data_eastus: 10.0.0.8, registry: 10.0.0.7}"
    )
    found = Reread(TEXT, "edited.yaml").read(swapped).private_endpoints["contoso-pe"]
    assert [*found.addresses] == [*loads(swapped, "edited.yaml").private_endpoints["contoso-pe"].addresses]


def test_an_edit_above_the_sections_is_read_whole() -> None:
    """It is no entry's."""
    assert Entries(TEXT).edited(TEXT.replace("version: 1", "version: 1\nchains: observed")) is None


ENDPOINT, ZONE = ("private_endpoints", "contoso-pe"), ("private_dns_zones", "privatelink.azurecr.io")
LINKS = (*ZONE, "virtual_network_links")


@pytest.mark.parametrize("end", ["", "\n", "\n# the end\n"])
@pytest.mark.parametrize(
    "edits",
    [
        [Put((*LINKS, "hub", "resolution_policy"), "NxDomainRedirect")],
        [Drop((*LINKS, "hub")), Put((*LINKS, "spoke"), {})],
        [Put((*ZONE, "records"), {"x": {"A": ["10.0.0.9"]}, "y": {"CNAME": "a.example"}})],
        [Put((*ENDPOINT, "status"), "Pending")],
        [Append((*ENDPOINT, "dns_zone_group"), "other")],
        [Drop((*ENDPOINT, "dns_zone_group"))],
        [Put(("registries", "fabrikam", "sku"), "Basic")],
        [Drop(("registries", "fabrikam", "replications"))],
        [Put(("networks", "hub", "dns_servers"), ["10.0.0.4"])],
        [Drop(("networks", "spoke")), Put(("networks", "hub", "peerings"), [])],
        [Put(("networks", "new", "address_space"), ["10.9.0.0/16"])],
    ],
)
def test_an_edited_text_is_that_of_the_whole(edits: list[Edit], end: str) -> None:
    """Whether an entry is edited by itself or not, lines and all."""
    text = TEXT.rstrip("\n") + end
    assert Reread(text, "t.yaml").edited(text, edits) == edited(text, edits, "t.yaml")
