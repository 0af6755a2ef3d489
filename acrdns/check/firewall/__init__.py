"""Traffic of a topology, and the allow-lists of firewalls.

In: a topology, a vantage point, a list that somebody has. Out: flows, the rules that allow them, and what is wrong with
the list. Read in this order: `flows` (who talks to whom, from the table in `acrdns.traffic`), `rules` (one host a
rule), `entries` (a list in the order of a firewall), `allow_list` (how it is read; `lines`, `squid`, `azure_firewall`
and `security_group` read those of others), `compare` and `excess` (a list held against the rules).
"""
