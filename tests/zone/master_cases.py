"""Master files: what is refused, and with which words; what is accepted, and what comes out."""

from __future__ import annotations

SOA = "@ IN SOA ns1 host 1 3600 600 86400 300\n"
HEAD = f"$TTL 300\n{SOA}"
ZONE = f"{HEAD}@ IN NS ns1\nns1 IN A 192.0.2.1\n"
"""Four lines, so that what is added starts at line 5. Its origin is `t.example`."""

DIGEST = "00" * 32
NO_ADDRESS = "has no address in the zone; give the name an A or AAAA record"
ALIAS = "is an alias (RFC 2181 section 10.3); give the name an A or AAAA record"
NO_TIME = "is no time; write seconds, or parts with units such as 1h30m"
ESCAPE = "has a bad escape; write \\DDD (000 to 255) or \\ and one character"
APART = "a quoted string touches what stands beside it; put a blank between them"
NO_SOA = "1: no SOA record at the apex t.example; a zone starts with one"
NO_NS = "1: no NS record at the apex t.example; a zone names its servers"
GENERATE = "$GENERATE takes a range, an owner name, TTL and class if wanted, a type, and one data token"

LONG = f' "{"x" * 255}"' * 257
"""Strings of more octets than a record may have."""

REFUSED = [
    # what is wrong, the file, the problems: line and words
    ("too much data", f"{ZONE}w TXT{LONG}\n", ["5: data of 65792 octets, which no message can hold; there can be 65506"]),
    ("CNAME beside other data", f"{ZONE}w CNAME x\nw A 192.0.2.2\n", ["6: CNAME beside other data at w.t.example: CNAME and A"]),
    ("other data beside CNAME", f"{ZONE}w TXT x\nw CNAME x\n", ["6: CNAME beside other data at w.t.example: TXT and CNAME"]),
    ("CNAME beside KEY", f"{ZONE}w CNAME x\nw KEY 512 3 8 AAAA\n", ["6: CNAME beside other data at w.t.example: CNAME and KEY"]),
    ("CNAME at the apex", f"{ZONE}@ CNAME x.other.\n", ["5: CNAME beside other data at t.example: SOA and CNAME"]),
    ("two CNAMEs", f"{ZONE}w CNAME x\nw CNAME y\n", ["6: a second CNAME record at w.t.example; there can be one"]),
    ("two DNAMEs", f"{ZONE}w DNAME x\nw DNAME y\n", ["6: a second DNAME record at w.t.example; there can be one"]),
    ("DNAME beside CNAME", f"{ZONE}w DNAME x\nw CNAME y\n", ["6: CNAME beside other data at w.t.example: DNAME and CNAME"]),
    ("DNAME beside NS", f"{ZONE}w DNAME x.\nw NS ns1\n", ["6: DNAME beside NS at w.t.example, below the apex"]),
    ("NS beside DNAME", f"{ZONE}w NS ns1\nw DNAME x.\n", ["6: DNAME beside NS at w.t.example, below the apex"]),
    ("data below a DNAME", f"{ZONE}w DNAME x.\na.w A 192.0.2.3\n", ["5: data at a.w.t.example, below the DNAME w.t.example, cannot be seen"]),
    ("a cut below a DNAME", f"{ZONE}a DNAME x.\nb.a NS ns1\n", ["5: data at b.a.t.example, below the DNAME a.t.example, cannot be seen"]),
    ("data below a DNAME at the apex", f"{HEAD}@ NS ns.other.\n@ DNAME x.\na A 192.0.2.3\n", ["4: data at a.t.example, below the DNAME t.example, cannot be seen"]),
    ("DS at the apex", f"{ZONE}@ DS 1 8 2 {DIGEST}\n", ["5: DS at the apex t.example; it belongs to the parent zone"]),
    ("out of zone", f"{ZONE}x.other. A 192.0.2.2\n", ["5: x.other is outside the zone t.example"]),
    ("glue out of zone", f"{ZONE}w NS ns.other.\nns.other. A 192.0.2.2\n", ["6: ns.other is outside the zone t.example"]),
    ("a name that only ends like the zone", f"{ZONE}xt.example. A 192.0.2.2\n", ["5: xt.example is outside the zone t.example"]),
    ("no SOA", "$TTL 300\n@ IN NS ns1\nns1 IN A 192.0.2.1\n", [NO_SOA]),
    ("empty", "", [NO_SOA, NO_NS]),
    ("two SOAs", f"{ZONE}{SOA.replace(' 1 ', ' 2 ')}", ["5: a second SOA record at t.example; there can be one"]),
    ("SOA below the apex", f"{ZONE}w{SOA[1:]}", ["5: SOA at w.t.example, below the apex t.example; a zone has one SOA, at its apex"]),
    ("no NS", HEAD, ["2: no NS record at the apex t.example; a zone names its servers"]),
    ("apex server without address", f"{HEAD}@ NS ns1\n", [f"3: name server ns1.t.example of t.example {NO_ADDRESS}"]),
    ("apex server is an alias", f"{HEAD}@ NS ns1\nns1 CNAME x\n", [f"3: name server ns1.t.example of t.example {ALIAS}"]),
    ("apex server below a DNAME", f"{HEAD}@ NS ns1.d\nd DNAME x.\n", [f"3: name server ns1.d.t.example of t.example {NO_ADDRESS}"]),
    ("NS is an address", f"{ZONE}@ NS 192.0.2.1\n", [f"5: name server 192.0.2.1.t.example of t.example {NO_ADDRESS}"]),
    ("NS at a wildcard", f"{ZONE}* NS ns1\n", ["5: NS at the wildcard *.t.example: a delegation that is not defined (RFC 4592)"]),
    ("class CH", f"{ZONE}w CH TXT x\n", ["5: class CH; acrdns serves class IN"]),
    ("class HS with a TTL", f"{ZONE}w 300 HS A 192.0.2.1\n", ["5: class HS; acrdns serves class IN"]),
    ("bad TTL", f"{ZONE}w 12x A 192.0.2.1\n", [f"5: 12x {NO_TIME}"]),
    ("negative TTL", f"{ZONE}w -1 A 192.0.2.1\n", ["5: '-1' is no record type"]),
    ("TTL of 33 bits", f"{ZONE}w 4294967296 A 192.0.2.1\n", ["5: 4294967296 is more than 4294967295 seconds"]),
    ("TTL with digits after units", f"{ZONE}w 1h30 A 192.0.2.1\n", [f"5: 1h30 {NO_TIME}"]),
    ("two TTLs", f"{ZONE}w 300 300 A 192.0.2.1\n", ["5: '300' is no record type"]),
    ("two classes", f"{ZONE}w IN IN A 192.0.2.1\n", ["5: 'IN' is no record type"]),
    ("no TTL before the SOA", f"@ NS ns1\n{SOA}ns1 A 192.0.2.1\n", ["1: a record without a TTL, and neither $TTL nor a record before it states one", "2: no NS record at the apex t.example; a zone names its servers"]),
    ("$TTL bad", f"{ZONE}$TTL x\n", [f"5: x {NO_TIME}"]),
    ("$TTL alone", f"{ZONE}$TTL\n", ["5: $TTL takes one time"]),
    ("$TTL with more", f"{ZONE}$TTL 3 4\n", ["5: $TTL takes one time"]),
    ("$ORIGIN relative", f"{ZONE}$ORIGIN sub\n", ["5: $ORIGIN takes an absolute name; end sub with a dot"]),
    ("$ORIGIN alone", f"{ZONE}$ORIGIN\n", ["5: $ORIGIN takes one domain name"]),
    ("$ORIGIN with more", f"{ZONE}$ORIGIN a b\n", ["5: $ORIGIN takes one domain name"]),
    ("$ORIGIN bad", f"{ZONE}$ORIGIN a..b.\n", ["5: a..b. has an empty label"]),
    ("unknown directive", f"{ZONE}$FOO bar\n", ["5: $FOO is no directive; there are $ORIGIN, $TTL, $INCLUDE, $GENERATE"]),
    ("$INCLUDE of nothing", f"{ZONE}$INCLUDE missing\n", ["5: cannot include missing: No such file or directory"]),
    ("$INCLUDE alone", f"{ZONE}$INCLUDE\n", ["5: $INCLUDE takes a file and, if wanted, an origin"]),
    ("$GENERATE backwards", f"{ZONE}$GENERATE 3-1 h$ A 192.0.2.$\n", ["5: $GENERATE: 3-1 is no range; write start-stop or start-stop/step"]),
    ("$GENERATE step 0", f"{ZONE}$GENERATE 1-3/0 h$ A 192.0.2.$\n", ["5: $GENERATE: 1-3/0 is no range; write start-stop or start-stop/step"]),
    ("$GENERATE bad data", f"{ZONE}$GENERATE 255-256 h$ A 192.0.2.$\n", ["5: 192.0.2.256 is no IPv4 address"]),
    ("$GENERATE without data", f"{ZONE}$GENERATE 1-2 h$ A\n", [f"5: {GENERATE}"]),
    ("$GENERATE with two data tokens", f"{ZONE}$GENERATE 1-2 h$ MX 10 ns$.other.\n", [f"5: {GENERATE}"]),
    ("$GENERATE bad modifier", f"{ZONE}$GENERATE 1-3 h${{x}} A 192.0.2.$\n", ["5: $GENERATE: h${x} has a bad modifier; write ${offset,width,base}"]),
    ("$GENERATE bad base", f"{ZONE}$GENERATE 1-3 h${{0,2,q}} A 192.0.2.$\n", ["5: $GENERATE: h${0,2,q} has a bad modifier; write ${offset,width,base}"]),
    ("no owner at the start", f" {SOA[1:]}", ["1: a record without an owner name, and none stands before it", NO_SOA, NO_NS]),
    ("no type", f"{ZONE}w 300 IN\n", ["5: a record of w.t.example without a type"]),
    ("only an owner", f"{ZONE}w\n", ["5: a record of w.t.example without a type"]),
    ("no data", f"{ZONE}w A\n", ["5: A without data"]),
    ("too much data", f"{ZONE}w A 192.0.2.1 foo\n", ["5: 192.0.2.1 foo is no IPv4 address"]),
    ("A with three octets", f"{ZONE}w A 192.0.2\n", ["5: 192.0.2 is no IPv4 address"]),
    ("A with 256", f"{ZONE}w A 192.0.2.256\n", ["5: 192.0.2.256 is no IPv4 address"]),
    ("A with a leading zero", f"{ZONE}w A 192.0.2.01\n", ["5: 192.0.2.01 is no IPv4 address"]),
    ("A in quotes", f'{ZONE}w A "192.0.2.1"\n', ['5: "192.0.2.1" is no IPv4 address']),
    ("AAAA with a bad digit", f"{ZONE}w AAAA ::g\n", ["5: ::g is no IPv6 address"]),
    ("AAAA with nine groups", f"{ZONE}w AAAA 1:2:3:4:5:6:7:8:9\n", ["5: 1:2:3:4:5:6:7:8:9 is no IPv6 address"]),
    ("AAAA with two gaps", f"{ZONE}w AAAA 1::2::3\n", ["5: 1::2::3 is no IPv6 address"]),
    ("AAAA with eight groups and a gap", f"{ZONE}w AAAA 1:2:3:4::5:6:7:8\n", ["5: 1:2:3:4::5:6:7:8 is no IPv6 address"]),
    ("AAAA with a zone", f"{ZONE}w AAAA fe80::1%eth0\n", ["5: fe80::1%eth0 is no IPv6 address"]),
    ("MX preference", f"{ZONE}w MX 65536 ns1\n", ["5: 65536 is no number from 0 to 65535"]),
    ("MX without preference", f"{ZONE}w MX ns1\n", ["5: data of 1 fields; there have to be 2"]),
    ("SRV port", f"{ZONE}w SRV 1 1 x ns1\n", ["5: x is no number from 0 to 65535"]),
    ("SOA serial of 33 bits", f"{ZONE.replace(' 1 3600', ' 4294967296 3600')}", ["2: 4294967296 is no number from 0 to 4294967295", NO_SOA]),
    ("SOA with an @", f"{ZONE.replace('host', 'host@t.example.')}", ["2: host@t.example. is no domain name; escape the @ as \\@ if it is meant", NO_SOA]),
    ("label of 64", f"{ZONE}{'a' * 64} A 192.0.2.1\n", [f"5: {'a' * 64} has a label of more than 63 octets"]),
    ("name of 256", f"{ZONE}{'.'.join(['a' * 60] * 4)}a A 192.0.2.1\n", [f"5: {'.'.join(['a' * 60] * 4)}a is longer than 255 octets below t.example"]),
    ("empty label", f"{ZONE}a..b A 192.0.2.1\n", ["5: a..b has an empty label"]),
    ("leading dot", f"{ZONE}.b A 192.0.2.1\n", ["5: .b has an empty label"]),
    ("escape of 256", f"{ZONE}a\\256b A 192.0.2.1\n", ["5: a\\256b has a bad escape: \\256 is more than \\255"]),
    ("short escape", f"{ZONE}a\\12 A 192.0.2.1\n", [f"5: a\\12 {ESCAPE}"]),
    ("escape at the end of the line", f"{ZONE}x CNAME a\\\n", ["5: an escape does not end on its line"]),
    ("escape of 256 in a string", f'{ZONE}w TXT "a\\256"\n', ["5: a\\256 has a bad escape: \\256 is more than \\255"]),
    ("short escape in a string", f'{ZONE}w TXT "a\\12"\n', [f"5: a\\12 {ESCAPE}"]),
    ("a $ in a name", f"{ZONE}a$b A 192.0.2.1\n", ["5: a$b is no domain name; escape the $ as \\$ if it is meant"]),
    ("quoted owner", f'{ZONE}"w" A 192.0.2.1\n', ['5: "w" is no domain name; escape the " as \\" if it is meant']),
    ("quoted target", f'{ZONE}w CNAME "x.other."\n', ['5: "x.other." is no domain name; escape the " as \\" if it is meant']),
    ("quoted type", f'{ZONE}w "A" 192.0.2.1\n', ["5: '\"A\"' is no record type"]),
    ("TXT without strings", f"{ZONE}w TXT\n", ["5: TXT without data"]),
    ("TXT of 256", f'{ZONE}w TXT "{"a" * 256}"\n', ["5: a string of 256 octets; one has at most 255, write several"]),
    ("open quote", f'{ZONE}w TXT "abc\n', ["5: a quoted string does not end on its line"]),
    ("quote over two lines", f'{ZONE}w TXT "abc\ndef"\n', ["5: a quoted string does not end on its line", "6: a quoted string does not end on its line"]),
    ("quotes side by side", f'{ZONE}w TXT "abc""def"\n', [f"5: {APART}"]),
    ("quote in a word", f'{ZONE}w TXT abc"def"\n', [f"5: {APART}"]),
    ("open parenthesis", f"{ZONE}w A ( 192.0.2.1\nx A 192.0.2.1\n", ["5: the parenthesis opened here is never closed"]),
    ("closed parenthesis", f"{ZONE}w A 192.0.2.1 )\n", ["5: a closing parenthesis without an opening one"]),
    ("nested parentheses", f"{ZONE}w TXT ( a ( b ) c )\n", ["5: a parenthesis inside parentheses; one pair holds any number of lines"]),
    ("generic data not of the type", f"{ZONE}w A \\# 3 c00002\n", ["5: the 3 octets are no A data"]),
    ("generic data of another length", f"{ZONE}w TYPE65280 \\# 4 aabbcc\n", ["5: the data has 3 octets, not the 4 stated"]),
    ("generic data of half an octet", f"{ZONE}w TYPE65280 \\# 2 aab\n", ["5: aab is no hexadecimal data"]),
    ("an unknown type's own form", f"{ZONE}w TYPE65280 abc\n", ["5: abc is no TYPE65280 data: generic rdata does not start with \\#"]),
    ("TYPE0", f"{ZONE}w TYPE0 \\# 0\n", ["5: type TYPE0 cannot be in a zone"]),
    ("TYPE65536", f"{ZONE}w TYPE65536 \\# 0\n", ["5: 'TYPE65536' is no record type"]),
    ("ANY", f"{ZONE}w ANY abc\n", ["5: type ANY cannot be in a zone"]),
    ("AXFR", f"{ZONE}w AXFR abc\n", ["5: type AXFR cannot be in a zone"]),
    ("OPT", f"{ZONE}w TYPE41 \\# 0\n", ["5: type TYPE41 cannot be in a zone"]),
    ("TSIG", f"{ZONE}w TYPE250 \\# 0\n", ["5: type TYPE250 cannot be in a zone"]),
    ("a type that is none", f"{ZONE}w FOO abc\n", ["5: 'FOO' is no record type"]),
    ("MD", f"{ZONE}w MD ns1\n", ["5: MD is obsolete (RFC 973); write MX"]),
    ("HTTPS without its mandatory key", f"{ZONE}w HTTPS 1 . mandatory=alpn\n", ["5: 1 . mandatory=alpn is no HTTPS data: key 1 declared mandatory but not present"]),
    ("CAA tag", f'{ZONE}w CAA 0 is_sue "ca.example"\n', ['5: 0 is_sue "ca.example" is no CAA data: tag is not alphanumeric']),
    ("DS digest that is no hexadecimal", f"{ZONE}w NS ns1\nw DS 1 8 2 zz\n", ["6: 1 8 2 zz is no DS data: Non-hexadecimal digit found"]),
    ("DS digest too short", f"{ZONE}w NS ns1\nw DS 1 8 2 00\n", ["6: 1 8 2 00 is no DS data: digest length inconsistent with digest type"]),
    ("DNSKEY that is no base64", f"{ZONE}@ DNSKEY 257 3 8 AwEAAcPcpSJ=\n", ["5: AwEAAcPcpSJ= is no base64"]),
    ("LOC out of range", f"{ZONE}w LOC 92 22 23.000 N 4 53 32.000 E -2.00m\n", ["5: 92 22 23.000 N 4 53 32.000 E -2.00m is no LOC data: degrees not in range [0, 90]"]),
    ("HINFO with one string", f"{ZONE}w HINFO x\n", ["5: x is no HINFO data: expecting a string"]),
    ("a letter outside ASCII in an owner", f"{ZONE}é A 192.0.2.1\n", ["5: octet 195 is not printable ASCII; write it as \\195"]),
    ("a letter outside ASCII in a string", f'{ZONE}w TXT "é"\n', ["5: octet 195 is not printable ASCII; write it as \\195"]),
    ("octet 0", f'{ZONE}w TXT "a\0b"\n', ["5: octet 0 is not printable ASCII; write it as \\000"]),
    ("form feed", f"{ZONE}w A 192.0.2.1\f\n", ["5: octet 12 is not printable ASCII; write it as \\012"]),
    ("byte order mark", f"\ufeff{ZONE}", ["1: the file starts with a byte order mark; save it without one"]),
    ("several things, all told", f"{ZONE}a A x\nb MX y\n$FOO\nc 1x A 192.0.2.1\n", ["5: x is no IPv4 address", "6: data of 1 fields; there have to be 2", "7: $FOO is no directive; there are $ORIGIN, $TTL, $INCLUDE, $GENERATE", f"8: 1x {NO_TIME}"]),
]  # fmt: skip

