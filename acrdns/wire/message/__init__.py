"""DNS messages: read, and written.

In: octets, or a response's record sets. Out: a `Query`, or the octets of a reply. Read in this order:

- `edns`: the OPT record, its options, Extended DNS Errors;
- `query`: a packet read, malformed or not;
- `reply`: a response written: flags, sections, OPT, and whether it may be kept;
- `compress`: messages packed by hand, with compressed names; replies that fit, and transfers record by record;
- `pack`: replies packed by dnslib, truncated if they do not fit; the oracle of `compress` in tests.
"""
