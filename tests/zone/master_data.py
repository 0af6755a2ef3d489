"""Record data in master files, type by type: what is refused, and what is read. `master.py` has the rest of the file."""

from __future__ import annotations

from tests.zone.master_cases import APART, DIGEST, ZONE

SIGNATURE = "20300101000000 20200101000000 1 t.example. AAAA"
HASH = "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"
NEXT = "2vptu5timamqttgl4luu9kg21e0aor3s"
ODD_NAPTR = (
    'is no NAPTR data: the regular expression has to be "!pattern!replacement!" with flag i if wanted (RFC 3402)'
)
TOO_LARGE = "no message can hold; there can be 65506"
NO_DIGEST = "has a digest of an unknown type; known are 1 (SHA-1), 2 (SHA-256) and 4 (SHA-384)"
NO_HASH = "names no known hash algorithm; there is 1 (RFC 5155)"

REFUSED_DATA = [
    # what is wrong, the record at `w`, the problem that is told at line 5
    ("NAPTR order of 17 bits", 'NAPTR 65536 10 "u" "E2U+sip" "" .', '65536 10 "u" "E2U+sip" "" . is no NAPTR data: 65536 is not an unsigned 16-bit integer'),
    ("NAPTR with five fields", 'NAPTR 1 1 "u" "E2U+sip" .', '1 1 "u" "E2U+sip" . is no NAPTR data: expecting an identifier'),
    ("NAPTR pattern without an end", 'NAPTR 1 1 "u" "" "!^.*$" .', f'1 1 "u" "" "!^.*$" . {ODD_NAPTR}'),
    ("NAPTR without a replacement", 'NAPTR 1 1 "u" "" "!^.*$!" .', f'1 1 "u" "" "!^.*$!" . {ODD_NAPTR}'),
    ("NAPTR with another flag", 'NAPTR 1 1 "u" "" "!^.*$!x!g" .', f'1 1 "u" "" "!^.*$!x!g" . {ODD_NAPTR}'),
    ("NAPTR delimiter is a digit", 'NAPTR 1 1 "u" "" "1^.*$1x1" .', f'1 1 "u" "" "1^.*$1x1" . {ODD_NAPTR}'),
    ("NAPTR delimiter is a flag", 'NAPTR 1 1 "u" "" "i^.*$ixi" .', f'1 1 "u" "" "i^.*$ixi" . {ODD_NAPTR}'),
    ("NAPTR with an open group", 'NAPTR 1 1 "u" "" "!^(a$!x!" .', f'1 1 "u" "" "!^(a$!x!" . {ODD_NAPTR}'),
    ("NAPTR with an open bracket", 'NAPTR 1 1 "u" "" "!^[a$!x!" .', f'1 1 "u" "" "!^[a$!x!" . {ODD_NAPTR}'),
    ("NAPTR that repeats nothing", 'NAPTR 1 1 "u" "" "!*a!x!" .', f'1 1 "u" "" "!*a!x!" . {ODD_NAPTR}'),
    ("NAPTR with an empty alternative", 'NAPTR 1 1 "u" "" "!a|!x!" .', f'1 1 "u" "" "!a|!x!" . {ODD_NAPTR}'),
    ("NAPTR that refers to no group", 'NAPTR 1 1 "u" "" "!^.*$!\\\\1!" .', f'1 1 "u" "" "!^.*$!\\\\1!" . {ODD_NAPTR}'),
    ("NAPTR that refers to group 0", 'NAPTR 1 1 "u" "" "!^.*$!\\\\0!" .', f'1 1 "u" "" "!^.*$!\\\\0!" . {ODD_NAPTR}'),
    ("TLSA usage of 9 bits", f"TLSA 256 1 1 {DIGEST}", f"256 1 1 {DIGEST} is no TLSA data: 256 is not an unsigned 8-bit integer"),
    ("TLSA without data", "TLSA 3 1 1", "3 1 1 is no TLSA data: expecting another identifier"),
    ("TLSA of half an octet", "TLSA 3 1 0 abc", "3 1 0 abc is no TLSA data: Odd-length string"),
    ("TLSA digest too short", "TLSA 3 1 1 00", "3 1 1 00 is no TLSA data: certificate association data length inconsistent with matching type"),
    ("SSHFP too short", "SSHFP 4 2 00", "4 2 00 is no SSHFP data: fingerprint length inconsistent with fingerprint type"),
    ("SSHFP that is no hexadecimal", "SSHFP 4 2 zz", "4 2 zz is no SSHFP data: Non-hexadecimal digit found"),
    ("SSHFP without data", "SSHFP 4 2", "4 2 is no SSHFP data: expecting another identifier"),
    ("WKS of an unknown protocol", "WKS 192.0.2.1 telepathy smtp", "192.0.2.1 telepathy smtp is no WKS data: telepathy is no protocol of RFC 1010 or IANA; write its number"),
    ("WKS of an unknown service", "WKS 192.0.2.1 TCP smtp smpt", "192.0.2.1 TCP smtp smpt is no WKS data: smpt is no service of RFC 1010 or IANA over this protocol; write its port"),
    ("WKS of a service without ports", "WKS 192.0.2.1 ICMP smtp", "192.0.2.1 ICMP smtp is no WKS data: smtp is no service of RFC 1010 or IANA over this protocol; write its port"),
    ("WKS port of 17 bits", "WKS 192.0.2.1 6 65536", "192.0.2.1 6 65536 is no WKS data: service must be between 0 and 65535 inclusive"),
    ("URI weight of 17 bits", 'URI 1 65536 "x:y"', '1 65536 "x:y" is no URI data: 65536 is not an unsigned 16-bit integer'),
    ("URI without quotes", "URI 10 1 ftp://ftp.other./", "10 1 ftp://ftp.other./ is no URI data: the target has to stand in quotes (RFC 7553 section 4.5)"),
    ("URI without a target", "URI 10 1", "10 1 is no URI data: expecting a string"),
    ("URI with an empty target", 'URI 10 1 ""', '10 1 "" is no URI data: URI target cannot be empty'),
    ("URI with two targets", 'URI 10 1 "a" "b"', '10 1 "a" "b" is no URI data: expected EOL or EOF, got 4 "b"'),
    ("CAA flags of 9 bits", 'CAA 256 issue "x"', '256 issue "x" is no CAA data: 256 is not an unsigned 8-bit integer'),
    ("CAA tag in quotes", 'CAA 0 "issue" "x"', '0 "issue" "x" is no CAA data: the tag stands without quotes (RFC 8659 section 4.1.1)'),
    ("CAA without a value", "CAA 0 issue", "0 issue is no CAA data: expecting a string"),
    ("CAA with two values", 'CAA 0 issue "a" "b"', '0 issue "a" "b" is no CAA data: expected EOL or EOF, got 4 "b"'),
    ("CAA with an equals sign", 'CAA 0 issue="x"', APART),
    ("HTTPS priority of 17 bits", "HTTPS 65536 .", "65536 . is no HTTPS data: 65536 is not an unsigned 16-bit integer"),
    ("HTTPS without a target", "HTTPS 1", "1 is no HTTPS data: expecting an identifier"),
    ("HTTPS with a key twice", "HTTPS 1 . alpn=h2 alpn=h3", '1 . alpn=h2 alpn=h3 is no HTTPS data: duplicate key "1"'),
    ("HTTPS with a key that is none", "HTTPS 1 . foo=bar", "1 . foo=bar is no HTTPS data: Unknown SVCB ParamKey"),
    ("HTTPS port of 17 bits", "HTTPS 1 . port=65536", "1 . port=65536 is no HTTPS data: not a uint16"),
    ("HTTPS hint that is no address", "HTTPS 1 . ipv4hint=1.2.3", "1 . ipv4hint=1.2.3 is no HTTPS data: Text input is malformed."),
    ("HTTPS without the default and any other", "HTTPS 1 . no-default-alpn", "1 . no-default-alpn is no HTTPS data: no-default-alpn present, but alpn missing"),
    ("HTTPS with an empty protocol", "HTTPS 1 . alpn=h2,", "1 . alpn=h2, is no HTTPS data: empty bytes not allowed"),
    ("HTTPS where the whole parameter is quoted", 'HTTPS 1 . "alpn=h2"', '1 . "alpn=h2" is no HTTPS data: parameter is not an identifier'),
    ("HTTPS with more behind the quotes", 'HTTPS 1 . alpn="h2"x', APART),
    ("HTTPS with an open quote", 'HTTPS 1 . alpn="h2', "a quoted string does not end on its line"),
    ("SVCB path without a variable", "SVCB 1 x alpn=h2 dohpath=/q", "1 x alpn=h2 dohpath=/q is no SVCB data: dohpath has no variable dns (RFC 9461 section 5)"),
    ("TXT with an equals sign", 'TXT a="b"', APART),
    ("LOC below the deepest", "LOC 52 N 4 E -100001.00m", "52 N 4 E -100001.00m is no LOC data: a number is out of range"),
    ("LOC above the highest", "LOC 52 N 4 E 42849673m", "52 N 4 E 42849673m is no LOC data: a number is out of range"),
    ("LOC of more than any size", "LOC 52 N 4 E 0m 100000000m", "52 N 4 E 0m 100000000m is no LOC data: size value out of bounds"),
    ("LOC north of the pole", "LOC 90 0 0.001 N 4 E 0m", "90 0 0.001 N 4 E 0m is no LOC data: a latitude beyond 90 or a longitude beyond 180 degrees"),
    ("LOC beyond 180 degrees", "LOC 52 N 180 1 W 0m", "52 N 180 1 W 0m is no LOC data: a latitude beyond 90 or a longitude beyond 180 degrees"),
    ("LOC with 60 minutes", "LOC 52 60 N 4 E 0m", "52 60 N 4 E 0m is no LOC data: bad minutes value"),
    ("LOC in small letters", "LOC 52 n 4 e 0m", "52 n 4 e 0m is no LOC data: bad latitude hemisphere value"),
    ("DS key tag of 17 bits", f"DS 65536 8 2 {DIGEST}", f"65536 8 2 {DIGEST} is no DS data: 65536 is not an unsigned 16-bit integer"),
    ("DS of an unknown digest type", "DS 1 8 200 00", f"1 8 200 00 is no DS data: it {NO_DIGEST}"),
    ("DS of an unknown digest type, generic", "DS \\# 5 0001 08 c8 00", f"the 5 octets are no DS data: it {NO_DIGEST}"),
    ("DNSKEY algorithm of 9 bits", "DNSKEY 256 3 256 AAAA", "256 3 256 AAAA is no DNSKEY data: algorithm must be an int between >= 0 and <= 255"),
    ("RRSIG over a type that is none", f"RRSIG FOO 8 3 300 {SIGNATURE}", f"FOO 8 3 300 {SIGNATURE} is no RRSIG data: DNS resource record type is unknown."),
    ("RRSIG in a month 13", "RRSIG A 8 3 300 20301301000000 20200101000000 1 @ AAAA", "A 8 3 300 20301301000000 20200101000000 1 @ AAAA is no RRSIG data: Time in DNS SIG or RRSIG resource record cannot be parsed."),
    ("RRSIG without a signature", "RRSIG A 8 3 300 20300101000000 20200101000000 1 @", "A 8 3 300 20300101000000 20200101000000 1 @ is no RRSIG data: expecting another identifier"),
    ("RRSIG with a TTL in units", f"RRSIG A 8 3 5m {SIGNATURE}", f"A 8 3 5m {SIGNATURE} is no RRSIG data: 5m is no number of seconds"),
    ("NSEC over a type that is none", "NSEC x FOO", "x FOO is no NSEC data: DNS resource record type is unknown."),
    ("NSEC without types", "NSEC x", "x is no NSEC data: it lists no types; it lists NSEC itself at least (RFC 4034 section 4.1.2)"),
    ("NSEC3 with a short hash", "NSEC3 1 1 0 - 2vptu5ti A", "1 1 0 - 2vptu5ti A is no NSEC3 data: a hash of 5 octets; SHA-1 has 20"),
    ("NSEC3 with a long hash", f"NSEC3 1 1 0 - {NEXT}0000 A", f"1 1 0 - {NEXT}0000 A is no NSEC3 data: a hash of 22 octets; SHA-1 has 20"),
    ("NSEC3 with a salt of half an octet", f"NSEC3 1 1 0 abc {NEXT} A", f"1 1 0 abc {NEXT} A is no NSEC3 data: Odd-length string"),
    ("ZONEMD too short", "ZONEMD 1 1 1 00", "1 1 1 00 is no ZONEMD data: digest must be at least 12 octets"),
    ("X25 that is no number", "X25 abc", "abc is no X25 data: an address is four or more digits (RFC 1183 section 3.1)"),
    ("X25 too short", "X25 311", "311 is no X25 data: an address is four or more digits (RFC 1183 section 3.1)"),
    ("EUI48 of five octets", "EUI48 00-00-5e-00-53", "00-00-5e-00-53 is no EUI48 data: Input text must have 17 characters"),
    ("EUI48 with colons", "EUI48 00:00:5e:00:53:2a", "00:00:5e:00:53:2a is no EUI48 data: Dash expected at position 2"),
    ("APL prefix too long", "APL 1:192.0.2.0/33", "1:192.0.2.0/33 is no APL data: value too large"),
    ("DHCID that is no base64", "DHCID AA!A", "AA!A is no base64"),
    ("CERT type that is none", "CERT FOO 1 8 AAAA", "FOO 1 8 AAAA is no CERT data: invalid literal for int() with base 10: 'FOO'"),
    ("IPSECKEY gateway of another family", "IPSECKEY 10 1 2 ::1 AAAA", "10 1 2 ::1 AAAA is no IPSECKEY data: Text input is malformed."),
    ("MX -1", "MX -1 x", "-1 is no number from 0 to 65535"),
    ("MINFO with one mailbox", "MINFO a", "data of 1 fields; there have to be 2"),
    ("generic data of a negative length", "TYPE1234 \\# -1", "the data has 0 octets, not the -1 stated"),
    ("generic data without a length", "TYPE1234 \\#", "the data has 0 octets, not the missing stated"),
    ("generic data beyond any record", f"TYPE1234 \\# 65536 {'00' * 65536}", f"data of 65536 octets, which {TOO_LARGE}"),
    ("generic data beyond any message", f"TYPE1234 \\# 65520 {'00' * 65520}", f"data of 65520 octets, which {TOO_LARGE}"),
    ("TXT beyond any record", "TXT" + f' "{"a" * 255}"' * 257, f"data of 65792 octets, which {TOO_LARGE}"),
    ("TXT beyond any record, slowly", "TXT (" + f' "{"a" * 255}"' * 257 + ")", f"data of 65792 octets, which {TOO_LARGE}"),
]  # fmt: skip

