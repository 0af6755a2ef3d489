"""Servers that remember, in simulated time."""

from __future__ import annotations

from acrdns.names import name
from acrdns.record import Type
from acrdns.resolve.chain import Question
from acrdns.resolve.world import Timeline, World
from acrdns.topology.load import loads
from tests.resolve.asking import FORWARDS_ONE_NAME


def addresses(timeline: Timeline, at: float) -> tuple[str, ...]:
    """Ask for the login server's addresses at a time."""
    response = timeline.resolve("plant", Question(name("contoso.azurecr.io"), Type.A), at).response
    return response.answer[-1].texts()


def test_private_at_first_and_public_later() -> None:
    """The alias outlives the private address, whose name is then asked for without the forwarder (users.md 11)."""
    timeline = Timeline(World(loads(FORWARDS_ONE_NAME, "t.yaml")))
    assert addresses(timeline, 0) == ("10.0.0.7",)
    assert addresses(timeline, 9) == ("10.0.0.7",)
    assert addresses(timeline, 11) != ("10.0.0.7",)


def test_it_stays_private_when_the_forwarder_covers_the_alias_too() -> None:
    """Forwarding azurecr.io covers every name of the chain, whenever it is asked."""
    whole = FORWARDS_ONE_NAME.replace("{contoso.azurecr.io:", "{azurecr.io:")
    timeline = Timeline(World(loads(whole, "t.yaml")))
    assert {addresses(timeline, at) for at in (0, 9, 11, 100, 3601, 3700)} == {("10.0.0.7",)}


def test_ttls_count_down() -> None:
    """What is remembered is handed out with the time that is left."""
    timeline = Timeline(World(loads(FORWARDS_ONE_NAME, "t.yaml")))
    question = Question(name("contoso.azurecr.io"), Type.A)
    timeline.resolve("plant", question, 0)
    answer = timeline.resolve("plant", question, 4).response.answer
    assert [rrset.ttl for rrset in answer] == [3596, 6]


def test_a_missing_name_is_remembered_for_the_negative_ttl() -> None:
    """NXDOMAIN from the private zone is held for ten seconds (facts.md section 1.4)."""
    timeline = Timeline(World(loads(FORWARDS_ONE_NAME.replace("{contoso.azurecr.io:", "{azurecr.io:"), "t.yaml")))
    question = Question(name("nobody.privatelink.azurecr.io"), Type.A)
    servers = [[step.server for step in timeline.resolve("plant", question, at).steps] for at in (0, 9, 11)]
    assert servers == [["192.168.0.53", "10.0.0.4"], ["192.168.0.53"], ["192.168.0.53", "10.0.0.4"]]
