"""The public API, and the fixtures of the plugin, which these tests use themselves."""

from __future__ import annotations

import importlib
import inspect
import json
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import dns.message
import dns.query
import dns.resolver
import pytest

import acrdns
from acrdns import api
from acrdns.check.faults import PRIORS
from acrdns.cli import main
from acrdns.probe.resolver import ResolverAddress

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE = "private-link-geo"
C, CP, DATA = "contoso.azurecr.io", "contoso.privatelink.azurecr.io", "contoso.eastus.data.azurecr.io"


@pytest.fixture(scope="module")
def sample() -> api.Topology:
    """Load it once."""
    return api.load(SAMPLE)


@pytest.fixture
def acrdns_topology(sample: api.Topology) -> api.Topology:
    """Override the plugin's."""
    return sample


def test_all_is_what_is_public() -> None:
    """No more and no less: each name is there, typed and documented, and `from acrdns.api import *` works."""
    assert sorted(api.__all__) == sorted(set(api.__all__))
    defined = {
        name
        for name, value in vars(api).items()
        if not name.startswith("_")
        and (inspect.isclass(value) or inspect.isfunction(value))
        and value.__module__ == api.__name__
    }
    assert defined - {"SimulatedWorld"} <= set(api.__all__)
    for name in api.__all__:
        value = getattr(api, name)
        assert inspect.getdoc(value), name
        for function in (
            [value]
            if inspect.isfunction(value)
            else [
                m
                for n, m in inspect.getmembers(value, inspect.isfunction)
                if value.__module__ == api.__name__ and not n.startswith("_")
            ]
        ):
            assert inspect.getdoc(function), function
    assert "acrdns.api" in str(acrdns.__doc__)


def test_the_version_is_printed_without_it() -> None:
    """It costs nothing who does not use it."""
    command = "import sys; from acrdns.__main__ import main; sys.argv = ['acrdns', '--version']\ntry: main()\nexcept SystemExit: pass\nprint([m for m in sys.modules if m in ('acrdns.api', 'dns', 'acrdns.topology.load')])"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_load_says_every_problem_with_its_place(tmp_path: Path) -> None:
    """As the command line does."""
    path = tmp_path / "broken.yaml"
    path.write_text("version: 1\nregistries:\n  contoso: {location: eastus, sku: Gold}\n")
    with pytest.raises(api.TopologyError, match=rf"{path}:3:\d+: registries.contoso.sku"):
        api.load(path)


@pytest.mark.parametrize(
    ("name", "type_", "vantage", "answer"),
    [
        (C, "A", "hub", ("NOERROR", ("10.0.0.7",), (C, CP))),
        ("CONTOSO.azurecr.io.", "a", "hub", ("NOERROR", ("10.0.0.7",), (C, CP))),
        (C, "AAAA", "hub", ("NOERROR", (), (C, CP))),
        ("nobody.azurecr.io", "A", "hub", ("NXDOMAIN", (), ("nobody.azurecr.io",))),
    ],
)
def test_a_world_resolves(sample: api.Topology, name: str, type_: str, vantage: str, answer: tuple[Any, ...]) -> None:
    """Code, addresses and chain."""
    assert api.World(sample).resolve(name, type_, vantage=vantage) == answer


def test_a_world_says_what_it_does_not_know(sample: api.Topology) -> None:
    """A vantage point with those that there are; a text that is no name or type."""
    world = api.World(sample)
    with pytest.raises(LookupError, match="there is no vantage point 'hubb'; did you mean hub"):
        world.resolve(C, vantage="hubb")
    with pytest.raises(ValueError, match="empty label"):
        world.resolve("a..b", vantage="hub")
    with pytest.raises(ValueError, match="NOTYPE"):
        world.resolve(C, "NOTYPE", vantage="hub")


def test_a_server_answers_as_the_world(acrdns_server: api.ServedTopology, sample: api.Topology) -> None:
    """At each vantage point, over UDP and TCP; the address can be taken apart."""
    for vantage in ("internet", "hub"):
        address, port = acrdns_server.at(vantage)
        assert acrdns_server.at(vantage) == (address, port)
        expected = api.World(sample).resolve(C, vantage=vantage)
        for ask in (dns.query.udp, dns.query.tcp):
            response = ask(dns.message.make_query(C, "A"), address, port=port, timeout=20)
            assert response.answer[-1][0].to_text() == expected.addresses[0]
        answer = acrdns_server.at(vantage).resolver().resolve(C)
        assert [record.to_text() for record in answer] == list(expected.addresses)
    with pytest.raises(LookupError, match="did you mean hub"):
        acrdns_server.at("hubb")


def test_questions_are_noted(acrdns_server: api.ServedTopology) -> None:
    """In order, each before its answer is here."""
    resolver = acrdns_server.at("hub").resolver()
    resolver.resolve("Contoso.azurecr.io")
    with pytest.raises(dns.resolver.NXDOMAIN):
        resolver.resolve("nobody.azurecr.io", "AAAA", search=False)
    assert [tuple(query) for query in acrdns_server.queries] == [
        ("hub", C, "A", "NOERROR"),
        ("hub", "nobody.azurecr.io", "AAAA", "NXDOMAIN"),
    ]
    assert acrdns_server.queries[0].vantage == "hub"