REFUSED_SETS = [
    # what is wrong, the file, the problems: line and words
    ("a set beyond any message", f"{ZONE}w TYPE1234 \\# 40000 {'00' * 40000}\nw TYPE1234 \\# 40000 {'11' * 40000}\n", [f"6: the TYPE1234 records of w.t.example have 80000 octets of data, which {TOO_LARGE}"]),
    ("a set of many beyond any message", ZONE + "".join(f"w A 10.0.{number >> 8}.{number & 255}\n" for number in range(16400)), [f"16381: the A records of w.t.example have 65508 octets of data, which {TOO_LARGE}"]),
    ("NSEC3PARAM with another algorithm", f"{ZONE}@ NSEC3PARAM 200 0 0 -\n", [f"5: NSEC3PARAM at the apex t.example {NO_HASH}"]),
    ("many types, each with its line", f"{ZONE}a URI 1 1 x\nb NSEC x\n\nc X25 1\n", ["5: 1 1 x is no URI data: the target has to stand in quotes (RFC 7553 section 4.5)", "6: x is no NSEC data: it lists no types; it lists NSEC itself at least (RFC 4034 section 4.1.2)", "8: 1 is no X25 data: an address is four or more digits (RFC 1183 section 3.1)"]),
]  # fmt: skip

STRICTER = {
    "TLSA digest too short",  # RFC 6698 section 2.1.3
    "URI with an empty target",  # RFC 7553 section 4.4
}
"""Rows that both let pass, and that dnspython and the RFC do not."""

