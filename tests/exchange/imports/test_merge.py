"""Laws of `import --merge`: once is enough, what the import says is today's, and what a person wrote stays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import given

from acrdns.exchange.imports.importing import imported
from acrdns.exchange.imports.merge.merge import merged
from acrdns.exchange.imports.notes import MARK
from acrdns.exchange.imports.reading import Input
from acrdns.topology.load import loads
from tests.examples import examples
from tests.exchange.imports.azure import azure_only
from tests.exchange.imports.importing import fixture, fixtures, of
from tests.exchange.imports.test_round_trip import answers, as_az, as_template, questions_of
from tests.topologies import topologies

if TYPE_CHECKING:
    from acrdns.topology.model import Topology

OFFICE = """\
  office: # ours
    kind: on_premises
    address_space: [203.0.113.0/24]
"""


def by_hand(text: str) -> str:
    """Return a file with a person's comments above each entry, behind lines and at both ends."""
    lines = ["# the estate of Ann"]
    for number, line in enumerate(text.splitlines()):
        is_key = line.startswith("  ") and line.endswith(":") and "#" not in line
        if is_key:
            lines.append(f"{line[: len(line) - len(line.lstrip())]}# note {number} of Ann")
        lines.append(f"{line} # key {number} of Ann" if is_key else line)
    return "\n".join([*lines, "# the end, says Ann"]) + "\n"


def of_person(text: str) -> list[str]:
    """Return the comment lines that a person wrote."""
    return sorted(line[line.index("#") :] for line in text.splitlines() if "Ann" in line)


def notes_of(text: str) -> set[str]:
    """Return the notes of an import."""
    return {line.strip() for line in text.splitlines() if line.endswith(MARK)}


@examples(1 / 10, 7)
@given(before=topologies(), after=topologies())
def test_a_merge_twice_is_a_merge(before: Topology, after: Topology) -> None:
    """Between any two estates: the same bytes, no old note, every comment of a person, and the answers of the import.

    An estate of another cloud is another estate: its regions do not load beside those of this one.
    """
    old, new = imported(as_az(azure_only(before))).text, imported(as_template(azure_only(after))).text
    if not (old and new) or loads(old, "old").cloud != loads(new, "new").cloud:
        return
    assert merged(old, old, "old") == old
    mine = by_hand(old)
    result = merged(new, mine, "old")
    assert merged(new, result, "old") == result
    assert of_person(result) == of_person(mine)
    assert notes_of(result) == notes_of(new)
    wanted, found = loads(new, "new"), loads(result, "result")
    questions = questions_of(wanted)
    assert list(answers(found, questions)) == list(answers(wanted, questions))


def test_old_notes_and_origins_go() -> None:
    """A network that was only referred to is in the input now, and the files have other names."""
    before = of(fixture("az_network_private_endpoint_show"), fixture("az_network_nic_show"), fixture("az_acr_show"))
    assert "# TODO: not in the input" in before.text
    files = [Input(f"later/{each.file}", each.octets) for each in fixtures()]
    result = merged(imported(files).text, before.text.replace("networks:\n", f"networks:\n{OFFICE}"), "old")
    assert "TODO: not in the input" not in result
    assert "0.json" not in result
    assert "office: # ours" in result
    assert result.count("# az: later/az_acr_show.json") == 1


def test_an_example_that_was_filled_in_is_no_example() -> None:
    """The network on premises is uncommented: it does not come back as a comment; an example of nothing goes."""
    text = imported(fixtures()).text
    lines = text.splitlines()
    at = lines.index("  # on-premises:")
    block = [line.replace("# ", "", 1).replace("THE_NETWORK_OF_THE_GATEWAY", "vnet-hub") for line in lines[at : at + 5]]
    mine = "\n".join([*lines[:at], *block, *lines[at + 5 :]]) + "\n"
    result = merged(text, mine, "old")
    assert "on-premises:" in result
    assert "# on-premises:" not in result
    assert loads(result, "result").networks["vnet-hub"].peerings == {"on-premises"}
    without = imported([each for each in fixtures() if "connected" not in each.file]).text
    assert "connected_registries" in text
    assert "connected_registries" not in merged(without, text, "old")
    assert merged(text, merged(without, text, "old"), "old").count("# connected_registries:") == 1


@pytest.mark.parametrize("comment", ["# TODO: ask Ann", "# az: ask Ann", "# import: this is Ann's"])
def test_a_comment_that_looks_like_an_import_stays(comment: str) -> None:
    """So does a note that a person wrote more to."""
    text = imported(fixtures()).text
    mine = text.replace("  vnet-hub:\n", f"  {comment}\n  vnet-hub:\n", 1)
    mine = mine.replace(f"{MARK}\n", f"{MARK} Ann asked\n", 1)
    result = merged(text, mine, "old")
    assert comment in result
    assert f"{MARK} Ann asked" in result
    assert merged(text, result, "old") == result


def test_the_last_writer_of_two_stays_last() -> None:
    """Another endpoint wrote the records since: it moves to the end, with all that a person wrote at it."""
    text = """\
version: 1
registries: {contoso: {location: eastus}}
networks:
  hub: {address_space: [10.0.0.0/16]}
private_endpoints:
  # az: a.json
  pe-a: # Ann's
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.4, registry_data_eastus: 10.0.0.5}
    dns_zone_group: [privatelink.azurecr.io]
  # az: a.json
  pe-b:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.6, registry_data_eastus: 10.0.0.7}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {}}
"""
    data = yaml.safe_load(text)
    data["private_endpoints"] = dict(reversed(data["private_endpoints"].items()))
    result = merged(json.dumps(data), text, "old")
    assert list(loads(result, "result").private_endpoints) == ["pe-b", "pe-a"]
    assert "pe-a: # Ann's" in result
    assert merged(json.dumps(data), result, "old") == result
