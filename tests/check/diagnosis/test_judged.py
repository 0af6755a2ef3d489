"""Judged from outside: topologies, faults and answers of a model that was written from the contracts alone.

`judged.jsonl` was made once, by a generator, a resolver and faults that share no code with acrdns and its tests. Of each
case the model confirmed that the faults make answers wrong, and that every other set of rank 1 truly gives the same
answers. An answer begins with `>` where it has an alias under privatelink, and with `~` where it has another one.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from dnslib import QTYPE, RCODE, RR
from dnslib.server import DNSLogger, DNSServer

from acrdns.cli import main
from tests.free_ports import free_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dnslib import DNSRecord
    from dnslib.server import DNSHandler

LINES = (Path(__file__).parent / "judged.jsonl").read_text(encoding="utf-8").splitlines()
CASES: list[dict[str, Any]] = [json.loads(line) for line in LINES]
RCODES = ("NODATA", "NXDOMAIN", "SERVFAIL", "TIMEOUT")


def _named(case: dict[str, Any]) -> str:
    return " and ".join(fault for fault, _ in case["faults"]) or "healthy"


def _parts(name: str, text: str) -> tuple[str, list[str], list[str]]:
    """Return the outcome, the addresses and the chain of an answer."""
    label, _, suffix = name.partition(".azurecr.")
    aliases = {">": [f"{label}.privatelink.azurecr.{suffix}"], "~": [f"{label}.fe.azcr.{suffix}"]}
    said = text.lstrip(">~")
    return (*((said, []) if said in RCODES else ("NOERROR", said.split())), [name, *aliases.get(text[0], [])])


def _saved(case: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Return the answers as `--save` writes them, those of each vantage point by a server of its own."""
    yield {"kind": "run", "version": 1, "acrdns": "0.1.0", "time": "2026-11-30T10:00:00Z", "redacted": False}
    for number, (vantage, answers) in enumerate(case["answers"].items(), 1):
        for asked, text in answers.items():
            name, _, type_ = asked.partition(" ")
            outcome, addresses, shown = _parts(name, text)
            yield {
                "kind": "observation", "time": "2026-11-30T10:00:00.000Z", "vantage": vantage, "fqdn": name,
                "server": f"127.0.0.{number}:53", "type": type_ or "A", "outcome": outcome, "addresses": addresses,
                "chain": shown, "ttl": 10 if addresses else None,
            }  # fmt: skip


def _judge(case: dict[str, Any], code: int, text: str) -> None:
    """Assert that the true set is of rank 1, all of which explain everything, or that nothing is said of what is right."""
    report = json.loads(text)
    first = [each for each in report["diagnoses"] if each["rank"] == 1]
    sets = [sorted([fault["fault"], fault["subject"]] for fault in each["faults"]) for each in first]
    if not case["faults"]:
        assert (code, report["findings"], sets, report["unexplained"]) == (0, [], [], [])
        return
    assert code == 1
    assert case["faults"] in sets
    assert all(each["explains"] == each["of"] for each in first)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{number} {_named(case)}", marks=[pytest.mark.slow] if number % 16 else [])
        for number, case in enumerate(CASES)
    ],
)
def test_the_true_set_is_of_rank_1(case: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From all vantage points or some, with questions unanswered; and what is healthy raises no alarm."""
    (file := tmp_path / "estate.yaml").write_text(json.dumps(case["topology"]))
    (saved := tmp_path / "saved.jsonl").write_text("".join(json.dumps(each) + "\n" for each in _saved(case)))
    code = main.run(["diagnose", str(file), str(saved), "--format", "json"])
    _judge(case, code, capsys.readouterr().out)


class _Plain:
    """A DNS server that has one vantage point's answers, and nothing that only acrdns says."""

    def __init__(self, answers: dict[str, str]) -> None:
        self._answers = answers

    def resolve(self, request: DNSRecord, _handler: DNSHandler) -> DNSRecord:
        """Return the answer of the table; silence is SERVFAIL, as of a server on the way."""
        name = str(request.q.qname).rstrip(".")
        outcome, addresses, chain = _parts(name, self._answers[name.lower()])
        reply = request.reply()
        for owner, target in pairwise(chain):
            reply.add_answer(*RR.fromZone(f"{owner}. 300 CNAME {target}."))
        for address in addresses:
            reply.add_answer(*RR.fromZone(f"{chain[-1]}. 10 A {address}"))
        if outcome not in ("NOERROR", "NODATA"):
            reply.header.rcode = getattr(RCODE, outcome if outcome in RCODE.reverse else "SERVFAIL")
        assert QTYPE[request.q.qtype] == "A"
        return reply


def _is_complete(case: dict[str, Any]) -> bool:
    """Return whether every vantage point has the IPv4 answers of the same names."""
    first, *others = (set(answers) for answers in case["answers"].values())
    return all(other == first for other in others) and not any(" " in asked for asked in first)


@pytest.mark.slow
@pytest.mark.parametrize("number", [*range(4, 56, 9), len(CASES) - 1])
def test_so_it_is_of_plain_dns_servers(number: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One for each vantage point, without Extended DNS Errors."""
    case = next(case for case in CASES[number:] if _is_complete(case))
    (file := tmp_path / "estate.yaml").write_text(json.dumps(case["topology"]))
    asked: list[str] = []
    with ExitStack() as stack:
        for vantage, answers in case["answers"].items():
            host, port = free_address()
            server = DNSServer(_Plain(answers), port=port, address=host, logger=DNSLogger(logf=lambda _line: None))
            server.start_thread()
            stack.callback(server.server.server_close)
            stack.callback(server.stop)
            asked += ["--from", f"{vantage}={host}:{port}"]
        code = main.run(["check", str(file), *asked, "--no-ipv6", "--format", "json"])
    _judge(case, code, capsys.readouterr().out)
