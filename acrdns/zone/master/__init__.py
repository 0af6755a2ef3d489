"""Master files (RFC 1035 section 5): `zonefile` opens them, `reader` and `fast` read, `writer` writes."""
