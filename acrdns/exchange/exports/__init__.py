"""Exporters, one format a file.

In: the `World` of a loaded topology, or the topology. Out: texts. `zonefile` writes zones as master files (RFC 1035),
`secondaries/` configurations of secondary servers, `clients/` pins and forwarders for one vantage point (`pin` finds
them), `azure/` the private zones as code (`private_dns` finds what is to be made).
"""
