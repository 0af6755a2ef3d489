"""Outputs as tools of many versions, languages and shells print them; the reading of each was written before it was tried."""

from __future__ import annotations

import pytest

from acrdns.probe.transcripts.read import read
from tests.probe.transcripts.test_read import CP, VIA, C, shown

NOPE = "nope.azurecr.io"
GEO = "eus.data.azurecr.io"
OK = ("NOERROR", ["10.0.0.7"])
HEADER = ";; ->>HEADER<<- opcode: QUERY, status: {0}, id: 51443\n;; flags: qr rd ra; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 1\n\n"
ANSWER = f";; ANSWER SECTION:\n{C}.\t60\tIN\tCNAME\t{CP}.\n{CP}. 10 IN\tA\t10.0.0.7\n\n"
QUESTION = f";; QUESTION SECTION:\n;{C}.\t\tIN\tA\n\n"
SOA = ";; AUTHORITY SECTION:\nprivatelink.azurecr.io.\t10\tIN\tSOA\tazureprivatedns.net. azureprivatedns-host.microsoft.com. 1 3600 300 2419200 10\n\n"
WINDOWS = "Server:  UnKnown\nAddress:  10.0.0.4\n\n"
HOST_V = (
    f'Trying "{C}"\n{HEADER.format("NOERROR")}{QUESTION}{ANSWER}Received 98 bytes from 10.0.0.4#53 in 4 ms\n'
    f'Trying "{CP}"\n{HEADER.format("NOERROR").replace("ANSWER: 2", "ANSWER: 0")};; QUESTION SECTION:\n;{CP}.\tIN\tAAAA\n\n{SOA}'
    "Received 121 bytes from 10.0.0.4#53 in 2 ms\n"
    f'Trying "{CP}"\n{HEADER.format("NOERROR").replace("ANSWER: 2", "ANSWER: 0")};; QUESTION SECTION:\n;{CP}.\tIN\tMX\n\n{SOA}'
    "Received 121 bytes from 10.0.0.4#53 in 2 ms\n"
)
YAML = f"""-
  type: MESSAGE
  message:
    type: RECURSIVE_RESPONSE
    query_time: !!timestamp 2026-11-29T20:06:42.101Z
    response_time: !!timestamp 2026-11-29T20:06:42.105Z
    message_size: 98b
    socket_family: INET
    socket_protocol: UDP
    response_address: "10.0.0.4"
    response_port: 53
    query_address: "0.0.0.0"
    query_port: 0
    response_message_data:
      opcode: QUERY
      status: NOERROR
      id: 51443
      flags: qr rd ra
      QUESTION: 1
      ANSWER: 2
      AUTHORITY: 0
      ADDITIONAL: 1
      OPT_PSEUDOSECTION:
        EDNS:
          version: 0
          flags:
          udp: 1232
      QUESTION_SECTION:
        - {C}. IN A
      ANSWER_SECTION:
        - {C}. 60 IN CNAME {CP}.
        - {CP}. 10 IN A 10.0.0.7
"""
TRACE = f"""; <<>> DiG 9.18.28-0ubuntu0.22.04.1-Ubuntu <<>> +trace {C}
;; global options: +cmd
.\t\t\t5\tIN\tNS\ta.root-servers.net.
.\t\t\t5\tIN\tNS\tb.root-servers.net.
;; Received 239 bytes from 127.0.0.53#53(127.0.0.53) in 12 ms

io.\t\t\t172800\tIN\tNS\ta0.nic.io.
;; Received 622 bytes from 198.41.0.4#53(a.root-servers.net) in 20 ms

azurecr.io.\t\t3600\tIN\tNS\tns1-06.azure-dns.com.
;; Received 300 bytes from 65.22.160.17#53(a0.nic.io) in 24 ms

{C}.\t60\tIN\tCNAME\t{CP}.
;; Received 94 bytes from 40.90.4.6#53(ns1-06.azure-dns.com) in 28 ms

"""
PS5 = """[
    {
        "CharacterSet":  1,
        "Section":  1,
        "DataLength":  8,
        "TTL":  60,
        "Server":  "contoso.privatelink.azurecr.io",
        "NameHost":  "contoso.privatelink.azurecr.io",
        "Name":  "contoso.azurecr.io",
        "Type":  5
    },
    {
        "CharacterSet":  1,
        "Section":  1,
        "DataLength":  4,
        "TTL":  10,
        "Address":  "10.0.0.7",
        "IPAddress":  "10.0.0.7",
        "QueryType":  1,
        "IP4Address":  "10.0.0.7",
        "Name":  "contoso.privatelink.azurecr.io",
        "Type":  1
    }
]
"""
PS7_NAMES = (
    '[\n  {\n    "CharacterSet": "Unicode",\n    "Section": "Answer",\n    "DataLength": 4,\n    "TTL": 10,\n    "Address": "10.0.0.7",\n'
    '    "IPAddress": "10.0.0.7",\n    "QueryType": "A",\n    "IP4Address": "10.0.0.7",\n    "Name": "contoso.azurecr.io",\n    "Type": "A"\n  }\n]\n'
)


