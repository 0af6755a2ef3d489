"""`acrdns check --save` and `--restore`: judged now, and judged again without a network."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import threading
from contextlib import redirect_stdout
from typing import TYPE_CHECKING

import pytest

from acrdns.cli import main
from acrdns.probe.saved.read import read
from tests.check.situations import ESTATE
from tests.cli.test_check import records, resolving
from tests.probe.scripted import Scripted, reply, unused

if TYPE_CHECKING:
    from pathlib import Path

    import dns.message

DATA = "contoso.eastus.data.azurecr.io"
WRONG = {DATA: "> contoso.eastus.data.privatelink.azurecr.io > 20.45.122.150"}


def document(capsys: pytest.CaptureFixture[str]) -> dict[str, list[dict[str, object]]]:
    """Return the JSON that was printed."""
    printed: dict[str, list[dict[str, object]]] = json.loads(capsys.readouterr().out)
    return printed


@pytest.fixture(scope="module")
def topology(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write the estate into a file, once for all tests here."""
    path = tmp_path_factory.mktemp("estate") / "estate.yaml"
    path.write_text(ESTATE)
    return str(path)


@pytest.fixture(scope="module")
def run_at_the_hub(topology: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, str]:
    """Save a run with a wrong answer; return what it saved, and what it printed."""
    file = tmp_path_factory.mktemp("saved") / "hub.jsonl"
    with resolving(records("hub") | WRONG) as server, redirect_stdout(io.StringIO()) as printed:
        options = ["--from", "hub", "--server", server, "--format", "json", "--save", str(file)]
        assert main.run(["check", topology, *options]) == 1
    return file.read_bytes(), printed.getvalue()


@pytest.fixture
def saved(run_at_the_hub: tuple[bytes, str], tmp_path: Path) -> tuple[Path, dict[str, list[dict[str, object]]]]:
    """Return a file with what that run saved, and its document."""
    file = tmp_path / "hub.jsonl"
    file.write_bytes(run_at_the_hub[0])
    return file, json.loads(run_at_the_hub[1])


SMALL = """\
version: 1
registries:
  contoso: {location: eastus, public: {addresses: {registry: [20.45.122.144], registry_data_eastus: [20.45.122.150]}}}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [spoke]}
  spoke: {address_space: [10.1.0.0/16]}
private_endpoints:
  contoso-pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {}, spoke: {}}
    records: {contoso: {A: [10.0.0.7]}, contoso.eastus.data: {A: [10.0.0.8]}}
"""


@pytest.fixture
def small(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, Path]:
    """Return a topology that is diagnosed at once, and a run at its hub with a wrong answer."""
    topology, file = tmp_path / "small.yaml", tmp_path / "small.jsonl"
    topology.write_text(SMALL)
    with resolving({"contoso.azurecr.io": "> contoso.privatelink.azurecr.io > 10.0.0.7"} | WRONG) as server:
        assert main.run(["check", str(topology), "--from", "hub", "--server", server, "--save", str(file)]) == 1
    capsys.readouterr()
    return str(topology), file


def test_restored_is_judged_as_it_was_live(
    topology: str, saved: tuple[Path, dict[str, list[dict[str, object]]]], capsys: pytest.CaptureFixture[str]
) -> None:
    """The same results and findings, from the vantage point of the file, and nobody is asked."""
    file, live = saved
    assert main.run(["check", topology, "--restore", str(file), "--format", "json"]) == 1
    again = document(capsys)
    assert again["results"] == live["results"]
    assert str(again["vantage"]) == "hub"
    assert again["findings"] == live["findings"]
    assert again["notes"] == []


def test_the_lines_of_the_file(saved: tuple[Path, object]) -> None:
    """A run, and an observation for each name and type."""
    run, *lines = map(json.loads, saved[0].read_text().splitlines())
    assert (run["kind"], run["version"], run["redacted"]) == ("run", 1, False)
    assert len(lines) == 12
    (line,) = [line for line in lines if line["fqdn"] == DATA and line["type"] == "A"]
    assert line["server"].startswith("127.0.0.1:")
    assert (line["kind"], line["vantage"], line["outcome"], line["addresses"], line["tool"]) == (
        "observation", "hub", "NOERROR", ["20.45.122.150"], "acrdns",
    )  # fmt: skip
    assert line["chain"] == [DATA, "contoso.eastus.data.privatelink.azurecr.io"]


