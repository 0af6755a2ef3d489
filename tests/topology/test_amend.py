"""The `accept` entries of an object follow the edits of the object."""

from __future__ import annotations

import pytest

from acrdns.topology.amend import amend
from acrdns.topology.dump import dumps
from acrdns.topology.load import loads
from acrdns.topology.text.edit import Drop, Edit, Put, Rename
from acrdns.topology.text.rewrite import edited

ESTATE = """\
version: 1
accept: [{rule: ACR211, reason: anywhere}]
networks:
  hub: {address_space: [10.0.0.0/16]}
private_dns_zones:
  accept: [{rule: ACR210, reason: in the section}]
  privatelink.azurecr.io@rg-dns:
    name: privatelink.azurecr.io
    accept: [{rule: ACR212, reason: first, until: 2099-12-31}, {rule: ACR202, reason: second}]
    virtual_network_links: {hub: {}}
  own: {name: corp.example, accept: [{rule: ACR204, reason: another zone}]}
"""
ZONE = ("private_dns_zones", "privatelink.azurecr.io@rg-dns")
EDITS = {
    "the object is deleted": Drop(ZONE),
    "the object is renamed": Rename(ZONE, "another"),
    "the object is written anew": Put(ZONE, {"name": "privatelink.azurecr.io"}),
    "the object changes": Put((*ZONE, "name"), "privatelink.azurecr.com"),
    "another object is deleted": Drop(("private_dns_zones", "own")),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_what_is_accepted_is_what_the_edited_file_accepts(edit: Edit) -> None:
    """And the topology can be written and read again: no object is left that has nothing but an acceptance."""
    topology = loads(ESTATE, "estate.yaml")
    amended = amend(topology, [edit])
    assert amended == loads(edited(ESTATE, [edit], "estate.yaml"), "estate.yaml")
    assert loads(dumps(amended), "estate.yaml") == amended
