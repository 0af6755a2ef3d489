"""Plans: addresses for private endpoints, and the order of changes from one topology to another.

In: topologies. Out: counts of addresses by endpoint and subnet; steps, with what each breaks. Read in this order:
`address_plan`; then `document` (a topology taken apart), `changes` (the difference of two, as changes that can be made
one at a time), `availability` (which endpoints serve which clients), `cutover` (the search for an order).
"""
