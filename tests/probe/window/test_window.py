"""Many questions to one resolver, without sockets and clocks."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import dns.flags
import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.probe.observation import Outcome
from acrdns.probe.question import ProbeQuestion, question
from acrdns.probe.resolver import Resolver, ResolverAddress
from acrdns.probe.response.reading import Reading
from acrdns.probe.window.flight import FIRST, LEAST, MOST, PATIENCE
from acrdns.probe.window.window import Window
from acrdns.record import Type
from tests.probe.scripted import reply, truncated

if TYPE_CHECKING:
    from collections.abc import Iterator

TIMEOUT = 2.0


def numbered() -> Iterator[bytes]:
    """Return IDs in order, over and over."""
    return (number.to_bytes(2, "big") for number in map((0xFFFF).__and__, count()))


class Asking:
    """A window with a clock of its own, and what became of its questions."""

    def __init__(self, names: int = 1, servers: int = 1, *, retries: int = 2, tcp: bool = False) -> None:
        self.now = 100.0
        self.finished: dict[int, tuple[Reading, float]] = {}
        resolver = Resolver(tuple(ResolverAddress(f"192.0.2.{n}") for n in range(servers)), TIMEOUT, retries, tcp)
        self.window = Window(resolver, numbered(), self._finished)
        self.sent: list[tuple[int, bool, bytes]] = []
        """The server's number, whether over TCP, and the query: all that has been sent so far."""
        for number in range(names):
            self.window.ask(question(f"r{number}.azurecr.io", Type.A, number))

    def _finished(self, asked: ProbeQuestion, reading: Reading, milliseconds: float) -> None:
        assert asked.key not in self.finished
        self.finished[asked.key] = reading, milliseconds

    def send(self) -> list[tuple[int, bool, bytes]]:
        """Return what is sent now."""
        batches = self.window.requests(self.now)
        sent = [(batch.lane, batch.tcp, query) for batch in batches for query in batch.queries]
        self.sent += sent
        return sent

    def receive(self, octets: bytes, lane: int = 0, *, tcp: bool = False) -> None:
        """Let a server send something."""
        self.window.received(lane, (octets,), self.now, tcp=tcp)

    def wait(self) -> set[int]:
        """Let time pass until something is given up."""
        wake = self.window.wake()
        assert wake is not None
        self.now = wake
        return self.window.expire(self.now)

    @property
    def outcomes(self) -> dict[int, Outcome]:
        """Return how the questions ended, by number."""
        return {key: reading.outcome for key, (reading, _) in self.finished.items()}


def answer(query: bytes, **kind: str) -> bytes:
    """Answer a query for rN with 10.0.0.N, or otherwise as told."""
    parsed = dns.message.from_wire(query)
    name = parsed.question[0].name.to_text()
    address = f"10.0.0.{name.partition('.')[0].removeprefix('r')}"
    return reply(parsed, *([] if kind else [f"{name} 10 IN A {address}"]), **kind).to_wire()  # type: ignore[arg-type]


def test_an_answer_finishes_its_question() -> None:
    """With the time that it took."""
    asking = Asking()
    ((lane, tcp, query),) = asking.send()
    assert (lane, tcp, query) == (0, False, question("r0.azurecr.io", Type.A).query(b"\x00\x00"))
    asking.now += 0.25
    asking.receive(answer(query))
    assert asking.finished == {0: (Reading(Outcome.ANSWER, ("10.0.0.0",), ("r0.azurecr.io",), 10), 250.0)}
    assert asking.window.idle
    assert asking.window.wake() is None


def test_nothing_to_ask_is_idle() -> None:
    """From the start."""
    assert Asking(0).window.idle


def test_each_round_waits_twice_as_long() -> None:
    """2, 4 and 8 seconds, three queries with different IDs, then a timeout."""
    asking = Asking()
    times = []
    while not asking.window.idle:
        asking.send()
        asking.wait()
        times.append(asking.now - 100)
    assert times == [2, 6, 14]
    assert [query[:2] for _, _, query in asking.sent] == [b"\x00\x00", b"\x00\x01", b"\x00\x02"]
    assert asking.finished == {0: (Reading(Outcome.TIMEOUT), 14000.0)}


