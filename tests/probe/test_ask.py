"""Many names through one resolver."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from acrdns.probe.ask import StoppedError, observe
from acrdns.probe.observation import Observation, Outcome
from acrdns.probe.resolver import Resolver
from acrdns.probe.window.flight import FIRST
from tests.probe.scripted import Scripted, reply

if TYPE_CHECKING:
    import dns.message


def by_name(query: dns.message.Message, _: str) -> dns.message.Message:
    """Return r7.azurecr.io the address 10.0.0.7, and so on; no IPv6."""
    name = query.question[0].name.to_text()
    number = name.partition(".")[0].removeprefix("r")
    return reply(query, *([f"{name} 10 IN A 10.0.0.{number}"] if query.question[0].rdtype == 1 else []))


def test_observations_come_in_the_order_of_the_names() -> None:
    """However many are under way at once."""
    names = [f"r{number}.azurecr.io" for number in range(100)]
    with Scripted(by_name) as server:
        observations = observe(names, Resolver((server.server,), timeout=10))
    assert [(o.fqdn, o.addresses) for o in observations] == [(n, (f"10.0.0.{i}",)) for i, n in enumerate(names)]


def test_both_families_are_asked() -> None:
    """A, then AAAA; the chain and the time are those of A."""
    with Scripted(by_name) as server:
        (observation,) = observe(["r7.azurecr.io"], Resolver((server.server,), timeout=10))
    assert server.asked == [("r7.azurecr.io", "A", "udp"), ("r7.azurecr.io", "AAAA", "udp")]
    assert observation == Observation(
        "r7.azurecr.io",
        Outcome.ANSWER,
        ("10.0.0.7",),
        ("r7.azurecr.io",),
        10,
        Outcome.NODATA,
        (),
        observation.milliseconds,
        "",
    )
    assert observation.milliseconds is not None


def test_ipv6_may_be_left_out() -> None:
    """--no-ipv6."""
    with Scripted(by_name) as server:
        (observation,) = observe(["r7.azurecr.io"], Resolver((server.server,), timeout=10), ipv6=False)
    assert observation.ipv6_outcome is None
    assert server.asked == [("r7.azurecr.io", "A", "udp")]


def test_a_resolver_that_never_answers_is_given_up() -> None:
    """A thousand names do not take a thousand timeouts; every name still gets its observation."""
    names = [f"r{number}.azurecr.io" for number in range(1000)]
    with Scripted(lambda *_: None) as server:
        observations = observe(names, Resolver((server.server,), timeout=0.2, retries=0))
    assert {o.outcome for o in observations} == {Outcome.TIMEOUT}
    assert [o.fqdn for o in observations] == names
    assert len(server.asked) <= FIRST


def test_the_names_are_counted_as_they_are_observed() -> None:
    """For a progress bar: all of them in the end, with both questions asked."""
    names = [f"r{number}.azurecr.io" for number in range(100)]
    news: list[int] = []
    with Scripted(by_name) as server:
        observe(names, Resolver((server.server,), timeout=10), progress=news.append)
    assert sum(news) == len(names)
    assert len(news) > 1


def test_a_name_may_be_asked_for_twice() -> None:
    """Each has its own observation."""
    with Scripted(by_name) as server:
        observations = observe(["r7.azurecr.io"] * 2, Resolver((server.server,), timeout=10))
    assert [o.addresses for o in observations] == [("10.0.0.7",)] * 2


def test_the_letter_case_of_a_name_is_kept() -> None:
    """In the observation; it is asked for in lower case."""
    with Scripted(by_name) as server:
        (observation,) = observe(["R7.azurecr.io"], Resolver((server.server,), timeout=10), ipv6=False)
    assert (observation.fqdn, observation.chain) == ("R7.azurecr.io", ("r7.azurecr.io",))


def test_many_names_are_asked_over_tcp() -> None:
    """Also of a server that closes the connection after each answer."""
    names = [f"r{number}.azurecr.io" for number in range(30)]
    with Scripted(by_name) as server:
        observations = observe(names, Resolver((server.server,), timeout=10, tcp=True))
    assert [o.addresses for o in observations] == [(f"10.0.0.{number}",) for number in range(30)]


def test_no_names_are_no_questions() -> None:
    """Nothing to do is nothing done."""
    assert observe([], Resolver(())) == []


@pytest.mark.parametrize("moment", ["before the line", "behind the line", "behind the observation"])
def test_ctrl_c_leaves_as_much_known_as_is_recorded(moment: str) -> None:
    """A signal that arrives while an answer is recorded waits until the answer is both recorded and known."""
    names = [f"r{number}.azurecr.io" for number in range(10)]
    recorded: list[str] = []
    observed: list[str] = []

    def interrupt(now: str, fqdn: str) -> None:
        if now == moment and fqdn == "r3.azurecr.io":
            signal.raise_signal(signal.SIGINT)

    def record(fqdn: str, *_: object) -> None:
        interrupt("before the line", fqdn)
        recorded.append(fqdn)
        interrupt("behind the line", fqdn)

    def behind(observation: Observation) -> None:
        interrupt("behind the observation", observation.fqdn)
        observed.append(observation.fqdn)

    with Scripted(by_name) as server, pytest.raises(StoppedError) as stopped:
        observe(names, Resolver((server.server,), timeout=10), ipv6=False, record=record, observed=behind)
    assert list(stopped.value.known) == recorded == observed
    assert recorded[-1] == "r3.azurecr.io"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_waits_until_what_progress_does_is_done() -> None:
    """So a line that it writes is known to be written; a second Ctrl-C does not wait."""
    done: list[str] = []

    def progress(number: int) -> None:
        if number:
            signal.raise_signal(signal.SIGINT)
            done.append("behind the first")
            signal.raise_signal(signal.SIGINT)
            done.append("behind the second")

    with Scripted(by_name) as server, pytest.raises(StoppedError) as stopped:
        observe(["r7.azurecr.io"], Resolver((server.server,), timeout=10), progress=progress)
    assert done == ["behind the first"]
    assert list(stopped.value.known) == ["r7.azurecr.io"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
