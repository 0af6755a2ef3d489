"""Round trips: a topology to what Azure, Terraform and zone files say of it, and back: the same answers everywhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from acrdns.exchange.imports.importing import imported
from acrdns.exchange.imports.reading import Input
from acrdns.names import name, show
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import World
from acrdns.topology.load import loads
from acrdns.zone.master.writer import write_zone
from tests.examples import examples
from tests.exchange.imports.azure import azure_only, objects
from tests.topologies import topologies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from acrdns.exchange.imports.importing import Imported
    from acrdns.names import Name
    from acrdns.topology.model import Topology


def nested(value: dict[str, Any]) -> dict[str, Any]:
    """Return an object as Resource Graph has it, in lower case as it often is."""
    outer = {"id", "name", "type", "location", "sku", "resourceGroup"}
    inner = {key: item for key, item in value.items() if key not in outer}
    kept = {key: item for key, item in value.items() if key in outer}
    return kept | {"type": value["type"].lower(), "properties": inner}


def as_az(topology: Topology) -> list[Input]:
    """Return one file with all objects, an object a line."""
    return [Input("az.json", "\n".join(map(json.dumps, objects(topology))).encode())]


def as_graph(topology: Topology) -> list[Input]:
    """Return pages of Resource Graph."""
    rows = [nested(each) for each in objects(topology)]
    pages = [rows[at : at + 7] for at in range(0, len(rows), 7)]
    return [
        Input(f"{at}.json", json.dumps({"count": len(page), "data": page, "total_records": len(page)}).encode("utf-16"))
        for at, page in enumerate(pages)
    ]


def as_template(topology: Topology) -> list[Input]:
    """Return an exported template of each resource group, with names of parents and children."""
    groups: dict[str, list[Any]] = {}
    for each in objects(topology):
        parts = each["id"].split("/providers/")[1].split("/")[1:]
        resource = nested(each) | {"name": "/".join(parts[1::2]), "apiVersion": "2024-01-01"}
        groups.setdefault(each["resourceGroup"], []).append(resource)
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    files = ({"$schema": schema, "resources": resources} for resources in groups.values())
    return [Input(f"{at}.json", json.dumps(file).encode()) for at, file in enumerate(files)]


def as_zone_files(topology: Topology) -> list[Input]:
    """Return objects without record sets, and a master file for each zone."""
    files = [Input("az.json", "\n".join(map(json.dumps, objects(topology, listing=False))).encode())]
    published = World(topology).published.private
    files += [Input(f"{at}.zone", write_zone(zone).encode()) for at, zone in enumerate(published.values())]
    return files


def answers(topology: Topology, questions: list[Question]) -> Iterator[tuple[Any, ...]]:
    """Return every answer, by vantage point and question."""
    world = World(topology)
    for vantage in sorted(topology.vantages):
        for question in questions:
            response = world.answer(vantage, question)
            records = [(rrset.name, rrset.type, rrset.ttl, sorted(rrset.rdatas)) for rrset in response.answer]
            yield vantage, show(question.name), question.type, response.rcode, records


def questions_of(topology: Topology) -> list[Question]:
    """Return questions for every endpoint, and for all that private zones have in them."""
    names: list[tuple[Name, int]] = [
        (name(named), Type.A)
        for registry in topology.registries.values()
        for member in registry.members()
        for named in (
            member.fqdn(registry.dns_label, topology.cloud),
            member.privatelink(registry.dns_label, topology.cloud),
        )
    ]
    private = World(topology).published.private.values()
    names += [(rrset.name, rrset.type) for zone in private for node in zone.nodes.values() for rrset in node]
    return [Question(owner, number) for owner, number in dict.fromkeys(names)]


def check(topology: Topology, files: list[Input]) -> Imported:
    """Import files, and compare all answers with those of the topology that they were made of."""
    result = imported(files)
    if not result.text:
        assert (topology.registries, topology.networks, topology.private_dns_zones) == ({}, {}, {})
        return result
    loaded = loads(result.text, "OUT")
    questions = questions_of(topology)
    assert list(answers(loaded, questions)) == list(answers(topology, questions))
    assert imported(files).text == result.text
    return result


WRITERS: list[Callable[[Topology], list[Input]]] = [as_az, as_graph, as_template]


@pytest.mark.parametrize("write", WRITERS)
@examples(1 / 10, 7)
@given(topology=topologies())
def test_an_estate_comes_back(write: Callable[[Topology], list[Input]], topology: Topology) -> None:
    """From az, Resource Graph and exported templates."""
    azure = azure_only(topology)
    check(azure, write(azure))


@examples(1 / 10, 7)
@given(topology=topologies())
def test_an_estate_comes_back_with_zone_files(topology: Topology) -> None:
    """Of zones that have their name alone: a file does not say in which resource group it was."""
    azure = azure_only(topology)
    apexes = [zone.apex for zone in azure.private_dns_zones.values()]
    if len(set(apexes)) == len(apexes):
        check(azure, as_zone_files(azure))


@pytest.mark.slow
@pytest.mark.parametrize("write", [*WRITERS, as_zone_files])
@settings(max_examples=400)
@given(topology=topologies())
def test_many_estates_come_back(write: Callable[[Topology], list[Input]], topology: Topology) -> None:
    """The same with many more."""
    azure = azure_only(topology)
    apexes = [zone.apex for zone in azure.private_dns_zones.values()]
    if write is not as_zone_files or len(set(apexes)) == len(apexes):
        check(azure, write(azure))
