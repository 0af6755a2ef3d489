"""The DNS servers of the simulation: one kind a file, each with one method from question to response.

In: a `Question` and the walk that records steps. Out: a `Response`.

Read in this order: `server` (the protocols), `azure_dns` (which linked zone, then rulesets, then public DNS), `ruleset`
(forwarding rules), `public_dns`, `self_hosted` (own zones, conditional forwarders; `filters` change its answers).
`directory` finds the server at an address for an asker, and decides who reaches whom.
"""
