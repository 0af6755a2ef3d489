"""Random servers of a topology, and the real programs set up as they are: over the wire both answer alike.

`python -m tests.interop.test_random_servers SECONDS` looks for differences among further seeds.
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from acrdns.resolve.world import World
from acrdns.topology.load import loads
from tests.interop.self_hosted import refusing, running, setup_of
from tests.interop.test_self_hosted import (
    FILTERING,
    QUESTIONS,
    RECURSION,
    WITHOUT_DNS64,
    WITHOUT_ZONES,
    Situation,
    differences,
    vantage_listeners,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.interop.self_hosted import Address

pytestmark = pytest.mark.interop

SEEDS = 5
"""Of each program, in the suite."""
TARGETS = ["10.0.0.4", "10.0.0.4", "10.1.0.4", "10.2.0.4", "10.3.0.4", "8.8.8.8", "10.0.0.99", "10.4.0.53"]
"""Inbound endpoints (linked, twice; unlinked; with an empty zone; that redirects), public, silent, failing."""
SLOW_TO_GIVE_UP = {"kresd": {"10.0.0.99", "10.4.0.53"}}
"""Knot Resolver asks a server that does not answer for seconds; `test_self_hosted` has one such server."""
DOMAINS = [
    "azurecr.io",
    "privatelink.azurecr.io",
    "contoso.azurecr.io",
    "data.azurecr.io",
    "westeurope.data.azurecr.io",
    "data.privatelink.azurecr.io",
    "contoso.privatelink.azurecr.io",
    "azcr.io",
    "trafficmanager.net",
]
ZONES = {
    "contoso.azurecr.io": "{'@': {A: [192.168.0.7]}, www: {A: [192.168.0.8]}}",
    "privatelink.azurecr.io": "{contoso: {A: [192.168.0.7]}, www.lab: {A: [192.168.0.9]}}",
    "azurecr.io": "{contoso: {A: [192.168.0.7]}%s}",
    "corp.example": "{www: {A: [192.168.0.80, 192.168.0.81], AAAA: ['fd00::1']}%s}",
}
# dnsmasq has hosts, and no aliases that lead out of what it knows.
MORE = {
    "azurecr.io": ", partner: {CNAME: partner.privatelink.azurecr.io}",
    "corp.example": ", reg: {CNAME: contoso.azurecr.io}, again: {CNAME: reg.corp.example}, text: {TXT: [hello]}",
}
HOSTS_ONLY = {"dnsmasq"}
WILDCARD = ", '*.wild': {A: [192.168.0.82]}"
WITHOUT_WILDCARDS = {"dnsmasq", "unbound"}
"""A `local-zone` of unbound has none; its `auth-zone` has."""
LACKS = {"pdns_recursor": ["lab.privatelink.azurecr.io"]}
"""An empty non-terminal does not exist in the zones of PowerDNS Recursor, against RFC 8020."""
IN_ZONES = {
    "privatelink.azurecr.io": [("lab.privatelink.azurecr.io", "A")],
    "contoso.azurecr.io": [("www.contoso.azurecr.io", "A")],
    "azurecr.io": [("partner.azurecr.io", "AAAA")],
    "corp.example": [
        *(("reg.corp.example", kind) for kind in ("A", "AAAA")),
        *(("www.corp.example", kind) for kind in ("A", "AAAA", "MX")),
        ("again.corp.example", "A"),
        ("x.wild.corp.example", "A"),
        ("text.corp.example", "TXT"),
        ("missing.corp.example", "A"),
        ("corp.example", "A"),
    ],
}


def configuration(product: str, chance: random.Random) -> tuple[str, list[tuple[str, str]]]:
    """Write a server's entry in a topology, and the questions that it is worth asking."""
    usable = [target for target in TARGETS if target not in SLOW_TO_GIVE_UP.get(product, ())]

    def targets() -> str:
        some = {chance.choice(usable) for _ in range(chance.choice((1, 1, 2)))}
        return f"[{', '.join(sorted(some))}]"

    parts, questions = [], list(QUESTIONS)
    domains = chance.sample(DOMAINS, chance.randint(0, 3))
    if domains:
        parts.append(f"conditional_forwarders: {{{', '.join(f'{domain}: {targets()}' for domain in domains)}}}")
    if chance.random() < 0.4:
        parts.append(f"forwarders: {targets()}")
    # PowerDNS Recursor goes by the longest suffix, where BIND goes by its own zones first (see `RECURSION`).
    without = WITHOUT_ZONES | ({"pdns_recursor"} if domains else set())
    # Two entries for one name contradict each other.
    zones = [zone for zone in chance.sample(sorted(ZONES), chance.randint(0, 2)) if zone not in domains]
    if zones and product not in without:
        texts = {zone: "" if product in HOSTS_ONLY else MORE.get(zone, "") for zone in zones}
        if product not in WITHOUT_WILDCARDS:
            texts["corp.example"] = texts.get("corp.example", "") + WILDCARD
        held = (f"{zone}: {ZONES[zone].replace('%s', texts[zone])}" for zone in zones)
        parts.append(f"zones: {{{', '.join(held)}}}")
        asked = (question for zone in zones for question in IN_ZONES[zone])
        questions += [question for question in asked if question[0] not in LACKS.get(product, ())]
    filters = ["rebind_protection: true"] * (chance.random() < 0.2)
    filters += ["dns64: '64:ff9b::/96'"] * (product not in WITHOUT_DNS64 and chance.random() < 0.2)
    if product in FILTERING and filters:
        parts.append(f"filters: {{{', '.join(filters)}}}")
    return ", ".join([*parts, "selection: fastest"]), questions


@pytest.fixture(scope="module")
def listeners(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Address]]:
    """Return the vantage listeners that stand behind the servers."""
    with ExitStack() as stack:
        yield vantage_listeners("documented", tmp_path_factory.mktemp("azure"), stack)


@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("product", RECURSION)
def test_a_random_server(
    product: str, seed: int, listeners: dict[str, Address], program: Callable[[str], str], tmp_path: Path
) -> None:
    """Own zones, forwarders, filters in any combination: what a program answers is among what the simulation says."""
    assert compare(product, seed, listeners, program, tmp_path) == []


def compare(
    product: str, seed: int, listeners: dict[str, Address], program: Callable[[str], str], folder: Path
) -> list[tuple[object, ...]]:
    """Return how a program and the simulation differ."""
    chance = random.Random(f"{product} {seed}")
    written, questions = configuration(product, chance)
    situation = Situation(written, "", "", "")
    topology = loads(situation.topology(RECURSION[product]), "topology.yaml")
    server = topology.dns_servers[situation.address]
    print(written)
    with refusing() as nobody:
        setup = setup_of(server, topology, listeners, nobody, minimise=chance.random() < 0.5)
        with running(product, program, setup, folder) as where:
            return differences(World(topology), where, product, questions)


def search(seconds: float) -> None:
    """Try seeds until the time is over."""
    end, seed, found = time.monotonic() + seconds, SEEDS, 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        listeners = vantage_listeners("documented", folder, stack)
        while time.monotonic() < end:
            for product in RECURSION:
                own = folder / f"{product}-{seed}"
                own.mkdir()
                print(f"{product} {seed}", end=": ")
                found += bool(compare(product, seed, listeners, lambda name: str(shutil.which(name)), own))
            seed += 1
    print(f"{(seed - SEEDS) * len(RECURSION)} servers, {found} differ")


if __name__ == "__main__":
    search(float(sys.argv[1]))
