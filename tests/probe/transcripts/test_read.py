"""Texts that follow what the tools print; `interop/test_observe.py` reads what they really print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrdns.probe.transcripts.lines import streams
from acrdns.probe.transcripts.read import all_parsers, read

if TYPE_CHECKING:
    from acrdns.probe.answer import ReadFile

C, CP = "contoso.azurecr.io", "contoso.privatelink.azurecr.io"
VIA = (C, CP)

DIG = """
; <<>> DiG 9.18.49 <<>> @10.0.0.4 contoso.azurecr.io
; (1 server found)
;; global options: +cmd
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: {status}, id: 55772
;; flags: qr rd ra; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 1

;; OPT PSEUDOSECTION:
; EDNS: version: 0, flags:; udp: 1232
{ede};; QUESTION SECTION:
;{name}.		IN	{type}

{answer}
;; Query time: 4 msec
;; SERVER: {server}({server}) (UDP)
;; WHEN: Sun Nov 29 20:06:42 UTC 2026
;; MSG SIZE  rcvd: 125
"""
ALIAS = "contoso.azurecr.io.	3600	IN	CNAME	contoso.privatelink.azurecr.io.\n"
RIGHT = f";; ANSWER SECTION:\n{ALIAS}contoso.privatelink.azurecr.io.	10 IN	A	10.0.0.7\n"
SOA = ";; AUTHORITY SECTION:\nprivatelink.azurecr.io.	10	IN	SOA	azureprivatedns.net. h.microsoft.com. 1 3600 300 2419200 10\n"


def dig(
    answer: str = RIGHT,
    status: str = "NOERROR",
    name: str = C,
    type_: str = "A",
    server: str = "10.0.0.4#53",
    ede: str = "",
) -> str:
    """Return what dig prints of one message."""
    return DIG.format(answer=answer, status=status, name=name, type=type_, server=server, ede=ede)


def windows(
    server: str = "Server",
    answer: str = "Non-authoritative answer:",
    name: str = "Name",
    space: str = "",
    more: str = "",
) -> str:
    """Return what nslookup of Windows prints in a language."""
    return (
        f"{server}{space}:  UnKnown\nAddress:  10.0.0.4\n\n{answer}\n"
        f"{name}{space}:    contoso.privatelink.azurecr.io\nAddress:  10.0.0.7\nAliases:  contoso.azurecr.io\n{more}\n"
    )


RESOLVED = """[
    {"Name": "contoso.azurecr.io", "Type": 5, "CharacterSet": 1, "Section": 1, "DataLength": 8, "TTL": 60, "NameHost": "contoso.privatelink.azurecr.io", "Server": "contoso.privatelink.azurecr.io"},
    {"Address": "10.0.0.7", "IPAddress": "10.0.0.7", "QueryType": 1, "IP4Address": "10.0.0.7", "Name": "contoso.privatelink.azurecr.io", "Type": 1, "CharacterSet": 1, "Section": 1, "DataLength": 4, "TTL": 10}
]
"""
RESOLVED_NOTHING = '{"Name": "privatelink.azurecr.io", "Type": 6, "Section": 2, "TTL": 10, "PrimaryServer": "azureprivatedns.net", "NameAdministrator": "h.microsoft.com"}\n'
RESOLVED_ERROR = """Resolve-DnsName : nope.azurecr.io : Le nom DNS n\u2019existe pas
Au caractère Ligne:1 : 1
+ Resolve-DnsName nope.azurecr.io
+ ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
    + CategoryInfo          : ResourceUnavailable: (nope.azurecr.io:String) [Resolve-DnsName], Win32Exception
    + FullyQualifiedErrorId : DNS_ERROR_RCODE_NAME_ERROR,Microsoft.DnsClient.Commands.ResolveDnsName

"""
TABLE = """
Name                           Type   TTL   Section    NameHost
----                           ----   ---   -------    --------
contoso.azurecr.io             CNAME  60    Answer     contoso.privatelink.azurecr.io

