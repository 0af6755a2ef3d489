"""`acrdns check` over time: answers that flap, a change that is waited for, Ctrl-C."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from dataclasses import replace
from functools import partial
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from dns.rdatatype import A

from acrdns import api
from acrdns.cli import main
from acrdns.cli.check_endpoints import plan_of_topology
from acrdns.cli.judging import judge_again, judge_place
from acrdns.cli.policy import PolicyOptions
from acrdns.cli.rounds import Rounds
from acrdns.topology.load import load
from tests.cli.test_check import records, topology
from tests.probe.scripted import Scripted, reply
from tests.warm import Acrdns

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import dns.message

    Answer = Callable[[dns.message.Message, str], dns.message.Message | None]

__all__ = ["topology"]
C, CP = "contoso.azurecr.io", "contoso.privatelink.azurecr.io"


def turning(*addresses: str) -> Answer:
    """Answer for contoso with one address after the other; the last one stays."""
    left = list(addresses)

    def answer(query: dns.message.Message, _: str) -> dns.message.Message:
        if query.question[0].rdtype != A:
            return reply(query, f"{C}. 60 IN CNAME {CP}.")
        address = left.pop(0) if len(left) > 1 else left[0]
        return reply(query, f"{C}. 60 IN CNAME {CP}.", f"{CP}. 10 IN A {address}")

    return answer


def check(server: Scripted, *options: str) -> int:
    """Check contoso's login server, expecting a private address."""
    return main.run(["check", C, "--server", str(server.server), "--expect", "private", "--interval", "0", *options])


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no question be asked again in the same round, which would take an answer from the next one."""
    monkeypatch.setattr("acrdns.cli.check._PATIENCE", 600.0)


def test_answers_that_flap(capsys: pytest.CaptureFixture[str]) -> None:
    """Each answer with its share; one wrong answer is a finding."""
    with Scripted(turning("10.0.0.7", "10.0.0.7", "20.45.122.144", "10.0.0.7")) as server:
        assert check(server, "--repeat", "4", "--format", "json") == 1
    document = json.loads(capsys.readouterr().out)
    assert document["flaps"] == [{
        "vantage": "", "fqdn": C,
        "answers": [{"observed": "10.0.0.7", "times": 3, "share": 0.75}, {"observed": "20.45.122.144", "times": 1, "share": 0.25}],
    }]  # fmt: skip
    assert f"{C} has several answers: 10.0.0.7 in 3 of 4 (75%), 20.45.122.144 in 1 of 4 (25%)" in document["notes"]
    assert {finding["code"] for finding in document["findings"]} == {"ACR301"}
    assert document["results"][0]["observed"] == ["20.45.122.144"]


def test_answers_that_do_not_flap(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is said of it."""
    with Scripted(turning("10.0.0.7")) as server:
        assert check(server, "--repeat", "3", "--format", "json") == 0
        assert sum(type_ == "A" for _, type_, _ in server.asked) == 3
    assert json.loads(capsys.readouterr().out)["flaps"] == []


def test_until_clean_waits_for_the_first_right_answer(capsys: pytest.CaptureFixture[str]) -> None:
    """As a pipeline does after a change."""
    with Scripted(turning("20.45.122.144", "20.45.122.144", "10.0.0.7")) as server:
        assert check(server, "--until-clean", "--timeout", "60", "--format", "json") == 0
        assert sum(type_ == "A" for _, type_, _ in server.asked) == 3
    out, err = capsys.readouterr()
    assert json.loads(out)["summary"] == {"pass": 1, "fail": 0, "error": 0}
    assert err.count("1 not right after") == 2