WARNED = [
    # what is wrong with a delegation, the file, the warning: NSD, Knot and BIND load the zone
    ("delegation without glue", f"{ZONE}w NS ns.w\n", [f"5: name server ns.w.t.example of w.t.example {NO_ADDRESS}"]),
    ("delegation to a name without address", f"{ZONE}w NS nn\n", [f"5: name server nn.t.example of w.t.example {NO_ADDRESS}"]),
    ("delegation to an alias", f"{ZONE}w NS c\nc CNAME ns1\n", [f"5: name server c.t.example of w.t.example {ALIAS}"]),
    ("glue is an alias", f"{ZONE}w NS ns.w\nns.w CNAME ns1\n", [f"5: name server ns.w.t.example of w.t.example {ALIAS}"]),
]  # fmt: skip

OURS_ALONE = {
    "out of zone", "glue out of zone", "a name that only ends like the zone",  # NSD refuses them, the others pass over them
}  # fmt: skip
"""Rows that `named-checkzone` and `kzonecheck` let pass."""

ACCEPTED = [
    # what it is about, what is added to `ZONE`, the records that come of it
    ("a CNAME twice", "w CNAME x\nw CNAME x\n", ["w 300 CNAME x.t.example"]),
    ("CNAME beside RRSIG and NSEC", "w CNAME x.\nw RRSIG CNAME 8 2 300 20300101000000 20200101000000 1 t.example. AAAA\nw NSEC x CNAME NSEC RRSIG\n", ["w 300 CNAME x", "w 300 RRSIG CNAME 8 2 300 20300101000000 20200101000000 1 t.example. AAAA", "w 300 NSEC x.t.example. CNAME RRSIG NSEC"]),
    ("DNAME beside data", "w DNAME x.\nw A 192.0.2.2\n", ["w 300 DNAME x", "w 300 A 192.0.2.2"]),
    ("the SOA twice", SOA, []),
    ("data below a cut", "w NS ns1\na.w TXT x\n", ["w 300 NS ns1.t.example", 'a.w 300 TXT "x"']),
    ("a cut below a cut", "w NS ns1\na.w NS ns1\n", ["w 300 NS ns1.t.example", "a.w 300 NS ns1.t.example"]),
    ("DS without NS", f"w DS 1 8 2 {DIGEST}\n", [f"w 300 DS 1 8 2 {DIGEST}"]),
    ("glue", "w NS ns.w\nns.w A 192.0.2.2\n", ["w 300 NS ns.w.t.example", "ns.w 300 A 192.0.2.2"]),
    ("a server in another delegation", "u NS nx.v\nv NS ns1\n", ["u 300 NS nx.v.t.example", "v 300 NS ns1.t.example"]),
    ("a server's address by wildcard", "w NS a.wild\n*.wild A 192.0.2.2\n", ["w 300 NS a.wild.t.example", "*.wild 300 A 192.0.2.2"]),
    ("MX to nothing", "@ MX 10 mm\n@ MX 0 .\n", ["@ 300 MX 10 mm.t.example.", "@ 300 MX 0 ."]),
    ("MX and SRV to an alias", "c CNAME ns1\n@ MX 10 c\n_s._tcp SRV 1 1 1 c\n", ["c 300 CNAME ns1.t.example", "@ 300 MX 10 c.t.example.", "_s._tcp 300 SRV 1 1 1 c.t.example."]),
    ("NS is an address, absolute", "@ NS 192.0.2.1.\n", ["@ 300 NS 192.0.2.1"]),
    ("different TTLs in a set: the smallest", "w 200 A 192.0.2.2\nw 100 A 192.0.2.3\nw 300 A 192.0.2.4\n", ["w 100 A 192.0.2.2", "w 100 A 192.0.2.3", "w 100 A 192.0.2.4"]),
    ("a record twice, with other TTL and letter case", "w 200 NS A.other.\nw 100 NS a.other.\n", ["w 200 NS A.other"]),
    ("wildcards", "* CNAME x.\n*.a DNAME x.\na.*.b A 192.0.2.1\n", ["* 300 CNAME x", "*.a 300 DNAME x", "a.*.b 300 A 192.0.2.1"]),
    ("names that are no host names", "a_b A 192.0.2.1\na/b A 192.0.2.1\n", ["a_b 300 A 192.0.2.1", "a/b 300 A 192.0.2.1"]),
    ("TTL and class in any order, class by number", "a IN 1 A 192.0.2.1\nb 1 IN A 192.0.2.1\nc CLASS1 A 192.0.2.1\nd in a 192.0.2.1\n", ["a 1 A 192.0.2.1", "b 1 A 192.0.2.1", "c 300 A 192.0.2.1", "d 300 A 192.0.2.1"]),
    ("TTLs with units", "a 1w2d3h4m5s A 192.0.2.1\nb 1H A 192.0.2.1\nc 1s1h A 192.0.2.1\n$TTL 1m\nd A 192.0.2.1\n", ["a 788645 A 192.0.2.1", "b 3600 A 192.0.2.1", "c 3601 A 192.0.2.1", "d 60 A 192.0.2.1"]),
    ("a TTL of 32 bits counts as 0", "a 2147483648 A 192.0.2.1\nb 2147483647 A 192.0.2.1\n", ["a 0 A 192.0.2.1", "b 2147483647 A 192.0.2.1"]),
    ("owners that look like something else", "300 A 192.0.2.1\nin A 192.0.2.1\na A 192.0.2.1\n", ["300 300 A 192.0.2.1", "in 300 A 192.0.2.1", "a 300 A 192.0.2.1"]),
    ("no owner", "w A 192.0.2.1\n  AAAA ::1\n\t10 IN TXT x\n", ["w 300 A 192.0.2.1", "w 300 AAAA ::1", 'w 10 TXT "x"']),
    ("no owner after an escaped one", "w\\001 A 192.0.2.1\n AAAA ::1\n", ["w\\001 300 A 192.0.2.1", "w\\001 300 AAAA ::1"]),
    ("$ORIGIN, also outside the zone", "$ORIGIN sub.t.example.\nw A 192.0.2.1\n@ TXT x\n$ORIGIN other.\nv.t.example. A 192.0.2.1\n$ORIGIN example.\nu.t A 192.0.2.1\n", ["w.sub 300 A 192.0.2.1", 'sub 300 TXT "x"', "v 300 A 192.0.2.1", "u 300 A 192.0.2.1"]),
    ("the owner before $ORIGIN goes on after it", "w A 192.0.2.1\n$ORIGIN sub.t.example.\n AAAA ::1\n", ["w 300 A 192.0.2.1", "w 300 AAAA ::1"]),
    ("IPv6 addresses", "a AAAA 2001:DB8::1\nb AAAA ::\nc AAAA 1:2:3:4:5:6:7:8\nd AAAA 64:ff9b::192.0.2.1\ne AAAA 1:2:3:4:5:6:7::\nf AAAA 0001::\n", ["a 300 AAAA 2001:db8::1", "b 300 AAAA ::", "c 300 AAAA 1:2:3:4:5:6:7:8", "d 300 AAAA 64:ff9b::c000:201", "e 300 AAAA 1:2:3:4:5:6:7:0", "f 300 AAAA 1::"]),
    ("long names", f"{'a' * 63} A 192.0.2.1\n{'.'.join(['b' * 60] * 4)} A 192.0.2.1\n", [f"{'a' * 63} 300 A 192.0.2.1", f"{'.'.join(['b' * 60] * 4)} 300 A 192.0.2.1"]),
    ("escapes in names", "a\\.b A 192.0.2.1\na\\046c A 192.0.2.1\n\\@ A 192.0.2.1\nd CNAME \\000\\255.\n", ["a\\.b 300 A 192.0.2.1", "a\\.c 300 A 192.0.2.1", "\\@ 300 A 192.0.2.1", "d 300 CNAME \\000\\255"]),
    ("@ in the data", "w CNAME @\n", ["w 300 CNAME t.example"]),
    ("strings", 'a TXT abc def\nb TXT ""\nc TXT "a;b" ; comment\nd TXT "a\\"b" "\\065\\\\"\n', ['a 300 TXT "abc" "def"', 'b 300 TXT ""', 'c 300 TXT "a;b"', 'd 300 TXT "a\\"b" "A\\\\"']),
    ("parentheses", "a TXT ( a\n b ; comment )\n\n c )\nb TXT (a b)c\nc ( A 192.0.2.1 )\n", ['a 300 TXT "a" "b" "c"', 'b 300 TXT "a" "b" "c"', "c 300 A 192.0.2.1"]),
    ("what looks like records in parentheses", "a TXT (\nx A 192.0.2.1\ny A 192.0.2.1\n)\nb A 192.0.2.1\n", ['a 300 TXT "x" "A" "192.0.2.1" "y" "A" "192.0.2.1"', "b 300 A 192.0.2.1"]),
    ("no generic data", "a CNAME \\#abc\nb MX 10 \\#\nc PTR \\#.t.example.\nd TXT \\#abc\n", ["a 300 CNAME #abc.t.example", "b 300 MX 10 #.t.example.", "c 300 PTR #.t.example", 'd 300 TXT "#abc"']),
    ("generic data", "a TYPE1 \\# 4 c0000201\nb A \\# 4 c0 00 02 01\nc TYPE65280 \\# 3 aabbcc\nd TYPE65280 \\# 0\n", ["a 300 A 192.0.2.1", "b 300 A 192.0.2.1", "c 300 TYPE65280 \\# 3 aabbcc", "d 300 TYPE65280 \\# 0 "]),
    ("blank lines and comments", "\n\t\n   \n; foo\n   ; foo é\nw A 192.0.2.1;bar\n", ["w 300 A 192.0.2.1"]),
    ("lines as Windows ends them", "w A 192.0.2.1\r\nx TXT ( a\r\nb )\r\n\r\n", ["w 300 A 192.0.2.1", 'x 300 TXT "a" "b"']),
    ("no newline at the end", "w A 192.0.2.1", ["w 300 A 192.0.2.1"]),
    ("aliases in circles", "a CNAME b\nb CNAME a\nc CNAME c\nd DNAME d\n", ["a 300 CNAME b.t.example", "b 300 CNAME a.t.example", "c 300 CNAME c.t.example", "d 300 DNAME d.t.example"]),
    ("many types", 'a LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000m 10m\na SSHFP 1 1 0000000000000000000000000000000000000000\na CAA 0 issue "ca.example"\na SVCB 0 ns1\na HTTPS 1 . alpn=h2 ipv4hint=192.0.2.1\na EUI48 00-00-5e-00-53-2a\na NSEC3PARAM 1 0 0 -\n', ["a 300 LOC 52 22 23.000 N 4 53 32.000 E -2.00m 0.00m 10000.00m 10.00m", "a 300 SSHFP 1 1 0000000000000000000000000000000000000000", 'a 300 CAA 0 issue "ca.example"', "a 300 SVCB 0 ns1.t.example.", 'a 300 HTTPS 1 . alpn="h2" ipv4hint="192.0.2.1"', "a 300 EUI48 00-00-5e-00-53-2a", "a 300 NSEC3PARAM 1 0 0 -"]),
    ("$GENERATE", "$GENERATE 1-2 h$ A 192.0.2.$\n", ["h1 300 A 192.0.2.1", "h2 300 A 192.0.2.2"]),
    ("$GENERATE with a step, a width, an offset", "$GENERATE 8-12/4 j${0,3,o} A 192.0.2.${-3}\n", ["j010 300 A 192.0.2.5", "j014 300 A 192.0.2.9"]),
    ("$GENERATE below zero", "$GENERATE 1-3 f${-2,4} A 192.0.2.$\n", ["f-001 300 A 192.0.2.1", "f0000 300 A 192.0.2.2", "f0001 300 A 192.0.2.3"]),
    ("$GENERATE in hexadecimal", "$GENERATE 10-11 k${0,3,x}${0,0,X} A 192.0.2.$\n", ["k00aa 300 A 192.0.2.10", "k00bb 300 A 192.0.2.11"]),
    ("$GENERATE in nibbles", "$GENERATE 254-255 h.${0,5,n} A 192.0.2.1\n", ["h.e.f.0 300 A 192.0.2.1", "h.f.f.0 300 A 192.0.2.1"]),
    ("$GENERATE with TTL and class, escapes, quotes", '$GENERATE 1-1 d$$ 60 IN A 192.0.2.$\n$GENERATE 1-1 e\\$$ IN 1m A 192.0.2.$\n$GENERATE 1-1 t$ TXT "a b $"\n$GENERATE 1-1 m$ MX "10 x$"\n', ["d\\$ 60 A 192.0.2.1", "e\\$1 60 A 192.0.2.1", 't1 300 TXT "a" "b" "1"', "m1 300 MX 10 x1.t.example."]),
]  # fmt: skip

NOT_IN_KNOT = {
    "TTL and class in any order, class by number", "lines as Windows ends them", "no generic data",
    "$GENERATE", "$GENERATE with a step, a width, an offset", "$GENERATE below zero", "$GENERATE in hexadecimal",
    "$GENERATE in nibbles", "$GENERATE with TTL and class, escapes, quotes",
}  # fmt: skip
"""Rows that are beyond `kzonecheck`: it has no $GENERATE, no CLASS1, and no CR, and takes \\#abc for generic data."""