Name       : contoso.privatelink.azurecr.io
QueryType  : A
TTL        : 10
Section    : Answer
IP4Address : 10.0.0.7

"""
LINUX = "Server:\t\t10.0.0.4\nAddress:\t10.0.0.4#53\n\n"
LINUX_ANSWER = f"Non-authoritative answer:\n{C}\tcanonical name = {CP}.\nName:\t{CP}\nAddress: 10.0.0.7\n"
USING = "Using domain server:\nName: 10.0.0.4\nAddress: 10.0.0.4#5353\nAliases: \n\n"
TIMED_OUT = "DNS request timed out.\n    timeout was 2 seconds.\n"

# Printed text, and of each answer: tool, name, type, outcome, addresses, chain, server.
CASES: dict[str, tuple[str, list[tuple[object, ...]]]] = {
    "dig": (dig(), [("dig", C, "A", "NOERROR", ["10.0.0.7"], VIA, "10.0.0.4")]),
    "dig on another port": (dig(server="::1#5301"), [("dig", C, "A", "NOERROR", ["10.0.0.7"], VIA, "[::1]:5301")]),
    "dig, nothing": (
        dig(f";; ANSWER SECTION:\n{ALIAS}\n{SOA}", type_="AAAA"),
        [("dig", C, "AAAA", "NODATA", [], VIA, "10.0.0.4")],
    ),
    "dig, NXDOMAIN": (dig(SOA, "NXDOMAIN"), [("dig", C, "A", "NXDOMAIN", [], (C,), "10.0.0.4")]),
    "dig, SERVFAIL": (dig("", "SERVFAIL"), [("dig", C, "A", "SERVFAIL", [], (C,), "10.0.0.4")]),
    "dig, NOTIMP": (dig("", "NOTIMP"), [("dig", C, "A", "OTHER", [], (C,), "10.0.0.4")]),
    "dig, for MX": (dig("", type_="MX"), []),
    "dig, several questions": (
        dig() + dig(SOA, "NXDOMAIN", "nope.azurecr.io"),
        [("dig", C, "A", "NOERROR", ["10.0.0.7"], VIA, "10.0.0.4"), ("dig", "nope.azurecr.io", "A", "NXDOMAIN", [], ("nope.azurecr.io",), "10.0.0.4")],
    ),
    "dig, no server": (
        ";; communications error to 10.0.0.4#53: timed out\n\n; <<>> DiG 9.18.49 <<>> @10.0.0.4 contoso.azurecr.io AAAA\n; (1 server found)\n;; global options: +cmd\n;; no servers could be reached\n",
        [("dig", C, "AAAA", "TIMEOUT", [], (C,), "10.0.0.4")],
    ),
    "dig +short": (
        f"$ dig +short {C}\n{CP}.\n10.0.0.7\n$ dig +short AAAA {C} @10.0.0.4\n{CP}.\n$ dig +short nope.azurecr.io\n",
        [
            ("dig", C, "A", "NOERROR", ["10.0.0.7"], VIA, None),
            ("dig", C, "AAAA", "OTHER", [], VIA, "10.0.0.4"),
            ("dig", "nope.azurecr.io", "A", "OTHER", [], ("nope.azurecr.io",), None),
        ],
    ),
    "dig +short without a question": (f"{CP}.\n10.0.0.7\n", []),
    "dig +short of two names": (f"$ dig +short {C} nope.azurecr.io\n10.0.0.7\n", []),
    "dig +noall +answer": (
        f"{ALIAS}{CP}.\t10 IN\tA\t10.0.0.7\nfabrikam.azurecr.io. 10 IN A 10.0.0.9\n",
        [("dig", C, "A", "NOERROR", ["10.0.0.7"], VIA, None), ("dig", "fabrikam.azurecr.io", "A", "NOERROR", ["10.0.0.9"], ("fabrikam.azurecr.io",), None)],
    ),
    "nslookup, Linux": (LINUX + LINUX_ANSWER, [("nslookup", C, None, "NOERROR", ["10.0.0.7"], VIA, "10.0.0.4")]),
    "nslookup, both families": (
        f"{LINUX}{LINUX_ANSWER}Name:\t{CP}\nAddress: fd00::7\n",
        [("nslookup", C, None, "NOERROR", ["10.0.0.7", "fd00::7"], VIA, "10.0.0.4")],
    ),
    "nslookup, Linux, no name": (
        f"{LINUX}** server can't find nope.azurecr.io: NXDOMAIN\n\n{LINUX}** server can't find {C}: SERVFAIL\n\n{LINUX}*** Can't find {C}: No answer\n",
        [
            ("nslookup", "nope.azurecr.io", None, "NXDOMAIN", [], ("nope.azurecr.io",), "10.0.0.4"),
            ("nslookup", C, None, "SERVFAIL", [], (C,), "10.0.0.4"),
            ("nslookup", C, None, "NODATA", [], (C,), "10.0.0.4"),
        ],
    ),
    "nslookup, Linux, no server": (
        f"$ nslookup {C} 10.0.0.4\n;; communications error to 10.0.0.4#53: timed out\n;; no servers could be reached\n\n",
        [("nslookup", C, None, "TIMEOUT", [], (C,), "10.0.0.4")],
    ),
    "nslookup, BusyBox": (
        f"Server:\t\t10.0.0.10\nAddress:\t10.0.0.10:53\n\n{LINUX_ANSWER}\nNon-authoritative answer:\n{C}\tcanonical name = {CP}\n",
        [("nslookup", C, None, "NOERROR", ["10.0.0.7"], VIA, "10.0.0.10")],
    ),
    "nslookup, old BusyBox": (
        (f"Server:    10.0.0.10\nAddress 1: 10.0.0.10 kube-dns.kube-system.svc.cluster.local\n\nName:      {C}\nAddress 1: 10.0.0.7 host-7.example\n"
        "nslookup: can't resolve 'nope.azurecr.io': Name does not resolve\n"),
        [("nslookup", C, None, "NOERROR", ["10.0.0.7"], (C,), "10.0.0.10"), ("nslookup", "nope.azurecr.io", None, "OTHER", [], ("nope.azurecr.io",), None)],
    ),
    "nslookup, Windows": (windows(), [("nslookup", C, None, "NOERROR", ["10.0.0.7"], VIA, "10.0.0.4")]),
    "nslookup, Windows, several": (
        windows().replace("Address:  10.0.0.7", "Addresses:  fd00::7\n          10.0.0.7") + "          mid.azurecr.io\n" + windows(),
        [("nslookup", C, None, "NOERROR", ["fd00::7", "10.0.0.7"], (C, "mid.azurecr.io", CP), "10.0.0.4"), ("nslookup", C, None, "NOERROR", ["10.0.0.7"], VIA, "10.0.0.4")],
    ),
    "nslookup, Windows, no alias": (
        "Server:  dc01.corp.local\nAddress:  10.0.0.4\n\nName:    contoso.azurecr.io\nAddress:  10.0.0.7\n",
        [("nslookup", C, None, "NOERROR", ["10.0.0.7"], (C,), "10.0.0.4")],
    ),
    "nslookup, German": (windows("Server", "Nicht autorisierende Antwort:"), [("nslookup", C, None, "NOERROR", ["10.0.0.7"], VIA, "10.0.0.4")]),
    "nslookup, French": (
        windows("Serveur", "Réponse ne faisant pas autorité :", "Nom", " "),
        [("nslookup", C, None, "NOERROR", ["10.0.0.7"], VIA, "10.0.0.4")],
    ),
    "nslookup, Japanese": (windows("サーバー", "権限のない回答:", "名前"), [("nslookup", C, None, "NOERROR", ["10.0.0.7"], VIA, "10.0.0.4")]),
    "nslookup, Spanish": (windows("Servidor", "Respuesta no autoritativa:", "Nombre"), [("nslookup", C, None, "NOERROR", ["10.0.0.7"], VIA, "10.0.0.4")]),
    "nslookup, Windows, failures": (
        ("Server:  dc01.corp.local\nAddress:  10.0.0.4\n\n*** dc01.corp.local can't find nope.azurecr.io: Non-existent domain\n"
        "Server:  dc01.corp.local\nAddress:  10.0.0.4\n\n*** nope.azurecr.io wurde von dc01.corp.local nicht gefunden: Non-existent domain.\n"
        "サーバー:  UnKnown\nAddress:  10.0.0.4\n\n*** UnKnown が nope.azurecr.io を見つけられません: Server failed\n"
        "Serveur :   UnKnown\nAddress:  10.0.0.4\n\n*** UnKnown ne parvient pas à trouver nope.azurecr.io : Query refused\n"),
        [("nslookup", "nope.azurecr.io", None, outcome, [], ("nope.azurecr.io",), "10.0.0.4") for outcome in ("NXDOMAIN", "NXDOMAIN", "SERVFAIL", "REFUSED")],
    ),
    "nslookup, Windows, silent server": (
        f"C:\\>nslookup {C} 10.0.0.9\n{TIMED_OUT}Server:  UnKnown\nAddress:  10.0.0.9\n\n{TIMED_OUT}{TIMED_OUT}*** Request to UnKnown timed-out\n\nC:\\>",
        [("nslookup", C, None, "TIMEOUT", [], (C,), "10.0.0.9")],
    ),
    "nslookup, Windows, slow reverse lookup": (
        f"{TIMED_OUT}{windows()}",
        [("nslookup", C, None, "NOERROR", ["10.0.0.7"], VIA, "10.0.0.4")],
    ),
    "nslookup, its own prompt": (
        f"Default Server:  dc01.corp.local\nAddress:  10.0.0.4\n\n> {C}\n{windows()}> nope.azurecr.io\nServer:  UnKnown\nAddress:  10.0.0.4\n\n*** UnKnown can't find nope.azurecr.io: Non-existent domain\n",
        [("nslookup", C, None, "NOERROR", ["10.0.0.7"], VIA, "10.0.0.4"), ("nslookup", "nope.azurecr.io", None, "NXDOMAIN", [], ("nope.azurecr.io",), "10.0.0.4")],
    ),
    "Resolve-DnsName, JSON": (RESOLVED, [("Resolve-DnsName", C, "A", "NOERROR", ["10.0.0.7"], VIA, None)]),
    "Resolve-DnsName, JSON with its command": (
        f"PS C:\\Users\\me> Resolve-DnsName {C} -Server 10.0.0.4 | ConvertTo-Json\n{RESOLVED}\nPS C:\\Users\\me> Resolve-DnsName -Name {C} -Type AAAA | ConvertTo-Json\n{RESOLVED_NOTHING}",
        [("Resolve-DnsName", C, None, "NOERROR", ["10.0.0.7"], VIA, "10.0.0.4"), ("Resolve-DnsName", C, "AAAA", "NODATA", [], (C,), None)],
    ),
    "Resolve-DnsName, JSON without a question": (RESOLVED_NOTHING, []),
    "Resolve-DnsName, an error in French": (RESOLVED_ERROR, [("Resolve-DnsName", "nope.azurecr.io", None, "NXDOMAIN", [], ("nope.azurecr.io",), None)]),
    "Resolve-DnsName, PowerShell 7": (
        f"Resolve-DnsName: {C} : This operation returned because the timeout period expired.\n",
        [("Resolve-DnsName", C, None, "TIMEOUT", [], (C,), None)],
    ),
    "Resolve-DnsName, a narrow window": (
        ("Name                     Type   TTL   Section    NameHost\n----                     ----   ---   -------    --------\n"
        "contoso.azurecr.io       CNAME  60    Answer     contoso.privat\n                                                 elink.azurecr.\n                                                 io\n\n"
        "Name                     Type   TTL   Section    IPAddress\n----                     ----   ---   -------    ---------\n"
        "contoso.privatelink.azur A      10    Answer     10.0.0.7\necr.io\n"),
        [("Resolve-DnsName", C, "A", "NOERROR", ["10.0.0.7"], VIA, None)],
    ),
    "Resolve-DnsName, as it prints": (TABLE, [("Resolve-DnsName", C, "A", "NOERROR", ["10.0.0.7"], VIA, None)]),
    "getent hosts": (
        f"10.0.0.7        {CP} {C}\n10.0.0.9 fabrikam.azurecr.io\n",
        [("getent", C, None, "NOERROR", ["10.0.0.7"], VIA, None), ("getent", "fabrikam.azurecr.io", None, "NOERROR", ["10.0.0.9"], ("fabrikam.azurecr.io",), None)],
    ),
    "getent, nothing": (f"$ getent hosts {C}\n$ echo done\n", [("getent", C, None, "OTHER", [], (C,), None)]),
    "getent ahosts": (
        f"$ getent ahostsv4 {C}\n10.0.0.7        STREAM {CP}\n10.0.0.7        DGRAM\n10.0.0.7        RAW\n",
        [("getent", C, "A", "NOERROR", ["10.0.0.7"], VIA, None)],
    ),
    "host": (
        f"{USING}{C} is an alias for {CP}.\n{CP} has address 10.0.0.7\n{CP} has IPv6 address fd00::7\n",
        [("host", C, None, "NOERROR", ["10.0.0.7", "fd00::7"], VIA, "10.0.0.4:5353")],
    ),
    "host, failures": (
        f"Host nope.azurecr.io not found: 3(NXDOMAIN)\nHost {C} not found: 2(SERVFAIL)\n{C} has no AAAA record\n$ host {C}\n;; connection timed out; no servers could be reached\n$ host {C}\n",
        [
            ("host", "nope.azurecr.io", None, "NXDOMAIN", [], ("nope.azurecr.io",), None),
            ("host", C, None, "SERVFAIL", [], (C,), None),
            ("host", C, "AAAA", "NODATA", [], (C,), None),
            ("host", C, None, "TIMEOUT", [], (C,), None),
            ("host", C, None, "NODATA", [], (C,), None),
        ],
    ),
    "az acr check-health": (
        f"Docker daemon status: available\nDNS lookup to {C} at IP 10.0.0.7 : OK\nChallenge endpoint https://{C}/v2/ : OK\n",
        [("az acr check-health", C, "A", "NOERROR", ["10.0.0.7"], (C,), None)],
    ),
    "az acr check-health --vnet": (
        'WARNING: DNS routing to registry "contoso" through private IP is incorrect. Expect: 10.0.0.7, Actual: 20.45.122.144\nDNS routing verification failed\n',
        [("az acr check-health", C, "A", "NOERROR", ["20.45.122.144"], (C,), None)],
    ),
    "az acr check-health, no name": (
        f"An error occurred: CONNECTIVITY_DNS_ERROR\nFailed to reach DNS for registry '{C}'. Check if the name is right.\n",
        [("az acr check-health", C, "A", "OTHER", [], (C,), None)],
    ),
    "Docker": (
        f"Error response from daemon: dial tcp: lookup {C} on 10.0.0.10:53: no such host\nlookup {C} on 10.0.0.10:53: server misbehaving\n",
        [("go", C, None, "OTHER", [], (C,), "10.0.0.10"), ("go", C, None, "SERVFAIL", [], (C,), "10.0.0.10")],
    ),
    "ping": (f"ping: {C}: Name or service not known\nwget: bad address '{C}'\n", [("getaddrinfo", C, None, "OTHER", [], (C,), None)] * 2),
    "nslookup, BusyBox without a server": (
        f"nslookup: can't resolve '(null)': Name does not resolve\n\nName:      {C}\nAddress 1: 10.0.0.7\n",
        [("nslookup", C, None, "NOERROR", ["10.0.0.7"], (C,), None)],
    ),
    "nslookup, Windows, no address": (
        f"C:\\>nslookup -type=AAAA {C}\nServer:  UnKnown\nAddress:  fe80::1\n\nName:    {C}\n\n",
        [("nslookup", C, "AAAA", "NODATA", [], (C,), "fe80::1")],
    ),
    "Resolve-DnsName, objects in lines": (
        ('{"Name":"contoso.azurecr.io","Type":5,"TTL":60,"Section":1,"NameHost":"contoso.privatelink.azurecr.io"}\n'
        '{"Name":"contoso.privatelink.azurecr.io","Type":1,"TTL":10,"Section":1,"IPAddress":"10.0.0.7"}\n'),
        [("Resolve-DnsName", C, "A", "NOERROR", ["10.0.0.7"], VIA, None)],
    ),
    "Resolve-DnsName, as it prints nothing": (
        (f"PS /home/me> Resolve-DnsName {C} -Type AAAA\n\nName                        Type TTL   Section    PrimaryServer               NameAdministrator\n"
        "----                        ---- ---   -------    -------------               -----------------\n"
        "privatelink.azurecr.io      SOA  10    Authority  azureprivatedns.net         azureprivatedns-host.micros\n"
        "                                                                              oft.com\n"),
        [("Resolve-DnsName", C, "AAAA", "NODATA", [], (C,), None)],
    ),
    "az acr check-health, both": (
        (f'DNS lookup to {C} at IP 20.45.122.144 : OK\nWARNING: DNS routing to registry "contoso" through private IP is incorrect. Expect: 10.0.0.7, Actual: 20.45.122.144\n'
        'WARNING: DNS routing to registry "contoso" through private IP is incorrect. Expect: 10.0.0.8, Actual: 20.45.122.150\n'),
        [("az acr check-health", C, "A", "NOERROR", ["20.45.122.144"], (C,), None)] * 2,
    ),
    "curl": (f"curl: (6) Could not resolve host: {C}\n", [("getaddrinfo", C, None, "OTHER", [], (C,), None)]),
    "nothing of a DNS tool": ("total 4\n-rw-r--r-- 1 root root 0 Nov 29 20:00 x\n10.0.0.7\n", []),
}  # fmt: skip


def shown(found: ReadFile) -> list[tuple[object, ...]]:
    """Return what the table has of each answer."""
    return [(a.tool, a.fqdn, a.type, a.outcome.value, list(a.addresses), a.chain, a.server) for a in found.answers]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_answers(case: str, line_end: str) -> None:
    """Each answer as it was printed, in order."""
    text, answers = CASES[case]
    assert shown(read(text.replace("\n", line_end).encode(), "f")) == answers


@pytest.mark.parametrize(
    ("case", "lines"),
    [
        ("dig", []),
        ("dig +short without a question", [1, 2]),
        ("dig +short of two names", [2]),
        ("dig, for MX", [2]),
        ("nslookup, Windows", []),
        ("nslookup, Windows, failures", []),
        ("nslookup, its own prompt", []),
        ("Resolve-DnsName, an error in French", []),
        ("Resolve-DnsName, JSON without a question", [1]),
        ("Resolve-DnsName, as it prints", []),
        ("getent, nothing", [2]),
        ("az acr check-health", [1, 3]),
        ("nothing of a DNS tool", [1, 2, 3]),
    ],
)  # fmt: skip
def test_lines_that_are_not_understood_are_listed(case: str, lines: list[int]) -> None:
    """All of them, and no other."""
    assert [each.line for each in read(CASES[case][0].encode(), "f").ignored] == lines


WINDOWS = ["nslookup, Windows", "nslookup, German", "nslookup, French", "nslookup, Japanese", "nslookup, Spanish"]
ENCODINGS = [
    *[(case, encoding) for case in WINDOWS for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")],
    *[(case, page) for case in WINDOWS if "Japanese" not in case for page in ("cp850", "cp437", "cp1252")],
    ("nslookup, Windows", "cp932"),
    ("nslookup, Japanese", "cp932"),
]


@pytest.mark.parametrize(("case", "encoding"), ENCODINGS)
def test_encodings_of_consoles_and_redirections(case: str, encoding: str) -> None:
    """The text is decoded, not only its ASCII."""
    text, answers = CASES[case]
    octets = text.replace("\n", "\r\n").encode(encoding)
    assert shown(read(octets, "f")) == answers
    assert [line.text for line in streams(octets)[0]] == [line.rstrip() for line in text.split("\n")]


@pytest.mark.parametrize(
    "prefix", ["[pod/{}/dns] ", "2026-11-29T10:00:00.123456789Z ", "[pod/{}/dns] 2026-11-29T10:00:00Z ", "{}-1  | "]
)
def test_log_prefixes_are_taken_off(prefix: str) -> None:
    """Of kubectl logs and docker compose logs."""
    text = "".join(f"{prefix.format('a')}{line}\n" for line in CASES["dig"][0].splitlines())
    assert shown(read(text.encode(), "f")) == CASES["dig"][1]


def test_lines_of_several_pods_are_told_apart() -> None:
    """Lines that come in turns; the answers stand in the order of the file."""
    one, other = CASES["nslookup, Linux"][0].splitlines(), CASES["nslookup, BusyBox"][0].splitlines()
    pairs = [
        line for pair in zip(other, one, strict=False) for line in (f"[pod/b/x] {pair[0]}", f"[pod/a/x] {pair[1]}")
    ]
    found = read("\n".join(pairs).encode(), "f")
    assert [answer.server for answer in found.answers] == ["10.0.0.10", "10.0.0.4"]
    assert [answer.source.line for answer in found.answers if answer.source] == [1, 2]
    assert found.ignored == ()


def test_colours_do_not_count() -> None:
    """Output of kdig and logs have them."""
    text = "\x1b[1m" + CASES["dig"][0].replace("IN", "\x1b[36mIN\x1b[0m") + "\x1b]0;title\x07"
    assert shown(read(text.encode(), "f")) == CASES["dig"][1]


@given(st.lists(st.sampled_from(sorted(CASES)), max_size=4))
def test_outputs_in_one_file_are_read_as_each_alone(cases: list[str]) -> None:
    """A command line between them, as in a transcript, keeps them apart."""
    texts = [CASES[case] for case in cases]
    text = "\n$ date\n".join(text for text, _ in texts)
    assert shown(read(text.encode(), "f")) == [answer for _, answers in texts for answer in answers]


LINES = sorted({line for text, _ in CASES.values() for line in text.splitlines()})


@given(
    st.lists(st.sampled_from(LINES) | st.text(max_size=30), max_size=12), st.sampled_from(["utf-8", "utf-16", "cp850"])
)
def test_any_text_can_be_read(lines: list[str], encoding: str) -> None:
    """Nothing fails, and no answer is without its name."""
    found = read("\n".join(lines).encode(encoding, errors="replace"), "f")
    assert all(answer.fqdn and answer.chain[0] == answer.fqdn for answer in found.answers)
    assert all((answer.outcome.value == "NOERROR") is bool(answer.addresses) for answer in found.answers)


def test_a_line_without_end_is_ignored() -> None:
    """And takes no time; the lines around it count."""
    text = f"{CASES['dig'][0]}{'a' * 3_000_000}\n{CASES['dig'][0]}"
    found = read(text.encode(), "f")
    assert shown(found) == CASES["dig"][1] * 2
    assert [each.because for each in found.ignored] == ["it is longer than the lines of any tool"]


@given(st.binary(max_size=200))
def test_any_octets_can_be_read(octets: bytes) -> None:
    """Nothing fails."""
    read(octets, "f")


def test_the_parsers_are_found() -> None:
    """A file in the folder is enough."""
    assert [parser.PROGRAMS for parser in all_parsers()] == [
        ("az",), ("dig", "kdig", "drill", "delv"), (), (), (), ("getent",), ("host",), (), ("nslookup",), ("resolve-dnsname",), ("resolvectl", "systemd-resolve"),
    ]  # fmt: skip


NOPE = "nope.azurecr.io"
LANGUAGES = {
    "Spanish": ("Servidor", "Respuesta no autoritativa:", "Nombre", "{server} no encuentra {name}: {why}", "Tiempo de espera de la solicitud a {server} agotado"),
    "Italian": ("Server", "Risposta da un server non autorevole:", "Nome", "{server} non è in grado di trovare {name}: {why}", "Timeout richiesta per {server}"),
    "Portuguese": ("Servidor", "Não é resposta autoritativa:", "Nome", "{server} não encontrou {name}: {why}", "O tempo limite da solicitação para {server} foi atingido"),
    "Dutch": ("Server", "Niet-bindend antwoord:", "Naam", "{server} kan {name} niet vinden: {why}", "Time-out voor aanvraag aan {server}"),
    "Polish": ("Serwer", "Nieautorytatywna odpowiedź:", "Nazwa", "{server} nie może znaleźć {name}: {why}", "Upłynął limit czasu żądania do {server}"),
    "Russian": ("Сервер", "Не заслуживающий доверия ответ:", "Имя", "{server} не удалось найти {name}: {why}", "Превышено время ожидания запроса {server}"),  # noqa: RUF001 -- Cyrillic
    "Chinese": ("服务器", "非权威应答:", "名称", "{server} 找不到 {name}: {why}", "请求 {server} 超时"),
    "Hungarian": ("Kiszolgáló", "Nem mérvadó válasz:", "Név", "A(z) {server} nem találja a következőt: {name}: {why}", "A(z) {server} kiszolgálóhoz intézett kérés túllépte az időkorlátot"),
}  # fmt: skip
"""Labels and sentences of Windows' nslookup: server, answer, name, a name that is not found, and a silent server."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("host", ["UnKnown", "dc01.corp.local"])
def test_windows_speaks_any_language(language: str, host: str) -> None:
    """The places of the lines count, and no words but the codes that Windows does not translate."""
    label, answer, name, not_found, timed_out = LANGUAGES[language]
    server = f"{label}:  {host}\nAddress:  10.0.0.4\n\n"
    ended = f"*** {timed_out.format(server=host)}\n\n"
    asked = f"C:\\>nslookup {NOPE}\n"
    blocks = [
        (f"{server}{answer}\n{name}:  {CP}\nAddresses:  fd00::7\n          10.0.0.7\nAliases:  {C}\n\n", "NOERROR"),
        (f"{server}{name}:  {C}\nAddress:  10.0.0.7\n\n", "NOERROR"),
        *[
            (f"{server}*** {not_found.format(server=host, name=NOPE, why=why)}\n\n", outcome)
            for why, outcome in (("Non-existent domain", "NXDOMAIN"), ("Server failed", "SERVFAIL"))
        ],
        (f"{asked}{TIMED_OUT}{server}{TIMED_OUT}{TIMED_OUT}{ended}", "TIMEOUT"),
    ]
    found = read("".join(text for text, _ in blocks).encode(), "f")
    assert found.ignored == ()
    assert [each.outcome.value for each in found.answers] == [outcome for _, outcome in blocks]
    assert [each.chain for each in found.answers] == [VIA, (C,), (NOPE,), (NOPE,), (NOPE,)]
    assert [each.addresses for each in found.answers[:2]] == [("fd00::7", "10.0.0.7"), ("10.0.0.7",)]
    assert {each.server for each in found.answers} == {"10.0.0.4"}
