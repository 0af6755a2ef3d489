"""Questions to one resolver, over real sockets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import dns.flags
import dns.message
import pytest

from acrdns.probe.ask import observe
from acrdns.probe.observation import Observation, Outcome
from acrdns.probe.resolver import Resolver
from tests.probe.scripted import Scripted, reply, truncated, unused

if TYPE_CHECKING:
    from tests.probe.scripted import Answer

NAME = "contoso.azurecr.io"
ALIAS = "contoso.azurecr.io. 3600 IN CNAME contoso.privatelink.azurecr.io."
ADDRESS = "contoso.privatelink.azurecr.io. 10 IN A 10.0.0.7"


def resolver(*servers: Scripted, timeout: float = 5.0, retries: int = 2, tcp: bool = False) -> Resolver:
    """Ask scripted servers."""
    return Resolver(tuple(scripted.server for scripted in servers), timeout, retries, tcp)


def ask(resolver: Resolver) -> Observation:
    """Ask for the one name's IPv4 addresses."""
    (observation,) = observe([NAME], resolver, ipv6=False)
    return observation


# what the server says, and how the question ends
OUTCOMES: dict[str, tuple[Answer, Outcome]] = {
    "answer": (lambda query, _: reply(query, ALIAS, ADDRESS), Outcome.ANSWER),
    "nodata": (lambda query, _: reply(query), Outcome.NODATA),
    "nodata after an alias": (lambda query, _: reply(query, ALIAS), Outcome.NODATA),
    "nxdomain": (lambda query, _: reply(query, rcode="NXDOMAIN"), Outcome.NXDOMAIN),
    "nxdomain after an alias": (lambda query, _: reply(query, ALIAS, rcode="NXDOMAIN"), Outcome.NXDOMAIN),
    "servfail": (lambda query, _: reply(query, rcode="SERVFAIL"), Outcome.SERVFAIL),
    "refused": (lambda query, _: reply(query, rcode="REFUSED"), Outcome.REFUSED),
    "notauth": (lambda query, _: reply(query, rcode="NOTAUTH"), Outcome.OTHER),
    "garbage": (lambda query, _: query.to_wire()[:2] + b"\x80\x00garbage", Outcome.OTHER),
}


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
@pytest.mark.parametrize(("answer", "outcome"), OUTCOMES.values(), ids=OUTCOMES)
def test_outcomes_are_told_apart(answer: Answer, outcome: Outcome, *, tcp: bool) -> None:
    """Behaviour 42 of the facts: results that must never be mixed up."""
    with Scripted(answer) as server:
        reading = ask(resolver(server, tcp=tcp))
    assert reading.outcome is outcome
    assert {transport for _, _, transport in server.asked} == {"tcp" if tcp else "udp"}


def test_silence_is_a_timeout_and_is_asked_again() -> None:
    """Three attempts with two retries, and no more."""
    with Scripted(lambda *_: None) as server:
        reading = ask(resolver(server, timeout=0.1, retries=2))
    assert reading.outcome is Outcome.TIMEOUT
    assert server.asked == [(NAME, "A", "udp")] * 3


def test_a_lost_packet_is_made_good_by_the_retry() -> None:
    """The first query gets no answer."""
    lost = iter([True])
    with Scripted(lambda query, _: None if next(lost, False) else reply(query, ALIAS, ADDRESS)) as server:
        reading = ask(resolver(server, timeout=0.2, retries=100))
    assert (reading.outcome, reading.addresses) == (Outcome.ANSWER, ("10.0.0.7",))
    assert len(server.asked) > 1


def test_no_answer_is_retried_but_an_answer_is_not() -> None:
    """SERVFAIL is an answer: the one server is not asked again."""
    with Scripted(lambda query, _: reply(query, rcode="SERVFAIL")) as server:
        ask(resolver(server))
    assert len(server.asked) == 1


def test_a_truncated_answer_is_fetched_over_tcp() -> None:
    """RFC 7766."""
    with Scripted(lambda q, transport: truncated(q) if transport == "udp" else reply(q, ALIAS, ADDRESS)) as server:
        reading = ask(resolver(server))
    assert reading.addresses == ("10.0.0.7",)
    assert [transport for _, _, transport in server.asked] == ["udp", "tcp"]


def test_a_connection_closed_without_an_answer_is_no_answer() -> None:
    """It says why."""
    with Scripted(lambda *_: None) as server:
        reading = ask(resolver(server, tcp=True))
    assert reading.outcome is Outcome.TIMEOUT
    assert reading.detail == f"{server.server} cannot be reached: the connection was closed"


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_a_port_where_nobody_listens_is_said_at_once(*, tcp: bool) -> None:
    """An ICMP error or a reset is not waited for: with this timeout the test would never end."""
    listener, bound, server = unused()
    with listener, bound:
        reading = ask(Resolver((server,), timeout=3600, tcp=tcp))
    assert reading.outcome is Outcome.TIMEOUT
    assert reading.detail == f"{server} cannot be reached: connection refused"


def test_a_server_from_before_edns_is_asked_again_without_it() -> None:
    """RFC 6891 section 7."""
    with Scripted(lambda q, _: reply(q, rcode="FORMERR") if q.edns == 0 else reply(q, ALIAS, ADDRESS)) as server:
        assert ask(resolver(server)).outcome is Outcome.ANSWER


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED", "NOTAUTH"])
def test_the_next_server_is_asked_where_one_fails(rcode: str) -> None:
    """As a stub resolver does."""
    with Scripted(lambda q, _: reply(q, rcode=rcode)) as bad, Scripted(lambda q, _: reply(q, ALIAS, ADDRESS)) as good:
        assert ask(resolver(bad, good)).outcome is Outcome.ANSWER


def test_nxdomain_is_final() -> None:
    """The next server is not asked for a second opinion."""
    with Scripted(lambda q, _: reply(q, rcode="NXDOMAIN")) as first, Scripted(lambda q, _: reply(q)) as second:
        assert ask(resolver(first, second)).outcome is Outcome.NXDOMAIN
    assert second.asked == []


def test_of_several_failures_the_first_that_says_something_is_reported() -> None:
    """Silence says less than SERVFAIL, and SERVFAIL of the first server more than REFUSED of the second."""
    with (
        Scripted(lambda *_: None) as silent,
        Scripted(lambda q, _: reply(q, rcode="SERVFAIL")) as first,
        Scripted(lambda q, _: reply(q, rcode="REFUSED")) as second,
    ):
        # A machine that sleeps for so long loses the answer of the first server, too.
        outcomes = (ask(resolver(silent, first, second, timeout=timeout, retries=0)).outcome for timeout in (0.3, 10))
        assert Outcome.SERVFAIL in outcomes


def test_ipv6_servers_are_asked() -> None:
    """--server [::1]:PORT."""
    with Scripted(lambda q, _: reply(q, ALIAS, ADDRESS), "::1") as server:
        assert ask(resolver(server)).outcome is Outcome.ANSWER


def test_recursion_is_desired_and_edns_offered() -> None:
    """One question with RD and an EDNS payload of 1232 octets."""
    seen: list[dns.message.Message] = []

    def answer(query: dns.message.Message, _: str) -> dns.message.Message:
        seen.append(query)
        return reply(query, ALIAS, ADDRESS)

    with Scripted(answer) as server:
        ask(resolver(server))
    (query,) = seen
    assert (bool(query.flags & dns.flags.RD), query.edns, query.payload) == (True, 0, 1232)