def test_until_clean_ends_with_its_time(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the findings of the last round: the first that ends past the time, by a clock of 20 seconds a look."""
    clock = SimpleNamespace(monotonic=count(0, 20).__next__, sleep=lambda _: None)
    monkeypatch.setattr("acrdns.cli.rounds.time", clock)
    with Scripted(turning("20.45.122.144")) as server:
        assert check(server, "--until-clean", "--timeout", "30") == 1
        assert sum(type_ == "A" for _, type_, _ in server.asked) == 2
    assert "ACR301" in capsys.readouterr().out


def test_until_clean_with_a_fault_that_ends(topology: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Against the served topology itself: clean at once when nothing is wrong."""
    loaded = api.load(topology)
    with api.serve(loaded) as server:
        address, port = server.at("hub")
        options = ["--from", "hub", "--server", f"{address}:{port}", "--until-clean", "--timeout", "30"]
        assert main.run(["check", topology, *options]) == 0
    capsys.readouterr()


@pytest.mark.parametrize(
    "options",
    [["--repeat", "2", "--watch"], ["--until-clean", "--repeat", "2"], ["--repeat", "2", "--restore", __file__]],
)
def test_options_that_do_not_go_together(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2."""
    assert main.run(["check", C, *options]) == 2
    assert "acrdns check: invalid value for --re" in capsys.readouterr().err


def started(*arguments: str) -> subprocess.Popen[str]:
    """Start a check in a process of its own."""
    return Acrdns(["check", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_ctrl_c_ends_with_what_is_known(topology: str, tmp_path: Path) -> None:
    """Exit code 130, and a report of the endpoints that have answered; --restore goes on from what was saved."""
    right, hanging, file = records("hub"), threading.Event(), tmp_path / "known.jsonl"
    silent = "fabrikam.azurecr.io"

    def answer(query: dns.message.Message, _: str) -> dns.message.Message | None:
        if query.question[0].name.to_text(omit_final_dot=True) == silent:
            hanging.set()
            return None
        return reply(query, rcode="NXDOMAIN")

    with Scripted(answer) as server:
        options = ["--from", "hub", "--server", str(server.server), "--timeout", "600", "--save", str(file)]
        with started(topology, *options, "--format", "json") as process:
            assert hanging.wait(60)
            while not file.exists() or file.read_bytes().count(b"\n") < 2 * (len(right) - 1) + 1:
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        assert process.returncode == 130, err
    document = json.loads(out)
    assert {result["fqdn"] for result in document["results"]} == set(right) - {silent}
    assert f"not observed, and not judged: {silent}" in document["notes"]


def test_json_lines_come_while_others_are_waited_for(topology: str) -> None:
    """Each answer and its result once they are known, with nothing in them that a runner obeys."""
    right, silent = records("hub"), "fabrikam.azurecr.io"

    def answer(query: dns.message.Message, _: str) -> dns.message.Message | None:
        if query.question[0].name.to_text(omit_final_dot=True) == silent:
            return None
        return reply(query, rcode="NXDOMAIN", ede="##[error]x")

    with Scripted(answer) as server:
        options = ["--from", "hub", "--server", str(server.server), "--timeout", "600", "--format", "jsonl"]
        with started(topology, *options) as process:
            assert process.stdout is not None
            early = [process.stdout.readline() for _ in range(3 * (len(right) - 1) + 1)]
            assert process.poll() is None
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        assert process.returncode == 130, err
    assert "##[" not in "".join(early) + out
    run, *lines = map(json.loads, early)
    assert run["kind"] == "run"
    known = set(right) - {silent}
    assert sorted((line["kind"], line["fqdn"]) for line in lines) == sorted(
        [("observation", fqdn) for fqdn in known] * 2 + [("result", fqdn) for fqdn in known]
    )
    assert {line["status"] for line in lines if line["kind"] == "result"} == {"fail"}
    late = [json.loads(line) for line in out.splitlines()]
    assert not [line for line in late if line["kind"] == "result"], "each comes exactly once"
    assert len([line for line in late if line["kind"] == "finding"]) == len(known)
    assert late[-1]["kind"] == "summary"


def test_watch_writes_a_line_for_each_change() -> None:
    """Until Ctrl-C, where stdout is no terminal."""
    with Scripted(turning("10.0.0.7", "10.0.0.7", "20.45.122.144")) as server:
        options = [
            "--server",
            str(server.server),
            "--expect",
            "private",
            "--interval",
            "0",
            "--timeout",
            "600",
            "--watch",
        ]
        with started(C, *options) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline().rstrip() for _ in range(2)]
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
    assert process.returncode == 130
    assert lines[0].endswith(f" {C}: pass 10.0.0.7")
    assert lines[1].endswith(f" {C}: fail 20.45.122.144 (was pass 10.0.0.7)")


def test_watch_writes_json_lines_of_changes() -> None:
    """A `result` for each answer that is another one than before."""
    with Scripted(turning("10.0.0.7", "10.0.0.7", "20.45.122.144")) as server:
        options = [
            "--server",
            str(server.server),
            "--expect",
            "private",
            "--interval",
            "0",
            "--timeout",
            "600",
            "--watch",
        ]
        with started(C, *options, "--format", "jsonl") as process:
            assert process.stdout is not None
            lines = [json.loads(process.stdout.readline()) for _ in range(2)]
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
    assert process.returncode == 130
    assert [(line["kind"], line["status"], line["observed"]) for line in lines] == [
        ("result", "pass", ["10.0.0.7"]),
        ("result", "fail", ["20.45.122.144"]),
    ]


def test_watch_keeps_the_last_round_in_files(tmp_path: Path) -> None:
    """As a dashboard reads it: before a change is shown, the files of `--output` have it."""
    metrics, document = tmp_path / "acrdns.prom", tmp_path / "last.json"
    with Scripted(turning("10.0.0.7", "20.45.122.144")) as server:
        options = [
            "--server",
            str(server.server),
            "--expect",
            "private",
            "--interval",
            "0",
            "--timeout",
            "600",
            "--watch",
        ]
        options += ["--output", f"prometheus={metrics}", "--output", f"json={document}"]
        with started(C, *options) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(2)]
            text, last = metrics.read_text(), json.loads(document.read_text())
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert " fail 20.45.122.144 " in lines[1]
    assert 'code="ACR301"' in text
    assert last["results"][0]["observed"] == ["20.45.122.144"]


@pytest.mark.parametrize("terminal", [False, True])
def test_watch_ends_when_all_is_right(
    terminal: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With `--until-clean`: the changes until then, and what came of it."""
    document = tmp_path / "last.json"
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    with Scripted(turning("20.45.122.144", "20.45.122.144", "10.0.0.7")) as server:
        assert check(server, "--watch", "--until-clean", "--timeout", "60", "--output", f"json={document}") == 0
        assert sum(type_ == "A" for _, type_, _ in server.asked) == 3
    out, err = capsys.readouterr()
    assert ("1 right, 0 wrong" in out, err) == (True, "")
    assert (f"{C}: pass 10.0.0.7 (was fail 20.45.122.144)" in out) == (not terminal)
    assert json.loads(document.read_text())["summary"] == {"pass": 1, "fail": 0, "error": 0}


def test_ctrl_c_while_asking_ends_the_live_table(topology: str) -> None:
    """The round that it interrupted is the last one."""
    judged = judge_place(plan_of_topology(load(topology), "hub", None, ""), None, {})
    rounds = iter([[replace(judged, interrupted=True)]])
    policy = PolicyOptions(None, None, None, strict=False, exit_zero=False).policy(topology)
    shown: list[object] = []
    with pytest.raises(KeyboardInterrupt):
        Rounds(lambda: next(rounds), partial(judge_again, policy), policy, 0).watched(shown.append)
    assert len(shown) == 1


def test_watch_refuses_a_format_that_knows_no_change(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is asked."""
    assert main.run(["check", C, "--watch", "--format", "junit"]) == 2
    assert "--watch shows changes, as text or jsonl" in capsys.readouterr().err
