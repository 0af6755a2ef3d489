"""`acrdns diagnose`: faults behind answers that were observed elsewhere."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path
from textwrap import indent

import pytest

from acrdns.cli import main
from acrdns.cli.check_endpoints import plan_of_topology
from acrdns.cli.judging import causes_of, judge_place, report_of
from acrdns.probe.observation import Observation, Outcome
from acrdns.topology.load import load

SAMPLES = Path(__file__).resolve().parents[2] / "zones"
TICKET = """\
From the hub it is public, from the spoke it works:
hub        contoso.azurecr.io  20.45.122.144
spoke-aks  contoso.azurecr.io  10.0.0.7
"""


def test_the_text_of_a_ticket_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Cause, command, wrong answers, how sure, and what to do next, in this order; words around it are named."""
    ticket = tmp_path / "ticket.txt"
    ticket.write_text(TICKET)
    assert main.run(["diagnose", "hub-and-spoke", str(ticket)]) == 1
    out, err = capsys.readouterr()
    parts = (
        "1 of 2 answers is wrong.",
        "privatelink.azurecr.io is not linked to hub",
        "fix: az network private-dns link vnet create",
        "fail  contoso.azurecr.io  10.0.0.7  20.45.122.144  hub",
        "it could also be (1 is the one above):",
        "ruled out: ",
        "misspelt-private-zone at privatelink.azurecr.io",
        "spoke-aks is 10.0.0.7, and would be 20.45.122.144",
        "to tell apart",
        "explained by it: ACR301",
        "pass  contoso.azurecr.io",
        "hub-and-spoke from hub, spoke-aks: 1 right, 1 wrong",
    )
    positions = [out.index(part) for part in parts]
    assert positions == sorted(positions)
    assert "ticket.txt:1: ignored" in err


