"""Functions that the rules about observed answers share.

In: cases. Out: `Classified`, which gives each case at most one defect for IPv4 and one for IPv6; the remedy of a
defect; and, without a topology, the sentences that say what is known. Read `classify`, then `remedy`,
`public_remedy` and `notes`.
"""