def error(id_: str, why: str, place: str = "In Zeile:1 Zeichen:1", name: str = NOPE) -> str:
    """Return an error of Windows PowerShell 5."""
    return (
        f"Resolve-DnsName : {name} : {why}\n{place}\n+ Resolve-DnsName {name}\n+ ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n"
        f"    + CategoryInfo          : ResourceUnavailable: ({name}:String) [Resolve-DnsName], Win32Exception\n"
        f"    + FullyQualifiedErrorId : {id_},Microsoft.DnsClient.Commands.ResolveDnsName\n \n"
    )


def nope(tool: str, outcome: str, type_: str | None = None, server: str | None = "10.0.0.4") -> tuple[object, ...]:
    """Return what is read of a name without an address."""
    return (tool, NOPE, type_, outcome, [], (NOPE,), server)


def right(tool: str, type_: str | None = None, server: str | None = "10.0.0.4") -> tuple[object, ...]:
    """Return what is read of the right answer."""
    return (tool, C, type_, *OK, VIA, server)


# Printed text; of each answer: tool, name, type, outcome, addresses, chain, server; and the lines that are listed.
CASES: dict[str, tuple[str, list[tuple[object, ...]], list[int]]] = {
    "dig 9.10 (macOS)": (
        f"\n; <<>> DiG 9.10.6 <<>> {C}\n;; global options: +cmd\n;; Got answer:\n{HEADER.format('NOERROR')};; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 512\n{QUESTION}{ANSWER};; Query time: 23 msec\n;; SERVER: 10.0.0.4#53(10.0.0.4)\n;; WHEN: Sun Nov 29 21:06:42 CET 2026\n;; MSG SIZE  rcvd: 98\n\n",
        [right("dig", "A")], [],
    ),
    "dig 9.16 +nocmd +nostats": (
        f";; Got answer:\n{HEADER.format('NOERROR')};; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 4096\n; COOKIE: 5d2f9c0b8a (good)\n{QUESTION}{ANSWER}",
        [right("dig", "A", None)], [],
    ),
    "dig 9.18, truncated, then over TCP": (
        f";; Truncated, retrying in TCP mode.\n\n; <<>> DiG 9.18.28 <<>> {C}\n;; global options: +cmd\n;; Got answer:\n{HEADER.format('NOERROR')}{QUESTION}{ANSWER};; Query time: 3 msec\n;; SERVER: 10.0.0.4#53(10.0.0.4) (TCP)\n;; WHEN: Sun Nov 29 20:06:42 UTC 2026\n;; MSG SIZE  rcvd: 98\n\n",
        [right("dig", "A")], [],
    ),
    "dig 9.20, refused by the host": (
        f"$ dig @10.0.0.4 {NOPE}\n;; communications error to 10.0.0.4#53: connection refused\n;; communications error to 10.0.0.4#53: connection refused\n;; communications error to 10.0.0.4#53: connection refused\n\n; <<>> DiG 9.20.4 <<>> @10.0.0.4 {NOPE}\n; (1 server found)\n;; global options: +cmd\n;; no servers could be reached\n\n",
        [nope("dig", "TIMEOUT", "A")], [],
    ),
    "dig 9.20, an extended error": (
        f";; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: REFUSED, id: 1\n;; flags: qr rd; QUERY: 1, ANSWER: 0, AUTHORITY: 0, ADDITIONAL: 1\n;; WARNING: recursion requested but not available\n\n;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n; EDE: 18 (Prohibited): (not for you)\n;; QUESTION SECTION:\n;{NOPE}.\tIN\tA\n\n;; Query time: 0 msec\n;; SERVER: 10.0.0.4#53(10.0.0.4) (UDP)\n;; MSG SIZE  rcvd: 60\n",
        [nope("dig", "REFUSED", "A")], [],
    ),
    "dig 9.18 +trace": (TRACE, [], [1, 6, 9, 12]),
    "dig 9.18 +yaml": (YAML, [right("dig", "A")], []),
    "dig 9.18 +yaml, no name": (
        YAML.replace("NOERROR", "NXDOMAIN").replace(C, NOPE).partition("      ANSWER_SECTION")[0], [nope("dig", "NXDOMAIN", "A")], [],
    ),
    "dig 9.20 +yaml, two questions": (
        (YAML + YAML.replace(" IN A\n", " IN AAAA\n").replace("10.0.0.7", "fd00::7").replace("10 IN A ", "10 IN AAAA ")).replace(f"- {C}. IN A", f"- '{C}. IN A").replace("IN A\n", "IN A'\n").replace("IN AAAA\n", "IN AAAA'\n"),
        [right("dig", "A"), ("dig", C, "AAAA", "NOERROR", ["fd00::7"], VIA, "10.0.0.4")], [],
    ),
    "dig +short, nobody there": (
        f"user@host:~$ dig +short {NOPE} @10.0.0.4\n;; communications error to 10.0.0.4#53: timed out\n;; communications error to 10.0.0.4#53: timed out\n;; communications error to 10.0.0.4#53: timed out\n;; no servers could be reached\n",
        [nope("dig", "TIMEOUT", "A")], [],
    ),
    "dig +noclass +ttlunits": (
        f";; Got answer:\n{HEADER.format('NOERROR')};; QUESTION SECTION:\n;{C}.\tIN A\n\n;; ANSWER SECTION:\n{C}.\t1m\tCNAME\t{CP}.\n{CP}.\t1m10s\tA 10.0.0.7\n\n;; SERVER: 10.0.0.4#53(10.0.0.4) (UDP)\n",
        [right("dig", "A")], [],
    ),
    "dig +noall +comments": (f";; Got answer:\n{HEADER.format('NOERROR')}{QUESTION}", [], [1]),
    "dig, a server without a name": (
        f"$ dig @ns.nope {NOPE}\ndig: couldn't get address for 'ns.nope': not found\n", [nope("dig", "OTHER", "A", None)], [2],
    ),
    "kdig": (
        f";; ->>HEADER<<- opcode: QUERY; status: NOERROR; id: 4321\n;; Flags: qr rd ra; QUERY: 1; ANSWER: 2; AUTHORITY: 0; ADDITIONAL: 0\n\n;; QUESTION SECTION:\n;; {C}.          \t\tIN\tA\n\n;; ANSWER SECTION:\n{C}. \t60\tIN\tCNAME\t{CP}.\n{CP}.\t10\tIN\tA\t10.0.0.7\n\n;; Received 98 B\n;; Time 2026-11-29 20:06:42 UTC\n;; From 10.0.0.4@53(UDP) in 4.1 ms\n",
        [right("dig", "A")], [],
    ),
    "kdig +tls": (
        f"$ kdig +tls @10.0.0.4 {C}\n;; TLS session (TLS1.3)-(ECDHE-X25519)-(ECDSA-SECP256R1-SHA256)-(AES-256-GCM)\n;; ->>HEADER<<- opcode: QUERY; status: NOERROR; id: 4321\n;; Flags: qr rd ra; QUERY: 1; ANSWER: 2; AUTHORITY: 0; ADDITIONAL: 1\n\n;; EDNS PSEUDOSECTION:\n;; Version: 0; flags: ; UDP size: 1232 B; ext-rcode: NOERROR\n;; PADDING: 281 B\n\n;; QUESTION SECTION:\n;; {C}. \t\tIN\tA\n\n;; ANSWER SECTION:\n{C}. \t60\tIN\tCNAME\t{CP}.\n{CP}.\t10\tIN\tA\t10.0.0.7\n\n;; Received 468 B\n;; Time 2026-11-29 20:06:42 UTC\n;; From 10.0.0.4@853(TLS) in 40.1 ms\n",
        [right("kdig", "A", "10.0.0.4:853")], [],
    ),
    "kdig, nobody there": (
        f"$ kdig @10.0.0.4 {NOPE}\n;; WARNING: response timeout for 10.0.0.4@53(UDP)\n;; WARNING: failed to query server 10.0.0.4@53(UDP)\n",
        [nope("kdig", "TIMEOUT", "A")], [],
    ),
    "drill": (
        f"$ drill {C} @10.0.0.4\n;; ->>HEADER<<- opcode: QUERY, rcode: NOERROR, id: 12345\n;; flags: qr rd ra ; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 0 \n;; QUESTION SECTION:\n;; {C}.\tIN\tA\n\n{ANSWER};; AUTHORITY SECTION:\n\n;; ADDITIONAL SECTION:\n\n;; Query time: 4 msec\n;; SERVER: 10.0.0.4\n;; WHEN: Sun Nov 29 20:06:42 2026\n;; MSG SIZE  rcvd: 98\n",
        [right("drill", "A")], [],
    ),
    "drill, nobody there": (
        f"$ drill {NOPE} @10.0.0.4\nError: error sending query: Could not send or receive, because of network error\n", [nope("drill", "TIMEOUT", "A")], [],
    ),
    "nslookup, macOS": (
        f"Server:\t\t10.0.0.4\nAddress:\t10.0.0.4#53\n\nNon-authoritative answer:\n{C}\tcanonical name = {CP}.\nName:\t{CP}\nAddress: 10.0.0.7\n\n", [right("nslookup")], [],
    ),
    "nslookup, BusyBox 1.36, no name": (
        f"/ # nslookup {NOPE}\nServer:\t\t10.0.0.4\nAddress:\t10.0.0.4:53\n\n** server can't find {NOPE}: NXDOMAIN\n\n** server can't find {NOPE}: NXDOMAIN\n\ncommand terminated with exit code 1\n",
        [nope("nslookup", "NXDOMAIN")], [9],
    ),
    "nslookup, BusyBox 1.36, nobody there": (
        f"/ # nslookup {NOPE} 10.0.0.4\n;; connection timed out; no servers could be reached\n\n", [nope("nslookup", "TIMEOUT")], [],
    ),
    "nslookup, Windows, many aliases": (
        f"{WINDOWS}Non-authoritative answer:\nName:    {GEO}\nAddresses:  2603:1030::7\n\t  20.45.122.144\nAliases:  {C}\n\t  {CP}\n\t  eus.fe.azcr.io\n\n",
        [("nslookup", C, None, "NOERROR", ["2603:1030::7", "20.45.122.144"], (*VIA, "eus.fe.azcr.io", GEO), "10.0.0.4")], [],
    ),
    "nslookup, Windows, no address at all": (
        f"C:\\Users\\me>nslookup {NOPE}\n{WINDOWS}*** No internal type for both IPv4 and IPv6 Addresses (A+AAAA) records available for {NOPE}\n\n", [nope("nslookup", "NODATA")], [],
    ),
    "nslookup, Windows, no IPv6 address": (
        f"{WINDOWS}*** No IPv6 address (AAAA) records available for {NOPE}\n\n", [nope("nslookup", "NODATA", "AAAA")], [],
    ),
    "nslookup, Windows, no answer": (
        f"{WINDOWS}*** UnKnown can't find {NOPE}: No response from server\n", [nope("nslookup", "TIMEOUT")], [],
    ),
    "nslookup, German": (
        f"C:\\>nslookup {C}\nServer:  UnKnown\nAddress:  10.0.0.4\n\nNicht autorisierende Antwort:\nName:    {CP}\nAddress:  10.0.0.7\nAliases:  {C}\n\n\nC:\\>nslookup {NOPE}\n{WINDOWS}*** UnKnown kann {NOPE} nicht finden: Non-existent domain.\n\nC:\\>nslookup {NOPE} 10.0.0.4\nDNS request timed out.\n    timeout was 2 seconds.\nServer:  UnKnown\nAddress:  10.0.0.4\n\nDNS request timed out.\n    timeout was 2 seconds.\n*** Zeitüberschreitung bei Anforderung an UnKnown.\n\nC:\\>\n",
        [right("nslookup"), nope("nslookup", "NXDOMAIN"), nope("nslookup", "TIMEOUT")], [],
    ),
    "nslookup, French": (
        f"C:\\>nslookup {C}\nServeur :   UnKnown\nAddress:  10.0.0.4\n\nRéponse ne faisant pas autorité :\nNom :    {CP}\nAddress:  10.0.0.7\nAliases:  {C}\n\n\nC:\\>nslookup {NOPE}\nServeur :   UnKnown\nAddress:  10.0.0.4\n\n*** UnKnown ne parvient pas à trouver {NOPE} : Non-existent domain\n\nC:\\>nslookup {NOPE}\nServeur :   UnKnown\nAddress:  10.0.0.4\n\nDNS request timed out.\n    timeout was 2 seconds.\n*** Le délai de la demande à UnKnown est dépassé\n",
        [right("nslookup"), nope("nslookup", "NXDOMAIN"), nope("nslookup", "TIMEOUT")], [],
    ),
    "nslookup, Japanese": (
        f"C:\\>nslookup {C}\nサーバー:  UnKnown\nAddress:  10.0.0.4\n\n権限のない回答:\n名前:    {CP}\nAddress:  10.0.0.7\nAliases:  {C}\n\n\nC:\\>nslookup {NOPE}\nサーバー:  UnKnown\nAddress:  10.0.0.4\n\n*** UnKnown が {NOPE} を見つけられません: Non-existent domain\n\nC:\\>nslookup {NOPE}\nサーバー:  UnKnown\nAddress:  10.0.0.4\n\nDNS request timed out.\n    timeout was 2 seconds.\n*** UnKnown への要求がタイムアウトしました\n",
        [right("nslookup"), nope("nslookup", "NXDOMAIN"), nope("nslookup", "TIMEOUT")], [],
    ),
    "nslookup, Spanish": (
        f"C:\\>nslookup {C}\nServidor:  UnKnown\nAddress:  10.0.0.4\n\nRespuesta no autoritativa:\nNombre:  {CP}\nAddress:  10.0.0.7\nAliases:  {C}\n\nC:\\>nslookup {NOPE}\nServidor:  UnKnown\nAddress:  10.0.0.4\n\n*** UnKnown no encuentra {NOPE}: Non-existent domain\n\nC:\\>nslookup {NOPE}\nServidor:  UnKnown\nAddress:  10.0.0.4\n\nDNS request timed out.\n    timeout was 2 seconds.\n*** Se agotó el tiempo de espera de la solicitud a UnKnown\n",
        [right("nslookup"), nope("nslookup", "NXDOMAIN"), nope("nslookup", "TIMEOUT")], [],
    ),
    "nslookup, Italian": (
        f"C:\\>nslookup {C}\nServer:  UnKnown\nAddress:  10.0.0.4\n\nRisposta da un server non autorevole:\nNome:    {CP}\nAddress:  10.0.0.7\nAliases:  {C}\n\nC:\\>nslookup {NOPE}\nServer:  UnKnown\nAddress:  10.0.0.4\n\n*** UnKnown non è in grado di trovare {NOPE}: Non-existent domain\n\nC:\\>nslookup {NOPE}\nServer:  UnKnown\nAddress:  10.0.0.4\n\n*** UnKnown non è in grado di trovare {NOPE}: Server failed\n",
        [right("nslookup"), nope("nslookup", "NXDOMAIN"), nope("nslookup", "SERVFAIL")], [],
    ),
    "nslookup, Portuguese": (
        f"C:\\>nslookup {C}\nServidor:  UnKnown\nAddress:  10.0.0.4\n\nNão é resposta autoritativa:\nNome:    {CP}\nAddress:  10.0.0.7\nAliases:  {C}\n\nC:\\>nslookup {NOPE}\nServidor:  UnKnown\nAddress:  10.0.0.4\n\n*** UnKnown não encontrou {NOPE}: Non-existent domain\n",
        [right("nslookup"), nope("nslookup", "NXDOMAIN")], [],
    ),
    "nslookup, Windows 7, no reverse zone": (
        f"*** Can't find server name for address 10.0.0.4: Non-existent domain\n*** Default servers are not available\n{WINDOWS}Non-authoritative answer:\nName:    {CP}\nAddress:  10.0.0.7\nAliases:  {C}\n\n",
        [right("nslookup")], [],
    ),
    "Resolve-DnsName, PowerShell 5": (PS5, [right("Resolve-DnsName", "A", None)], []),
    "Resolve-DnsName, PowerShell 5, one object": (
        PS5[PS5.index("    {", 20) : PS5.rindex("]")].replace(CP, C), [("Resolve-DnsName", C, "A", *OK, (C,), None)], [],
    ),
    "Resolve-DnsName, PowerShell 5, wrapped": (
        '{\n    "value":  ' + PS5.rstrip() + ',\n    "Count":  2\n}\n', [right("Resolve-DnsName", "A", None)], [],
    ),
    "Resolve-DnsName, PowerShell 7, words for numbers": (PS7_NAMES, [("Resolve-DnsName", C, "A", *OK, (C,), None)], []),
    "Resolve-DnsName, PowerShell 7, in one line": (
        f'PS /home/me> Resolve-DnsName {C} | ConvertTo-Json -Compress\n[{{"Name":"{C}","Type":5,"TTL":60,"Section":1,"NameHost":"{CP}"}},{{"IPAddress":"10.0.0.7","Name":"{CP}","Type":1,"TTL":10,"Section":1}}]\nPS /home/me> \n',
        [right("Resolve-DnsName", None, None)], [],
    ),
    "Resolve-DnsName, an error in German": (
        error("DNS_ERROR_RCODE_NAME_ERROR", "Der DNS-Name ist nicht vorhanden"), [nope("Resolve-DnsName", "NXDOMAIN", None, None)], [],
    ),
    "Resolve-DnsName, errors in Spanish and Japanese": (
        error("DNS_ERROR_RCODE_SERVER_FAILURE", "Error del servidor DNS", "En línea: 1 Carácter: 1") + error("DNS_INFO_NO_RECORDS", "指定された DNS クエリのレコードが見つかりませんでした", "発生場所 行:1 文字:1") + error("ERROR_TIMEOUT", "Il timeout è scaduto.", "In riga:1 car:1"),
        [nope("Resolve-DnsName", outcome, None, None) for outcome in ("SERVFAIL", "NODATA", "TIMEOUT")], [],
    ),
    "Resolve-DnsName, an error of PowerShell 7": (
        f"Resolve-DnsName: \nLine |\n   1 |  Resolve-DnsName {NOPE}\n     |  ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\n     | {NOPE} : DNS name does not exist.\n", [nope("Resolve-DnsName", "NXDOMAIN", None, None)], [],
    ),
    "getent ahosts, both families": (
        f"$ getent ahosts {C}\nfd00::7         STREAM {CP}\nfd00::7         DGRAM  \nfd00::7         RAW    \n10.0.0.7        STREAM \n10.0.0.7        DGRAM  \n10.0.0.7        RAW    \n",
        [("getent", C, None, "NOERROR", ["fd00::7", "10.0.0.7"], VIA, None)], [],
    ),
    "host -v": (
        f"$ host -v {C}\n{HOST_V}", [right("host", "A"), ("host", CP, "AAAA", "NODATA", [], (CP,), "10.0.0.4")], [25],
    ),
    "host, nobody there": (f"$ host {NOPE} 10.0.0.4\n;; connection timed out; no servers could be reached\n", [nope("host", "TIMEOUT")], []),
    "resolvectl query": (
        f"$ resolvectl query {C}\n{C}: 10.0.0.7{' ' * 20}-- link: eth0\n{' ' * 20}({CP})\n\n-- Information acquired via protocol DNS in 12.3ms.\n-- Data is authenticated: no; Data was acquired via local or encrypted transport: no\n-- Data from: network\n",
        [right("resolvectl", None, None)], [],
    ),
    "resolvectl query, both families": (
        f"{C}: fd00::7{' ' * 20}-- link: eth0\n{' ' * 20}10.0.0.7{' ' * 20}-- link: eth0\n{' ' * 20}({CP})\n\n-- Information acquired via protocol DNS in 1.2ms.\n-- Data is authenticated: no\n",
        [("resolvectl", C, None, "NOERROR", ["fd00::7", "10.0.0.7"], VIA, None)], [],
    ),
    "resolvectl query, failures": (
        f"{NOPE}: resolve call failed: '{NOPE}' not found\n{NOPE}: resolve call failed: Name '{NOPE}' not found\n{NOPE}: resolve call failed: '{NOPE}' does not have any RR of the requested type\n{NOPE}: resolve call failed: Could not resolve '{NOPE}', server or network returned error SERVFAIL\n{NOPE}: resolve call failed: Query timed out\n{NOPE}: resolve call failed: All attempts to contact name servers or networks failed\n{NOPE}: resolve call failed: No appropriate name servers or networks for name found\n",
        [nope("resolvectl", outcome, None, None) for outcome in ("NXDOMAIN", "NXDOMAIN", "NODATA", "SERVFAIL", "TIMEOUT", "TIMEOUT", "OTHER")], [],
    ),
    "systemd-resolve (18.04)": (
        f"$ systemd-resolve {C}\n{C}: 10.0.0.7\n{' ' * 20}({CP})\n\n-- Information acquired via protocol DNS in 2.0ms.\n-- Data is authenticated: no\n",
        [right("resolvectl", None, None)], [],
    ),
    "az acr check-health --vnet": (
        f"$ az acr check-health -n contoso --vnet hub -y\nDocker daemon status: available\nDocker version: 'Docker version 27.3.1, build ce12230, platform linux/amd64'\nDocker pull of 'mcr.microsoft.com/mcr/hello-world:latest' : OK\nAzure CLI version: 2.67.0\nDNS lookup to {C} at IP 10.0.0.7 : OK\nChallenge endpoint https://{C}/v2/ : OK\nFetch refresh token for registry '{C}' : OK\nDNS routing to registry \"contoso\" through private IP is correct : OK\n",
        [("az acr check-health", C, "A", *OK, (C,), None)], [2, 3, 4, 5, 7, 8, 9],
    ),
    "kubectl run": (
        f'$ kubectl run -it --rm dns --image=busybox --restart=Never -- nslookup {C}\nServer:\t\t10.0.0.4\nAddress:\t10.0.0.4:53\n\nNon-authoritative answer:\n{C}\tcanonical name = {CP}\nName:\t{CP}\nAddress: 10.0.0.7\n\nNon-authoritative answer:\n{C}\tcanonical name = {CP}\n\npod "dns" deleted\n',
        [right("nslookup")], [13],
    ),
    "kubectl logs --prefix --timestamps": (
        "".join(f"[pod/dns-7d9f-x2/dns] 2026-11-29T10:00:00.123456789Z {line}\n" for line in f"Server:\t\t10.0.0.4\nAddress:\t10.0.0.4#53\n\n** server can't find {NOPE}: NXDOMAIN\n".splitlines()),
        [nope("nslookup", "NXDOMAIN")], [],
    ),
    "kubelet": (
        f'  Warning  Failed     3s (x2 over 18s)  kubelet  Failed to pull image "{C}/team/app:1.0": failed to resolve reference: failed to do request: Head "https://{C}/v2/team/app/manifests/1.0": dial tcp: lookup {C} on 10.0.0.4:53: no such host\n',
        [("go", C, None, "OTHER", [], (C,), "10.0.0.4")], [],
    ),
    "ping": (
        f"ping: cannot resolve {NOPE}: Unknown host\nPing request could not find host {NOPE}. Please check the name and try again.\n",
        [nope("getaddrinfo", "OTHER", None, None)] * 2, [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_readings(case: str, encoding: str) -> None:
    """Each answer as it was printed, in order, and each other line listed; redirected on Linux and on Windows."""
    text, answers, listed = CASES[case]
    found = read(text.replace("\n", "\r\n" if encoding == "utf-16" else "\n").encode(encoding), "f")
    assert shown(found) == answers
    assert [line.line for line in found.ignored] == listed
