"""`acrdns check` as a user calls it, against a resolver in the test."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest
from dns.rdatatype import A

from acrdns.check.endpoints import of_topology
from acrdns.cli import main
from acrdns.regions import REGIONS, cloud_of_region
from acrdns.report.formats import FindingsFormat
from acrdns.suggest import listed
from tests.check.situations import ESTATE, estate, right
from tests.probe.scripted import Scripted, reply, unused

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import dns.message


def records(vantage: str) -> dict[str, str]:
    """Return the right answer for each name, in the notation of `situations`."""
    return {endpoint.fqdn: right(endpoint) for endpoint in of_topology(estate(), vantage)}


@contextmanager
def resolving(answers: Mapping[str, str]) -> Iterator[str]:
    """Run a resolver with these answers, and give its address; a name without one does not exist."""

    def answer(query: dns.message.Message, _: str) -> dns.message.Message | None:
        name = query.question[0].name.to_text(omit_final_dot=True)
        *hops, end = (part.strip() for part in answers.get(name, "NXDOMAIN").removeprefix(">").split(">"))
        names = [name, *hops]
        aliases = [f"{one}. 60 IN CNAME {other}." for one, other in pairwise(names)]
        if end == "TIMEOUT":
            return None
        if end.isalpha():
            return reply(query, *aliases, rcode=end)
        if query.question[0].rdtype == A:
            aliases += [f"{names[-1]}. 10 IN A {address}" for address in end.split()]
        return reply(query, *aliases)

    with Scripted(answer) as server:
        yield str(server.server)


@pytest.fixture
def topology(tmp_path: Path) -> str:
    """Write the estate into a file."""
    path = tmp_path / "estate.yaml"
    path.write_text(ESTATE)
    return str(path)


@pytest.mark.parametrize("vantage", ["internet", "hub", "spoke", "office", "island"])
def test_right_answers_are_clean(topology: str, vantage: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0, and every endpoint listed."""
    with resolving(records(vantage)) as server:
        code = main.run(["check", topology, "--from", vantage, "--server", server])
    out = capsys.readouterr().out
    assert code == 0, out
    assert out.splitlines()[-1] == f"{topology} from {vantage}, asked {server}: 6 right, 0 wrong; no findings"


