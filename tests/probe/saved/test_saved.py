"""Answers are the same after they were saved and read; a file that is damaged is read as far as it can be."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from acrdns.check.answers.address_kind import kind_of
from acrdns.probe.answer import ObservedAnswer, SourceLine
from acrdns.probe.observation import Outcome
from acrdns.probe.saved.document import SavedLine
from acrdns.probe.saved.read import is_saved, read
from acrdns.probe.saved.redact import Redaction
from acrdns.probe.saved.write import Saver
from acrdns.record import is_private

NAMES = st.sampled_from(
    ["contoso.azurecr.io", "contoso.eastus.data.azurecr.io", "contoso.privatelink.azurecr.io", "a.corp.example"]
)
FOUR, SIX = st.ip_addresses(v=4).map(str), st.ip_addresses(v=6).map(str)
TEXTS = st.text(max_size=20)
ANSWERS = st.builds(
    ObservedAnswer,
    fqdn=NAMES,
    type=st.sampled_from(["A", "AAAA", None]),
    outcome=st.just(Outcome.ANSWER),
    addresses=st.lists(FOUR | SIX, min_size=1, max_size=3).map(tuple),
    chain=st.lists(NAMES, min_size=1, max_size=3).map(tuple),
    server=st.sampled_from([None, "10.0.0.4:53", "[fd00::4]:53, 10.0.0.4:53", "https://dns.corp.example/dns-query"]),
    vantage=st.sampled_from([None, "hub", "internet", "aks/pods"]),
    tool=st.sampled_from(["acrdns", "dig"]),
    source=st.builds(SourceLine, TEXTS, st.integers(1, 9)),
    detail=TEXTS,
    time=st.sampled_from([None, "2026-11-29T10:00:00.123Z"]),
    ttl=st.none() | st.integers(0, 2**31 - 1),
    milliseconds=st.none() | st.floats(0, 1e6),
    ede=st.lists(TEXTS, max_size=2).map(tuple),
) | st.builds(
    ObservedAnswer,
    fqdn=NAMES,
    type=st.sampled_from(["A", "AAAA", None]),
    outcome=st.sampled_from([outcome for outcome in Outcome if outcome is not Outcome.ANSWER]),
    chain=st.lists(NAMES, min_size=1, max_size=3).map(tuple),
    source=st.builds(SourceLine, TEXTS, st.integers(1, 9)),
    detail=TEXTS,
    soa=st.none() | st.tuples(NAMES, NAMES),
)


def saved(answers: list[ObservedAnswer], redaction: Redaction | None = None) -> bytes:
    """Return the file of these answers."""
    file = io.BytesIO()
    saver = Saver(file, redaction)
    for answer in answers:
        saver.save(answer)
    return file.getvalue()


@given(st.lists(ANSWERS, max_size=5))
def test_what_is_saved_is_read(answers: list[ObservedAnswer]) -> None:
    """No field is lost, and each line is what the schema says."""
    octets = saved(answers)
    assert is_saved(octets)
    assert read(octets, "f").answers == tuple(answers)
    for line in octets.splitlines():
        TypeAdapter(SavedLine).validate_json(line)


@given(st.lists(ANSWERS, min_size=1, max_size=3), st.data())
def test_a_file_that_is_cut_is_read_up_to_its_last_whole_line(
    answers: list[ObservedAnswer], data: st.DataObject
) -> None:
    """Wherever a process is killed, nothing but a torn last line is lost, and it is known that there was one."""
    octets = saved(answers)
    cut = octets[: data.draw(st.integers(0, len(octets)))]
    found = read(cut, "f")
    whole = cut.count(b"\n")
    assert found.answers == tuple(answers)[: max(0, whole - 1)]
    assert found.ignored == ()
    assert found.torn is not cut.endswith(b"\n") or not cut


@pytest.mark.parametrize(
    ("line", "because"),
    [
        ('{"kind": "observation"', "it is no JSON"),
        ("[]", "it is no JSON object"),
        ('{"kind": "observation", "outcome": "NXDOMAIN"}', "it has no 'fqdn'"),
        ('{"kind": "observation", "fqdn": "a.b", "type": "MX", "outcome": "NXDOMAIN"}', "type 'MX' is none of A, AAAA and null"),
        ('{"kind": "observation", "fqdn": "a.b", "type": "A", "outcome": "FINE"}', "'FINE' is not a valid Outcome"),
        ('{"kind": "observation", "fqdn": "a.b", "type": "A", "outcome": "NOERROR"}', "outcome NOERROR does not go with 0 addresses"),
        ('{"kind": "observation", "fqdn": "a.b", "outcome": "NOERROR", "addresses": ["x"]}', "'x' does not appear to be an IPv4 or IPv6 address"),
        ('{"kind": "observation", "fqdn": 1, "outcome": "NXDOMAIN"}', "1 is of another type than it should be"),
        ('{"kind": "run", "version": 2}', "version 2 is not known here; what follows is read as version 1"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_used_is_ignored_with_its_reason(line: str, because: str) -> None:
    """The lines around it count."""
    answer = ObservedAnswer("a.b", "A", Outcome.NXDOMAIN, chain=("a.b",), source=SourceLine("x", 1))
    octets = saved([answer])
    found = read(octets + line.encode() + b"\n" + octets, "f")
    assert found.answers == (answer, answer)
    assert [(each.line, each.because) for each in found.ignored] == [(3, because)]


def test_other_kinds_and_fields_are_skipped() -> None:
    """A newer program may write more; an older one has written less."""
    line = {"kind": "observation", "fqdn": "A.B.", "type": "A", "outcome": "NXDOMAIN", "colour": "blue"}
    octets = b'{"kind": "weather", "rain": true}\n' + json.dumps(line).encode() + b"\n"
    (answer,) = read(octets, "f").answers
    assert answer == ObservedAnswer("a.b", "A", Outcome.NXDOMAIN, chain=("a.b",), source=SourceLine("f", 2))


@pytest.mark.parametrize("octets", [b"", b"contoso.azurecr.io. 10 IN A 10.0.0.7\n", b'{"Name": "a"}\n', b"[" * 100_000])
def test_other_files_are_not_taken_for_saved_ones(octets: bytes) -> None:
    """They are read by the parsers of other tools."""
    assert not is_saved(octets)


def kind(address: str) -> tuple[int, bool]:
    """Return what redaction keeps of an address."""
    return ip_address(address).version, is_private(address)


@given(st.lists(ANSWERS, min_size=1, max_size=4))
def test_redaction_keeps_kinds_and_is_consistent(answers: list[ObservedAnswer]) -> None:
    """Equal values stay equal and different ones different; outcome, type and times stay as they are."""
    redaction = Redaction()
    shown = [redaction(answer) for answer in answers]
    for one, other in zip(answers, shown, strict=True):
        kept = {"type": one.type, "outcome": one.outcome, "ttl": one.ttl, "time": one.time, "tool": one.tool}
        assert replace(other, **kept) == other  # type: ignore[arg-type]
        assert list(map(kind, other.addresses)) == list(map(kind, one.addresses))
        assert [name.count(".") for name in other.chain] == [name.count(".") for name in one.chain]
    pairs = {
        pair
        for one, other in zip(answers, shown, strict=True)
        for pair in zip(
            (*one.addresses, *one.chain, one.fqdn), (*other.addresses, *other.chain, other.fqdn), strict=True
        )
    }
    assert len({before for before, _ in pairs}) == len({after for _, after in pairs}) == len(pairs)
    # The first line has the time of the run.
    assert saved(shown).splitlines()[1:] == saved(shown).splitlines()[1:]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("20.45.122.144", "203.0.113.1"),
        ("10.1.2.3", "10.0.0.1"),
        ("198.18.7.9", "198.18.0.1"),
        ("0.0.0.0", "0.0.0.0"),
        ("2603:1030::1", "2001:db8::1"),
    ],
)
def test_a_redacted_address_is_judged_as_the_address(address: str, shown: str) -> None:
    """A public one is not replaced by one that a filter or a proxy gives, which is a finding."""
    assert Redaction().address(address) == shown
    assert kind_of(shown) is kind_of(address)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("contoso.azurecr.io", "name1.azurecr.io"),
        ("eastus.azurecr.io", "name1.azurecr.io"),
        ("contoso.eastus.data.azurecr.io", "name1.eastus.data.azurecr.io"),
        ("contoso.westus.geo.azurecr.cn", "name1.westus.geo.azurecr.cn"),
        ("contoso.eastus.data.privatelink.azurecr.io", "name1.eastus.data.privatelink.azurecr.io"),
        ("privatelink.azurecr.io", "privatelink.azurecr.io"),
        ("eastus.data.privatelink.azurecr.io", "eastus.data.privatelink.azurecr.io"),
        ("r0318.eastus.cloudapp.azure.com", "name1.eastus.cloudapp.azure.com"),
        ("ns.corp.contoso.co.uk", "name1.name2.name3.co.uk"),
        ("ns.contoso.de", "name1.name2.de"),
        ("localhost", "name1"),
    ],
)  # fmt: skip
def test_what_redaction_keeps_of_a_name(name: str, shown: str) -> None:
    """A registry's label goes even where it is called like a region."""
    assert Redaction().name(name) == shown


def test_nothing_of_the_user_is_left_in_a_redacted_file() -> None:
    """Free text, the file that an answer was read from, the path and host of a resolver."""
    answer = ObservedAnswer(
        "contoso.azurecr.io", "A", Outcome.SERVFAIL, (), ("contoso.azurecr.io", "contoso.corp.example"),
        "https://user:key@dns.contoso.example:8443/secret, 10.9.8.7:53", "contoso-hub", "dig", SourceLine("/home/contoso/x", 3),
        "10.9.8.7 says contoso is not linked", None, None, None, ("EDE 18 (Prohibited): contoso", "EDE: 15 (Blocked): contoso", "contoso"),
        ("contoso.corp.example", "ns.contoso.example"),
    )  # fmt: skip
    text = saved([answer], Redaction()).decode()
    for private in ("contoso", "10.9.8.7", "corp", "secret", "key", "user"):
        assert private not in text, private
    assert '"redacted": true' in text
    assert "EDE 18 (Prohibited)" in text
    assert "EDE: 15 (Blocked)" in text, "as dig writes it"