def test_what_comes_late_doubled_or_forged_changes_nothing() -> None:
    """Only the ID and the question of a query under way count, and only its transport."""
    asking = Asking(2)
    (_, _, first), (_, _, second) = asking.send()
    for stray in (
        second[:2] + answer(first)[2:],  # another question's ID
        b"\xff\xff" + answer(first)[2:],
        first,  # no response
        b"",
        first[:2],
        first[:2] + b"\x01\x00",
    ):
        asking.receive(stray)
    asking.receive(answer(first), tcp=True)
    assert asking.finished == {}
    asking.receive(answer(first))
    asking.receive(answer(first, rcode="SERVFAIL"))
    assert asking.outcomes == {0: Outcome.ANSWER}
    asking.wait()
    asking.receive(answer(second))
    assert asking.outcomes == {0: Outcome.ANSWER}
    ((_, _, again),) = asking.send()
    asking.receive(answer(again))
    assert asking.outcomes == {0: Outcome.ANSWER, 1: Outcome.ANSWER}


def test_ids_under_way_are_never_given_twice() -> None:
    """Even where chance would."""
    finished: list[ProbeQuestion] = []
    ids = iter([b"aa", b"aa", b"aa", b"bb"])
    window = Window(Resolver((ResolverAddress("192.0.2.1"),)), ids, lambda asked, *_: finished.append(asked))
    for number in range(2):
        window.ask(question(f"r{number}.azurecr.io", Type.A))
    (batch,) = window.requests(0.0)
    assert [query[:2] for query in batch.queries] == [b"aa", b"bb"]


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED", "NOTAUTH"])
def test_a_server_that_fails_is_not_asked_again(rcode: str) -> None:
    """But the next is; the first failure is reported where all fail."""
    asking = Asking(servers=3)
    ((lane, _, query),) = asking.send()
    asking.receive(answer(query, rcode=rcode), lane)
    ((lane, _, query),) = asking.send()
    assert lane == 1
    asking.wait()
    ((lane, _, query),) = asking.send()
    assert lane == 2
    asking.receive(answer(query, rcode="REFUSED"), 2)
    while not asking.window.idle:
        assert {lane for lane, _, _ in asking.send()} == {1}
        asking.wait()
    assert asking.outcomes == {0: Outcome.__members__.get(rcode, Outcome.OTHER)}


def test_a_truncated_answer_is_asked_for_over_tcp() -> None:
    """At once, and of the same server."""
    asking = Asking(servers=2)
    ((_, _, query),) = asking.send()
    asking.receive(truncated(dns.message.from_wire(query)).to_wire()[:20])
    assert asking.send() == []  # cut in the question: whose answer it is cannot be told
    asking.receive(truncated(dns.message.from_wire(query)).to_wire())
    ((lane, tcp, query),) = asking.send()
    assert (lane, tcp) == (0, True)
    asking.receive(answer(query))
    assert asking.finished == {}
    asking.receive(answer(query), tcp=True)
    assert asking.outcomes == {0: Outcome.ANSWER}


def test_a_server_from_before_edns_is_told_once() -> None:
    """RFC 6891 section 7; the questions that follow are asked without EDNS from the start."""
    asking = Asking(FIRST + 1)
    for _, _, query in asking.send():
        asking.receive(answer(query, rcode="FORMERR"))
    again = asking.send()
    assert len(again) == FIRST
    for _, _, query in again:
        assert dns.message.from_wire(query).edns == -1
        asking.receive(answer(query))
    ((_, _, last),) = asking.send()
    assert dns.message.from_wire(last).edns == -1


def test_formerr_without_edns_is_a_failure() -> None:
    """It is not asked again for ever."""
    asking = Asking()
    for _ in range(2):
        ((_, _, query),) = asking.send()
        asking.receive(answer(query, rcode="FORMERR"))
    assert asking.finished[0][0].detail == "rcode FORMERR"


def test_an_unreachable_server_fails_at_once() -> None:
    """All that is under way there goes to the next; with none left, the reason is reported."""
    asking = Asking(3, servers=2)
    asking.send()
    asking.window.unreachable(0, "connection refused", asking.now)
    assert {lane for lane, _, _ in asking.send()} == {1}
    asking.window.unreachable(1, "no route to host", asking.now)
    assert asking.window.idle
    assert {reading.detail for reading, _ in asking.finished.values()} == {
        "192.0.2.0:53 cannot be reached: connection refused"
    }


def test_the_window_opens_with_answers() -> None:
    """A few questions at first, then more and more, and never more than a server may have to bear."""
    asking = Asking(2000)
    sizes = []
    while not asking.window.idle:
        sent = asking.send()
        sizes.append(len(sent))
        for _, _, query in sent:
            asking.receive(answer(query, rcode="NXDOMAIN"))
    assert sizes[:4] == [FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST]
    assert max(sizes) == MOST