def test_a_wrong_answer_is_a_finding(topology: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 1; the JSON has the fields of DESIGN.md."""
    wrong = "> contoso.eastus.data.privatelink.azurecr.io > 20.45.122.150"
    with resolving(records("hub") | {"contoso.eastus.data.azurecr.io": wrong}) as server:
        code = main.run(["check", topology, "--from", "hub", "--server", server, "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    assert code == 1
    assert {key: document[key] for key in ("version", "vantage", "server", "summary")} == {
        "version": 1,
        "vantage": "hub",
        "server": server,
        "summary": {"pass": 5, "fail": 1, "error": 0},
    }
    (result,) = [result for result in document["results"] if result["status"] == "fail"]
    milliseconds = result.pop("milliseconds")
    assert milliseconds > 0
    assert (
        result.items()
        >= {
            "fqdn": "contoso.eastus.data.azurecr.io",
            "registry": "contoso",
            "member": "registry_data_eastus",
            "region": "eastus",
            "rcode": "NOERROR",
        }.items()
    )
    assert result["expected"] == ["10.0.0.8"]
    assert result["observed"] == ["20.45.122.150"]
    assert result["chain"] == ["contoso.eastus.data.azurecr.io", "contoso.eastus.data.privatelink.azurecr.io"]
    (finding,) = document["findings"]
    assert (finding["code"], finding["severity"], finding["fqdn"]) == ("ACR301", "error", result["fqdn"])


@pytest.mark.slow
def test_outcomes_stay_apart_in_the_report(topology: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Behaviour 42 of the facts, from the socket to the report."""
    outcomes = {
        "contoso.azurecr.io": "SERVFAIL",
        "contoso.eastus.data.azurecr.io": "REFUSED",
        "contoso.westus.data.azurecr.io": "NXDOMAIN",
        "fabrikam.azurecr.io": "NOERROR",
        "fabrikam.westeurope.data.azurecr.io": "TIMEOUT",
    }
    options = ["--from", "hub", "--format", "json", "--timeout", "5", "--retries", "0"]
    with resolving(records("hub") | outcomes) as server:
        code = main.run(["check", topology, "--server", server, *options])
    results = {result["fqdn"]: result for result in json.loads(capsys.readouterr().out)["results"]}
    assert code == 1
    assert {fqdn: (results[fqdn]["outcome"], results[fqdn]["rcode"], results[fqdn]["status"]) for fqdn in outcomes} == {
        "contoso.azurecr.io": ("SERVFAIL", "SERVFAIL", "error"),
        "contoso.eastus.data.azurecr.io": ("REFUSED", "REFUSED", "error"),
        "contoso.westus.data.azurecr.io": ("NXDOMAIN", "NXDOMAIN", "fail"),
        "fabrikam.azurecr.io": ("NODATA", "NOERROR", "fail"),
        "fabrikam.westeurope.data.azurecr.io": ("TIMEOUT", "TIMEOUT", "error"),
    }


def test_the_default_vantage_point_is_the_internet_and_the_report_says_so(
    topology: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Predictable, and no surprise."""
    with resolving(records("internet")) as server:
        assert main.run(["check", topology, "--server", server]) == 0
    assert "judged as from the internet; for a resolver inside a network, say which: --from hub|spoke" in " ".join(
        capsys.readouterr().out.split()
    )


def test_registries_can_be_chosen(topology: str, capsys: pytest.CaptureFixture[str]) -> None:
    """By key or login server."""
    with resolving(records("hub")) as server:
        options = ["--registry", "tailspin", "--registry", "fabrikam.azurecr.io", "--format", "json"]
        assert main.run(["check", topology, "--from", "hub", "--server", server, *options]) == 0
    results = json.loads(capsys.readouterr().out)["results"]
    assert {result["registry"] for result in results} == {"tailspin", "fabrikam"}


@pytest.mark.parametrize("target", ["contoso.azurecr.io", "Contoso.azurecr.io.", "contoso"])
def test_a_login_server_is_enough(target: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a topology it is told what can be told."""
    with resolving(records("hub")) as server:
        code = main.run(["check", target, "--regions", "East US,westus", "--server", server])
    out = " ".join(capsys.readouterr().out.split())
    assert code == 0, out
    assert "contoso has a private endpoint: its names lead over contoso.privatelink.azurecr.io" in out
    assert "3 of 3 endpoints resolve to private addresses, 3 in all" in out
    assert ("contoso is taken for contoso.azurecr.io" in out) is ("." not in target)


@pytest.mark.parametrize(
    "target",
    [
        "contoso.azurecr.io/app",
        "contoso.azurecr.io/team/app:1.2",
        "contoso.azurecr.io/app@sha256:0123",
        "contoso.azurecr.io:443/app:1",
        "https://contoso.azurecr.io/v2/",
        "oci://Contoso.azurecr.io/charts/app",
        "https://user:secret@contoso.azurecr.io/v2/_catalog?n=1#top",
        "contoso.azurecr.io?n=1",
        "contoso.azurecr.io@sha256:0123",
        " contoso.azurecr.io\u00a0\n",
        "'contoso.azurecr.io/app:1',",
        "<contoso.azurecr.io>",
        "`contoso.azurecr.io`;",
        "docker://contoso.azurecr.io./app",
    ],
)
def test_what_people_paste_names_a_registry(target: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An image reference or a URL is taken for its login server."""
    with resolving(records("hub")) as server:
        code = main.run(["check", target, "--server", server, "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    assert (code, document["target"]) == (0, "contoso.azurecr.io")
    assert [result["fqdn"] for result in document["results"]] == ["contoso.azurecr.io"]


def test_a_file_is_a_file_whatever_its_folder_is_called(
    topology: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder may be called as a registry."""
    (tmp_path / "contoso.azurecr.io").mkdir()
    Path(topology).rename(tmp_path / "contoso.azurecr.io" / "estate")
    monkeypatch.chdir(tmp_path)
    with resolving(records("hub")) as server:
        assert main.run(["check", "contoso.azurecr.io/estate", "--from", "hub", "--server", server]) == 0
    assert "6 right" in capsys.readouterr().out


PUBLIC_CLOUD = [region for region in REGIONS if cloud_of_region(region) == "AzureCloud"]


@pytest.mark.parametrize(
    ("region", "hint"),
    [
        ("eastsu", "'eastsu' is no region; did you mean eastus?"),
        ("eus", "'eus' is a short code, not a region; did you mean eastus?"),
        (
            "usgovtexas",
            "'usgovtexas' is a region of AzureUSGovernment, not of AzureCloud; " + listed(PUBLIC_CLOUD),
        ),
    ],
)
def test_a_region_that_is_not_known_is_asked_for(region: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Azure may have opened it since; the report says what was probably meant."""
    with resolving(records("hub")) as server:
        code = main.run(["check", "contoso.azurecr.io", "--regions", region, "--server", server, "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    assert code == 1
    assert f"contoso.{region}.data.azurecr.io" in [result["fqdn"] for result in document["results"]]
    assert hint in document["notes"]


def test_a_login_server_of_another_cloud(capsys: pytest.CaptureFixture[str]) -> None:
    """azurecr.cn and azurecr.us have names of the same form, geo endpoints too."""
    answers = {
        "contoso.azurecr.cn": "> contoso.privatelink.azurecr.cn > 10.0.0.7",
        "contoso.chinaeast2.data.azurecr.cn": "> contoso.chinaeast2.data.privatelink.azurecr.cn > 10.0.0.8",
        "contoso.chinaeast2.geo.azurecr.cn": "> contoso.chinaeast2.geo.privatelink.azurecr.cn > 10.0.0.8",
    }
    with resolving(answers) as server:
        options = ["--regions", "chinaeast2", "--regional-endpoints", "--server", server, "--format", "json"]
        code = main.run(["check", "contoso.azurecr.cn", *options])
    document = json.loads(capsys.readouterr().out)
    assert code == 1
    assert [result["fqdn"] for result in document["results"]] == list(answers)
    assert {finding["code"] for finding in document["findings"]} == {"ACR304"}


@pytest.mark.parametrize("format_", ["text", "json"])
@pytest.mark.parametrize("tcp", [[], ["--tcp"]], ids=["udp", "tcp"])
def test_nobody_there_is_no_judgement(
    topology: str, format_: str, tcp: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, and who was asked; programs still get their document."""
    listener, bound, server = unused()
    with listener, bound:
        code = main.run(["check", topology, "--from", "hub", "--server", str(server), "--format", format_, *tcp])
    captured = capsys.readouterr()
    assert code == 2
    assert f"acrdns: could not judge: {server} answered none of 6 questions" in captured.err
    assert "connection refused" in captured.err
    if format_ == "json":
        assert json.loads(captured.out)["summary"] == {"pass": 0, "fail": 0, "error": 6}
    else:
        assert captured.out == ""


def test_reports_go_into_files_as_well(topology: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also where nobody answers, so that a CI system finds its report."""
    listener, bound, server = unused()
    path = tmp_path / "a.jsonl"
    with listener, bound:
        assert main.run(["check", topology, "--server", str(server), "--output", f"jsonl={path}"]) == 2
    assert capsys.readouterr().out == ""
    kinds = [json.loads(line)["kind"] for line in path.read_text(encoding="utf-8").splitlines()]
    assert kinds.count("result") == 6
    assert kinds[-1] == "summary"


HOSTILE = (
    "A" * 90
    + " ::add-mask::10.0.0.7 ##[group]x ##vso[a]b \x1b[31m\u202e\u200b @org/team ![x](https://evil.example/x) ]]> \n/approve"
)


@pytest.mark.slow
def test_a_hostile_resolver_writes_nothing_but_text(
    topology: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its Extended DNS Errors and aliases come from the socket to every report, and are words there."""
    alias = r"##[add-mask]x.\033\091x\093\040https://e\041.@org.evil.example."

    def answer(query: dns.message.Message, _: str) -> dns.message.Message:
        name = query.question[0].name.to_text()
        rcode = "SERVFAIL" if name.startswith("contoso.azurecr") else "NOERROR"
        return reply(query, f"{name} 60 IN CNAME {alias}", f"{alias} 60 IN A 203.0.113.1", rcode=rcode, ede=HOSTILE)

    reports = {format_: tmp_path / format_ for format_ in get_args(FindingsFormat)}
    with Scripted(answer) as server:
        options = ["--from", "hub", "--server", str(server.server), "--no-ipv6", "--registry", "contoso"]
        outputs = [f"--output={format_}={path}" for format_, path in reports.items()]
        assert main.run(["check", topology, *options, *outputs]) == 1
    printed = {"stdout": capsys.readouterr().out} | {each: path.read_text() for each, path in reports.items()}
    assert len(printed) > len(reports)
    for format_, out in printed.items():
        assert ("evil.example" in out and "add-mask" in out) or format_ == "prometheus"  # it has no messages
        lines = [re.sub(r"^(##vso\[task\.logissue |::error )", "", line) for line in out.splitlines()]
        assert [line for line in lines if re.search(r"^\s*::[a-z]|##\[|##vso\[", line)] == [], format_
        assert re.search("[\x1b\u202e\u200b]", out) is None, format_


def test_options_reach_the_probe(topology: str) -> None:
    """--no-ipv6 and --tcp are seen by the server."""
    with Scripted(lambda query, _: reply(query, rcode="REFUSED")) as server:
        options = ["--no-ipv6", "--tcp", "--registry", "tailspin", "--server", str(server.server)]
        assert main.run(["check", topology, *options]) == 1
    assert server.asked == [("tailspin.azurecr.io", "A", "tcp")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["TOPOLOGY", "--from", "hubb"], "did you mean hub?"),
        (["TOPOLOGY", "--registry", "contosso"], "did you mean contoso?"),
        (["TOPOLOGY", "--regions", "eastus"], "the topology says which regions there are"),
        (["TOPOLOGY", "--server", "dns.example"], "write ADDR, ADDR:PORT or [IPV6]:PORT"),
        (["TOPOLOGY", "--server", "127.0.0.1:dns"], "'dns' is no port"),
        (["TOPOLOGY", "--timeout", "0"], "--timeout"),
        (["TOPOLOGY", "--format", "yaml"], "--format"),
        (["missing.yaml"], "missing.yaml:1:1: cannot be read"),
        (["contoso.azurecr.io", "--from", "hub"], "this needs a topology file"),
        (["contoso.azurecr.io", "--registry", "contoso"], "this needs a topology file"),
        (["contoso.azurecr.io", "--regions", "east.us"], "'east.us' is no region"),
        (["contoso.azurecr.io", "--regional-endpoints"], "say in which regions"),
        (["contoso.privatelink.azurecr.io"], "check contoso.azurecr.io"),
        (["contoso.eastus.data.azurecr.io"], "contoso.azurecr.io --regions eastus"),
        (["contoso.example"], "neither a topology file nor a login server"),
        (["-contoso-.azurecr.io"], "acrdns check"),
        (["con_toso.azurecr.io"], "is no registry"),
    ],
)
def test_bad_input_is_no_judgement(
    topology: str, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, a remedy on stderr, and nothing on stdout."""
    code = main.run(["check", *(topology if argument == "TOPOLOGY" else argument for argument in arguments)])
    captured = capsys.readouterr()
    assert (code, captured.out) == (2, "")
    assert said in captured.err


@pytest.mark.parametrize(("expect", "code"), [("public", 0), ("private", 1)])
def test_what_is_expected_of_a_login_server_is_judged(expect: str, code: int) -> None:
    """Without a file, `--expect` makes a verdict of private and public."""
    answers = {"contoso.azurecr.io": "> contoso.privatelink.azurecr.io > eus.azcr.io > 20.45.122.144"}
    with resolving(answers) as server:
        assert main.run(["check", "contoso.azurecr.io", "--server", server, "--expect", expect, "--no-ipv6"]) == code


def test_a_topology_says_itself_what_is_expected(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`--expect` beside a file is an error."""
    file = tmp_path / "estate.yaml"
    file.write_text(ESTATE, encoding="utf-8")
    assert main.run(["check", str(file), "--expect", "private"]) == 2
    assert "the topology says which addresses are right" in capsys.readouterr().err


BAD_PLACES = {
    "no server": (["--from", "hub="], "hub=10.0.0.4"),
    "no server for one of several": (["--from", "hub=127.0.0.1:1", "--from", "spoke"], "spoke=10.0.0.4"),
    "one server for several": (["--from", "hub", "--from", "spoke", "--server", "127.0.0.1:1"], "a server of its own"),
    "twice": (["--from", "hub=127.0.0.1:1", "--from", "hub=127.0.0.1:2"], "hub is there twice"),
    "unknown": (["--from", "hub=127.0.0.1:1", "--from", "spok=127.0.0.1:2"], "did you mean spoke?"),
}


@pytest.mark.parametrize("name", BAD_PLACES)
def test_where_nobody_knows_who_asks_whom(name: str, topology: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, and the remedy; nobody is asked."""
    options, said = BAD_PLACES[name]
    assert main.run(["check", topology, *options]) == 2
    assert said in capsys.readouterr().err
