"""`acrdns traffic` and `acrdns firewall` as commands: exit codes, what they read, and what they refuse."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest

from acrdns.cli import main

if TYPE_CHECKING:
    from pathlib import Path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Run a command in this process."""
    code = main.run(list(arguments))
    out, err = capsys.readouterr()
    return code, out, err


def test_what_firewall_prints_is_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As text and as JSON, from one network and from all."""
    for options in (("--from", "plant"), (), ("--operation", "layer-pull")):
        for format_ in ("text", "json"):
            code, out, _ = run(capsys, "firewall", "connected-registry", *options, "--format", format_)
            assert code == 0
            (tmp_path / "list").write_text(out)
            judged = run(capsys, "firewall", "connected-registry", *options, "--check", str(tmp_path / "list"))
            assert judged[0] == 0, judged


@pytest.mark.parametrize("sample", ["connected-registry", "hub-and-spoke", "geo-replicated", "public", "government"])
def test_its_own_formats_are_lists(sample: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All that are no code; a security group knows no names, and is told so."""
    for format_ in ("csv", "squid", "azure-firewall", "nsg"):
        _, out, _ = run(capsys, "firewall", sample, "--format", format_)
        (tmp_path / "list").write_text(out)
        code, out, _ = run(capsys, "firewall", sample, "--check", str(tmp_path / "list"), "--format", "json")
        found = json.loads(out)
        tags = [] if format_ != "nsg" else [("AzureContainerRegistry:443", "warning")]
        assert (code, found["missing"]) == (int(bool(tags)), [])
        assert [(each["entry"], each["severity"]) for each in found["excess"]] == tags


def test_a_list_is_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1; each entry that is too much stands at its line."""
    file = tmp_path / "list"
    file.write_text("contoso.azurecr.io\n# layers\n*.blob.core.windows.net\n")
    code, out, _ = run(capsys, "firewall", "private-link", "--from", "hub", "--check", str(file), "--format", "json")
    assert code == 1
    found = json.loads(out)
    assert [(each["host"], each["operations"]) for each in found["missing"]] == [
        ("contoso.eastus.data.azurecr.io", ["layer-pull"])
    ]
    assert [(each["entry"], each["severity"], each["line"]) for each in found["excess"]] == [
        ("*.blob.core.windows.net", "error", 3)
    ]
    assert (found["breaks"], found["from"]) == (["layer-pull"], "hub")
    code, out, _ = run(capsys, "firewall", "private-link", "--from", "hub", "--check", str(file))
    assert code == 1
    assert f"{file}:3: error: *.blob.core.windows.net: covers every storage account of Azure" in " ".join(out.split())


def test_every_bad_line_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With its place and what to write instead; exit 2, and nothing on stdout."""
    file = tmp_path / "list"
    file.write_text(
        "https://contoso.azurecr.io/v2/\ncontoso.azurecr.io\n.azurecr.io\ncontoso.*.data.azurecr.io\nx:0\n10.0.0.300\na b\n10.0.0.9-10.0.0.7\n-a.b\n"
    )
    code, out, err = run(capsys, "firewall", "private-link", "--check", str(file))
    assert (code, out) == (2, "")
    assert err.splitlines() == [
        f"{file}:1: 'https://contoso.azurecr.io/v2/' is no host; write contoso.azurecr.io:443",
        f"{file}:3: '.azurecr.io' is no host; write *.azurecr.io for all below it",
        f"{file}:4: 'contoso.*.data.azurecr.io' is no host; a wildcard stands for whole labels at the beginning: write a line for each host",
        f"{file}:5: 0 is no port; allowed: 1 to 65535",
        f"{file}:6: '10.0.0.300' is no IPv4 address or range; write 10.0.0.7, 10.0.0.0/27 or 10.0.0.7-10.0.0.9",
        f"{file}:7: 'a b' is no host; write HOST, HOST:PORT or *.DOMAIN",
        f"{file}:8: '10.0.0.9-10.0.0.7' is no IPv4 address or range; write 10.0.0.7, 10.0.0.0/27 or 10.0.0.7-10.0.0.9",
        f"{file}:9: '-a.b' is no host; write HOST, HOST:PORT or *.DOMAIN",
    ]  # fmt: skip


