"""Any way that gives the right answers, and leaves lint clean, solves a lesson; nothing else does."""

from __future__ import annotations

import pytest

from acrdns.teach.lessons.curriculum import lessons
from acrdns.teach.lessons.judge import judge
from acrdns.teach.lessons.lesson import Lesson, made
from acrdns.topology.text.edit import Drop, Edit, Put

BY_ID = {lesson.id: lesson for lesson in lessons()}
ZONE = ("private_dns_zones", "privatelink.azurecr.io")
SERVER = ("dns_servers", "192.168.0.53")
GROUP: Edit = Put(("private_endpoints", "contoso-pe", "dns_zone_group"), ["privatelink.azurecr.io"])


def judged(lesson: Lesson, *edits: Edit) -> list[str]:
    """Return why a way does not solve a lesson."""
    result = judge(lesson, made(lesson.start, edits, lesson.file), lesson.file)
    reasons = list(result.reasons)
    assert result.solved is not bool(reasons)
    return reasons


@pytest.mark.parametrize(
    ("lesson", "edits"),
    [
        ("which-name", [Put((*SERVER, "recursion"), "iterate")]),
        ("p-which-works", [Put((*SERVER, "conditional_forwarders", "azurecr.io"), ["10.0.1.4"])]),
        ("download-link", [Drop((*ZONE, "records")), GROUP]),
        ("replica", [Drop((*ZONE, "records", "contoso")), GROUP]),
        ("replica", [Put((*ZONE, "records", "contoso.westus.data"), {"ttl": 10, "A": ["10.0.0.9"]})]),
        ("shadow-zone", [Put(("private_dns_zones", "eastus.data.privatelink.azurecr.io", "virtual_network_links"), {})]),
        ("unreachable-dns-server", [Put(("networks", "spoke", "dns_servers"), []), Put((*ZONE, "virtual_network_links", "spoke"), {})]),
        ("two-endpoints", [Drop((*ZONE, "records")), GROUP]),
        ("stale-cache", [Put((*ZONE, "records", f"contoso{tail}", "ttl"), 5) for tail in ("", ".eastus.data")]),
    ],
)  # fmt: skip
def test_another_way_is_as_right(lesson: str, edits: list[Edit]) -> None:
    """The solution of a lesson is one of several."""
    assert judged(BY_ID[lesson], *edits) == []


@pytest.mark.parametrize(
    ("lesson", "edits", "reason"),
    [
        ("zone-link", [], "hub should get 10.0.0.7 for contoso.azurecr.io; it gets 20.45.122.144 (public)"),
        ("public-chain", [], "internet should get a chain through weu.azcr.io for contoso.azurecr.io; it gets 20.45.122.144 (public), through 11f0b04e.eus.azcr.io and 11f0b04e-eus-reg.trafficmanager.net"),
        ("p-ttl", [], "hub should get a TTL of at most 10 for contoso.azurecr.io; it gets 10.0.0.7 (private), TTL 3600"),
        ("ipv6", [], "hub should get NODATA for contoso.azurecr.io AAAA; it gets 2001:db8::7 (public)"),
        ("zone-link", [Drop(("networks", "hub")), Drop(("private_endpoints",))], "hub should get 10.0.0.7 for contoso.azurecr.io; it gets none: there is no network hub"),
        ("zone-link", [Put(("networks", "hub", "dns_servers"), ["10.0.0.99"])], "hub should get 10.0.0.7 for contoso.azurecr.io; it gets SERVFAIL (no answer)"),
    ],
)  # fmt: skip
def test_a_reason_says_what_should_come_and_what_comes(lesson: str, edits: list[Edit], reason: str) -> None:
    """A sentence for each check that fails."""
    assert reason in judged(BY_ID[lesson], *edits)


def test_every_answer_that_may_come_has_to_be_right() -> None:
    """Where any of several DNS servers may answer, one that is right by chance is not enough."""
    by_chance = [Put(("networks", "spoke-aks", "dns_servers"), ["10.0.1.4", "8.8.8.8"])]
    by_chance.append(Put(("networks", "spoke-aks", "selection"), "random"))
    reasons = judged(BY_ID["bypass"], *by_chance)
    assert reasons == [
        "spoke-aks should get 10.0.0.7 for contoso.azurecr.io; it gets 10.0.0.7 (private), or 198.51.100.3 (public)"
    ]


def test_lint_counts_once_the_answers_are_right() -> None:
    """Its findings are the reasons then."""
    edits = [
        Put((*ZONE, "virtual_network_links"), {"hub": {}}),
        Put((*ZONE, "records"), {"contoso": {"ttl": 10, "AAAA": ["2001:db8::7"]}}),
    ]
    assert [reason.split(":")[0] for reason in judged(BY_ID["zone-link"], *edits)] == ["ACR308"]