def test_the_vantage_point_can_be_said(small: tuple[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """`VANTAGE=FILE` counts before what the file says; an unknown one lists those that there are."""
    topology, file = small
    assert main.run(["check", topology, "--restore", f"spoke={file}", "--format", "json"]) == 1
    assert str(document(capsys)["vantage"]) == "spoke"
    assert main.run(["check", topology, "--restore", f"spok={file}"]) == 2
    assert "there is no vantage point 'spok'; did you mean spoke?" in capsys.readouterr().err


def test_what_was_not_observed_is_said_and_no_finding(
    topology: str, saved: tuple[Path, object], capsys: pytest.CaptureFixture[str]
) -> None:
    """Half of a file gives half of a report; none of it is no judgement."""
    file = saved[0]
    lines = file.read_text().splitlines(keepends=True)
    kept = [line for line in lines if DATA not in line]
    file.write_text("".join(kept) + '{"kind": "obser')
    assert main.run(["check", topology, "--restore", str(file), "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["notes"] == [f"not observed, and not judged: {DATA}"]
    assert len(json.loads(out)["results"]) == 5
    assert f"{file}: the last line is cut off and left out" in err
    file.write_text(lines[0])
    assert main.run(["check", topology, "--restore", str(file)]) == 2
    assert "the saved answers are about none of the endpoints" in capsys.readouterr().err


def test_a_file_that_ends_anywhere_has_its_whole_lines(saved: tuple[Path, object]) -> None:
    """Whatever moment a run was killed at: cut behind any octet of the last three lines, the answers before are read."""
    octets = saved[0].read_bytes()
    *before, _, _, _ = octets.splitlines(keepends=True)
    for end in range(sum(map(len, before)), len(octets)):
        found = read(octets[:end], "cut.jsonl")
        assert len(found.answers) == octets[:end].count(b"\n") - 1, octets[:end]
        assert not found.ignored
        assert found.torn == (not octets[:end].endswith(b"\n"))


def test_a_run_goes_on_where_it_stopped(small: tuple[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """With a server, only what the file does not have is asked; the file is completed behind its torn line."""
    topology, file = small
    lines = file.read_text().splitlines(keepends=True)
    names = {json.loads(line)["fqdn"] for line in lines[1:]}
    file.write_text("".join(lines[:2]) + lines[2][:20])
    asked = []

    def answer(query: dns.message.Message, _: str) -> dns.message.Message:
        asked.append(query.question[0].name.to_text(omit_final_dot=True))
        return reply(query)

    with Scripted(answer) as server:
        options = ["--from", "hub", "--server", str(server.server), "--save", str(file), "--restore", str(file)]
        main.run(["check", topology, *options])
    capsys.readouterr()
    before = {json.loads(line)["fqdn"] for line in lines[1:2]}
    assert set(asked) == names - before
    assert len(before) == 1
    assert main.run(["check", topology, "--restore", str(file), "--format", "json"]) == 1
    assert len(document(capsys)["results"]) == len(names) == 2


def test_a_redacted_file_has_no_name_of_the_estate(topology: str, tmp_path: Path) -> None:
    """Not the registries', not the vantage point's, no address."""
    file = tmp_path / "redacted.jsonl"
    with resolving(records("hub")) as server:
        options = ["--from", "hub", "--server", server, "--save", str(file), "--redact"]
        assert main.run(["check", topology, *options]) == 0
    text = file.read_text()
    assert not [word for word in ("contoso", "fabrikam", "tailspin", '"hub"', "10.0.0.7", "10.0.0.8") if word in text]
    assert ".eastus.data.privatelink.azurecr.io" in text


def test_a_redacted_file_is_not_judged_by_a_topology(
    topology: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its names are not those of the file; the error says what to do."""
    file = tmp_path / "redacted.jsonl"
    with resolving(records("hub")) as server:
        main.run(["check", topology, "--from", "hub", "--server", server, "--save", str(file), "--redact"])
    capsys.readouterr()
    assert main.run(["check", topology, "--restore", str(file)]) == 2
    assert (
        f"{file} is redacted: its names and vantage points are not those of a topology; restore"
        in capsys.readouterr().err
    )


def test_where_answers_are_from_is_said_where_it_is_doubtful(
    small: tuple[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two places, a place that has no answers, and none."""
    topology, file = small
    main.run(["check", topology, "--restore", f"spoke={file}"])
    assert (
        f"acrdns: {file} was saved at hub, and is judged as from spoke, as --restore says\n" in capsys.readouterr().err
    )
    assert main.run(["check", topology, "--restore", str(file), "--from", "spoke"]) == 2
    said = f"acrdns: {file} was saved at hub; to judge it as from spoke, write --restore spoke={file}\n"
    assert said in capsys.readouterr().err
    nowhere = tmp_path / "nowhere.jsonl"
    nowhere.write_text(file.read_text().replace('"vantage": "hub"', '"vantage": null'))
    main.run(["check", topology, "--restore", str(nowhere)])
    said = f"acrdns: {nowhere} does not say where it was saved, and is judged as from the internet; say it with --from VANTAGE\n"
    assert said in capsys.readouterr().err
    assert main.run(["check", topology, "--restore", str(file)]) == 1
    assert capsys.readouterr().err == ""


def test_redact_needs_a_file(topology: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing would be redacted."""
    assert main.run(["check", topology, "--server", "127.0.0.1:1", "--redact"]) == 2
    assert "there is nothing to redact without --save FILE" in capsys.readouterr().err


def test_a_killed_run_leaves_every_answer_that_it_had(topology: str, tmp_path: Path) -> None:
    """SIGKILL, with one question unanswered: the file has all the others, in whole lines."""
    file, hanging = tmp_path / "killed.jsonl", threading.Event()

    def answer(query: dns.message.Message, _: str) -> dns.message.Message | None:
        if query.question[0].name.to_text(omit_final_dot=True) == DATA:
            hanging.set()
            return None
        return reply(query, rcode="NXDOMAIN")

    with Scripted(answer) as server:
        options = ["--from", "hub", "--server", str(server.server), "--timeout", "600", "--save", str(file)]
        command = [sys.executable, "-m", "acrdns", "check", topology, *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert hanging.wait(60)
            while not file.exists() or file.read_bytes().count(b"\n") < 11:
                assert process.poll() is None
            process.kill()
        assert process.returncode == -signal.SIGKILL
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert len(lines) == 11
    assert DATA not in {line.get("fqdn") for line in lines}


def test_a_file_that_cannot_be_written_or_read(
    topology: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, with the reason."""
    *sockets, server = unused()
    for each in sockets:
        each.close()
    assert main.run(["check", topology, "--server", str(server), "--timeout", "0.1", "--save", str(tmp_path)]) == 2
    assert main.run(["check", topology, "--restore", str(tmp_path / "missing")]) == 2
    err = capsys.readouterr().err
    assert "is a directory" in err
    assert "no such file or directory" in err