def test_every_bad_rule_of_a_document_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At its line."""
    file = tmp_path / "list.json"
    file.write_text('{"rules": [\n {"host": "a", "port": 443},\n {"host": "a"},\n {"host": "b c", "port": 1},\n 7]}\n')
    code, _, err = run(capsys, "firewall", "private-link", "--check", str(file))
    assert (code, [line.partition(" ")[0] for line in err.splitlines()]) == (2, [f"{file}:{n}:" for n in (3, 4, 5)])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("traffic", "private-link", "--operation", "layer-pul", "--operation", "x"), "no operation 'layer-pul'; did you mean layer-pull?"),
        (("firewall", "private-link", "--operation", "push"), "no operation 'push'; "),
        (("firewall", "private-link", "--from", "hob"), "no vantage point 'hob'; the file has internet, hub"),
        (("traffic", "private-link", "--from", "hob"), "no vantage point 'hob'; the file has internet, hub"),
        (("firewall", "private-link", "--check", "/no/list"), "/no/list: no such file"),
        (("firewall", "private-link", "--check", "/dev/null", "--format", "squid"), "a list is judged as text or json"),
        (("firewall", "private-link", "--check", "/dev/null", "--check", "/dev/null"), "judge one list at a time"),
        (("firewall", "private-link", "--format", "iptables"), "iptables"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 2, with what may have been meant."""
    code, out, err = run(capsys, *arguments)
    assert (code, out, said in err) == (2, "", True), err


def test_a_list_that_is_no_text_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An error, not a traceback."""
    (tmp_path / "list").write_bytes(b"\xff\xfe\x00contoso")
    code, _, err = run(capsys, "firewall", "private-link", "--check", str(tmp_path / "list"))
    assert (code, "this is no text in UTF-8" in err) == (2, True), err


def test_a_list_may_come_from_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """By a hyphen, as other commands have it."""
    monkeypatch.setattr("sys.stdin", io.StringIO("contoso.azurecr.io\n*.corp\n"))
    code, out, _ = run(capsys, "firewall", "public", "--from", "internet", "--check", "-")
    assert (code, "<stdin>:2: info: *.corp: nothing in the file needs it" in out) == (1, True), out


def test_traffic_is_shown_by_vantage_point(capsys: pytest.CaptureFixture[str]) -> None:
    """Vantage points with the same traffic share a table; the difference of document and service is told."""
    code, out, _ = run(capsys, "traffic", "hub-and-spoke", "--operation", "layer-push", "--operation", "tasks")
    assert code == 0
    assert out.startswith("from internet, hub, spoke-aks, spoke-build\n")
    assert "from acr-tasks\n" in out
    assert "The service takes them at the login server" in " ".join(out.split())
    code, out, _ = run(capsys, "traffic", "hub-and-spoke", "--from", "hub", "--format", "json")
    assert (code, {flow["from"] for flow in json.loads(out)["flows"]}) == (0, {"hub"})


@pytest.mark.parametrize("format_", ["az", "terraform", "bicep"])
def test_what_is_no_list_is_said_in_one_sentence(
    format_: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Commands and code are not read line by line."""
    _, out, _ = run(capsys, "firewall", "private-link", "--format", format_)
    (tmp_path / "list").write_text(out)
    code, _, err = run(capsys, "firewall", "private-link", "--check", str(tmp_path / "list"))
    assert (code, len(err.splitlines())) == (2, 1), err


@pytest.mark.parametrize(
    ("entry", "remedy"),
    [
        ("10.0.0.5/24", "write 10.0.0.0/24"),
        ("bücher.example", "IDNA form, xn--"),
    ],
)
def test_a_remedy_fits(entry: str, remedy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what to write."""
    (tmp_path / "list").write_text(entry, encoding="utf-8")
    code, _, err = run(capsys, "firewall", "private-link", "--check", str(tmp_path / "list"))
    assert (code, remedy in err) == (2, True), err
