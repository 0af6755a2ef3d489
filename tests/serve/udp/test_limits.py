"""Who may ask, and how often, from outside."""

from __future__ import annotations

import os
import socket
import time
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import get_context
from typing import TYPE_CHECKING

import dns.edns
import dns.flags
import dns.message
import dns.query
import dns.rcode
import pytest

from acrdns.serve.udp.gate import SharedBuckets
from acrdns.wire.clients.ratelimit import RateLimiter, RateLimitVerdict
from tests.serve.running import SECONDS, ZONE, Running, ask, command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ALL_SEEN = ("127.0.200.1", "127.0.201.1")
"""Clients with limits of their own, who are answered after all that was sent before, and in a batch of their own."""


@pytest.fixture(scope="module")
def zone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a zone file."""
    path = tmp_path_factory.mktemp("zone") / "example.zone"
    path.write_text(ZONE)
    return path


@contextmanager
def serving(zone: Path, *arguments: str) -> Iterator[tuple[str, int]]:
    """Serve the zone; gives where."""
    with Running(f"--zone-file={zone}", "--listen=127.0.0.1:0", "--workers=1", *arguments) as server:
        yield server.places[0][1]


def ask_from(client: str, where: tuple[str, int], *, tcp: bool = False) -> dns.message.Message:
    """Ask from an address of 127.0.0.0/8."""
    send = dns.query.tcp if tcp else dns.query.udp
    return send(dns.message.make_query("www.example", "A", use_edns=0), where[0], SECONDS, where[1], source=client)


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_only_those_allowed_are_answered(zone: Path, *, tcp: bool) -> None:
    """The others are refused, with the reason and no data."""
    with serving(zone, "--allow=127.1.0.0/16", "--allow=127.2.0.9") as where:
        assert ask_from("127.1.2.3", where, tcp=tcp).rcode() == dns.rcode.NOERROR
        assert ask_from("127.2.0.9", where, tcp=tcp).rcode() == dns.rcode.NOERROR
        for client in ("127.2.0.8", "127.0.0.1"):
            refused = ask_from(client, where, tcp=tcp)
            assert (refused.rcode(), refused.answer) == (dns.rcode.REFUSED, [])
            assert [error.code for error in refused.extended_errors()] == [18]


def flood(where: tuple[str, int], count: int) -> tuple[list[bytes], float]:
    """Send questions at once to a server with one worker, and give all answers, and the seconds that it took."""
    query = dns.message.make_query("www.example", "A").to_wire()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.settimeout(0)
        started = time.monotonic()
        for number in range(count):
            made.sendto(number.to_bytes(2, "big") + query[2:], where)
        for other in ALL_SEEN:
            assert ask_from(other, where).rcode() == dns.rcode.NOERROR
        passed = time.monotonic() - started
        answers = []
        with suppress(BlockingIOError):
            while True:
                answers.append(made.recv(4096))
        return answers, passed


@pytest.mark.parametrize(
    ("slip", "whole", "truncated"),
    [("0", 10, 0), ("1", 10, 190), ("2", 10, 95)],
)
def test_a_flood_gets_its_share(zone: Path, slip: str, whole: int, truncated: int) -> None:
    """About a second's worth of whole answers; of the rest as many truncated ones as `--slip` says, without records."""
    with serving(zone, "--rate-limit=10", f"--slip={slip}") as where:
        received, passed = flood(where, 200)
        answers = [dns.message.from_wire(answer) for answer in received]
        cut = [answer for answer in answers if answer.flags & dns.flags.TC]
        # The flood takes a moment, in which a few more fit.
        more = len(answers) - len(cut) - whole
        assert 0 <= more <= 10 * passed
        assert abs(len(cut) - truncated) <= more + 1
        assert not any(answer.answer for answer in cut)


def rush(where: tuple[str, int], count: int) -> list[bytes]:
    """Send questions from a socket each, so that all workers get some; gives all answers. Each has to come."""
    with ExitStack() as opened:
        made = [opened.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in range(count)]
        for each in made:
            each.settimeout(SECONDS)
            each.sendto(dns.message.make_query("www.example", "A").to_wire(), where)
        return [each.recv(4096) for each in made]


def test_all_workers_share_a_limit_also_across_a_reload(zone: Path) -> None:
    """Two rushes at four workers, and then at four new ones, get no more together than the law says."""
    rate = 10
    arguments = (f"--zone-file={zone}", "--listen=127.0.0.1:0", "--workers=4", f"--rate-limit={rate}", "--slip=1")
    with Running(*arguments) as server:
        where = server.places[0][1]
        started = time.monotonic()
        answers = rush(where, 100)
        server.hang_up()
        server.err.until("reloaded")
        answers += rush(where, 100)
        passed = time.monotonic() - started
    whole = sum(not answer[2] & 2 for answer in answers)
    assert rate <= whole <= rate * (passed + 1)


def test_processes_count_as_one() -> None:
    """However four processes get in one another's way, a prefix gets what is its own, and no response more."""
    limits = SharedBuckets()
    limiter = RateLimiter(20_000, 1, limits.buckets)
    with get_context("fork").Pool(4, initializer=_take_on, initargs=(limiter,)) as pool:
        sent = pool.map(_judge_many, range(4), chunksize=1)
    assert sum(sent) == 20_000
    assert limiter.judge(b"\x7f\0\0\1", 0) is RateLimitVerdict.SLIP
    os.close(limits.descriptor)


def _take_on(limiter: RateLimiter) -> None:
    globals()["_limiter"] = limiter


def _judge_many(_number: int) -> int:
    limiter: RateLimiter = globals()["_limiter"]
    return sum(limiter.judge(b"\x7f\0\0\1", 0) is RateLimitVerdict.SEND for _ in range(10_000))


def test_other_prefixes_tcp_and_cookies_are_not_limited(zone: Path) -> None:
    """Whoever has shown that its address is its own is answered, and so are all others."""
    with serving(zone, "--rate-limit=1", "--slip=0") as where:
        first = dns.message.make_query("www.example", "A", options=[dns.edns.CookieOption(b"12345678", b"")])
        answer = dns.query.udp(first, where[0], SECONDS, where[1])
        (cookie,) = (option for option in answer.options if option.otype == dns.edns.OptionType.COOKIE)
        answers, passed = flood(where, 20)
        assert len(answers) <= 1 + passed
        again = dns.message.make_query("www.example", "A", options=[cookie])
        assert dns.query.udp(again, where[0], SECONDS, where[1]).rcode() == dns.rcode.NOERROR
        assert ask_from("127.0.1.1", where).rcode() == dns.rcode.NOERROR
        assert ask(where, "www.example", tcp=True).rcode() == dns.rcode.NOERROR


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--allow=10.0.0.0/33"], "--allow 10.0.0.0/33: '10.0.0.0/33' does not appear to be an ipv4 or ipv6 network"),
        (["--allow=hub"], "--allow hub: 'hub' does not appear to be an ipv4 or ipv6 network; write addr or addr/bits"),
        (["--rate-limit=0"], "invalid value for '--rate-limit'"),
    ],
)
def test_what_is_no_limit(zone: Path, arguments: list[str], says: str) -> None:
    """Wrong values end with 2 and a line that says what is allowed."""
    done = command(f"--zone-file={zone}", "--listen=127.0.0.1:0", *arguments)
    assert done.returncode == 2
    assert says in done.stderr.lower()
