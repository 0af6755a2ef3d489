from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

import dns.message
import dns.rcode
import dns.tsig
import pytest

from acrdns.address import Address
from acrdns.names import name
from acrdns.serve.secondaries.notify import Notifier, Pace
from acrdns.serve.secondaries.options import NotifyTarget
from acrdns.wire.transfer.keyfile import Key
from acrdns.zone.versions.history import History, begin
from tests.zone.zone_versions import address, zone

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = 1_700_000_000
KEY = Key(name("transfer.example"), "hmac-sha256", b"a secret of some length")
THEIRS = dns.tsig.Key("transfer.example", KEY.secret, dns.tsig.HMAC_SHA256)
HASTY = Pace(first_seconds=0.01, longest_seconds=0.02, tries=4)
EAGER = Pace(first_seconds=0.01, longest_seconds=20.0, tries=100)
PATIENT = Pace(first_seconds=600.0, longest_seconds=600.0, tries=1)


class Ear(asyncio.DatagramProtocol):
    """A secondary that hears NOTIFYs, and answers from the n-th on."""

    def __init__(self, key: dns.tsig.Key | None = None, silent: int = 0, rcode: int = 0) -> None:
        self.heard: list[tuple[str, int]] = []
        self.sources: list[str] = []
        self.gone = asyncio.Event()
        self._key = key
        self._silent = silent
        self._rcode = dns.rcode.Rcode(rcode)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to answer by."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Be gone."""
        self.gone.set()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Hear, and answer."""
        message = dns.message.from_wire(data, keyring=self._key)
        self.heard.append((message.question[0].name.to_text(), message.answer[0][0].serial))
        self.sources.append(addr[0])
        if len(self.heard) > self._silent:
            reply = dns.message.make_response(message)
            reply.set_rcode(self._rcode)
            self._transport.sendto(reply.to_wire(), addr)


def _play(
    ear: Ear, script: Callable[[Notifier, NotifyTarget], None], key: Key | None = None, pace: Pace = PATIENT
) -> list[str]:
    """Run a notifier until it has nothing left to tell, and give what it reported."""
    said: list[str] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: ear, local_addr=("127.0.0.1", 0))
        host, port = transport.get_extra_info("sockname")
        secondary = NotifyTarget(Address(host, port))
        notifier = Notifier([secondary, NotifyTarget(secondary.address, "spoke")], key, said.append, pace)
        script(notifier, secondary)
        while telling := list(notifier._running.values()):
            await asyncio.wait(telling)
        await notifier.close()
        transport.close()
        await ear.gone.wait()

    asyncio.run(run())
    return said


def _history(octet: int = 1, now: int = NOW) -> History:
    return begin(zone(address("www", octet)), now)


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "signed"])
def test_a_secondary_is_told_until_it_answers(key: Key | None) -> None:
    """It hears the zone and its serial; once it has answered, there is peace."""
    ear = Ear(THEIRS if key else None, silent=2)
    said = _play(ear, lambda notifier, _: notifier.notify("hub", "127.0.0.2", [_history()]), key, EAGER)
    assert len(ear.heard) >= 3
    assert set(ear.heard) == {("example.", NOW)}
    assert set(ear.sources) == {"127.0.0.2"}
    assert said == []


def test_a_secondary_that_never_answers_is_given_up() -> None:
    """And that is reported."""
    ear = Ear(silent=100)
    (said,) = _play(ear, lambda notifier, _: notifier.notify("hub", "127.0.0.1", [_history()]), pace=HASTY)
    assert "no answer for example of hub after 4 tries" in said
    assert len(ear.heard) == 4


def test_a_secondary_that_says_no_is_reported_and_left_alone() -> None:
    """It has heard: telling it again changes nothing."""
    ear = Ear(rcode=dns.rcode.NOTAUTH)
    (said,) = _play(ear, lambda notifier, _: notifier.notify("hub", "127.0.0.1", [_history()]))
    assert said.endswith("the secondary answers NOTAUTH for example of hub")
    assert len(ear.heard) == 1


def test_a_newer_version_takes_the_place_of_an_older_one() -> None:
    """Nobody is told of a version that is no longer there."""
    ear = Ear()

    def script(notifier: Notifier, _secondary: NotifyTarget) -> None:
        notifier.notify("hub", "127.0.0.1", [_history(1, NOW)])
        notifier.notify("hub", "127.0.0.1", [_history(2, NOW + 1)])

    assert _play(ear, script) == []
    assert ear.heard == [("example.", NOW + 1)]


def test_secondaries_of_another_view_are_not_told() -> None:
    """One named for `spoke` hears of the spoke only; one named for none hears of all."""
    ear = Ear()
    _play(ear, lambda notifier, _: notifier.notify("spoke", "127.0.0.1", [_history()]), pace=PATIENT)
    assert len(ear.heard) == 1  # the two are one address: told once
    ear = Ear()
    _play(ear, lambda notifier, _: notifier.notify("hub", "127.0.0.1", [_history()]), pace=PATIENT)
    assert len(ear.heard) == 1
