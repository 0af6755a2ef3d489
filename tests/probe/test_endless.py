"""Resolvers that always give a reason to ask again: every question ends, after a few queries."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from acrdns.probe.ask import observe
from acrdns.probe.observation import Observation, Outcome
from acrdns.probe.resolver import Resolver
from tests.probe.scripted import Scripted, reply, truncated

if TYPE_CHECKING:
    import dns.message

NAMES = [f"r{number}.azurecr.io" for number in range(20)]


def no_edns_and_truncated(query: dns.message.Message, _transport: str) -> dns.message.Message:
    """Say that EDNS is unknown, and then that the answer is too long."""
    return truncated(query) if query.edns < 0 else reply(query, rcode="FORMERR")


def always_truncated(query: dns.message.Message, _transport: str) -> dns.message.Message:
    """Set TC over TCP, too, as broken middleboxes do."""
    return truncated(query)


def strays_over_tcp(query: dns.message.Message, transport: str) -> dns.message.Message | bytes:
    """Send something else over TCP, and close the connection: an answer came, but to no question."""
    if transport == "udp":
        return truncated(query)
    return b"\0\0" + reply(query).to_wire()[2:]


def observed(answer: object, *, tcp: bool = False) -> tuple[list[Observation], int]:
    """Ask for all names without a second try; the observations, and the number of queries."""
    with Scripted(answer) as server:  # type: ignore[arg-type]
        found = observe(NAMES, Resolver((server.server,), timeout=60, retries=0, tcp=tcp))
    return found, len(server.asked)


@pytest.mark.parametrize("tcp", [False, True])
@pytest.mark.parametrize("answer", [always_truncated, no_edns_and_truncated, strays_over_tcp])
def test_a_question_ends(answer: object, tcp: bool) -> None:
    """However the resolver asks to be asked again."""
    found, queries = observed(answer, tcp=tcp)
    assert {each.outcome for each in found} <= {Outcome.OTHER, Outcome.TIMEOUT}
    assert queries <= 12 * len(NAMES)


def test_what_is_truncated_over_tcp_is_no_answer() -> None:
    """At once, and with the reason."""
    found, queries = observed(always_truncated)
    assert {(each.outcome, each.detail) for each in found} == {(Outcome.OTHER, "the answer is truncated over TCP, too")}
    assert queries == 4 * len(NAMES)  # A and AAAA, over UDP and TCP


def with_error_text(query: dns.message.Message, _transport: str) -> bytes:
    """Answer rightly, with an error text that is cut in the middle of a character."""
    right = reply(query, f"{query.question[0].name} 60 IN A 10.0.0.7").to_wire()
    at = right.index(b"\0\0\x29")
    text = "zurückgewiesen".encode()[:4]
    option = struct.pack("!HHH", 15, len(text) + 2, 18) + text
    return right[: at + 9] + struct.pack("!H", len(option)) + option


def with_odd_record(query: dns.message.Message, _transport: str) -> bytes:
    """Answer rightly, with an additional record that is an alias with a parameter (RFC 9460 section 2.4.2)."""
    right = reply(query, f"{query.question[0].name} 60 IN A 10.0.0.7").to_wire()
    odd = b"\xc0\x0c" + struct.pack("!HHIH", 64, 1, 60, 10) + b"\0\0\x02ab\0\0\1\0\0"
    at = right.index(b"\0\0\x29")
    return right[:10] + b"\0\2" + right[12:at] + odd + right[at:]


@pytest.mark.parametrize(
    ("answer", "detail"),
    [(with_error_text, "EDE 18 (Prohibited): zur\ufffd"), (with_odd_record, "")],
)  # fmt: skip
def test_an_odd_part_makes_no_answer_unreadable(answer: object, detail: str) -> None:
    """The address counts."""
    found, _ = observed(answer)
    assert {(each.outcome, each.addresses) for each in found} == {(Outcome.ANSWER, ("10.0.0.7",))}
    assert {each.detail for each in found} == {detail}


def test_an_odd_answer_section_is_unreadable() -> None:
    """Whoever leaves records of it out could miss an address."""

    def cut_address(query: dns.message.Message, _transport: str) -> bytes:
        right = reply(query, f"{query.question[0].name} 60 IN A 10.0.0.7").to_wire()
        return right.replace(b"\0\4\x0a\0\0\7", b"\0\3\x0a\0\0")

    found, _ = observed(cut_address)
    assert {each.outcome for each in found} == {Outcome.OTHER}
    assert all(each.detail.startswith("unreadable answer: ") for each in found)
