"""What `learn --check` demands of a lesson: each claim that does not hold is named, at its line."""

from __future__ import annotations

import pytest

from acrdns.teach.lessons.proof import defects
from acrdns.teach.lessons.reading import read
from tests.teach.lessons.lesson_text import LESSON


def test_a_lesson_that_holds_has_no_defect() -> None:
    """The one that the others are made of."""
    assert defects(read(LESSON, "my.md")) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("sees: {from: hub, name: contoso.azurecr.io, expect: public}", "sees: {from: hub, name: contoso.azurecr.io, expect: NXDOMAIN}", "my.md:8:1: sees: at the start hub should get NXDOMAIN for contoso.azurecr.io, as it says, and gets 20.45.122.144 (public)"),
        ("sees: {from: hub", "sees: {from: hob", "my.md:8:14: sees.from: there is no network 'hob' at the start; allowed: internet, hub"),
        ("- {from: internet", "- {from: spoke", "my.md:11:12: checks.1.from: there is no network 'spoke' at the start; allowed: internet, hub"),
        ("start: {sample: broken/network-without-zone-link.yaml}", "start: {sample: private-link}", "my.md:8:1: sees: at the start hub should get a public address for contoso.azurecr.io, as it says, and gets 10.0.0.7 (private)"),
        ("start: {sample: broken/network-without-zone-link.yaml}", "start: {sample: private-link, edits: [{delete: [networks, hob]}]}", "my.md:7:31: start.edits: the start is no topology: there is nothing at networks.hob"),
        ("start: {sample: broken/network-without-zone-link.yaml}", "start: {sample: private-link, edits: [{set: [networks, hub, kind], to: tent}]}", "my.md:7:31: start.edits: the start is no topology: networks.hub.kind: 'tent' is not known"),
        ("start: {sample: broken/network-without-zone-link.yaml}", "start: {sample: private-link, edits: [{set: [version, hub, kind], to: 3}]}", "my.md:7:31: start.edits: the start is no topology: there is nothing at version.hub.kind"),
        ("links], to: {hub: {}}}\nrefused", "links], to: {}}\nrefused", "my.md:12:1: solution: does not solve the lesson: hub should get 10.0.0.7 for contoso.azurecr.io; it gets 20.45.122.144 (public)"),
        ("links], to: {hub: {}}}\nrefused", "links], to: {hub: {}, hob: {}}}\nrefused", "my.md:12:1: solution: the solution is no topology: "),
        ("  - [{set: [private_dns_zones, privatelink.azurecr.io, records], to: {contoso: {ttl: 10, A: [10.0.0.7]}}}]", "  - [{set: [private_dns_zones, privatelink.azurecr.io, virtual_network_links, hub], to: {}}]", "my.md:15:5: refused.0: solves the lesson, and is said to be wrong"),
        ("  - [{set: [private_dns_zones, privatelink.azurecr.io, records], to: {contoso: {ttl: 10, A: [10.0.0.7]}}}]", "  - [{delete: [networks, hob]}]", "my.md:15:5: refused.0: cannot be made: there is nothing at networks.hob"),
        ("[{set: [private_endpoints, contoso-pe, status], to: Pending}]", "[{set: [private_dns_zones, privatelink.azurecr.io, virtual_network_links], to: {}}]", "my.md:23:7: quiz.wrong.0.edits: looks the same as the start: hub sees the same trace"),
        ("[{set: [private_endpoints, contoso-pe, status], to: Pending}]", "[{set: [private_endpoints, contoso-pe, status], to: Nearly}]", "my.md:23:7: quiz.wrong.0.edits: this answer is no topology: "),
    ],
)  # fmt: skip
def test_a_claim_that_does_not_hold_has_its_line(old: str, new: str, message: str) -> None:
    """One message for one defect."""
    assert old in LESSON
    found = [str(each) for each in defects(read(LESSON.replace(old, new, 1), "my.md"))]
    assert [each.startswith(message) for each in found[:1]] == [True], found


def test_a_start_that_is_solved_is_a_defect() -> None:
    """Though its answer is what the lesson says of it."""
    text = LESSON.replace("broken/network-without-zone-link.yaml", "private-link").replace(
        "expect: public}\nchecks", "expect: private}\nchecks"
    )
    found = [str(each) for each in defects(read(text, "my.md"))]
    assert found == [
        "my.md:9:1: checks: the start is solved already: every check holds, and lint is clean",
        "my.md:15:5: refused.0: solves the lesson, and is said to be wrong",
    ]


def test_all_defects_of_a_lesson_come_at_once() -> None:
    """One group does not hide another."""
    text = LESSON.replace("expect: public}\nchecks", "expect: private}\nchecks")
    text = text.replace("links], to: {hub: {}}}\nrefused", "links], to: {}}\nrefused")
    found = [str(each).split(": ")[1] for each in defects(read(text, "my.md"))]
    assert found == ["sees", "solution"]


@pytest.mark.parametrize("type_", ["SSHFP", "TYPE65280", "TXT"])
def test_any_type_can_be_asked_for(type_: str) -> None:
    """The answer is none of the addresses that were meant, which is said as for any other."""
    text = LESSON.replace(
        "contoso.azurecr.io, expect: public}\nchecks", f"contoso.azurecr.io, type: {type_}, expect: 10.0.0.7}}\nchecks"
    )
    assert [str(each).split(" as it says")[0] for each in defects(read(text, "my.md"))] == [
        f"my.md:8:1: sees: at the start hub should get 10.0.0.7 for contoso.azurecr.io {type_},"
    ]
