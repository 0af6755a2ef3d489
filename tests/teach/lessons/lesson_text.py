"""A lesson in words, to change in tests."""

from __future__ import annotations

LESSON = """---
version: 1
id: my-link
part: Ours
title: A zone is seen through links
task: Make hub see the zone.
start: {sample: broken/network-without-zone-link.yaml}
sees: {from: hub, name: contoso.azurecr.io, expect: public}
checks:
  - {from: hub, name: contoso.azurecr.io, expect: 10.0.0.7}
  - {from: internet, name: contoso.azurecr.io, expect: public}
solution:
  - {set: [private_dns_zones, privatelink.azurecr.io, virtual_network_links], to: {hub: {}}}
refused:
  - [{set: [private_dns_zones, privatelink.azurecr.io, records], to: {contoso: {ttl: 10, A: [10.0.0.7]}}}]
hints: [Look at the trace., Who may see the zone?, Add a link.]
quiz:
  question: Why is the answer public?
  right: the zone is not linked to hub
  wrong:
    - says: the private endpoint is not approved
      why: then there would be no alias
      edits: [{set: [private_endpoints, contoso-pe, status], to: Pending}]
    - {says: the record is missing, why: then the answer would be NXDOMAIN}
---
Public DNS says the same to everybody.

## What you have seen
A link decides.
"""
