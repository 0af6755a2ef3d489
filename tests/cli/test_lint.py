"""`acrdns lint` as a user calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from acrdns.cli import main
from tests import warm

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLE = str(ROOT / "zones" / "private-link.yaml")

UNLINKED = """\
version: 1
registries:
  contoso: {location: eastus}
networks:
  hub: {address_space: [10.0.0.0/16]}
private_endpoints:
  contoso-pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones:
  privatelink.azurecr.io:
    virtual_network_links: {}
"""
TTL_ONLY = UNLINKED.replace("links: {}", "links: {hub: {}}\n    records:\n      contoso: {ttl: 60, A: [10.0.0.7]}")


@pytest.fixture
def unlinked(tmp_path: Path) -> str:
    """Return a topology with one error in it."""
    return _file(tmp_path, "unlinked.yaml", UNLINKED)


def _file(directory: Path, name: str, text: str) -> str:
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_sample_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0, and a line that says so."""
    assert main.run(["lint", SAMPLE]) == 0
    assert capsys.readouterr().out == f"{SAMPLE}: no findings\n"


def test_a_finding_is_one_line_with_its_fix_below(unlinked: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As compilers write, so that editors find the line; exit code 1."""
    assert main.run(["lint", unlinked]) == 1
    finding, fix, *steps, filled, summary = capsys.readouterr().out.splitlines()
    assert finding.startswith(
        f"{unlinked}:5:3: error ACR101 vnet-without-zone-link: privatelink.azurecr.io is not linked"
    )
    assert fix == (
        "  fix: az network private-dns link vnet create -g RESOURCE_GROUP -z privatelink.azurecr.io -n hub-link -v hub "
        "-e false"
    )
    assert steps[0] == "  seen from hub: contoso.azurecr.io A is 198.51.100.3 (public)"
    assert steps[1].startswith(
        "    1. 168.63.129.16 in hub is asked by the client for contoso.azurecr.io A: no private zone linked"
    )
    assert filled.startswith("  fill in RESOURCE_GROUP: the resource group of what the command names")
    assert [step.split()[0] for step in steps[1:]] == [f"{number}." for number in range(1, len(steps))]
    assert "no private zone linked" not in "".join(steps[2:])
    assert summary == f"{unlinked}: 1 error"


def test_a_terminal_gets_lines_that_fit(
    unlinked: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Messages and steps are wrapped there, at spaces; the fix can still be copied."""
    monkeypatch.chdir(Path(unlinked).parent)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    main.run(["lint", "unlinked.yaml"])
    wrapped = capsys.readouterr().out.splitlines()
    assert [line for line in wrapped if len(line) > 80 and not line.startswith("  fix: ") and " " in line.strip()] == []
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    main.run(["lint", "unlinked.yaml"])
    assert " ".join(" ".join(wrapped).split()) == " ".join(capsys.readouterr().out.split())


def test_the_first_finding_of_a_code_shows_its_counterexample(capsys: pytest.CaptureFixture[str]) -> None:
    """Others of the code are like it."""
    assert main.run(["lint", "zones/broken/ruleset-loop.yaml"]) == 1
    shown = [line for line in capsys.readouterr().out.splitlines() if line.startswith("  seen from ")]
    assert shown
    assert "SERVFAIL" in shown[0]


def test_a_fix_of_two_commands_stands_on_two_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """None is wrapped, so that each can be copied."""
    file = _file(tmp_path, "no-zone.yaml", UNLINKED[: UNLINKED.index("    dns_zone_group")])
    assert main.run(["lint", file]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "  fix: az network private-dns zone create -g RESOURCE_GROUP -n privatelink.azurecr.io &&" in lines
    assert any(line.startswith("       az network private-dns link vnet create") for line in lines)


def test_what_is_worth_knowing_only_is_no_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Information is printed and leaves the exit code 0."""
    assert main.run(["lint", _file(tmp_path, "ttl.yaml", TTL_ONLY)]) == 0
    assert ": info ACR210 record-ttl-too-long: " in capsys.readouterr().out


def test_colour_is_for_those_who_want_it(
    unlinked: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The severity alone is coloured."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    main.run(["lint", unlinked])
    assert ":5:3: \x1b[31;1merror\x1b[0m ACR101 " in capsys.readouterr().out


def test_several_files_are_linted_in_one_go(unlinked: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each finding names its file."""
    assert main.run(["lint", SAMPLE, unlinked]) == 1
    out = capsys.readouterr().out
    assert out.startswith(f"{unlinked}:5:3: error ACR101 ")
    assert out.endswith("2 files: 1 error\n")


def test_a_file_that_does_not_load_hides_no_findings_of_others(
    unlinked: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All its problems go to stderr, and the exit code is 2."""
    bad = _file(tmp_path, "bad.yaml", "version: 1\nregistries:\n  contoso: {location: eastus, sku: Premum}\n")
    assert main.run(["lint", bad, unlinked, str(tmp_path / "missing.yaml")]) == 2
    captured = capsys.readouterr()
    assert f"{unlinked}:5:3: error ACR101 " in captured.out
    assert f"{bad}:3:" in captured.err
    assert "missing.yaml:1:1: cannot be read" in captured.err


BAD = "version: 1\nregistries:\n  contoso: {location: eastus, sku: Premum}\n"
SAID = "registries.contoso.sku: 'Premum' is not known"


@pytest.mark.parametrize(
    ("format_", "part"),
    [
        ("github", "::error title=does-not-load,file=bad.yaml,line=3,col=36::" + SAID),
        ("junit", '<error type="does-not-load" message="' + SAID),
        ("junit", ">bad.yaml:3:36: " + SAID),
        ("sarif", '"executionSuccessful": false'),
        ("sarif", '"startLine": 3'),
        ("json", f'"message": "{SAID}'),
        ("json", '"line": 3'),
        ("markdown", f"- **error does-not-load** (`bad.yaml:3:36`): {SAID}"),
    ],
)
@pytest.mark.parametrize(
    "arguments", [["lint", "bad.yaml"], ["check", "bad.yaml"], ["diagnose", "bad.yaml", "ticket.txt"]], ids=" ".join
)
def test_a_file_that_does_not_load_is_an_annotation(
    arguments: list[str],
    format_: str,
    part: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Programs get their document, with the problem at its place, of every command that judges; people get stderr."""
    monkeypatch.chdir(tmp_path)
    _file(tmp_path, "bad.yaml", BAD)
    assert main.run([*arguments, "--format", format_]) == 2
    captured = capsys.readouterr()
    assert part in captured.out
    assert captured.err.startswith(f"bad.yaml:3:36: {SAID}")


EVERY_COMMAND = [
    *("matrix bad.yaml", "trace bad.yaml contoso.azurecr.io", "trace bad.yaml --pull", "explain bad.yaml contoso.azurecr.io"),
    *("diff bad.yaml private-link", "diff private-link bad.yaml", "fix bad.yaml", "traffic bad.yaml", "firewall bad.yaml"),
    *("plan ips bad.yaml", "plan cutover private-link bad.yaml", "diagnose bad.yaml ticket.txt", "check bad.yaml"),
]  # fmt: skip


@pytest.mark.parametrize("command", EVERY_COMMAND)
def test_every_command_writes_the_problems_as_lint_does(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The document of `lint`, once, for each command with `--format json`; people get stderr alone."""
    monkeypatch.chdir(tmp_path)
    _file(tmp_path, "bad.yaml", BAD)
    written = []
    for each in ("lint bad.yaml", command):
        assert main.run([*each.split(), "--format", "json"]) == 2
        written.append(capsys.readouterr())
    assert written[1] == written[0]
    assert json.loads(written[1].out)["problems"][0]["place"] == {"file": "bad.yaml", "line": 3, "column": 36}
    assert main.run(command.split()) == 2
    assert capsys.readouterr() == ("", written[0].err)


def test_findings_stand_beside_problems(unlinked: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One file does not load, one has a finding, one has none: JUnit has a case for each, JSON counts them."""
    files = [_file(tmp_path, "bad.yaml", BAD), unlinked, SAMPLE]
    assert main.run(["lint", *files, "--format", "junit"]) == 2
    (suite,) = ET.fromstring(capsys.readouterr().out)  # noqa: S314 -- our own output
    outcomes = {case.get("name"): [element.tag for element in case] for case in suite}
    assert outcomes == {files[0]: ["error"], "hub ACR101": ["failure"], SAMPLE: []}
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    assert main.run(["lint", *files, "--format", "json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert document["counts"] == {"error": 1, "warning": 0, "info": 0}
    assert [problem["place"]["file"] for problem in document["problems"]] == [files[0]]
    assert len(document["findings"]) == 1


def test_a_clean_file_is_a_test_that_passes(capsys: pytest.CaptureFixture[str]) -> None:
    """A CI system shows that something was looked at."""
    assert main.run(["lint", SAMPLE, "--format", "junit"]) == 0
    (suite,) = ET.fromstring(capsys.readouterr().out)  # noqa: S314 -- our own output
    assert [(case.tag, case.get("name"), len(case)) for case in suite] == [("testcase", SAMPLE, 0)]


@pytest.mark.parametrize(
    ("text", "code", "said"), [(UNLINKED, 1, "<stdin>:5:3: error ACR101"), (TTL_ONLY, 0, "<stdin>:")]
)
def test_standard_input_is_a_file(text: str, code: int, said: str) -> None:
    """It is called `<stdin>`."""
    done = warm.run("lint", "-", text=text)
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout.startswith(said)


def test_standard_input_has_problems_too() -> None:
    """At their places."""
    done = warm.run("lint", "-", "--format", "github", text=BAD)
    assert done.returncode == 2
    assert done.stdout.startswith("::error title=does-not-load,file=<stdin>,line=3,col=36::")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a directory with topologies and other YAML, and go there."""
    for name, text in {
        "estate/a.yaml": UNLINKED,
        "estate/sub/b.yml": TTL_ONLY,
        "estate/sub/flow.yaml": "{version: 1, cloud: AzureCloud,\nregistries: {contoso: {location: eastus}}}\n",
        "estate/.hidden/c.yaml": UNLINKED,
        "estate/workflow.yml": "on: push\njobs: {}\n",
        "estate/config-map.yaml": "data:\n  topology: |\n    version: 1\n    registries: {}\n",
        "estate/list.yaml": "- version: 1\n  registries: {}\n",
        "estate/binary.yaml": "version: 1\nregistries: {}\n\udcff",
        "estate/notes.txt": "version: 1\nregistries: {}\n",
        "broken/torn.yaml": "version: 1\nregistries:\n  contoso: {location: eastus\n",
        "unversioned/good.yaml": "version: 1\nregistries: {}\n",
        "unversioned/old.yaml": "registries: {}\nnetworks: {}\n",
        "others/workflow.yml": "on: push\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", errors="surrogateescape")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("tree")
def test_a_directory_is_every_topology_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Hidden folders are left out, and other YAML is named on stderr."""
    assert main.run(["lint", "estate"]) == 1
    captured = capsys.readouterr()
    assert captured.out.startswith("estate/a.yaml:5:3: error ACR101 ")
    assert "estate/sub/b.yml:" in captured.out
    assert captured.out.endswith("3 files: 1 error, 1 info\n")
    named = [line.split()[2] for line in captured.err.splitlines()]
    assert named == [f"estate/{name}.yaml" for name in ("binary", "config-map", "list")] + ["estate/workflow.yml"]


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(
    ("directory", "said"),
    [("others", "others has no topology in it"), ("broken", "broken/torn.yaml:"), ("estate/.hidden", "")],
)
def test_a_directory_without_a_good_topology_is_not_clean(
    directory: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """None at all, or one that is no YAML any more, cannot be judged; a hidden folder can be named."""
    assert main.run(["lint", directory]) == (2 if said else 1)
    assert said in capsys.readouterr().err


@pytest.mark.usefixtures("tree")
def test_a_file_with_sections_and_no_version_is_said_to_lack_it(capsys: pytest.CaptureFixture[str]) -> None:
    """`lint FILE` would load it, so the message names the line to add."""
    assert main.run(["lint", "unversioned"]) == 0
    said = "acrdns lint: unversioned/old.yaml is no topology: it has registries and networks, but no `version: 1`\n"
    assert capsys.readouterr().err == said


def test_reports_go_into_files_as_well(unlinked: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In one run: text to stdout, and what a CI system reads into files, as `--format` writes it."""
    assert main.run(["lint", unlinked]) == 1
    text = capsys.readouterr().out
    files = {"text": tmp_path / "a.txt", "sarif": tmp_path / "a.sarif", "prometheus": tmp_path / "a.prom"}
    outputs = [part for name, path in files.items() for part in ("--output", f"{name}={path}")]
    assert main.run(["lint", unlinked, *outputs]) == 1
    assert capsys.readouterr().out == text
    for name, path in files.items():
        assert main.run(["lint", unlinked, "--format", name]) == 1
        assert path.read_text(encoding="utf-8") == capsys.readouterr().out


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("xml=a", "--output: 'xml=a' is not FORMAT=FILE; formats: text, json,"),
        ("json", "'json' is not FORMAT=FILE"),
        ("json=", "'json=' is not FORMAT=FILE"),
        ("json=no/such/folder/a", "no/such/folder/a: no such file or directory"),
        ("json=/dev/full", "no space left on device"),
    ],
)
def test_a_file_that_cannot_be_written_is_no_judgement(
    output: str, said: str, unlinked: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and the reason."""
    assert main.run(["lint", unlinked, "--output", output]) == 2
    assert said in capsys.readouterr().err


def test_json_has_the_findings_of_check(unlinked: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One shape of findings for all commands."""
    assert main.run(["lint", unlinked, "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    (finding,) = document["findings"]
    assert finding["code"] == "ACR101"
    assert finding["name"] == "vnet-without-zone-link"
    assert finding["severity"] == "error"
    assert finding["fqdn"] == "hub"
    assert finding["place"] == {"file": unlinked, "line": 5, "column": 3}
    assert finding["impact"] == ["hub"]
    assert set(finding) == {"code", "name", "severity", "fqdn", "message", "fix", "place", "trace", "vantage", "impact"}


@pytest.mark.parametrize(
    ("format_", "part"),
    [
        ("github", "::error title=ACR101 vnet-without-zone-link%3A hub,file="),
        ("sarif", '"ruleId": "ACR101"'),
        ("junit", 'name="hub ACR101"'),
        ("markdown", "- **error ACR101 vnet-without-zone-link**"),
    ],
)
def test_other_formats_have_the_finding_too(
    format_: str, part: str, unlinked: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Those of `check`."""
    assert main.run(["lint", unlinked, "--format", format_]) == 1
    assert part in capsys.readouterr().out


def test_lint_starts_without_what_it_does_not_need() -> None:
    """No resolver, no codec, no event loop: names of the modules, not seconds."""
    script = (
        "import sys; from acrdns.cli import main; code = main.run(['lint', sys.argv[1]]); "
        "heavy = {'dns', 'dnslib', 'asyncio', 'rich', 'acrdns.probe.ask'}; "
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", script, SAMPLE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "[]\n")