def test_the_window_closes_where_packets_are_lost() -> None:
    """A question that is answered only when asked again shows a loss: half as many at once from then on."""
    asking = Asking(3000)
    for _ in range(6):
        for _, _, query in asking.send():
            asking.receive(answer(query, rcode="NXDOMAIN"))
    assert len(asking.send()) == MOST  # and all of them are lost
    asking.wait()
    again = asking.send()
    assert len(again) == MOST
    for _, _, query in again:
        asking.receive(answer(query, rcode="NXDOMAIN"))
    assert MOST // 2 <= len(asking.send()) < MOST // 2 + 4


def test_the_window_never_closes_altogether() -> None:
    """However often packets are lost."""
    asking = Asking(400)
    while not asking.window.idle:
        asking.send()
        asking.wait()
        for _, _, query in asking.send():
            asking.receive(answer(query, rcode="NXDOMAIN"))
    assert len(asking.finished) == 400
    assert len(asking.sent) == 2 * 400
    asking.window.ask(question("more.azurecr.io", Type.A, 400))
    assert asking.window._lanes[0].room >= LEAST


def test_names_that_are_never_answered_do_not_close_the_window() -> None:
    """They say nothing of how much the server can take."""
    asking = Asking(400)
    sizes = []
    while not asking.window.idle:
        sent = asking.send()
        sizes.append(len(sent))
        for _, _, query in sent:
            name = dns.message.from_wire(query).question[0].name.to_text()
            if not name.startswith("r1"):
                asking.receive(answer(query, rcode="NXDOMAIN"))
        if not sent:
            asking.wait()
    assert list(asking.outcomes.values()).count(Outcome.TIMEOUT) == 111
    assert max(sizes) > 2 * FIRST


def test_a_resolver_that_never_answers_is_given_up() -> None:
    """The questions that were never sent are said to be so."""
    asking = Asking(1000)
    while not asking.window.idle:
        asking.send()
        asking.wait()
    assert set(asking.outcomes.values()) == {Outcome.TIMEOUT}
    assert len(asking.sent) == 3 * FIRST
    details = [reading.detail for reading, _ in asking.finished.values()]
    assert sum(detail.startswith("not asked") for detail in details) == 1000 - FIRST


def test_a_resolver_that_answers_one_is_not_given_up() -> None:
    """However many questions stay without an answer."""
    asking = Asking(4 * PATIENCE, retries=0)
    ((_, _, query), *_) = asking.send()
    asking.receive(answer(query))
    while not asking.window.idle:
        asking.wait()
        asking.send()
    assert len(asking.sent) == 4 * PATIENCE


def test_a_dead_server_is_asked_last() -> None:
    """Once it has shown for a while that it is dead; else each question would wait for it."""
    asking = Asking(500, servers=2)
    waits = 0
    while not asking.window.idle:
        sent = asking.send()
        for lane, _, query in sent:
            if lane == 1:
                asking.receive(answer(query, rcode="NXDOMAIN"), 1)
        if not sent:
            asking.wait()
            waits += 1
    assert len(asking.finished) == 500
    assert sum(lane == 0 for lane, _, _ in asking.sent) == FIRST
    assert waits == 1


# --- TCP --------------------------------------------------------------------------------------------------------------


def test_what_a_closed_connection_left_unanswered_is_asked_again() -> None:
    """Of the same server, no more at once than it took before (RFC 7766 section 6.2.3)."""
    asking = Asking(5, tcp=True)
    queries = asking.send()
    assert [tcp for _, tcp, _ in queries] == [True] * 5
    for _, _, query in queries[:2]:
        asking.receive(answer(query), tcp=True)
    asking.window.closed(0, "the connection was closed", asking.now, answers=2)
    again = asking.send()
    assert [query[12:] for _, _, query in again] == [query[12:] for _, _, query in queries[2:4]]


def test_a_connection_closed_without_an_answer_is_a_failure() -> None:
    """What was asked on it goes to the next server, or ends."""
    asking = Asking(2, tcp=True)
    asking.send()
    asking.window.closed(0, "connection refused", asking.now, answers=0)
    assert asking.window.idle
    assert asking.finished[1][0].detail == "192.0.2.0:53 cannot be reached: connection refused"


def test_a_connection_that_is_stuck_is_to_be_closed() -> None:
    """A timeout over UDP says nothing of the kind."""
    asking = Asking(tcp=True)
    asking.send()
    assert asking.wait() == {0}
    asking = Asking()
    asking.send()
    assert asking.wait() == set()


