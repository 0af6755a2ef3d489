from __future__ import annotations

from typing import TYPE_CHECKING

import dns.name

from acrdns.names import name, show
from acrdns.record import Type, type_text
from acrdns.zone.versions.catalog import catalog, catalog_name

if TYPE_CHECKING:
    from acrdns.zone.zone import Zone

MEMBERS = (name("azurecr.io"), name("privatelink.azurecr.io"))


def _pointers(zone: Zone) -> dict[str, str]:
    return {
        rrset.texts()[0]: show(owner) for owner, node in zone.nodes.items() for rrset in node if rrset.type == Type.PTR
    }


def test_a_catalog_says_what_rfc_9432_wants() -> None:
    """SOA, an NS that leads nowhere, the version, and a PTR below `zones` for each member."""
    zone = catalog("hub", MEMBERS)
    assert show(zone.apex) == "catalog.hub.acrdns.invalid"
    lines = {
        (show(owner), type_text(rrset.type)): rrset.texts() for owner, node in zone.nodes.items() for rrset in node
    }
    assert lines["catalog.hub.acrdns.invalid", "NS"] == ("invalid",)
    assert lines["version.catalog.hub.acrdns.invalid", "TXT"] == ('"2"',)
    assert set(_pointers(zone)) == {"azurecr.io", "privatelink.azurecr.io"}
    assert all(owner.endswith(".zones.catalog.hub.acrdns.invalid") for owner in _pointers(zone).values())


def test_a_member_keeps_its_label() -> None:
    """Another label would make secondaries drop the zone and take it anew (RFC 9432 section 5.4)."""
    more = _pointers(catalog("hub", (*MEMBERS, name("corp.example"))))
    assert _pointers(catalog("hub", MEMBERS)).items() <= more.items()


def test_a_member_has_one_record() -> None:
    """A PTR set with several records would break the catalog (RFC 9432 section 4.3.1)."""
    zone = catalog("hub", MEMBERS)
    assert all(len(rrset.rdatas) == 1 for node in zone.nodes.values() for rrset in node)


def test_odd_vantage_points_have_catalogs_too() -> None:
    """A dot is part of the label, and a name that is too long for one is shortened without becoming another's."""
    assert show(catalog_name("vnet.hub")) == "catalog.vnet\\.hub.acrdns.invalid"
    left, right = catalog_name("x" * 70 + "a"), catalog_name("x" * 70 + "b")
    assert left != right
    assert max(len(label) for label in dns.name.from_wire(left, 0)[0].labels) == 63