def test_json_is_that_of_check(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """From standard input; fields as the contract of the diagnosis has them."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TICKET.encode())))
    assert main.run(["diagnose", "hub-and-spoke", "-", "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["vantages"] == [{"vantage": "hub", "server": ""}, {"vantage": "spoke-aks", "server": ""}]
    first = document["diagnoses"][0]
    assert {key: first[key] for key in ("rank", "in_file", "explains", "of")} == {
        "rank": 1, "in_file": False, "explains": 1, "of": 1,
    }  # fmt: skip
    (fault,) = first["faults"]
    assert (fault["fault"], fault["subject"]) == ("vnet-without-zone-link", "hub")
    assert fault["fix"]["az"][0].startswith("az network private-dns link vnet create")
    assert fault["fix"]["terraform"].startswith("resource")
    assert first["proof"] == [
        {
            "vantage": "hub",
            "fqdn": "contoso.azurecr.io",
            "type": "A",
            "observed": "20.45.122.144",
            "predicted": "20.45.122.144",
        }
    ]
    assert {each["because"]["vantage"] for each in document["excluded"]} == {"spoke-aks"}
    assert document["next"][0]["ask"] == {"vantage": "hub", "name": "contoso.eastus.data.azurecr.io", "type": "A"}
    assert document["unexplained"] == []


LOOKUP = """\
Server:  dns.contoso.example
Address:  10.0.0.53

Non-authoritative answer:
Name:    contoso.privatelink.azurecr.io
Address:  10.0.0.7
Aliases:  contoso.azurecr.io
"""


def test_what_other_tools_print_may_look_like_a_list(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line `Name: ...` of nslookup is not vantage point and name."""
    file = tmp_path / "nslookup.txt"
    file.write_text(LOOKUP)
    assert main.run(["diagnose", "hub-and-spoke", str(file), "--from", "hub"]) == 0
    assert "hub-and-spoke from hub: 1 right, 0 wrong" in capsys.readouterr().out


def test_a_cache_or_a_hosts_file_is_never_said_to_be_the_cause(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """They can hold any answers; here the record is right, as another network shows."""
    file = tmp_path / "ticket.txt"
    file.write_text("hub contoso.azurecr.io 127.0.0.1\nspoke-aks contoso.azurecr.io 10.0.0.7\n")
    assert main.run(["diagnose", "hub-and-spoke", str(file)]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert (
        "Azure and DNS servers alone do not give these answers. With a cache or a hosts file this does: a hosts file"
        in out
    )
    assert "not sure: a cache or a hosts file can hold any answers" in out
    assert "The cause:" not in out


def test_local_names_are_judged_in_their_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As `check --from plant` does; elsewhere nothing is expected of them."""
    ticket = tmp_path / "ticket.txt"
    ticket.write_text("plant factory.plant.example 10.9.0.5\nplant contoso.azurecr.io 20.45.122.144\n")
    assert main.run(["diagnose", "connected-registry", str(ticket)]) == 1
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["fail", "factory.plant.example", "192.168.0.20", "10.9.0.5"] in rows
    ticket.write_text("plant factory.plant.example 192.168.0.20\n")
    assert main.run(["diagnose", "connected-registry", str(ticket)]) == 0
    ticket.write_text("internet factory.plant.example 192.168.0.20\n")
    assert main.run(["diagnose", "connected-registry", str(ticket)]) == 2
    assert "factory.plant.example is a local name of plant, and is not judged at internet" in capsys.readouterr().err


GETENT = "$ getent hosts contoso.azurecr.io\n10.0.0.99       contoso.azurecr.io\n"
PUBLIC_NSLOOKUP = LOOKUP.replace("10.0.0.53", "10.9.9.9").replace("10.0.0.7", "20.45.122.144")
DUG = """\
$ dig @168.63.129.16 contoso.azurecr.io
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 53421
;; QUESTION SECTION:
;contoso.azurecr.io.\t\tIN\tA

;; ANSWER SECTION:
contoso.azurecr.io.\t3600\tIN\tCNAME\tcontoso.privatelink.azurecr.io.
contoso.privatelink.azurecr.io. 10 IN A 10.0.0.7

;; SERVER: 168.63.129.16#53(168.63.129.16)
"""
WITNESSED = {
    "a machine pins it": (
        GETENT,
        {"stale-cache", "hosts-file-pin"},
        "With a cache or a hosts file, 2 misconfigurations do. The most common of them:",
    ),
    "another server is asked": (
        PUBLIC_NSLOOKUP,
        {"bypassed-azure-dns", "stale-cache"},
        "hub asks 10.9.9.9, which answers as public DNS does (bypassed-azure-dns at hub)",
    ),
}


@pytest.mark.parametrize("name", WITNESSED)
def test_another_server_that_answers_right_shows_that_zone_and_link_are(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So the client, its cache or its DNS server is what is wrong, not the record or the link."""
    wrong, faults, said = WITNESSED[name]
    ticket = tmp_path / "ticket.txt"
    ticket.write_text(wrong + "\n" + DUG)
    assert main.run(["diagnose", "hub-and-spoke", str(ticket), "--from", "hub"]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert said in out
    assert "pass contoso.azurecr.io 10.0.0.7 10.0.0.7 hub/@168.63.129.16" in out
    assert main.run(["diagnose", "hub-and-spoke", str(ticket), "--from", "hub", "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)["diagnoses"]
    assert {(each["fault"], each["subject"]) for entry in found for each in entry["faults"]} == {
        (fault, "hub") for fault in faults
    }


@pytest.mark.parametrize("name", WITNESSED)
def test_check_knows_the_same_witnesses(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `diagnose` reads, `check --restore` reads, with the same diagnoses."""
    ticket = tmp_path / "ticket.txt"
    ticket.write_text(WITNESSED[name][0] + "\n" + DUG)
    found = []
    for command in (["diagnose", "hub-and-spoke", str(ticket)], ["check", "hub-and-spoke", "--restore", str(ticket)]):
        assert main.run([*command, "--from", "hub", "--format", "json"]) == 1
        document = json.loads(capsys.readouterr().out)
        found.append([document[key] for key in ("vantages", "results", "diagnoses", "excluded", "next")])
    assert found[0] == found[1]


DIG = """\
$ dig contoso.azurecr.io

; <<>> DiG 9.18.28 <<>> contoso.azurecr.io
;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 4711
;; flags: qr rd ra; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 1

;; QUESTION SECTION:
;contoso.azurecr.io.            IN      A

;; ANSWER SECTION:
contoso.azurecr.io.     60      IN      CNAME   contoso.privatelink.azurecr.io.
contoso.privatelink.azurecr.io. 60 IN   A       ADDRESS

"""
PUBLIC, PRIVATE = (DIG.replace("ADDRESS", address) for address in ("20.45.122.144", "10.0.0.7"))
PASTED = {
    "an indented block": f"It fails:\n\n{indent(PUBLIC, '    ')}\nHUB contoso.azurecr.io",
    "a quotation": "Bob wrote:\n" + indent(PUBLIC, "> ", lambda _line: True).replace("> \n", ">\n"),
    "headings": f"=== HUB ===\n{PUBLIC}\nFrom spoke-aks:\n{PRIVATE}",
    "a list of Windows": TICKET.replace("hub ", "Hub "),
}


@pytest.mark.parametrize("pasted", PASTED)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_quotations_margins_and_headings_are_read(
    pasted: str, encoding: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Quoted, indented, under the name of each vantage point however it is written, and from Windows."""
    (ticket := tmp_path / "ticket.txt").write_bytes(PASTED[pasted].replace("\n", "\r\n").encode(encoding))
    at = [] if pasted in ("headings", "a list of Windows") else ["--from", "hub"]
    assert main.run(["diagnose", "hub-and-spoke", str(ticket), *at, "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert [each["vantage"] for each in document["vantages"]] == (["hub"] if at else ["hub", "spoke-aks"])
    assert [fault["fault"] for fault in document["diagnoses"][0]["faults"]] == ["vnet-without-zone-link"]


def test_an_alias_is_evidence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where public names tell nothing apart, it is asked for, and its answer can be added; alone it is judged by nothing."""
    ticket = tmp_path / "ticket.txt"
    lines = "office contoso.azurecr.io 20.45.122.144\noffice contoso.eastus.data.azurecr.io 20.45.122.150\n"
    ticket.write_text(lines)
    assert main.run(["diagnose", "on-premises-forwarding", str(ticket)]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "from a machine in office: dig contoso.privatelink.azurecr.io A if it is " in out
    ticket.write_text(lines + "office contoso.privatelink.azurecr.io 10.0.0.7\nhub contoso.azurecr.io 10.0.0.7\n")
    assert main.run(["diagnose", "on-premises-forwarding", str(ticket)]) == 1
    assert "(privatelink-only-forwarding at 192.168.0.53)" in " ".join(capsys.readouterr().out.split())[:300]
    ticket.write_text("office contoso.privatelink.azurecr.io 10.0.0.7\n")
    assert main.run(["diagnose", "on-premises-forwarding", str(ticket)]) == 2
    assert "nothing in it is about a registry" in capsys.readouterr().err


def test_right_answers_are_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 0, and no diagnosis."""
    ticket = tmp_path / "ticket.txt"
    ticket.write_text("hub contoso.azurecr.io 10.0.0.7\ninternet contoso.azurecr.io 20.45.122.144\n")
    assert main.run(["diagnose", "hub-and-spoke", str(ticket)]) == 0
    assert "2 right, 0 wrong; no findings" in capsys.readouterr().out


def test_predictions_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--explain` has the answers of each diagnosis, after those observed."""
    ticket = tmp_path / "ticket.txt"
    ticket.write_text("hub contoso.azurecr.io NXDOMAIN\nhub contoso.eastus.data.azurecr.io 10.0.0.8\n")
    assert main.run(["diagnose", "hub-and-spoke", str(ticket), "--explain"]) == 1
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["contoso.azurecr.io", "A", "NXDOMAIN", "NXDOMAIN", "hub"] in lines


def test_a_vantage_point_that_is_not_there_is_an_error_in_any_case(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where each line names its own."""
    ticket = tmp_path / "ticket.txt"
    ticket.write_text(TICKET)
    assert main.run(["diagnose", "hub-and-spoke", str(ticket), "--from", "hubb"]) == 2
    assert "there is no vantage point 'hubb'; did you mean hub?" in capsys.readouterr().err


OTHER_SERVER = DUG.replace("168.63.129.16", "192.168.0.54").replace("10.0.0.7", "20.45.122.144")


def test_a_server_of_the_file_that_was_asked_by_hand_is_what_is_judged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Though clients there ask another one first: the usual ticket of two domain controllers."""
    estate, ticket = tmp_path / "estate.yaml", tmp_path / "ticket.txt"
    estate.write_text(_two_servers(), encoding="utf-8")
    ticket.write_text(OTHER_SERVER)
    assert main.run(["diagnose", str(estate), str(ticket), "--from", "office", "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    first = document["diagnoses"][0]["faults"]
    assert [(each["fault"], each["subject"]) for each in first] == [("bypassed-azure-dns", "192.168.0.54")]
    assert document["vantages"] == [{"vantage": "office/@192.168.0.54", "server": ""}]


def _two_servers(selection: str = "order") -> str:
    """Return an estate whose office has two domain controllers."""
    text = (SAMPLES / "on-premises-forwarding.yaml").read_text(encoding="utf-8")
    second = "dns_servers:\n  192.168.0.54: {network: office, conditional_forwarders: {azurecr.io: [10.0.1.4]}}\n"
    if selection != "order":
        own = "    dns_servers: [192.168.0.53]\n"
        assert own in text
        text = text.replace(own, f"    dns_servers: [192.168.0.53, 192.168.0.54]\n    selection: {selection}\n")
    return text.replace("dns_servers:\n", second, 1)


def test_diagnose_check_and_a_live_question_judge_the_same_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A server of the file that is asked past the clients' own: one derivation, whoever names the server, and where."""
    estate, ticket, plain = tmp_path / "estate.yaml", tmp_path / "ticket.txt", tmp_path / "plain.txt"
    estate.write_text(_two_servers(), encoding="utf-8")
    ticket.write_text(OTHER_SERVER)
    plain.write_text("office/@192.168.0.54 contoso.azurecr.io 20.45.122.144\n")
    found = []
    for command in (
        ["diagnose", str(estate), str(ticket), "--from", "office"],
        ["check", str(estate), "--restore", str(ticket), "--from", "office"],
        ["check", str(estate), "--restore", f"office={ticket}"],
    ):
        assert main.run([*command, "--format", "json"]) == 1
        # Where --restore or --from say the vantage point, check keeps its name.
        document = json.loads(capsys.readouterr().out.replace("office/@192.168.0.54", "office"))
        found.append([document[key] for key in ("vantages", "results", "diagnoses", "excluded", "next")])
    assert found[0] == found[1] == found[2]
    for command in (["diagnose", str(estate), str(plain)], ["check", str(estate), "--restore", str(plain)]):
        assert main.run([*command, "--format", "json"]) == 1
        faults = [each["faults"][0] for each in json.loads(capsys.readouterr().out)["diagnoses"]]
        assert (faults[0]["fault"], faults[0]["subject"]) == ("bypassed-azure-dns", "192.168.0.54")
        # Whoever asks a server by hand asks no cache and no hosts file, and has chosen it.
        assert all("office" not in each["subject"] for each in faults)
    topology = load(str(estate))
    plan = plan_of_topology(topology, "office", None, "")
    fqdn = "contoso.azurecr.io"
    seen = Observation(fqdn, Outcome.ANSWER, ("20.45.122.144",), (fqdn, "contoso.privatelink.azurecr.io"))
    asked = replace(plan, endpoints=[each for each in plan.endpoints if each.fqdn == fqdn])
    place = replace(judge_place(asked, None, {fqdn: seen}, causes=causes_of(plan)), server="192.168.0.54:53")
    live = report_of(str(estate), [place]).diagnosed
    assert [(f.fault, f.subject) for f in live.diagnoses[0].faults] == [("bypassed-azure-dns", "192.168.0.54")]
    assert {step.ask.vantage for step in live.next if step.ask} == {"office", "hub"}


def test_two_servers_that_answer_wrong_in_different_ways_are_judged_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of which clients choose one at random: each has a fault of its own."""
    estate, ticket = tmp_path / "estate.yaml", tmp_path / "ticket.txt"
    estate.write_text(_two_servers("random"), encoding="utf-8")
    other = OTHER_SERVER.replace("192.168.0.54", "192.168.0.53").replace("20.45.122.144", "10.0.0.99")
    ticket.write_text(OTHER_SERVER + "\n" + other)
    for command in (["diagnose", str(estate), str(ticket)], ["check", str(estate), "--restore", str(ticket)]):
        assert main.run([*command, "--from", "office", "--format", "json"]) == 1
        document = json.loads(capsys.readouterr().out)
        assert [each["vantage"] for each in document["vantages"]] == ["office/@192.168.0.54", "office/@192.168.0.53"]
        faults = {(each["fault"], each["subject"]) for each in document["diagnoses"][0]["faults"]}
        assert ("stale-private-ip", "privatelink.azurecr.io/contoso") in faults
        assert len(faults) == 2
        assert document["unexplained"] == []


def test_servers_that_the_file_does_not_have_are_not_judged_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing says where their answers come from."""
    ticket = tmp_path / "ticket.txt"
    ticket.write_text(OTHER_SERVER + "\n" + DUG.replace("168.63.129.16", "9.9.9.9").replace("10.0.0.7", "10.0.0.99"))
    assert main.run(["diagnose", "on-premises-forwarding", str(ticket), "--from", "office"]) == 2
    assert "diagnose the answers of each DNS server by themselves" in capsys.readouterr().err


ON_A_SERVER = """\
version: 1
registries: {contoso: {location: eastus}, fabrikam: {location: westus}}
networks: {hub: {address_space: [10.0.0.0/16], dns_servers: [10.0.2.4]}}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}}}
dns_servers: {10.0.2.4: {network: hub, zones: {azurecr.io: {contoso: {A: [10.0.0.7]}}}, forwarders: [168.63.129.16]}}
"""


def test_a_cause_that_the_file_has_in_one_place_is_one_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A zone of a public name on a server does what two private zones would do."""
    estate, ticket = tmp_path / "estate.yaml", tmp_path / "ticket.txt"
    estate.write_text(ON_A_SERVER, encoding="utf-8")
    names = "contoso.eastus.data.azurecr.io", "fabrikam.azurecr.io"
    ticket.write_text("hub contoso.azurecr.io 10.0.0.7\n" + "".join(f"hub {name} NXDOMAIN\n" for name in names))
    assert main.run(["diagnose", str(estate), str(ticket), "--format", "json"]) == 1
    (diagnosis,) = json.loads(capsys.readouterr().out)["diagnoses"]
    (fault,) = diagnosis["faults"]
    assert (diagnosis["in_file"], fault["fault"]) == (True, "zone-of-public-name")
    assert fault["message"].startswith("10.0.2.4 is authoritative for azurecr.io")
    assert fault["place"]["line"] == 11


PARTNERS = """\
version: 1
registries:
  teamone: {location: eastus}
  teamtwo: {location: eastus}
  partner: {location: westus, private_link: elsewhere}
networks:
  one: {address_space: [10.1.0.0/16]}
  two: {address_space: [10.2.0.0/16]}
private_endpoints:
  one-pe:
    {registry: teamone, network: one, addresses: {registry: 10.1.2.5, registry_data_eastus: 10.1.2.4}, dns_zone_group: [z1]}
  two-pe:
    {registry: teamtwo, network: two, addresses: {registry: 10.2.2.5, registry_data_eastus: 10.2.2.4}, dns_zone_group: [z2]}
private_dns_zones:
  z1: {name: privatelink.azurecr.io, virtual_network_links: {one: {resolution_policy: NxDomainRedirect}}}
  z2: {name: privatelink.azurecr.io, virtual_network_links: {two: {}}}
"""
RULED = """\
version: 1
registries: {contoso: {location: eastus}}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [app]}
  app: {address_space: [10.1.0.0/16]}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    addresses: {registry: 10.0.2.5, registry_data_eastus: 10.0.2.4}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}}}
private_resolvers: {res: {network: hub, inbound_endpoints: [10.0.0.4], outbound_endpoints: [out]}}
dns_forwarding_rulesets: {corp: {outbound_endpoint: out, virtual_network_links: [app], rules: {azurecr.io: [10.0.0.4]}}}
"""
ELSEWHERE = {
    "the zone of the other region is linked": (
        PARTNERS.replace("registry: teamtwo, network: two", "registry: teamone, network: two"),
        "two teamone.azurecr.io 10.1.2.5\ntwo teamone.eastus.data.azurecr.io 10.1.2.4\n",
        ("two is linked to z1 in place of z2, both called privatelink.azurecr.io (wrong-zone-linked at two)",),
    ),
    "a filter may take private addresses out": (
        (SAMPLES / "on-premises-forwarding.yaml").read_text(encoding="utf-8"),
        DUG.replace("168.63.129.16", "192.168.0.53").replace("contoso.privatelink.azurecr.io. 10 IN A 10.0.0.7\n", ""),
        (
            "has no A record contoso, but one of another type",
            "192.168.0.53 takes private addresses out of answers (rebinding protection) (rebinding-protection at",
        ),
    ),
    "one network has no fallback": (
        PARTNERS,
        "two partner.azurecr.io NXDOMAIN\none partner.azurecr.io 40.1.1.1\n",
        ("hides its public addresses from two (third-party-hidden at partner)", "-n LINK_OF_TWO --resolution-policy"),
    ),
    "the ruleset is not linked": (
        RULED,
        "app contoso.azurecr.io 20.1.2.3\nhub contoso.azurecr.io 10.0.2.5\n",
        (
            "ruleset corp is not linked to app, or has no enabled rule for azurecr.io",
            "fix: az dns-resolver vnet-link create -g RESOURCE_GROUP --ruleset-name corp -n app-link",
            "az dns-resolver vnet-link list -g RESOURCE_GROUP --ruleset-name corp if it shows no link to app: 1 otherwise: 2-4",
        ),
    ),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_the_place_is_that_of_the_network(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One of several links, and the ruleset that stands for a link."""
    text, seen, said = ELSEWHERE[name]
    estate, ticket = tmp_path / "estate.yaml", tmp_path / "ticket.txt"
    estate.write_text(text, encoding="utf-8")
    ticket.write_text(seen)
    assert main.run(["diagnose", str(estate), str(ticket), "--from", "office" if "office" in text else "internet"]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert [part for part in said if part not in out] == []


def test_an_address_that_dns64_made_is_no_record(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its prefix is the well-known one, so nothing in a zone is to be deleted."""
    ticket = tmp_path / "ticket.txt"
    ticket.write_text("hub contoso.azurecr.io 64:ff9b::a00:7\n")
    assert main.run(["diagnose", "private-link", str(ticket), "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["diagnoses"] == []


def test_a_name_that_a_fault_takes_away_may_be_without_an_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a private endpoint there is no dedicated data endpoint, whose place is then looked for in vain."""
    ticket = tmp_path / "ticket.txt"
    name = "contoso.eastus.data.azurecr.io"
    ticket.write_text(f"internet {name} NXDOMAIN\ninternet contoso.azurecr.io NXDOMAIN\nhub {name} NODATA\n")
    assert main.run(["diagnose", "on-premises-forwarding", str(ticket)]) == 1
    assert "3 of 3 answers are wrong" in capsys.readouterr().out


def test_what_people_paste_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A URL and a port are taken off; curl does not say why, so that nslookup's answer stays."""
    ticket = tmp_path / "ticket.txt"
    ticket.write_text("hub https://contoso.azurecr.io/v2/ 10.0.0.7\nhub contoso.eastus.data.azurecr.io:443 10.0.0.8\n")
    assert main.run(["diagnose", "private-link", str(ticket)]) == 0
    nslookup = "Server:\t\t10.0.0.4\nAddress:\t10.0.0.4#53\n\n** server can't find contoso.azurecr.io: NXDOMAIN\n"
    ticket.write_text(f"{nslookup}\ncurl: (6) Could not resolve host: contoso.azurecr.io\n")
    capsys.readouterr()
    assert main.run(["diagnose", "private-link", str(ticket), "--from", "hub"]) == 1
    assert "10.0.0.7 NXDOMAIN" in " ".join(capsys.readouterr().out.split())
    ticket.write_text("hub tailspin.azurecr.io NXDOMAIN\n")
    assert main.run(["diagnose", "hand-made-records", str(ticket)]) == 2
    assert "its registry has a domain name label: tailspin-fre2bbgcdmbdg8fz.azurecr.io" in capsys.readouterr().err
    ticket.write_text("internet contoso.eastus.data.azurecr.io 20.45.122.150\n")
    assert main.run(["diagnose", "public", str(ticket)]) == 2
    assert "if it has them all the same, write data_endpoint_enabled: true" in capsys.readouterr().err


BAD = {
    "two answers": (
        "hub contoso.azurecr.io 20.45.122.144\nhub contoso.azurecr.io 10.0.0.7",
        ":2: contoso.azurecr.io is 10.0.0.7 here, and 20.45.122.144 at line 1; diagnose the answers of each DNS server",
    ),
    "an unknown vantage point": ("hubb contoso.azurecr.io 10.0.0.7", "did you mean hub?"),
    "a name that the file does not have": ("hub contosso.azurecr.io 10.0.0.7", "did you mean contoso.azurecr.io?"),
    "no answer": ("hub contoso.azurecr.io", "has no answer"),
    "an answer and none": ("hub contoso.azurecr.io 10.0.0.7 NXDOMAIN", "has NXDOMAIN and something else for an answer"),
    "a server that the file does not have": ("hub/@10.9.9.9 contoso.azurecr.io 10.0.0.7", "no vantage point 'hub/@10."),
    "nothing": ("hello", "nothing in it is about a registry"),
    "from nowhere": ("$ dig +short contoso.azurecr.io\n10.0.0.7\n", "say so with --from VANTAGE"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_a_clear_line(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, with place and remedy."""
    text, said = BAD[name]
    ticket = tmp_path / "ticket.txt"
    ticket.write_text(text + "\n")
    assert main.run(["diagnose", "hub-and-spoke", str(ticket)]) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert "ticket.txt" in err
    assert out == ""


@pytest.mark.slow
def test_what_nothing_explains_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A part that is explained is not told as the whole, and what explains it is not ruled out."""
    ticket = tmp_path / "ticket.txt"
    ticket.write_text("internet contoso.azurecr.io REFUSED\nspoke-aks contoso.azurecr.io 10.9.9.9\n")
    assert main.run(["diagnose", "hub-and-spoke", str(ticket), "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert [(each["explains"], each["of"]) for each in document["diagnoses"]] == [(1, 2)]
    assert [(each["vantage"], each["observed"]) for each in document["unexplained"]] == [("internet", "REFUSED")]
    named = [(fault["fault"], fault["subject"]) for fault in document["diagnoses"][0]["faults"]]
    assert not {(each["fault"], each["subject"]) for each in document["excluded"]} & set(named)


def test_a_search_that_ends_early_says_what_it_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its budget counts topologies, so that it ends at the same place on every machine."""
    monkeypatch.setattr("acrdns.check.diagnosis.search.search.SIMULATED", range(30, 31))
    ticket = tmp_path / "ticket.txt"
    ticket.write_text("internet contoso.azurecr.io NXDOMAIN\nhub contoso.azurecr.io 10.9.9.9\n")
    reports = []
    for _ in range(2):
        assert main.run(["diagnose", "hub-and-spoke", str(ticket)]) == 1
        reports.append(" ".join(capsys.readouterr().out.split()))
    assert reports[0] == reports[1]
    assert "topologies: every single fault was tried; ask about one registry" in reports[0]


def test_all_that_is_wrong_with_a_list_is_said_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Lines that cannot be read, vantage points and names that are not there, and contradictions."""
    ticket = tmp_path / "ticket.txt"
    lines = ("hub contoso.azurecr.io NXDOMIAN", "hubb contoso.azurecr.io 10.0.0.7", "hub contosso.azurecr.io NODATA")
    other = ("hub contoso.azurecr.io 10.0.0.7", "hub contoso.azurecr.io NXDOMAIN")
    ticket.write_text("\n".join((*lines, *other)))
    assert main.run(["diagnose", "hub-and-spoke", str(ticket)]) == 2
    err = capsys.readouterr().err
    assert [f"ticket.txt:{line}:" in err for line in range(1, 6)] == [True, True, True, False, True]


def test_contradicting_answers_are_refused_by_check_as_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of two answers of one vantage point, in one file or in two, one would be dropped; the later one of --save counts."""
    paths = []
    for number, address in enumerate(("10.0.0.7", "20.45.122.144")):
        file = tmp_path / f"{number}.txt"
        file.write_text(f"$ dig +short contoso.azurecr.io\n{address}\n")
        paths += ["--restore", f"hub={file}"]
    assert main.run(["check", "hub-and-spoke", *paths]) == 2
    assert "contoso.azurecr.io is 20.45.122.144 here, and 10.0.0.7 at" in capsys.readouterr().err


def test_many_places_are_one_cause_with_all_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The text names all places; numbers of diagnoses are told in runs."""
    ticket = tmp_path / "ticket.txt"
    networks = ("hub", "spoke-aks", "spoke-build")
    ticket.write_text("".join(f"{network} contoso.azurecr.io 20.45.122.144\n" for network in networks[1:]))
    assert main.run(["diagnose", "hub-and-spoke", str(ticket)]) == 1
    out = capsys.readouterr().out
    assert "privatelink.azurecr.io is not linked to spoke-aks and spoke-build" in out.replace("\n", " ")
    assert out.count("az network private-dns link vnet create") == 2
    groups = re.findall(r"^ {4}(?:if it (?:is|shows) .*|otherwise): ([^:]*)$", out, re.MULTILINE)
    assert groups
    assert max(map(len, groups)) < 60


def test_twenty_networks_with_one_cause_are_one_paragraph(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A few are named, and one loop has the command for all of them."""
    spokes = [f"spoke-{number}" for number in range(1, 21)]
    estate, ticket = tmp_path / "estate.yaml", tmp_path / "ticket.txt"
    estate.write_text(
        "version: 1\nregistries: {contoso: {location: eastus}}\nnetworks:\n"
        f"  hub: {{address_space: [10.0.0.0/16], peerings: [{', '.join(spokes)}]}}\n"
        + "".join(f"  {spoke}: {{address_space: [10.{number}.0.0/16]}}\n" for number, spoke in enumerate(spokes, 1))
        + "private_endpoints:\n  pe: {registry: contoso, network: hub, dns_zone_group: [privatelink.azurecr.io], "
        "addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}\nprivate_dns_zones:\n"
        f"  privatelink.azurecr.io: {{virtual_network_links: {{hub: {{}}, {', '.join(f'{s}: {{}}' for s in spokes)}}}}}\n"
    )
    lines = (f"{spoke} contoso.azurecr.io 20.1.2.3\n" for spoke in spokes)
    ticket.write_text("hub contoso.azurecr.io 10.0.0.7\n" + "".join(lines))
    assert main.run(["diagnose", str(estate), str(ticket)]) == 1
    out = capsys.readouterr().out
    assert "is not linked to spoke-1, spoke-2, spoke-3, spoke-4, spoke-5 and 15 more" in " ".join(out.split())
    (fix,) = (line for line in out.splitlines() if "vnet create" in line)
    assert fix == (
        f"  fix: for v in {' '.join(spokes)}; do az network private-dns link vnet create -g RESOURCE_GROUP "
        "-z privatelink.azurecr.io -n ${v}-link -v ${v} -e false; done"
    )
    assert len(out.splitlines()) < 40


def test_two_causes_have_their_alternatives_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Not each combination of them; and the question says which answer means what."""
    ticket = tmp_path / "ticket.txt"
    ticket.write_text(
        "hub contoso.azurecr.io 10.0.0.7\nhub contoso.eastus.data.azurecr.io NXDOMAIN\n"
        "spoke-aks contoso.azurecr.io 20.45.122.144\nspoke-aks contoso.eastus.data.azurecr.io 20.45.122.150\n"
    )
    assert main.run(["diagnose", "hub-and-spoke", str(ticket)]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "in place of vnet-without-zone-link at spoke-aks it could also be: 2. a public resolver is asked" in out
    assert (
        "in place of missing-record at privatelink.azurecr.io/contoso.eastus.data it could also be: 3. the zone" in out
    )
    assert "or several of them are others (" in out
    assert (
        "to tell apart: from a machine in spoke-build: dig contoso.eastus.data.azurecr.io A if it is NXDOMAIN: " in out
    )


def test_stale_records_may_be_a_stale_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where the private endpoint was created again, the file is what has to be corrected; JSON says so, too."""
    ticket = tmp_path / "ticket.txt"
    ticket.write_text("hub contoso.azurecr.io 10.0.0.17\nhub contoso.eastus.data.azurecr.io 10.0.0.18\n")
    assert main.run(["diagnose", "private-link", str(ticket)]) == 1
    out = capsys.readouterr().out
    assert "  or: if contoso-pe was created again" in out
    assert "\n      az network nic show --ids $(az network private-endpoint show" in out
    assert main.run(["diagnose", "private-link", str(ticket), "--format", "json"]) == 1
    first = json.loads(capsys.readouterr().out)["diagnoses"][0]
    assert all(fault["otherwise"].startswith("if contoso-pe was created again") for fault in first["faults"])


def test_check_reads_a_list_as_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a file and without one; a line without an answer is refused, at its place."""
    ticket = tmp_path / "ticket.txt"
    ticket.write_text("hub contoso.azurecr.io 20.45.122.144\nhub contoso.eastus.data.azurecr.io 20.45.122.150\n")
    assert main.run(["check", "hub-and-spoke", "--restore", str(ticket)]) == 1
    assert "privatelink.azurecr.io is not linked to hub" in " ".join(capsys.readouterr().out.split())
    assert main.run(["check", "contoso.azurecr.io", "--restore", str(ticket), "--expect", "private"]) == 1
    assert "contoso.eastus.data.azurecr.io  private   20.45.122.150" in capsys.readouterr().out
    ticket.write_text("hub contoso.azurecr.io 10.0.0.7\nhub contoso.eastus.data.azurecr.io\n")
    assert main.run(["check", "contoso.azurecr.io", "--restore", str(ticket)]) == 2
    assert "ticket.txt:2: contoso.eastus.data.azurecr.io has no answer" in capsys.readouterr().err


def test_without_a_diagnosis_the_cause_comes_first_and_each_vantage_point_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No fault of the table keeps networks apart: the error stands first, and says where it shows, too."""
    ticket = tmp_path / "ticket.txt"
    names = ("contoso.azurecr.io 10.0.0.7", "contoso.eastus.data.azurecr.io 10.0.0.8")
    ticket.write_text("".join(f"{vantage} {name}\n" for vantage in ("aks", "office") for name in names))
    assert main.run(["diagnose", "broken/hub-without-transit", str(ticket)]) == 1
    out = " ".join(capsys.readouterr().out.split())
    parts = (
        "4 of 4 answers are wrong.",
        "contoso.azurecr.io resolves to 10.0.0.7, the address of a private endpoint out of reach",
        "the same holds for contoso.eastus.data.azurecr.io, and from office for contoso.azurecr.io, contoso.eastus",
        "fix: az network vnet peering update",
        "fail contoso.azurecr.io",
    )
    positions = [out.index(part) for part in parts]
    assert positions == sorted(positions)


def test_an_empty_answer_of_a_list_may_be_a_filter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A list has no aliases that would show it: the report says what dig shows then."""
    ticket = tmp_path / "ticket.txt"
    ticket.write_text("hub contoso.azurecr.io 10.0.0.7\noffice contoso.azurecr.io NODATA\n")
    assert main.run(["diagnose", "on-premises-forwarding", str(ticket)]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "`dig contoso.azurecr.io` shows the alias, no address and no SOA" in out


@pytest.mark.parametrize("networks", [8, pytest.param(17, marks=pytest.mark.slow)])
def test_many_networks_with_one_error_and_no_diagnosis_are_one_paragraph(
    networks: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Linked, and not connected: the commands for the first ones, and of more than sixteen how many more there are."""
    spokes = [f"spoke-{number}" for number in range(1, networks + 1)]
    estate, ticket = tmp_path / "estate.yaml", tmp_path / "ticket.txt"
    estate.write_text(
        "version: 1\nregistries: {contoso: {location: eastus}}\nnetworks:\n  hub: {address_space: [10.0.0.0/16]}\n"
        + "".join(f"  {spoke}: {{address_space: [10.{number}.0.0/16]}}\n" for number, spoke in enumerate(spokes, 1))
        + "private_endpoints:\n  pe: {registry: contoso, network: hub, dns_zone_group: [privatelink.azurecr.io], "
        "addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}}\nprivate_dns_zones:\n"
        f"  privatelink.azurecr.io: {{virtual_network_links: {{hub: {{}}, {', '.join(f'{s}: {{}}' for s in spokes)}}}}}\n"
    )
    ticket.write_text("".join(f"{spoke} contoso.azurecr.io 10.0.0.7\n" for spoke in spokes))
    assert main.run(["diagnose", str(estate), str(ticket)]) == 1
    out = capsys.readouterr().out
    assert out.count("error ACR307") == 1
    assert "the same holds from spoke-2, spoke-3, spoke-4, " in " ".join(out.split())
    assert ("and so on at 12 places more, which --format json has" in out) == (networks == 17)
    assert len(out.splitlines()) < 30


PENDING = """\
version: 1
registries: {contoso: {location: eastus, public_network_access_enabled: false}}
networks:
  hub: {address_space: [10.0.0.0/16], clients: {laptop: {}}}
  spoke: {address_space: [10.1.0.0/16], peerings: [hub]}
  far: {address_space: [10.2.0.0/16]}
private_endpoints:
  pe:
    registry: contoso
    network: hub
    status: Pending
    addresses: {registry: 10.0.0.7, registry_data_eastus: 10.0.0.8}
    dns_zone_group: [privatelink.azurecr.io]
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}}}
"""


@pytest.mark.parametrize(
    ("text", "vantage", "code"),
    [
        (PENDING, "hub", 1),
        (PENDING, "hub/laptop", 1),
        (PENDING, "spoke", 1),
        (PENDING.replace("Pending", "Disconnected"), "hub", 1),
        (PENDING, "far", 0),
        (PENDING.replace(", public_network_access_enabled: false", ""), "hub", 0),
    ],
    ids=["own network", "a client", "peered", "disconnected", "out of reach", "public access"],
)
def test_a_public_answer_is_wrong_where_a_closed_registry_waits_for_its_endpoint(
    text: str, vantage: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file's own answer, at which no pull succeeds: the diagnosis has the cause that lint has."""
    estate, ticket = tmp_path / "estate.yaml", tmp_path / "ticket.txt"
    estate.write_text(text, encoding="utf-8")
    ticket.write_text(f"{vantage} contoso.azurecr.io 20.45.122.144\n")
    assert main.run(["diagnose", str(estate), str(ticket), "--format", "json"]) == code
    faults = [fault for each in json.loads(capsys.readouterr().out)["diagnoses"] for fault in each["faults"]]
    assert [(fault["fault"], fault["subject"]) for fault in faults] == [("endpoint-not-approved", "pe")] * code


def test_addresses_that_end_in_colons_stay_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where several places of one fault are one sentence."""
    ticket = tmp_path / "ticket.txt"
    ticket.write_text(
        "hub contoso.azurecr.io 10.0.0.7 fd00:7::\nhub contoso.eastus.data.azurecr.io 10.0.0.8 fd00:8::\n"
    )
    assert main.run(["diagnose", str(SAMPLES / "private-link.yaml"), str(ticket)]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "has the IPv6 address fd00:7:: too; and the record contoso.eastus.data in" in out
    assert "has the IPv6 address fd00:8:: too" in out


def test_the_hub_of_a_virtual_wan_has_no_cache(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It has neither DNS nor machines of its own; a cache of its VPN clients is named once, as theirs."""
    file = tmp_path / "wan.yaml"
    file.write_text(
        "version: 1\nregistries: {contoso: {location: eastus}}\nnetworks:\n"
        "  wan: {kind: virtual_hub, address_space: [10.9.0.0/24], peerings: [shared], clients: {vpn: "
        "{dns_servers: [10.0.1.4]}}}\n  shared: {address_space: [10.0.0.0/16]}\n"
        "private_endpoints:\n  contoso-pe: {registry: contoso, network: shared, addresses: {registry: 10.0.0.7, "
        "registry_data_eastus: 10.0.0.8}, dns_zone_group: [privatelink.azurecr.io]}\n"
        "private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {shared: {}}}}\n"
        "private_resolvers: {resolver: {network: shared, inbound_endpoints: [10.0.1.4]}}\n"
    )
    ticket = tmp_path / "ticket.txt"
    ticket.write_text("wan/vpn contoso.azurecr.io 20.45.122.144\nshared contoso.azurecr.io 10.0.0.7\n")
    assert main.run(["diagnose", str(file), str(ticket), "--format", "json"]) == 1
    faults = [each["faults"] for each in json.loads(capsys.readouterr().out)["diagnoses"]]
    subjects = [fault["subject"] for each in faults for fault in each if fault["fault"] == "stale-cache"]
    assert subjects == ["wan/vpn"]


PLANT = """
version: 1
registries:
  contoso:
    location: eastus
    connected_registries:
      factory: {network: plant, mode: ReadWrite, login_server: factory.plant.example, address: 192.168.0.20}
networks:
  hub: {address_space: [10.0.0.0/16], peerings: [plant]}
  plant: {kind: on_premises, address_space: [192.168.0.0/16], dns_servers: [192.168.0.53]}
private_endpoints:
  contoso-pe: {registry: contoso, network: hub, addresses: {registry: 10.0.0.7}, dns_zone_group: [privatelink.azurecr.io]}
private_dns_zones: {privatelink.azurecr.io: {virtual_network_links: {hub: {}}}}
dns_servers:
  192.168.0.53:
    network: plant
    conditional_forwarders: {azurecr.io: [10.0.1.4]}
    zones: {factory.plant.example: {"@": {A: [192.168.0.20]}}}
private_resolvers: {resolver: {network: hub, inbound_endpoints: [10.0.1.4]}}
"""


@pytest.mark.parametrize(
    ("factory", "stands"),
    [
        ("TIMEOUT", "explained by it: ACR316 wrong-local-name: factory.plant.example"),
        ("192.168.0.99", "error ACR316 wrong-local-name: factory.plant.example"),
    ],
)
def test_a_local_name_behind_a_dead_server_is_a_consequence(
    factory: str, stands: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody answers there; an answer that is wrong is a cause of its own."""
    file, ticket = tmp_path / "plant.yaml", tmp_path / "ticket.txt"
    file.write_text(PLANT)
    ticket.write_text(f"plant contoso.azurecr.io TIMEOUT\nplant factory.plant.example {factory}\n")
    assert main.run(["diagnose", str(file), str(ticket)]) == 1
    out = capsys.readouterr().out
    assert "unreachable-dns-server at plant" in " ".join(out.split())
    assert stands in out
    assert ("and the other one stands below" in " ".join(out.split())) is (factory != "TIMEOUT")
