"""A break changes its own lines only, however the file is written: comments, CRLF, flow style, anchors."""

from __future__ import annotations

import difflib
import json
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from acrdns.check.faults import PRIORS, named
from acrdns.check.faults.site import Site
from acrdns.errors import TopologyError
from acrdns.topology.load import load, loads
from acrdns.topology.text.rewrite import edited

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acrdns.check.faults.fault import Candidate

MOST_PLACES = 3
"""Places of a fault in a sample."""
SAMPLES = sorted((Path(__file__).parents[3] / "zones").glob("*.yaml"))


def _places(sample: Path) -> Iterator[Candidate]:
    site = Site(load(str(sample)))
    for fault in PRIORS:
        yield from islice(named(fault).find(site, None), MOST_PLACES)


def _gone(before: str, after: str) -> list[str]:
    return [line[2:] for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line.startswith("- ")]


def _commented(text: str) -> str:
    """Return a text with a comment after each line that has none."""
    lines = text.splitlines()
    return "\n".join(f"{line}  # line {n}" if line and "#" not in line else line for n, line in enumerate(lines)) + "\n"


def _in_flow_style(text: str) -> str:
    """Return the same topology with each section in a line of flow style."""
    return "".join(f"{section}: {json.dumps(value, default=str)}\n" for section, value in yaml.safe_load(text).items())


def _assert_changes_its_lines_only(sample: Path, candidate: Candidate) -> None:
    text, file = sample.read_text(encoding="utf-8"), str(sample)
    meant = candidate.apply(loads(text, file))
    plain = edited(text, candidate.edits, file)
    assert edited(text.replace("\n", "\r\n"), candidate.edits, file) == plain.replace("\n", "\r\n")

    commented = _commented(text)
    broken = edited(commented, candidate.edits, file)
    assert loads(broken, file) == meant
    # difflib may find another way to say the same, by a line.
    assert abs(len(_gone(commented, broken)) - len(_gone(text, plain))) <= 1

    flow = _in_flow_style(text)
    broken = edited(flow, candidate.edits, file)
    assert replace(loads(broken, file), accepted=meant.accepted) == meant
    assert len(_gone(flow, broken)) <= len({edit.path[0] for edit in candidate.edits})


def test_a_break_changes_its_lines_only() -> None:
    """In a sample that has everything in it; every fault at its first place."""
    sample = next(path for path in SAMPLES if path.stem == "hand-made-records")
    for candidate in {candidate.path[0]: candidate for candidate in _places(sample)}.values():
        _assert_changes_its_lines_only(sample, candidate)


@pytest.mark.slow
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_every_break_changes_its_lines_only(sample: Path) -> None:
    """At places of every fault in every sample; and breaks are combined: the next one is found in what the first one wrote."""
    text, file = sample.read_text(encoding="utf-8"), str(sample)
    before: Any = None
    for candidate in _places(sample):
        _assert_changes_its_lines_only(sample, candidate)
        once = edited(text, candidate.edits, file)
        for fault in ("missing-record", "bypassed-azure-dns", "link-in-progress"):
            second = next(named(fault).find(Site(loads(once, file)), None), None)
            if second is not None and (fault, candidate.path) != before:
                twice = edited(once, second.edits, file)
                assert loads(twice, file) == second.apply(loads(once, file)), (candidate.subject, second.subject)
        before = ("link-in-progress", candidate.path)


ANCHORED = """\
version: 1
registries:
  contoso: &reg {location: eastus}
  fabrikam: *reg
networks:
  hub: {address_space: [10.0.0.0/16], dns_servers: &dns [10.0.0.53], peerings: [spoke]}   # a tab\there
  spoke: {address_space: [10.1.0.0/16], dns_servers: *dns}
private_endpoints:
  pe: {registry: contoso, network: hub, addresses: {registry: &ip 10.0.0.7, registry_data_eastus: 10.0.0.8}}
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: &l {}, spoke: *l}
    records:
      contoso: &rec {ttl: 10, A: [*ip]}   # ünï—✓
      contoso.eastus.data: {"ttl": 10, 'A': ["10.0.0.8"]}
dns_servers:
  "10.0.0.53": {network: hub, forwarders: [168.63.129.16]}
"""
WRITTEN = {
    "anchors, quotes, tabs and signs": ANCHORED,
    "no newline at the end": ANCHORED.removesuffix("\n"),
    "a comment at the end": ANCHORED + "# the end\n\n",
    "a start and an end": f"%YAML 1.2\n---\n{ANCHORED}...\n",
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_a_break_is_what_it_means_however_the_file_is_written(text: str) -> None:
    """A node that an alias stands for changes in one place alone; comments, quotes and the end of the file stay."""
    topology = loads(text, "estate.yaml")
    found = [candidate for fault in PRIORS for candidate in named(fault).find(Site(topology), None)]
    assert len(found) > 30
    for candidate in found:
        broken = edited(text, candidate.edits, "estate.yaml")
        assert loads(broken, "estate.yaml") == candidate.apply(topology), candidate
        assert len(_gone(text, broken)) <= 6, candidate
        assert broken.endswith("\n") or not text.endswith("\n")


@pytest.mark.slow
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_three_breaks_are_combined(sample: Path) -> None:
    """Each is found in what the last one wrote; the comments of lines that stay are kept."""
    file, chosen = str(sample), Random(sample.stem)
    commented = _commented(sample.read_text(encoding="utf-8"))
    alone = [line for line in commented.splitlines() if line.startswith("#")]
    for _ in range(6):
        text, gone = commented, set[str]()
        for fault in chosen.sample(list(PRIORS), k=12):
            topology = loads(text, file)
            candidates = list(named(fault).find(Site(topology), None))
            if candidates and len(gone) < 3:
                candidate = chosen.choice(candidates)
                try:
                    meant = candidate.apply(topology)
                except TopologyError:
                    continue
                text = edited(text, candidate.edits, file)
                assert loads(text, file) == meant, (sorted(gone), fault, candidate.subject)
                gone.add(fault)
        assert [line for line in text.splitlines() if line.startswith("#")] == alone