# --- the law ----------------------------------------------------------------------------------------------------------

events = st.lists(
    st.tuples(
        st.sampled_from(
            ("answer", "servfail", "truncate", "formerr", "double", "swap", "wait", "unreachable", "close")
        ),
        st.integers(0, 2**16),
    ),
    max_size=80,
)


@given(events, st.integers(1, 40), st.integers(1, 3), st.booleans())
def test_every_question_ends_once_and_rightly(
    happenings: list[tuple[str, int]], names: int, servers: int, tcp: bool
) -> None:
    """Whatever the network does: no question is lost, and none gets another's answer."""
    asking = Asking(names, servers, tcp=tcp)
    for kind, chance in happenings:
        asking.send()
        if asking.window.idle:
            break
        _happen(asking, kind, chance)
        for lane in asking.window._lanes:
            assert len(lane.flights) <= MOST
    while not asking.window.idle:
        asking.send()
        asking.wait()
    assert sorted(asking.finished) == list(range(names))
    for number, (reading, _) in asking.finished.items():
        if reading.outcome is Outcome.ANSWER:
            assert (reading.addresses, reading.chain) == ((f"10.0.0.{number}",), (f"r{number}.azurecr.io",))


def _happen(asking: Asking, kind: str, chance: int) -> None:
    lane, over_tcp, query = asking.sent[chance % len(asking.sent)]  # perhaps long since answered
    if kind == "wait":
        asking.now += 1
        asking.window.expire(asking.now)
    elif kind == "unreachable":
        asking.window.unreachable(lane, "connection refused", asking.now)
    elif kind == "close":
        asking.window.closed(lane, "connection reset", asking.now, answers=chance % 3)
    else:
        response = {
            "answer": lambda: answer(query),
            "servfail": lambda: answer(query, rcode="SERVFAIL"),
            "formerr": lambda: answer(query, rcode="FORMERR"),
            "truncate": lambda: truncated(dns.message.from_wire(query)).to_wire(),
            "double": lambda: answer(query),
            "swap": lambda: asking.sent[0][2][:2] + answer(query)[2:],
        }[kind]()
        for _ in range(2 if kind == "double" else 1):
            asking.receive(response, lane, tcp=over_tcp)


@given(st.sampled_from([0.5, 1.0, 10.0, 1000.0]), st.lists(st.floats(0.001, 3), min_size=1, max_size=30))
def test_no_more_questions_begin_than_the_rate_allows(rate: float, pauses: list[float]) -> None:
    """Over any time: one at once, and then so many a second; a pause is made up for by a second's worth at most."""
    begun: list[float] = []
    resolver = Resolver((ResolverAddress("192.0.2.1"),), timeout=1000, rate=rate)
    window = Window(resolver, numbered(), lambda *_: None)
    window.ask(*[question(f"r{number}.azurecr.io", Type.A, number) for number in range(500)])
    now = 100.0
    for pause in pauses:
        begun += [now] * sum(len(batch.queries) for batch in window.requests(now))
        now += pause
    for start in {*begun}:
        for end in {*begun}:
            if end >= start:
                within = sum(start <= each <= end for each in begun)
                assert within <= max(1.0, rate) + rate * (end - start) + 1e-6


def test_the_rate_is_used_up() -> None:
    """Whoever wakes when told sends so many a second."""
    resolver = Resolver((ResolverAddress("192.0.2.1"),), timeout=1000, rate=5)
    window = Window(resolver, numbered(), lambda *_: None)
    window.ask(*[question(f"r{number}.azurecr.io", Type.A, number) for number in range(11)])
    now, sent = 100.0, 0
    while sent < 11:
        sent += sum(len(batch.queries) for batch in window.requests(now))
        now = max(now + 1e-9, window.wake() or now) if sent < 11 else now
    assert now == pytest.approx(102.0, abs=0.01)


def test_repeated_queries_wait_with_jitter() -> None:
    """The first round as long as it was asked for, the later ones longer by chance."""
    resolver = Resolver((ResolverAddress("192.0.2.1"),), timeout=1, retries=2)
    ended: list[float] = []
    window = Window(resolver, numbered(), lambda *_: ended.append(now), lambda: 1.25)
    window.ask(question("a.azurecr.io", Type.A, 0))
    now, wakes = 100.0, []
    while not window.idle:
        window.requests(now)
        if (wake := window.wake()) is None:
            break
        wakes.append(wake - now)
        now = wake
        window.expire(now)
    assert wakes == [1.0, 2.5, 5.0]