def test_getaddrinfo_is_patched_for_simulated_names(acrdns_server: api.ServedTopology) -> None:
    """Only in the block, and only for those."""
    real = socket.getaddrinfo
    with acrdns_server.at("hub").getaddrinfo():
        (found,) = socket.getaddrinfo(C, 443, type=socket.SOCK_STREAM)
        assert found[4] == ("10.0.0.7", 443)
        assert socket.gethostbyname("localhost") == "127.0.0.1"
        assert socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM)[0][4] == ("127.0.0.1", 80)
        assert socket.getaddrinfo(C, None, flags=socket.AI_CANONNAME)[0][3] == CP
        with pytest.raises(socket.gaierror) as error:
            socket.getaddrinfo("nobody.azurecr.io", 443)
        assert error.value.errno == socket.EAI_NONAME
        with pytest.raises(socket.gaierror):
            socket.getaddrinfo(C, 443, socket.AF_INET6)
    assert socket.getaddrinfo is real


@pytest.mark.parametrize(("dns_server", "code"), [("hub", 0), ("internet", 1)])
def test_programs_of_a_machine_are_compared_with_its_dns_server(
    acrdns_server: api.ServedTopology,
    dns_server: str,
    code: int,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`check --system`: where they differ, the cause is on the machine; or another server was asked than its own."""
    own = ResolverAddress(*acrdns_server.at(dns_server))
    monkeypatch.setattr("acrdns.probe.resolver.system_servers", lambda: (own,))
    address, port = acrdns_server.at(dns_server)
    options = ["--from", dns_server, "--server", f"{address}:{port}", "--system", "--format", "json", "--no-ipv6"]
    with acrdns_server.at("hub").getaddrinfo():
        assert main.run(["check", SAMPLE, *options]) == code
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert {finding["name"] for finding in findings} == ({"hosts-file-pin"} if code else set())
    monkeypatch.setattr("acrdns.probe.resolver.system_servers", lambda: (ResolverAddress("192.0.2.53"),))
    with acrdns_server.at("hub").getaddrinfo():
        main.run(["check", SAMPLE, *options])
    for finding in json.loads(capsys.readouterr().out)["findings"]:
        assert finding["message"].endswith("or it is the server: programs here ask 192.0.2.53:53")


def resolved(server: api.ServedTopology, name: str = DATA) -> str:
    """Return the address that the hub gets."""
    return str(server.at("hub").resolver().resolve(name)[0])


def test_faults_last_as_long_as_their_block(acrdns_server: api.ServedTopology) -> None:
    """Nested, and ended by an exception."""
    right = resolved(acrdns_server)
    with acrdns_server.fault("bypassed-azure-dns", at="hub") as outer:
        assert (outer.name, outer.subject) == ("bypassed-azure-dns", "hub")
        wrong = resolved(acrdns_server)
        with acrdns_server.fault("endpoint-not-approved"):
            pass
        assert resolved(acrdns_server) == wrong != right
    assert resolved(acrdns_server) == right
    with pytest.raises(RuntimeError), acrdns_server.fault("bypassed-azure-dns"):
        raise RuntimeError
    assert resolved(acrdns_server) == right


def test_without_a_subject_the_first_place_that_changes_an_answer_is_taken(acrdns_server: api.ServedTopology) -> None:
    """And told."""
    with acrdns_server.fault("missing-record") as fault:
        checked = api.check(acrdns_server.topology, vantage="hub", server=acrdns_server.at("hub"))
    assert fault.subject.startswith("privatelink.azurecr.io/")
    assert fault.message
    assert "ACR305" in {finding.code for finding in checked.findings}


@pytest.mark.parametrize(
    ("name", "at", "said"),
    [
        ("missing-recrod", None, "there is no fault 'missing-recrod'; did you mean missing-record"),
        ("missing-record", "privatelink.azurecr.io/contosso", "did you mean privatelink.azurecr.io/contoso"),
        ("stale-cache", None, "stale-cache is no change of a file"),
    ],
)
def test_an_unknown_fault_or_subject(acrdns_server: api.ServedTopology, name: str, at: str | None, said: str) -> None:
    """With a guess."""
    with pytest.raises(ValueError, match=said), acrdns_server.fault(name, at=at):
        pass


def test_check_judges_syncs(tmp_path: Path) -> None:
    """A plant's answer is right, and its connected registry cannot sync."""
    (tmp_path / "plant.yaml").write_text(
        "version: 1\n"
        "registries: {contoso: {location: eastus, data_endpoint_enabled: false, connected_registries: {factory: {network: plant}}}}\n"
        "networks: {plant: {kind: on_premises, address_space: [192.168.0.0/16]}}\n"
    )
    topology = api.load(tmp_path / "plant.yaml")
    with api.serve(topology) as server:
        checked = api.check(topology, vantage="plant", server=server.at("plant"))
    assert [finding.code for finding in checked.findings] == ["ACR115"]


def test_check(acrdns_server: api.ServedTopology, sample: api.Topology) -> None:
    """Clean where the server is right; with findings and results where it is not."""
    address, port = acrdns_server.at("hub")
    right = api.check(sample, vantage="hub", server=f"{address}:{port}")
    assert right.clean
    assert {result.status for result in right.results} == {"pass"}
    with acrdns_server.fault("bypassed-azure-dns", at="hub"):
        wrong = api.check(sample, vantage="hub", server=(address, port))
    assert not wrong.clean
    assert {finding.code for finding in wrong.findings} == {"ACR301"}
    assert {result.status for result in wrong.results} == {"fail"}
    with pytest.raises(LookupError):
        api.check(sample, vantage="hubb", server="127.0.0.1")
    with pytest.raises(api.ProbeError):
        api.check(sample, vantage="hub", server="nowhere")


def test_every_fault_can_be_asked_for() -> None:
    """The names are those of the catalogue."""
    assert importlib.import_module("acrdns.check.repair.breaking").PRIORS is PRIORS
