"""`--assume`: whoever knows better how Azure decides says so, and every command follows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import pytest

from acrdns.cli import main
from tests.serve.running import Running, addresses

if TYPE_CHECKING:
    from pathlib import Path

HEAD = """\
version: 1
registries:
  contoso:
    location: eastus
    public:
      addresses: {registry: [20.45.122.144], registry_data_eastus: [20.45.122.150]}
networks:
  hub: {address_space: [10.0.0.0/16]}
  apart: {address_space: [10.9.0.0/16], peerings: [hub]}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
"""
RULES = """\
private_dns_zones:
  elsewhere: {name: privatelink.azurecr.io, virtual_network_links: {apart: {}}, records: RECORDS}
private_resolvers:
  resolver: {network: hub, outbound_endpoints: [out]}
  other: {network: apart, inbound_endpoints: [10.9.0.4]}
dns_forwarding_rulesets:
  all: {outbound_endpoint: out, virtual_network_links: [hub], rules: {DOMAIN: [10.9.0.4]}}
""".replace("RECORDS", "{contoso: {A: [10.0.0.7]}, contoso.eastus.data: {A: [10.0.0.8]}}")
NODATA = """\
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {hub: {resolution_policy: NxDomainRedirect}}
    records: {contoso: {TXT: [here]}, contoso.eastus.data: {A: [10.0.0.8]}}
"""


class Case(NamedTuple):
    """One switch: what the login server is from the hub without it, and with it."""

    switch: str
    topology: str
    without: list[str]
    with_it: list[str]


CASES = [
    Case("rules-apply-to-aliases", HEAD + RULES.replace("DOMAIN", "privatelink.azurecr.io"), ["20.45.122.144"], ["10.0.0.7"]),
    Case("wildcard-rule-skips-registries=no", HEAD + RULES.replace("DOMAIN", "."), ["20.45.122.144"], ["10.0.0.7"]),
    Case("redirect-on-nodata", HEAD + NODATA, [], ["20.45.122.144"]),
]  # fmt: skip


@pytest.fixture(params=CASES, ids=[case.switch for case in CASES])
def case(request: pytest.FixtureRequest) -> Case:
    """Return one switch."""
    found = request.param
    assert isinstance(found, Case)
    return found


@pytest.fixture
def file(case: Case, tmp_path: Path) -> str:
    """Write its topology."""
    path = tmp_path / "topology.yaml"
    path.write_text(case.topology, encoding="utf-8")
    return str(path)


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Call the program, whatever its exit code; give what it wrote."""
    assert main.run(list(arguments)) != 2
    return capsys.readouterr().out


def test_trace_follows(case: Case, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The answer is another one."""
    asked = ("trace", file, "contoso.azurecr.io", "--from", "hub", "--format", "json")
    answers = [run(capsys, *asked), run(capsys, *asked, "--assume", case.switch)]
    found = [[rr["data"] for rr in json.loads(text)["answer"] if rr["type"] == "A"] for text in answers]
    assert found == [case.without, case.with_it]


def test_matrix_follows(case: Case, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """So is the cell."""
    asked = ("matrix", file, "--from", "hub", "--format", "json")
    answers = [run(capsys, *asked), run(capsys, *asked, "--assume", case.switch)]
    found = [json.loads(text)["rows"][0]["cells"]["hub"]["addresses"] for text in answers]
    assert found == [case.without, case.with_it]


def test_lint_and_diff_follow(case: Case, file: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Both judge by what is assumed: what is right then is no finding, and both files of a diff are simulated alike."""
    plain, assumed = (run(capsys, "lint", file, *more) for more in ((), ("--assume", case.switch)))
    assert plain != assumed
    if case.with_it == ["10.0.0.7"]:
        assert "from hub" not in assumed
    assert run(capsys, "diff", file, file, "--assume", case.switch) == "no answer changes\n"


def test_serve_follows_and_a_reload_does_not_forget(case: Case, file: str) -> None:
    """The switch holds as long as the server runs."""
    with Running(file, "--listen", "hub=127.0.0.1:0", "--workers", "1", "--assume", case.switch) as running:
        hub = running.address("hub")
        assert addresses(hub, "contoso.azurecr.io") == case.with_it
        running.hang_up()
        running.err.until("^reloaded ")
        assert addresses(hub, "contoso.azurecr.io") == case.with_it


@pytest.mark.parametrize("arguments", [("zonefile", "--output"), ("bind", "--primary", "127.0.0.1", "--output")])
def test_export_takes_it_too(file: str, arguments: tuple[str, ...], tmp_path: Path) -> None:
    """The zones are the view's, whose resolution may depend on it."""
    kind, *options = arguments
    assert main.run(["export", kind, file, *options, str(tmp_path / "out"), "--assume", "redirect-on-nodata"]) == 0


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        (["redirect"], ["there is no switch 'redirect'", "acrdns assumptions has rules-apply-to-aliases"]),
        (["redirect-on-nodat"], ["did you mean redirect-on-nodata?"]),
        (["redirect-on-nodata=maybe"], ["neither yes nor no; write redirect-on-nodata or redirect-on-nodata=no"]),
        (["redirect-on-nodata", "redirect-on-nodata=no"], ["both yes and no"]),
        (["x=yes", "redirect-on-nodata=1"], ["there is no switch 'x'", "neither yes nor no"]),
    ],
)
@pytest.mark.parametrize("command", ["matrix", "lint", "serve"])
def test_a_wrong_value_says_what_is_right(
    command: str, values: list[str], problems: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, all problems at once."""
    file = tmp_path / "topology.yaml"
    file.write_text(HEAD, encoding="utf-8")
    options = [part for value in values for part in ("--assume", value)]
    assert main.run([command, str(file), *options]) == 2
    err = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert all(problem in err for problem in problems), err


def test_the_list_shows_how_each_switch_stands(capsys: pytest.CaptureFixture[str]) -> None:
    """And how to reverse it."""
    assert "--assume wildcard-rule-skips-registries=no reverses this" in run(capsys, "assumptions")
    listed = json.loads(run(capsys, "assumptions", "--format", "json"))["assumptions"]
    defaults = {each["name"]: each["default"] for each in listed if each["default"] is not None}
    assert defaults == {
        "rules-apply-to-aliases": False,
        "wildcard-rule-skips-registries": True,
        "redirect-on-nodata": False,
    }