ACCEPTED_DATA = [
    # what it is about, what is added to `ZONE`, the records that come of it
    ("NAPTR", 'w NAPTR 100 10 "u" "E2U+sip" "!^(.*)$!sip:\\\\1@t.example!i" .\nv NAPTR 1 2 s SIP+D2U "" _sip._udp\nu NAPTR 1 1 "" "" "/[^!]+[]]a{1,2}[[:digit:]]/x\\\\/y/" .\n', ['w 300 NAPTR 100 10 "u" "E2U+sip" "!^(.*)$!sip:\\\\1@t.example!i" .', 'v 300 NAPTR 1 2 "s" "SIP+D2U" "" _sip._udp.t.example.', 'u 300 NAPTR 1 1 "" "" "/[^!]+[]]a{1,2}[[:digit:]]/x\\\\/y/" .']),
    ("TLSA", f"_443._tcp.w TLSA 3 1 1 ( {DIGEST[:32]}\n {DIGEST[32:]} )\nw TLSA 9 9 9 00\n", [f"_443._tcp.w 300 TLSA 3 1 1 {DIGEST}", "w 300 TLSA 9 9 9 00"]),
    ("SSHFP", f"w SSHFP 4 2 {DIGEST[:32]} {DIGEST[32:]}\nw SSHFP 9 9 00\n", [f"w 300 SSHFP 4 2 {DIGEST}", "w 300 SSHFP 9 9 00"]),
    ("URI", 'w URI 10 1 "ftp://ftp.other./a\\"b\\065"\nv URI 10 1 "' + "a" * 300 + '"\n', ['w 300 URI 10 1 "ftp://ftp.other./a\\"bA"', 'v 300 URI 10 1 "' + "a" * 300 + '"']),
    ("CAA", 'w CAA 0 issue "ca.other; account=1"\nw CAA 128 issuewild ";"\nw CAA 0 iodef mailto:a@b\nw CAA 0 issue ""\n', ['w 300 CAA 0 issue "ca.other; account=1"', 'w 300 CAA 128 issuewild ";"', 'w 300 CAA 0 iodef "mailto:a@b"', 'w 300 CAA 0 issue ""']),
    ("HTTPS with quoted values", 'w HTTPS 1 . alpn="h2,h3" port="8443" ipv4hint="192.0.2.1,192.0.2.2"\nv HTTPS 1 . key667="a b\\210" ; comment\n', ['w 300 HTTPS 1 . alpn="h2,h3" port="8443" ipv4hint="192.0.2.1,192.0.2.2"', 'v 300 HTTPS 1 . key667="a b\\210"']),
    ("HTTPS with every key", 'w HTTPS 1 x mandatory=alpn,port alpn=h2 no-default-alpn port=1 ipv4hint=192.0.2.1 ech="AEn+DQBFKwAgACABWIHUGj4u+PIggYXcR5JF0gYk3dCRioBW8uJq9H4mKAAIAAEAAQABAANAEnB1YmxpYy50bHMtZWNoLmRldgAA" ipv6hint=2001:db8::1\n', ['w 300 HTTPS 1 x.t.example. mandatory="alpn,port" alpn="h2" no-default-alpn port="1" ipv4hint="192.0.2.1" ech="AEn+DQBFKwAgACABWIHUGj4u+PIggYXcR5JF0gYk3dCRioBW8uJq9H4mKAAIAAEAAQABAANAEnB1YmxpYy50bHMtZWNoLmRldgAA" ipv6hint="2001:db8::1"']),
    ("HTTPS with commas in a protocol", 'w HTTPS 1 . alpn="f\\\\\\\\oo\\\\,bar,h2"\n', ['w 300 HTTPS 1 . alpn="f\\\\\\\\oo\\\\,bar,h2"']),
    ("HTTPS as an alias", "w HTTPS 0 x\nv HTTPS 0 .\n", ["w 300 HTTPS 0 x.t.example.", "v 300 HTTPS 0 ."]),
    ("HTTPS as an alias, with parameters", "w HTTPS 0 . alpn=h2\nw TYPE65 \\# 10 0000 00 0001 0003 026832\n", ["w 300 HTTPS \\# 10 00000000010003026832"]),
    ("LOC", "w LOC 52 N 4 E 0m\nv LOC 90 N 180 W -100000m 90000000m 1m 0\nu LOC 1 2 3.456 S 4 5 W 42849672.95\n", ["w 300 LOC 52 0 0.000 N 4 0 0.000 E 0.00m", "v 300 LOC 90 0 0.000 N 180 0 0.000 W -100000.00m 90000000.00m 1.00m 0.00m", "u 300 LOC 1 2 3.456 S 4 5 0.000 W 42849672.95m"]),
    ("DS and what is made like it", f"w DS 12345 RSASHA256 2 {DIGEST}\n@ CDS 0 0 0 00\n@ CDNSKEY 0 3 0 AA==\n", [f"w 300 DS 12345 8 2 {DIGEST}", "@ 300 CDS 0 0 0 00", "@ 300 CDNSKEY 0 3 0 AA=="]),
    ("DNSKEY", "@ DNSKEY 257 3 RSASHA256 AwEAAcPcpSJ1\n", ["@ 300 DNSKEY 257 3 8 AwEAAcPcpSJ1"]),
    ("RRSIG", "w A 192.0.2.1\nw RRSIG TYPE1 RSASHA256 3 300 1893456000 1577836800 1 @ AAAA\n", ["w 300 A 192.0.2.1", "w 300 RRSIG A 8 3 300 20300101000000 20200101000000 1 t.example. AAAA"]),
    ("NSEC and NSEC3", f"w NSEC a\\ b A NSEC TYPE65280\n{HASH} NSEC3 1 1 12 aabbccdd {NEXT} A RRSIG\n{NEXT} NSEC3 1 1 0 - {HASH}\n@ NSEC3PARAM 1 0 12 aabbccdd\n", ["w 300 NSEC a\\032b.t.example. A NSEC TYPE65280", f"{HASH} 300 NSEC3 1 1 12 aabbccdd {NEXT} A RRSIG", f"{NEXT} 300 NSEC3 1 1 0 - {HASH}", "@ 300 NSEC3PARAM 1 0 12 aabbccdd"]),
    ("NSEC3PARAM below the apex", "w NSEC3PARAM 200 0 0 -\n", ["w 300 NSEC3PARAM 200 0 0 -"]),
    ("escapes in owners", "a\\032b TXT x\na\\ c TXT x\na\\;d TXT x\na\\\\e TXT x\n\\065F TXT x\n\\*.g TXT x\n", ['a\\032b 300 TXT "x"', 'a\\032c 300 TXT "x"', 'a\\;d 300 TXT "x"', 'a\\\\e 300 TXT "x"', 'af 300 TXT "x"', '*.g 300 TXT "x"']),
    ("escaped blanks in the data", 'a MX 10 a\\ b\nb SRV 1 1 1 a\\ b\nc TXT a\\ b c\\"d e\\;f "\\""\nd HINFO a\\ b c\n', ["a 300 MX 10 a\\032b.t.example.", "b 300 SRV 1 1 1 a\\032b.t.example.", 'c 300 TXT "a b" "c\\"d" "e;f" "\\""', 'd 300 HINFO "a b" "c"']),
    ("equals signs in strings", 'w TXT a=b "c=d" e=\n', ['w 300 TXT "a=b" "c=d" "e="']),
    ("the longest strings", f'a TXT "{"a" * 255}"\nb TXT "{chr(92)}065{"a" * 254}"\n', [f'a 300 TXT "{"a" * 255}"', f'b 300 TXT "A{"a" * 254}"']),
    ("MINFO", "w MINFO a b.\n", ["w 300 MINFO \\# 16 01610174076578616d706c6500016200"]),
    ("mailboxes", "a MB x\nb MG x\nc MR x\n", ["a 300 MB \\# 13 01780174076578616d706c6500", "b 300 MG \\# 13 01780174076578616d706c6500", "c 300 MR \\# 13 01780174076578616d706c6500"]),
    ("APL", "w APL 1:192.0.2.0/24 !1:192.0.2.64/28 2:ff00::/8\nv APL\n", ["w 300 APL 1:192.0.2.0/24 !1:192.0.2.64/28 2:ff00::/8", "v 300 APL "]),
    ("records of rare types", "w CERT PKIX 1 8 AAAA\nw DHCID AAAA\nw OPENPGPKEY AAAA\nw CSYNC 66 3 A NS\nw NID 10 1014:4fff:ff20:ee64\nw L32 10 10.1.2.0\nw LP 10 x\nw KX 1 x\nw IPSECKEY 10 3 2 gw AAAA\n", ["w 300 CERT PKIX 1 RSASHA256 AAAA", "w 300 DHCID AAAA", "w 300 OPENPGPKEY AAAA", "w 300 CSYNC 66 3 A NS", "w 300 NID 10 1014:4fff:ff20:ee64", "w 300 L32 10 10.1.2.0", "w 300 LP 10 x.t.example.", "w 300 KX 1 x.t.example.", "w 300 IPSECKEY 10 3 2 gw.t.example. AAAA"]),
    ("types that Knot cannot write", 'a X25 311061700956\na ISDN "1508" "004"\na GPOS -32.6882 116.8652 10.0\na PX 10 x y\na WKS 192.0.2.1 TCP 25\na AMTRELAY 10 0 1 192.0.2.1\na AVC "x"\n', ['a 300 X25 "311061700956"', 'a 300 ISDN "1508" "004"', "a 300 GPOS -32.6882 116.8652 10.0", "a 300 PX 10 x.t.example. y.t.example.", "a 300 WKS 192.0.2.1 6 25", "a 300 AMTRELAY 10 0 1 192.0.2.1", 'a 300 AVC "x"']),
    ("well known services", "a WKS 192.0.2.1 tcp smtp FTP ( domain )\nb WKS 192.0.2.1 UDP 69 domain\nc WKS 192.0.2.1 1\n", ["a 300 WKS 192.0.2.1 6 21 25 53", "b 300 WKS 192.0.2.1 17 53 69", "c 300 WKS 192.0.2.1 1 "]),
    ("SVCB of an encrypted resolver", "w SVCB 1 x alpn=h2 dohpath=/q{?dns}\n", ['w 300 SVCB 1 x.t.example. alpn="h2" dohpath="/q{?dns}"']),
    ("a set of many", "".join(f"w A 10.0.{number >> 8}.{number & 255}\n" for number in range(600)), [f"w 300 A 10.0.{number >> 8}.{number & 255}" for number in range(600)]),
    ("$GENERATE with a sign", "$GENERATE 1-2 h${+1} A 192.0.2.$\n", ["h2 300 A 192.0.2.1", "h3 300 A 192.0.2.2"]),
]  # fmt: skip

NOT_IN_KNOT_DATA = {
    "types that Knot cannot write", "well known services", "mailboxes", "SVCB of an encrypted resolver", "$GENERATE with a sign",
}  # fmt: skip
"""Rows that are beyond `kzonecheck`."""

NAMED_ELSEWHERE = {
    "byte order mark",  # which it takes for a part of what follows
    "a set of many beyond any message",  # it counts other overhead
}
"""Rows in which `named-checkzone` complains of further lines, or another."""
READ_ELSEWISE = {
    "different TTLs in a set: the smallest",  # BIND: the first
    "a record twice, with other TTL and letter case",  # BIND: the last letter case
    "HTTPS as an alias, with parameters", "MINFO", "mailboxes",  # dnspython does not read what BIND writes
}  # fmt: skip
"""Rows whose records cannot be compared with BIND's."""
